"""What in a pack's pages only WeasyPrint can set, in the words of whoever designs them: where it is, what to write.

A document is learned into a program that knows nothing, so that what is said is what the program would say, whichever
rule it is. A rule without advice here is told as it is; the pages are right either way, and slow.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from vaxel_engine.compiled.compiling import empty, teach
from vaxel_engine.compiled.miss import Reason
from vaxel_engine.compiled.program import Place
from vaxel_engine.model import Document
from vaxel_engine.packs import Pack

_REMEDIES = (
    ("floats or runs", "place both in one block, or say it in the page's margin with string-set"),
    ("stands between blocks as a word", "put the loose words into a block of their own"),
    ("placed by its position on a page that is not the first", "place it within a block, which has position: relative"),
    ("laid out in more than one way", "give each of its forms a class of its own"),
    ("foot of a table", "make it a row, or a block below the table"),
    ("gradient", "a flat colour, or an SVG instead of a picture of pixels"),
    ("line goes through the words", "say in words that it no longer counts"),
    ("drawn between two blocks", "draw it as the border or the background of a block"),
    ("set otherwise than they are written", "write the words as they are read: no text-transform, no hyphens: auto"),
    ("drawn otherwise than they are written", "write the words as they are read: no text-transform, no ::first-letter"),
    ("more than one font", "one font for a whole paragraph, which has all of its letters"),
    ("font that varies", "font files in fonts/ that are of one weight each"),
    ("font that is not a file of the pack", "put the font's file into fonts/"),
    ("word that the style sheet writes", "write it in the template instead of content: or counter() in the style"),
    ("words that are drawn apart", "set letter-spacing and word-spacing to normal"),
    ("heading of several words with tags", "leave the tags out of the heading"),
    ("bookmark within a paragraph", "make what has the bookmark a block of its own"),
    ("picture without words of its own", "give it an alt text"),
    ("picture whose words are drawn apart", "draw its words as outlines, or leave them out of the picture"),
    ("row with a heading of its own", "make its first cell a td"),
    ("field or a link within the document", "link to addresses alone"),
    ("a page begins before", "leave out break-before, or say it on the section before"),
    ("running words", "string-set on the block itself, of one attribute: string-set: name attr(data-name)"),
    ("looks otherwise", "let the same tag look alike wherever it stands in a paragraph"),
    ("links of more than one kind", "write the links of a paragraph in one way"),
    ("in the page's margin", "say in the margin what string-set and counter(page) can"),
)
_SLOW = "and the pages with it are set by WeasyPrint, ten times as slowly"
_OTHERWISE = "nothing is wrong with it; docs/performance.md says what the program sets"
_NAMED = re.compile(r"(<[^>]*>|@[a-z-]+): ")
_TAG = re.compile(r"<([a-z][a-z0-9]*)\b([^>]*)>")
_CLASSES = re.compile(r'class="([^"]*)"')
_EXACTLY = 1_000
_TEMPLATES = (".paper.html", "layouts/paper.html")


@dataclass(frozen=True, slots=True)
class Slow:
    """One thing that keeps pages from being put together by a program; `file` is a name in the pack."""

    file: str
    line: int | None
    what: str
    remedy: str


def slow_in(document: Document, pack: Pack) -> tuple[Slow, ...]:
    """Everything in the pages of `document` that only WeasyPrint can set; raises what filling the templates raises."""
    if document.pdf is not None:
        return ()
    setter = empty(pack)
    learned = teach(setter, pack, [document], stretch=False)
    if not learned.left:
        return ()
    told = dict.fromkeys((*learned.said, *_places(setter.program.root), *_left(learned.left)))
    return tuple(_advised(said, pack) for said in told)


def _places(place: Place) -> Iterator[str]:
    if place.why:
        yield f"{place.name}: {place.why}"
    for child in place.children.values():
        yield from _places(child)


def _left(left: dict[Reason, int]) -> Iterator[str]:
    """Reasons that no element is named for."""
    for reason in left:
        if reason is not Reason.UNSUITED:
            yield f"a sample is not set by the program ({reason})"


def _advised(said: str, pack: Pack) -> Slow:
    found = _NAMED.match(said)
    tag = found[1] if found is not None else ""
    what, _, remedy = said[len(tag) + 2 * bool(tag) :].partition("; ")
    known = remedy or next((advice for words, advice in _REMEDIES if words in what), _OTHERWISE)
    file, line = where(tag, pack)
    return Slow(file, line, f"{f'{tag}: ' if tag else ''}{what}, {_SLOW}", known)


def where(tag: str, pack: Pack) -> tuple[str, int | None]:
    """The template that writes an element, and the line; the style sheet where no template has it."""
    found = _TAG.match(tag)
    if found is None:
        return "css/paper.css", None
    classes = set(_words(found[2]))
    scored: list[tuple[int, str, int]] = []
    for name in sorted(pack.files):
        if name.endswith(_TEMPLATES):
            text = pack.read(name).decode(errors="replace")
            for one in _TAG.finditer(text):
                both = _EXACTLY if one[0] == tag else len(classes & set(_words(one[2])))
                if one[1] == found[1] and (both or not classes):
                    scored.append((both, name, text.count("\n", 0, one.start()) + 1))
    best = max((score for score, _, _ in scored), default=0)
    like_it = [(name, line) for score, name, line in scored if score == best]
    return like_it[0] if like_it and (best or len(like_it) == 1) else ("css/paper.css", None)


def _words(attributes: str) -> list[str]:
    found = _CLASSES.search(re.sub(r"\{%.*?%\}|\{\{.*?\}\}", " ", attributes))
    return found[1].split() if found else []
