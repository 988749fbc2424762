"""A brand's first files: a pack that renders at once, and whose comments say what to change and what it does."""

import colorsys
import hashlib
from html import escape

from vaxel_engine.errors import Misconfigured
from vaxel_engine.packs.pack import Pack
from vaxel_engine.rendering.glyphs import outline
from vaxel_engine.rendering.palette import readable

_MARK = 38
"""Units of the logo's height; the mark is a square of them."""


def first_files(brand: str, base: Pack) -> dict[str, str]:
    """The files of a new pack called `brand` that extends `base`, by name.

    Its colour and its drawn logo follow from the name alone. Raises Misconfigured for a name that a folder, an address
    and a file of settings could not all carry.
    """
    if not (
        brand.isascii() and brand[:1].isalpha() and brand.replace("-", "_").isidentifier() and brand == brand.lower()
    ):
        raise Misconfigured(f'"{brand}" cannot be the name of a pack; use small letters a to z, digits and "-"')
    if len(brand) > 40:
        raise Misconfigured(f'"{brand[:40]}…" is too long for the name of a pack; 40 characters are the most')
    name = " ".join(part.capitalize() for part in brand.replace("_", "-").split("-") if part)
    colour = _colour(brand)
    return {
        "brand.toml": _BRAND.format(name=name, brand=brand, colour=colour, parent=base.brand),
        "words.sv.toml": _WORDS_SV,
        "words.en.toml": _WORDS_EN,
        "blocks/welcome.sv.md": _BLOCK_SV.format(name=name),
        "blocks/welcome.en.md": _BLOCK_EN.format(name=name),
        "logo.svg": _logo(name, colour, base.read("fonts/Inter-SemiBold.ttf")),
    }


def _colour(brand: str) -> str:
    """A colour of the brand's own, dark enough to be read as text on white and on the wash."""
    hue = int.from_bytes(hashlib.sha256(brand.encode()).digest()[:2]) / 65536
    red, green, blue = colorsys.hls_to_rgb(hue, 0.36, 0.62)
    return readable("#" + "".join(f"{round(part * 255):02x}" for part in (red, green, blue)), "#f3f5f7", "#000000", 5.0)


def _logo(name: str, colour: str, font: bytes) -> str:
    """A placeholder: a square with the first letter in it, and the name beside it."""
    _, wide = outline(name[0], font, height=24, left=0, baseline=0)
    letter, _ = outline(name[0], font, height=24, left=(_MARK - wide) / 2, baseline=27.7)
    words, end = outline(name, font, height=26, left=_MARK + 10, baseline=28.5)
    width = round(end + 1)
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {_MARK}" width="{width}" height="{_MARK}" '
        f'role="img" aria-label="{escape(name)}">\n'
        "<!-- A placeholder: put your own logo in its place, letters as outlines. Colours that equal a token of\n"
        "     brand.toml (brand, ink, secondary) turn light on a dark screen by themselves. -->\n"
        f'<rect width="{_MARK}" height="{_MARK}" rx="9" fill="{colour}"/>\n'
        f'<path d="{letter}" fill="#ffffff"/>\n'
        f'<path d="{words}" fill="#16191d"/>\n'
        "</svg>\n"
    )


_BRAND = """\
# {name}: everything that is not written here is inherited from "{parent}", file by file and key by key.
# Look while you change it:  vaxel preview --packs . --brand {brand}
extends = "{parent}"

name = "{name}"                                  # what your customers call you
link_base = "https://{brand}.example/d/"         # where your web pages lie; ends with a slash

[contact]                                        # who is behind the brand by law, and who answers questions
legal_name = "{name} AB"
organisation_number = "556000-0000"
address = ["{name} AB", "Exempelgatan 1", "111 22 Stockholm"]
telephone = "010-000 00 00"
email = "kundservice@{brand}.example"
website = "{brand}.example"

[tokens.colour]                                  # one line here changes paper, mail, page and charts
brand = "{colour}"                                # identity and the amount, nothing else; at least 4.5:1 on white
on_brand = "#ffffff"                             # text on the brand colour
# ink, secondary, hairline, pale, wash, paper are inherited; write any of them to change it

# [tokens.dark]                                  # dark screens: colours are derived; write one to choose it yourself
# brand = "#7fd1c0"

# The sections of each kind and their order, once for every channel. Reorder the list, or leave one out:
# [kinds.invoice]
# sections = ["notices", "usage", "lines", "totals", "payment", "balance", "help"]
"""

_WORDS_SV = """\
# Svenska ord. Skriv bara dem som ska vara annorlunda; alla andra ärvs. Samma nycklar finns i words.en.toml.
# Det som står i {klammer} fyller Vaxel i. `vaxel check-pack` säger till om en nyckel är felstavad.

[help]
heading = "Frågor? Hör av dig"

# [to_pay.pay]
# label = "Att betala"
"""

_WORDS_EN = """\
# English words. Write only those that are to differ; all others are inherited. words.sv.toml has the same keys.
# What stands in {braces} is filled in by Vaxel. `vaxel check-pack` tells of a key that is misspelt.

[help]
heading = "Questions? Get in touch"

# [to_pay.pay]
# label = "To pay"
"""

_BLOCK_SV = """\
+++
# Ett stycke som själv säger var det hör hemma. Allt i huvudet får utelämnas.
title = "Välkommen till {name}"
languages = ["sv"]
kinds = ["invoice"]
audience = ["pay"]        # pay, direct_debit, nothing, credit, reminder
from = 2099-01-01         # visas inte förrän dess; sätt ett datum som har varit för att se det
priority = 20             # högre kommer först
+++
Skriv **kort** och med en enda uppmaning. Länkar skrivs [så här](https://www.example.com/).
"""

_BLOCK_EN = """\
+++
# A paragraph that says for itself where it belongs. Everything in the head may be left out.
title = "Welcome to {name}"
languages = ["en"]
kinds = ["invoice"]
audience = ["pay"]        # pay, direct_debit, nothing, credit, reminder
from = 2099-01-01         # not shown before; set a day that has been, to see it
priority = 20             # higher comes first
+++
Be **brief**, with one thing to do. Links are written [like this](https://www.example.com/).
"""
