"""A document's HTML read as places and words, without a parser: its templates write the same markup again and again.

The markup itself is the mark: what a template's conditions and loops wrote can be seen in the tags, so that a block's
markup without its words stands for the path that control took in its template. Nothing is put into templates by hand.
Whatever is written in another way than was seen when the program was learned is a miss.
"""

import html
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import lru_cache

from vaxel_engine.compiled.miss import Miss, Reason
from vaxel_engine.compiled.program import Place, Program, Role

_SPACES = re.compile(r"[ \t\r\n\f]+")
"""What HTML collapses; a space that does not break stays."""
_SLOTS = re.compile(r'((?: alt| data-[\w-]+)=")([^"]*)|(> ?)([^ <][^<]*)')
_ATTRIBUTES = re.compile(r'((?: alt| data-[\w-]+)=")[^"]*')
AGAIN = "<!--again-->"
"""In what is made for learning, before a block that stands where the one before it stands; never in a document."""
AFRESH = ' style="break-before: page; margin-top: 0"'
"""In the tag of such a block that begins a page of its own: few fit one page where each stays with what is before."""
VOID = frozenset({"area", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "track", "wbr"})
_PLACES = re.compile("((?:\x01 )?\x00)")
_ROWS_IN_MIND = 8
WHOLE = frozenset({Role.ROW, Role.BLOCK, Role.OUT, Role.PART, Role.PIECE})
"""What is known with everything in it."""
_HEAD = re.compile(r'<title>([^<]*)</title>|(<meta name="author" content=")([^"]*)|<html lang="([^"]*)"')


@dataclass(slots=True)
class Frame:
    """An element that holds blocks, in one document."""

    place: Place
    parent: "Frame | None"


@dataclass(slots=True)
class Block:
    """A block in one document: its markup without words, and its words in their order."""

    place: Place
    frame: Frame
    markup: str
    words: list[str]
    at: int = 0
    ends: int = 0
    """Where it begins and ends in the collapsed HTML."""
    ordinal: int = 0
    """Which item of an ordered list it is, the first being 1; 0 for anything else."""
    inner: str = ""
    """Of a row, its markup without its own tag, where that was at hand."""
    afresh: bool = False
    """Whether it begins a page of its own, in what is made for learning."""

    @property
    def key(self) -> tuple[int, str]:
        """What its markup is known by; blocks that look alike share what is known of them."""
        if self.place.role is Role.ROW:
            return self.place.twin, self.inner or self.markup[self.markup.index(">") + 1 :]
        return self.place.twin, self.markup


@dataclass(slots=True)
class Read:
    """A document as its blocks in their order, and what its head and its body say."""

    title: str
    author: str
    language: str
    body: Place
    body_words: list[str]
    blocks: list[Block] = field(default_factory=list[Block])


def collapsed(source: str) -> str:
    """The HTML with each run of white space as one space, and none around it."""
    if "\v" in source:  # which splits for Python alone
        return _SPACES.sub(" ", source).strip(" ")
    return b" ".join(source.encode().split()).decode()


def without_words(markup: str) -> tuple[str, list[str]]:
    """A block's markup with an empty place for each of its words, and the words as text."""
    pieces = _SLOTS.split(markup)
    if len(pieces) == 1:
        return markup, []
    kept: list[str] = []
    words: list[str] = []
    for before, name, value, opening, said in zip(*(pieces[at:-1:5] for at in range(5)), strict=True):
        if said is None:
            kept += before, name, "\x00"
            said = value
        elif said[-1] == " ":
            kept += before, opening, "\x01 \x00"
            said = said[:-1]
        else:
            kept += before, opening, "\x00"
        words.append(html.unescape(said) if "&" in said else said)
    kept.append(pieces[-1])
    return "".join(kept), words


def bare(tag: str) -> str:
    """A tag without the words in its attributes."""
    return "".join(_ATTRIBUTES.split(tag)) if "data-" in tag or " alt=" in tag else tag


def head_of(source: str) -> tuple[str, str, str, str]:
    """Title, author and language of a document, and the rest of its head, by which it is known."""
    said = ["", "", ""]
    for found in _HEAD.finditer(source):
        for at, group in enumerate((1, 3, 4)):
            if found[group] is not None:
                said[at] = html.unescape(found[group])
    return said[0].strip(), said[1], said[2], _HEAD.sub(lambda found: found[2] or "", source)


def read(source: str, program: Program, *, again: bool = False) -> Read:
    """The document as blocks of the program's places; raises Miss. Blocks may stand `again` only for learning."""
    text = collapsed(source)
    begins = text.find("<body")
    if begins < 0:
        raise Miss(Reason.MARKUP, "there is no body")
    title, author, language, rest = head_of(text[:begins])
    if rest not in program.heads:
        raise Miss(Reason.HEAD, rest)
    return _Reader(text, begins, program.root, again=again).read(title, author, language)


def end_of(text: str, begins: int, tag_ends: int) -> int:
    """Where the element ends whose tag is `text[begins:tag_ends]`; raises Miss where it is not closed."""
    name = name_of(text, begins + 1)
    if name in VOID or text[tag_ends - 2] == "/":
        return tag_ends
    opening, closing = f"<{name}", f"</{name}>"
    at, depth = tag_ends, 1
    while depth:
        ends = text.find(closing, at)
        if ends < 0:
            raise Miss(Reason.MARKUP, f"{text[begins:tag_ends]} is not closed")
        inner = text.find(opening, at, ends)
        while inner >= 0:
            if text[inner + len(opening)] in " >":
                depth += 1
            inner = text.find(opening, inner + 1, ends)
        depth -= 1
        at = ends + len(closing)
    return at


def name_of(text: str, begins: int) -> str:
    """The name of an element from where it begins."""
    ends = begins
    while text[ends] not in " />":
        ends += 1
    return text[begins:ends]


@dataclass(frozen=True, slots=True)
class _Row:
    """A row's markup, to be found again at once in the rows that follow it."""

    tag: str
    markup: str
    inner: str
    found: Callable[[str, int], re.Match[str] | None]


@lru_cache(maxsize=1_024)
def _row(tag: str, markup: str) -> _Row:
    """The markup of a row whose own tag is `tag`; what it finds is what `without_words` would make of it."""
    form: list[str] = []
    before = ""
    for piece in _PLACES.split(markup):
        if not piece.endswith("\x00"):
            form.append(re.escape(piece))
        elif before.endswith('="'):
            form.append('([^"]*)')
        else:
            form.append("([^ <](?:[^<]*[^ <])?)" + piece[1:-1])
        before = piece
    return _Row(tag, markup, markup[markup.index(">") + 1 :], re.compile("".join(form)).match)


class _Reader:
    def __init__(self, text: str, begins: int, root: Place, *, again: bool) -> None:
        self._text = text
        self._at = begins
        self._root = root
        self._again = again

    def read(self, title: str, author: str, language: str) -> Read:
        tag_ends = self._text.index(">", self._at) + 1
        tag, words = without_words(self._text[self._at : tag_ends])
        body = self._root.children.get((language, bare(self._text[self._at : tag_ends])))
        if body is None:
            raise Miss(Reason.PLACE, tag)
        done = Read(title, author, language, body, words)
        done.blocks.extend(self._within(Frame(body, None), "body", tag_ends))
        return done

    def _within(self, frame: Frame, name: str, begins: int) -> Iterator[Block]:
        """The blocks of the element that is open, up to its end."""
        text = self._text
        before = earlier = ""
        in_table = frame.place.role is Role.TABLE
        item, of_order = 0, name == "ol"
        closing = f"</{name}>"
        at = begins
        is_empty = True
        rows: list[_Row] = []
        while True:
            if text[at] == " ":
                at += 1
            known = self._like_one_of(rows, frame, before, at)
            if known is not None:
                row, block = known
                yield block
                at = block.ends
                earlier, before = before, before + row.tag if in_table else row.tag
                continue
            if text.startswith(closing, at):
                self._at = at + len(closing)
                if is_empty:
                    yield self._empty(frame, begins)
                return
            afresh = False
            if self._again and text.startswith(AGAIN, at):
                before, at = earlier, at + len(AGAIN)
                afresh = AFRESH in text[at : text.index(">", at)]
            if text[at] != "<" or text[at + 1] in "/!":
                raise Miss(Reason.MARKUP, text[at : at + 40])
            tag_ends = text.index(">", at) + 1
            tag = bare(text[at:tag_ends])
            if afresh:
                tag = tag.replace(AFRESH, "")
            place = frame.place.children.get((before, tag))
            if place is None:
                raise Miss(Reason.PLACE, f"{tag} after {before or 'the beginning'} in {frame.place.tag}")
            role = place.role
            is_empty = is_empty and role is Role.NOTHING
            if role in WHOLE:
                ends = end_of(text, at, tag_ends)
                markup, words = without_words(text[at:ends].replace(AFRESH, "", 1) if afresh else text[at:ends])
                item += of_order and name_of(text, at + 1) == "li"
                yield Block(place, frame, markup, words, at, ends, item, afresh=afresh)
                if role is Role.ROW and not self._again:
                    rows.insert(0, _row(tag, markup))
                    del rows[_ROWS_IN_MIND:]
                at = ends
            elif role is Role.UNSUITED:
                raise Miss(Reason.UNSUITED, f"{place.name}: {place.why}")
            elif role is Role.STAGE:
                yield Block(place, frame, tag, [], at)
                yield from self._within(Frame(place, frame), name_of(text, at + 1), tag_ends)
                at = self._at
            elif role is Role.BESIDE or role is Role.STACK:
                yield Block(place, frame, tag, [], at, end_of(text, at, tag_ends), afresh=afresh)
                yield from self._within(Frame(place, frame), name_of(text, at + 1), tag_ends)
                at = self._at
            elif role is Role.NOTHING:
                ends = end_of(text, at, tag_ends)
                tag = text[at:ends] if tag.startswith("<colgroup") else tag
                at = ends
            else:
                yield from self._within(Frame(place, frame), name_of(text, at + 1), tag_ends)
                at = self._at
            earlier = before
            before = before + tag if in_table else tag  # columns have a say in all that follows

    def _like_one_of(self, rows: list[_Row], frame: Frame, before: str, at: int) -> tuple[_Row, Block] | None:
        """A row in the markup of one of `rows`, the last one first; None for anything else."""
        text = self._text
        for order, row in enumerate(rows):
            found = row.found(text, at)
            if found is None:
                continue
            place = frame.place.children.get((before, row.tag))
            if place is None or place.role is not Role.ROW:
                return None
            words = list(found.groups())
            ends = found.end()
            if text.find("&", at, ends) >= 0:
                words = [html.unescape(said) if "&" in said else said for said in words]
            if order:
                rows.insert(0, rows.pop(order))
            return row, Block(place, frame, row.markup, words, at, ends, 0, row.inner)
        return None

    def _empty(self, frame: Frame, begins: int) -> Block:
        """A table's body without rows, which has elements of its own; raises Miss for anything else without content."""
        if frame.place.role is not Role.BODY or frame.parent is None:
            raise Miss(Reason.SHAPE, f"{frame.place.name}: nothing in it")
        at = self._text.rindex("<", 0, begins)
        return Block(frame.place, frame.parent, frame.place.tag, [], at, self._at)
