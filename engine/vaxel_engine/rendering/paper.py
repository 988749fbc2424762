"""The paper form of a document: pages for a mailbox, and with the envelope's furniture for a print house."""

import functools
import hashlib
import mimetypes
import re
import unicodedata
from collections.abc import Mapping
from dataclasses import asdict, replace

from vaxel_engine.errors import TemplateError, Unrenderable
from vaxel_engine.packs import Pack
from vaxel_engine.rendering.bounds import LARGEST_STYLE, beyond_bounds, picture_beyond_bounds, surely_within
from vaxel_engine.rendering.charts import Bars, Chart, Frame, Look, look, pen, svg
from vaxel_engine.rendering.charts.anchors import begun_at_start
from vaxel_engine.rendering.environment import fill_template
from vaxel_engine.rendering.facts import plain
from vaxel_engine.rendering.facts_parties import Detail
from vaxel_engine.rendering.glyphs import advances, covered_by, not_covered, refuse_broken_fonts
from vaxel_engine.rendering.qr import qr_svg
from vaxel_engine.rendering.rendering import Place, Rendering
from vaxel_engine.rendering.sheet import Sheet
from vaxel_engine.rendering.stamps import unstamped
from vaxel_engine.rendering.typesetting import Typesetter

CHART = Frame(width=661, height=133, text=10)
"""175 × 35 mm in CSS pixels: the full measure; 10 px are 7.5 pt, the secondary size."""

PIXELS_PER_MM = 96 / 25.4
MEASURE_MM = 175
TWIN_LABELS = 24
"""Millimetres; the first column of a chart's table twin, whose other columns stand under the bars."""

HEAD_DETAILS = 7
"""Lines between the title and the amount."""
LABEL, TEXT = 7.5, 9.0
"""Points."""
DETAIL_LABELS, DETAIL_VALUES = 88.0, 112.0
"""Points that a label and a value have beside the address: 31 and 39.5 mm."""
MEASURE = 496.0
"""Points: the 175 mm that everything on a page stands within."""
BESIDE_CHARACTERS, BESIDE_LINES = 53, 10
"""What stands beside the totals without making them longer than a sum usually is."""

_LAYOUT, _STYLE = "layouts/paper.html", "css/paper.css"


def write_pages(rendering: Rendering) -> bytes:
    """The pages as a tagged PDF/A-3a; raises TemplateError when a file of the pack is wrong."""
    return _set(rendering, look(rendering.pack.tokens), rendering.pack.once(typesetter))


def write_grey_pages(rendering: Rendering) -> bytes:
    """The same pages for ink of one colour: charts without colour, the amount as dark as the text."""
    return _set(rendering, look(rendering.pack.tokens, monochrome=True), rendering.pack.once(grey_typesetter))


def source_of(rendering: Rendering) -> tuple[str, dict[str, str], bytes]:
    """What the pages are set from, in colour: the HTML, the document's own pictures by address, the file's identifier.

    Raises as `write_pages` does.
    """
    written, pictures = _filled(rendering, look(rendering.pack.tokens))
    html = _checked(rendering, unstamped(written) if rendering.pack.stamped else written)
    return html, pictures, _identifier(rendering, html, pictures)


def source_for_program(rendering: Rendering) -> tuple[str, dict[str, str], bytes]:
    """The same for a program, which sets only markup that WeasyPrint has set before: its nesting is known to be right.

    What the program leaves is looked at once more by whoever sets it then.
    """
    return _for_program(rendering, look(rendering.pack.tokens))


def grey_source_for_program(rendering: Rendering) -> tuple[str, dict[str, str], bytes]:
    """The same for ink of one colour."""
    return _for_program(rendering, look(rendering.pack.tokens, monochrome=True))


def _for_program(rendering: Rendering, style: Look) -> tuple[str, dict[str, str], bytes]:
    written, pictures = _filled(rendering, style)
    html = _checked(rendering, written, known=surely_within(written))
    return html, pictures, _identifier(rendering, html, pictures)


def grey_source_of(rendering: Rendering) -> tuple[str, dict[str, str], bytes]:
    """What the pages for ink of one colour are set from, as `source_of` says it for those in colour."""
    written, pictures = _filled(rendering, look(rendering.pack.tokens, monochrome=True))
    html = _checked(rendering, unstamped(written) if rendering.pack.stamped else written)
    return html, pictures, _identifier(rendering, html, pictures)


def _set(rendering: Rendering, style: Look, setting: Typesetter) -> bytes:
    written, pictures = _filled(rendering, style)
    looked_at = rendering.pack.stamped
    html = _checked(rendering, unstamped(written) if looked_at else written)
    identifier = _identifier(rendering, html, pictures)
    if not looked_at:
        return setting.pdf(html, pictures, identifier)
    places: list[Place] = []
    pages = setting.pdf(unicodedata.normalize("NFC", written), pictures, identifier, places)
    rendering.place(places)
    return pages


def _filled(rendering: Rendering, style: Look) -> tuple[str, dict[str, str]]:
    """The layout filled in, and the document's own pictures."""
    pictures: dict[str, str] = {}
    if rendering.facts.payment is not None and rendering.facts.payment.qr is not None:
        pictures["document:qr.svg"] = qr_svg(rendering.facts.payment.qr)
    charts: list[object] = []
    for number, (chart, facts) in enumerate(zip(rendering.charts, rendering.facts.charts, strict=True), start=1):
        address = f"document:chart-{number}.svg"
        frame, indent = _over_twin(chart, len(facts.twin))
        drawn = begun_at_start(svg(chart, style, frame), frame.text, rendering.pack.once(advances))
        pictures[address] = _indented(drawn, frame, indent) if indent else drawn
        charts.append({**_as_dict(plain(facts)), "picture": address})
    return rendering.fill(_LAYOUT, charts=charts, **_arrangement(rendering)), pictures


def _checked(rendering: Rendering, html: str, *, known: bool = False) -> str:
    """The HTML as it is set, after it was seen that it can be, where that is not `known`."""
    for excess in () if known else beyond_bounds(html):
        raise TemplateError(
            f"{excess} (document {rendering.document.reference})", file=str(rendering.pack.files[_LAYOUT])
        )
    html = rendering.emit("pages", unicodedata.normalize("NFC", html))
    _refuse_missing_glyphs(html, rendering)
    return html


def _identifier(rendering: Rendering, html: str, pictures: dict[str, str]) -> bytes:
    digest = hashlib.sha256(rendering.pack.digest.encode() + html.encode() + repr(sorted(pictures.items())).encode())
    return digest.digest()[:16]


def make_ready(pack: Pack) -> None:
    """Load fonts and style sheet, once for all documents; raises TemplateError when one of them is wrong."""
    pack.once(typesetter).rehearse()
    pack.once(_glyphs)


def typesetter(pack: Pack) -> Typesetter:
    """The pack's fonts and style sheet, loaded; raises TemplateError when one of them is wrong."""
    return _with_style(pack, fill_template(pack, _STYLE, _lengths(pack)))


def grey_typesetter(pack: Pack) -> Typesetter:
    """The same for ink of one colour: what is in the brand's colour is as dark as the text. Raises as `typesetter`."""
    tokens = {group: dict(named) for group, named in pack.tokens.items()}
    tokens["colour"]["brand"] = tokens["colour"]["ink"]
    return _with_style(pack, fill_template(pack, _STYLE, {**_lengths(pack), "tokens": tokens}))


def _lengths(pack: Pack) -> dict[str, object]:
    return {"paper": asdict(Sheet.of(pack.profile))}


def _with_style(pack: Pack, style_sheet: str) -> Typesetter:
    refuse_broken_fonts(pack)
    assets = {
        f"pack:{name}": (pack.read(name), mimetypes.guess_type(name)[0] or "application/octet-stream")
        for name in pack.files
        if name.endswith((".svg", ".png", ".jpg", ".ttf", ".otf", ".woff2"))
    }
    for name in pack.files:
        excess = picture_beyond_bounds(name, pack.read(name)) if name.endswith((".svg", ".png", ".jpg")) else None
        if excess is not None:
            raise TemplateError(excess, file=str(pack.files[name]))
    if len(style_sheet) > LARGEST_STYLE:
        said = f"has {len(style_sheet):,} characters; {LARGEST_STYLE:,} are the most"
        raise TemplateError(said, file=str(pack.files[_STYLE]))
    return _loaded(style_sheet, tuple(assets.items()))


@functools.lru_cache(maxsize=4)
def _loaded(style_sheet: str, assets: tuple[tuple[str, tuple[bytes, str]], ...]) -> Typesetter:
    """A pack that was read anew and has the same style and fonts has the same typesetter."""
    return Typesetter(style_sheet, dict(assets))


def _refuse_missing_glyphs(html: str, rendering: Rendering) -> None:
    """No font of the machine stands in, so a character without a glyph would silently become an empty box."""
    missing = not_covered(html, rendering.pack.once(_glyphs))
    if missing:
        named = ", ".join(f'"{character}" (U+{ord(character):04X})' for character in missing[:3])
        raise Unrenderable(
            f'document {rendering.document.reference} has {named}, which no font of the brand "{rendering.pack.brand}" '
            "can print; change the text, or add a font that has it to the pack"
        )


def _glyphs(pack: Pack) -> frozenset[int]:
    return _covered(tuple(pack.read(name) for name in sorted(pack.files) if name.startswith("fonts/")))


@functools.lru_cache(maxsize=4)
def _covered(fonts: tuple[bytes, ...]) -> frozenset[int]:
    return covered_by(fonts)


def _arrangement(rendering: Rendering) -> dict[str, object]:
    """What the layout of paper is given beside the facts: how things are divided between its places."""
    facts = rendering.facts
    head, more = _divided(facts.details)
    return {
        "page_words": _page_words(rendering),
        "continued": _continued(rendering),
        "head_details": plain(head),
        "more_details": plain(more),
        "slip": _slip(rendering),
        "with_codes": any(line.code for line in facts.lines or ()),
        "notices_beside_totals": _fit_beside_totals(rendering),
    }


def _slip(rendering: Rendering) -> str | None:
    """What stands at the foot of page one: the "payment" part, a "word" in its place, or nothing."""
    facts = rendering.facts
    if facts.payment is not None:
        return "payment" if "payment" in rendering.sections else None
    return "word" if facts.to_pay is not None and facts.to_pay.state not in ("pay", "reminder") else None


def _divided(details: tuple[Detail, ...]) -> tuple[tuple[Detail, ...], tuple[Detail, ...]]:
    """The details that stand beside the address, each on one line, and those for which there is no room."""
    fitting = [
        detail
        for detail in details
        if pen.width(detail.label, LABEL) < DETAIL_LABELS and pen.width(detail.value, TEXT) < DETAIL_VALUES
    ][:HEAD_DETAILS]
    return tuple(fitting), tuple(detail for detail in details if detail not in fitting)


def _fit_beside_totals(rendering: Rendering) -> bool:
    """Whether the notices come right after the totals in the brand's list and are short enough to stand beside them."""
    names, notices = rendering.sections, rendering.facts.notices
    if not notices or not rendering.facts.totals or "totals" not in names or rendering.facts.kind == "reminder":
        return False
    if names[names.index("totals") + 1 : names.index("totals") + 2] != ("notices",):
        return False
    lines = sum(
        (notice.title is not None) + sum(-(-len(line) // BESIDE_CHARACTERS) for line in notice.text.splitlines())
        for notice in notices
    )
    return lines <= BESIDE_LINES


def _over_twin(chart: Chart, bands: int) -> tuple[Frame, float]:
    """The frame and the indent in pixels that put each bar over its column of a twin of one band."""
    if bands != 1 or not isinstance(chart.shape, Bars):
        return CHART, 0
    values = [value for bar in chart.shape.bars for value in (bar.value, bar.before) if value is not None]
    left = pen.scale(values, CHART, chart.language).left
    width = round(CHART.width - TWIN_LABELS * PIXELS_PER_MM + left)
    return replace(CHART, width=width, ticks=False), CHART.width - width


def _indented(drawn: str, frame: Frame, indent: float) -> str:
    """A picture of the full measure whose marks begin `indent` pixels from the left."""
    own = f'width="{frame.width}" height="{frame.height}" viewBox="0 0 {frame.width} {frame.height}"'
    wide = f"{MEASURE_MM * PIXELS_PER_MM:.4f}"
    full = f'width="{wide}" height="{frame.height}" viewBox="{-indent:.4f} 0 {wide} {frame.height}"'
    return drawn.replace(own, full, 1)


def _page_words(rendering: Rendering) -> tuple[str, str, str]:
    """ "Page 1 of 3" without its figures, which the style sheet counts: "Page ", " of " and "".

    Raises TemplateError when the brand's words do not name both, the page before the pages.
    """
    said = re.split("[\x01\x02]", text := rendering.words.fill("page.number", page="\x01", pages="\x02"))
    if re.findall("[\x01\x02]", text) != ["\x01", "\x02"]:
        raise TemplateError(
            'the words "page.number" are said with {page} and then {pages}, each once', file=rendering.words.file
        )
    before, between, after = said
    return before, between, after


def _continued(rendering: Rendering) -> str:
    """What page two and on begin with, on one line: whose matter it is."""
    facts = rendering.facts
    said = rendering.words.fill(
        "page.continued", title=facts.title, number=facts.number or "", recipient=facts.recipient.name
    )
    return _shortened(f"{facts.seller.brand} · {said}")


def _shortened(words: str) -> str:
    """As much of `words` as one line of secondary text has room for."""
    if pen.width(words, LABEL) <= MEASURE:
        return words
    kept = words
    while pen.width(f"{kept}…", LABEL) > MEASURE:
        kept = kept[:-1]
    return f"{kept.rstrip()}…"


def _as_dict(value: object) -> Mapping[str, object]:
    assert isinstance(value, dict)  # noqa: S101  # a dataclass made plain is a dict
    return value  # pyright: ignore[reportUnknownVariableType]
