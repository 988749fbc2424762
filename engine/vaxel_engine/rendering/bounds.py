"""What a page and its pictures may hold: bounds that are met before typesetting, where it would never end.

Each is far beyond any letter; what is beyond it is answered at once and by name, instead of by a limit of time.
"""

import re
import warnings
from collections.abc import Iterator
from io import BytesIO

from PIL import Image, UnidentifiedImageError

LARGEST_PAGE = 2_000_000
"""Characters of HTML; a megabyte of ordinary words takes more than half a minute to set."""
LARGEST_STYLE = 256_000
DEEPEST = 100
"""Elements inside each other; 500 end the interpreter's patience, thousands its stack."""
DEEPEST_BOXES = 4
"""Flexible boxes and grids inside each other; each level doubles the time."""
MOST_ROWS = 2_000
MOST_SPANNED = 100
LONGEST_WORD = 1_000
MOST_COMBINING = 8

LARGEST_PICTURE = 12_500_000
"""Pixels; a sheet at 300 dpi has 8.7 million."""
MOST_ELEMENTS = 5_000
"""Elements of one SVG, those that `use` repeats counted as often as they are drawn."""

_TAG = re.compile(r"<(/?)([a-zA-Z][a-zA-Z0-9-]*)((?:[^<>\"']|\"[^\"]*\"|'[^']*')*)>")
_MARKUP = re.compile(r"<[^<>]*>")
_ENDS_ITSELF = frozenset({"area", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "track", "wbr"})
_MAY_STAY_OPEN = frozenset({"p", "li", "td", "th", "tr", "dt", "dd", "thead", "tbody", "tfoot", "colgroup", "option"})
_OFTEN_ALONE = _ENDS_ITSELF | _MAY_STAY_OPEN
_BOXES = re.compile(r"display\s*:\s*(?:inline-)?(?:flex|grid)")
_SPANNED = re.compile(r"\b(?:col|row)?span\s*=\s*[\"']?(\d+)", re.IGNORECASE)
_LONG_WORD = re.compile(rf"\S{{{LONGEST_WORD + 1}}}")
_MARKS = re.compile(
    rf"[\u0300-\u036f\u0483-\u0489\u1ab0-\u1aff\u1dc0-\u1dff\u20d0-\u20ff\ufe20-\ufe2f]{{{MOST_COMBINING + 1}}}"
)
_ASCII = bytes(range(128))
_REFERENCE = re.compile(r"(?:xlink:)?href\s*=\s*[\"']#([^\"']+)[\"']")
_IDENTIFIER = re.compile(r"\bid\s*=\s*[\"']([^\"']+)[\"']")


def beyond_bounds(html: str) -> Iterator[str]:
    """What a page has too much of, each as the end of a sentence about it: "nests elements deeper than 100"."""
    if len(html) > LARGEST_PAGE:
        yield f"has {len(html):,} characters; {LARGEST_PAGE:,} are the most"
        return
    deepest = boxes = rows = spanned = 0
    opened: list[tuple[str, bool]] = []
    inside = 0
    tags: list[tuple[str, str, str]] = _TAG.findall(html)
    for closing, written, attributes in tags:
        name = written.lower()
        if name in _OFTEN_ALONE or attributes.endswith("/"):
            rows += name == "tr" and not closing
        elif closing:
            while opened and (last := opened.pop()):
                inside -= last[1]
                if last[0] == name:
                    break
        else:
            is_box = "display" in attributes and _BOXES.search(attributes) is not None
            opened.append((name, is_box))
            inside += is_box
            deepest, boxes = max(deepest, len(opened)), max(boxes, inside)
        if "span" in attributes and (many := _SPANNED.search(attributes)) is not None:
            spanned = max(spanned, int(many[1][:9]))
    if deepest > DEEPEST:
        yield f"nests elements deeper than {DEEPEST}; flatten it"
    if boxes > DEEPEST_BOXES:
        yield f"nests flexible boxes or grids deeper than {DEEPEST_BOXES}; place them beside each other"
    if rows > MOST_ROWS:
        yield f"has {rows:,} rows of tables; {MOST_ROWS:,} are the most, split the document"
    if spanned > MOST_SPANNED:
        yield f"spans {spanned:,} cells; {MOST_SPANNED} are the most"
    if max(map(len, html.split()), default=0) <= LONGEST_WORD and _MARKS.search(html) is None:
        return  # nor in words alone
    words = _MARKUP.sub(" ", html)
    if _LONG_WORD.search(words):
        yield f"has a word of more than {LONGEST_WORD:,} characters; put spaces into it"
    if _MARKS.search(words):
        yield f"has more than {MOST_COMBINING} combining marks in a row; leave them out"


def surely_within(html: str) -> bool:
    """Whether a page keeps to all bounds that its words and rows may break, found out at a glance.

    How deep its elements nest is not looked at: for a page whose markup was set before.
    """
    return (
        len(html) <= LARGEST_PAGE
        and html.count("<tr") <= MOST_ROWS
        and _often_parted(html)
        and _MARKS.search(beyond_ascii(html)) is None
    )


def beyond_ascii(text: str) -> str:
    """The characters of a text that are not of ASCII, in their order; most of a page is gone then."""
    return text.encode("utf-8", "surrogatepass").translate(None, _ASCII).decode("utf-8", "surrogatepass")


def _often_parted(html: str) -> bool:
    """Whether every word ends in time, by spaces and ends of lines alone."""
    at, last = 0, len(html) - LONGEST_WORD
    while at < last:
        ends = html.rfind(" ", at, at + LONGEST_WORD + 1)
        if ends < 0:
            ends = html.rfind("\n", at, at + LONGEST_WORD + 1)
        if ends < 0:
            return False
        at = ends + 1
    return True


def picture_beyond_bounds(name: str, content: bytes) -> str | None:
    """What a picture has too much of, as the end of a sentence about it; None for one that can be drawn.

    A raster's pixels are read off its head. Of an SVG elements are counted as often as they are drawn.
    """
    return _drawing(content) if name.endswith(".svg") else _raster(content)


def _raster(content: bytes) -> str | None:
    most = f"{LARGEST_PICTURE:,} are the most"
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", Image.DecompressionBombWarning)  # only its head is read
            with Image.open(BytesIO(content), formats=("PNG", "JPEG", "GIF", "WEBP")) as picture:
                width, height = picture.size
    except Image.DecompressionBombError as error:
        return f"is too large ({error}); {most}"
    except (UnidentifiedImageError, OSError, ValueError):
        return "is no picture that can be read; save it as PNG or JPEG"
    if width * height > LARGEST_PICTURE:
        return f"has {width} × {height} pixels; make it smaller, {most}"
    return None


def _drawing(content: bytes) -> str | None:
    text = content.decode("utf-8", errors="replace")
    if "<!DOCTYPE" in text or "<!ENTITY" in text:
        return "declares a document type; leave that line out"
    if text.count("<") > 2 * MOST_ELEMENTS + 100:
        return f"has more than {MOST_ELEMENTS:,} elements; simplify the drawing"
    drawn = _drawn(text)
    if drawn > MOST_ELEMENTS:
        return f"draws more than {MOST_ELEMENTS:,} elements by `use`; simplify the drawing"
    if any(len(match[0]) > 100_000 for match in re.finditer(r"\bd\s*=\s*(\"[^\"]*\"|'[^']*')", text)):
        return "has a path of more than 100,000 characters; simplify the drawing"
    return None


def _drawn(text: str) -> int:
    """How many elements are drawn when every `use` is followed; what refers to itself counts as without end."""
    own: dict[str, int] = {}
    uses: dict[str, list[str]] = {}
    opened: list[tuple[str, str | None]] = []
    for match in _TAG.finditer(text):
        closing, name, attributes = match.groups()
        if closing:
            while opened and opened.pop()[0] != name:
                pass
            continue
        found = _IDENTIFIER.search(attributes)
        identifier = found[1] if found is not None else None
        around = [one for _, one in opened if one is not None] + ([identifier] if identifier is not None else [])
        reference = _REFERENCE.search(attributes) if name.endswith("use") else None
        for one in ["", *around]:
            own[one] = own.get(one, 0) + 1
            if reference is not None:
                uses.setdefault(one, []).append(reference[1])
        if not attributes.endswith("/"):
            opened.append((name, identifier))
    counted: dict[str, int] = {}

    def count(identifier: str, on_the_way: frozenset[str]) -> int:
        if identifier in on_the_way:
            return 0  # WeasyPrint stops at a loop
        if identifier not in counted:
            inner = on_the_way | {identifier}
            total = own.get(identifier, 0) + sum(count(one, inner) for one in uses.get(identifier, ()))
            counted[identifier] = min(total, 10 * MOST_ELEMENTS)
        return counted[identifier]

    return count("", frozenset())
