"""What every page of a pack shares: style, scripts, and the policy that lets nothing else run or load."""

import functools
import re
from base64 import b64encode
from dataclasses import dataclass, field
from hashlib import sha256

from vaxel_engine.errors import TemplateError
from vaxel_engine.fetching import fetched
from vaxel_engine.packs import Pack
from vaxel_engine.rendering.palette import dark_colours, mix
from vaxel_engine.rendering.web_fonts import font_faces

STYLE, SCRIPT, PLOTLY = "css/web.css", "js/web.js", "vendor/plotly-basic.min.js"


@dataclass(frozen=True, slots=True)
class WebShell:
    """Text ready to stand inside `<style>` and `<script>`, and the policies that name it by its hash."""

    style: str = field(repr=False)
    script: str = field(repr=False)
    plotly: bytes = field(repr=False)
    policy: str
    policy_with_plotly: str
    policy_without_script: str
    logo: str | None = field(repr=False)
    logo_dark: str | None = field(repr=False)


def web_shell(pack: Pack) -> WebShell:
    """The shell of `pack`; kept with the pack by `pack.once(web_shell)`, since fonts and hashes take half a second.

    Raises TemplateError for a script or a style that would end its own element, or asks for something outside.
    """
    variables, own = _variables(pack), _inside(pack, STYLE, "style")
    script, plotly = _inside(pack, SCRIPT, "script"), _inside(pack, PLOTLY, "script")
    if (address := fetched(variables + own)) is not None:
        raise TemplateError(
            f'asks for "{address}", which is outside the page; put it in as data:', file=str(pack.files[STYLE])
        )
    style = variables + font_faces(pack) + own
    logo = pack.read("logo.svg").decode() if pack.has("logo.svg") else None
    return WebShell(
        style=style,
        script=script,
        plotly=plotly.encode(),
        policy=policy_of(style, script),
        policy_with_plotly=policy_of(style, script, plotly),
        policy_without_script=policy_of(style),
        logo=None if logo is None else _picture(logo),
        logo_dark=None if logo is None else _picture(_by_night(logo, pack)),
    )


def policy_of(style: str, *scripts: str) -> str:
    """Content Security Policy level 3: inline code by its hash and nothing else; no network, no form, no frame."""
    allowed = " ".join(_hash(script) for script in scripts) or "'none'"
    return (
        f"default-src 'none'; script-src {allowed}; style-src {_hash(style)}; img-src data:; font-src data:; "
        "base-uri 'none'; form-action 'none'"
    )


@functools.lru_cache(maxsize=16)  # the chart library alone has a megabyte, and is the same in every pack
def _hash(text: str) -> str:
    return f"'sha256-{b64encode(sha256(text.encode()).digest()).decode()}'"


def _inside(pack: Pack, name: str, element: str) -> str:
    """A file that can stand inside `element`; line ends as the HTML parser makes them, or the hash would not match."""
    text, trap = _harmless(pack.read(name), element)
    if trap is not None:
        raise TemplateError(f'has "{trap}" in it, which would end the element it stands in', file=str(pack.files[name]))
    return text


@functools.lru_cache(maxsize=16)
def _harmless(content: bytes, element: str) -> tuple[str, str | None]:
    """The text of a file, and what in it would end the element, if anything does."""
    text = content.decode().replace("\r\n", "\n").replace("\r", "\n")
    low = text.lower()
    return text, next((trap for trap in (f"</{element}", "<!--") if trap in low), None)


def _variables(pack: Pack) -> str:
    """The tokens as CSS variables, light and dark; charts have names of their own."""
    light, dark = dict(pack.tokens["colour"]), dark_colours(pack.tokens)
    light["page"], light["bar"] = light["wash"], mix(light["ink"], light["paper"], 0.5)
    sets = [":root", "@media(prefers-color-scheme:dark){:root"]
    written: list[str] = []
    for opening, colours in zip(sets, (light, dark), strict=True):
        colours |= {
            "chart-now": colours["brand"],
            "chart-bar": colours["bar"],
            "chart-before": colours["pale"],
            "chart-grid": mix(colours["hairline"], colours["paper"], 0.5),
            "chart-fill": mix(colours["pale"], colours["paper"], 0.6),
        }
        names = "".join(f"--{name.replace('_', '-')}:{colour};" for name, colour in sorted(colours.items()))
        written.append(f"{opening}{{{names}}}" + ("}" if opening.startswith("@") else ""))
    return f"{''.join(written)}:root{{--font:{pack.tokens['font']['stack']}}}"


def _by_night(logo: str, pack: Pack) -> str:
    """The logo with the brand's own colours in their dark form."""
    light, dark = pack.tokens["colour"], dark_colours(pack.tokens)
    for name in ("ink", "brand", "secondary"):
        logo = re.sub(re.escape(light[name]), dark[name], logo, flags=re.IGNORECASE)
    return logo


def _picture(svg: str) -> str:
    return f"data:image/svg+xml;base64,{b64encode(svg.encode()).decode()}"
