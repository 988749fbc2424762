"""Rows in every number of lines, learned at once: a table that no document has, of the rows that documents had."""

import html as markup
from collections.abc import Iterable, Iterator
from itertools import islice

from vaxel_engine.compiled.miss import Miss
from vaxel_engine.compiled.program import Markup, Program, Role, Slot
from vaxel_engine.compiled.reading import Block, Read, collapsed, read
from vaxel_engine.compiled.shaping import Types

MOST_LINES, FEWER_LINES = 7, 5
"""Beyond the first, of all texts in a row together, where it has one or two and where it has more; a longer row is
learned when it comes."""
_WIDE = 90.0
"""Pixels from which on a column holds sentences; in a narrower one two lines are many."""
_MOST_ROWS = 240
_FILLER = "enligt avtal och prislista för perioden med avläsning av mätare på plats hos kunden "


def stretched(program: Program, types: Types, html: str) -> str | None:
    """`html` with rows in all the numbers of lines that are not known; None where nothing is to be learned from it."""
    try:
        done = read(html, program)
    except Miss:
        return None
    text = collapsed(html)
    for one, other in zip(done.blocks, done.blocks[1:], strict=False):
        both = one.frame.place.role is Role.BODY and one.frame is other.frame
        if both and one.place.tag == other.place.tag:
            rows = "".join(islice(_rows(program, types, done, other), _MOST_ROWS))
            if not rows:
                return None
            rows += "".join(_again(done, other))
            return text[: other.at] + rows + text[other.at :]
    return None


def shortened(program: Program, html: str) -> tuple[int, list[str]]:
    """The first table of `html` with its last row alone, and with its first and its last one; and which table it is.

    Rows that follow each other otherwise than in longer tables are learned from them. Nothing for a table of few rows.
    """
    try:
        done = read(html, program)
    except Miss:
        return 0, []
    text = collapsed(html)
    rows = [block for block in done.blocks if block.frame.place.role is Role.BODY]
    rows = [block for block in rows if block.frame is rows[0].frame]
    if len(rows) < 3:
        return 0, []
    first, last = rows[0], rows[-1]
    alone = text[: first.at] + text[last.at :]
    return first.frame.place.number, [alone, text[: first.ends] + text[last.at :]]


def _rows(program: Program, types: Types, done: Read, like: Block) -> Iterator[str]:
    """Rows for the table of `like`, each in a number of lines that is not known of its markup."""
    tag = text_of(like.markup[: like.markup.index(">") + 1], [""] * 99)
    for (number, inner), known in program.markups.items():
        if number != like.place.twin or known.why or not known.shapes:
            continue
        words = _words_of(done, number, inner, known)
        for lines in _wanted(known):
            filled = [
                _filled(types, slot, wanted, word) for slot, wanted, word in zip(known.slots, lines, words, strict=True)
            ]
            silent = [word for word, slot in zip(filled, known.slots, strict=True) if not slot.silent]
            if all(one is not None for one in silent):
                yield tag + text_of(inner, [one or "" for one in silent])


def _again(done: Read, like: Block) -> Iterator[str]:
    """The rows of the table that are not known to look like the others, once more among the others."""
    tag = like.markup[: like.markup.index(">") + 1]
    for block in done.blocks:
        if block.frame is like.frame and block.place.twin != like.place.twin:
            own = block.markup[: block.markup.index(">") + 1].count("\x00")
            yield text_of(tag, [""] * 99) + text_of(block.markup[block.markup.index(">") + 1 :], block.words[own:])


def _words_of(done: Read, number: int, inner: str, known: Markup) -> list[str]:
    for block in done.blocks:
        if block.key == (number, inner):
            return block.words
    return ["1"] * len(known.slots)


def _wanted(known: Markup) -> Iterable[tuple[int, ...]]:
    """Numbers of lines that a markup is not known in: all of wide texts together, of narrow ones one at a time."""
    wide = [
        at for at, slot in enumerate(known.slots) if slot.face is not None and slot.wraps and slot.available > _WIDE
    ]
    narrow = [at for at, slot in enumerate(known.slots) if slot.face is not None and slot.wraps and at not in wide]
    for chosen in _shared_out(len(wide), MOST_LINES if len(wide) < 3 else FEWER_LINES):
        for two in (None, *narrow):
            if two is not None and max(chosen, default=1) > 2:
                continue
            lines = [1] * len(known.slots)
            for at, many in zip(wide, chosen, strict=True):
                lines[at] = many
            if two is not None:
                lines[two] = 2
            key = tuple(None if slot.silent else one for slot, one in zip(known.slots, lines, strict=True))
            if key not in known.shapes:
                yield tuple(lines)


def _shared_out(texts: int, most: int) -> Iterator[tuple[int, ...]]:
    """Numbers of lines of `texts` texts which have together at most `most` lines more than one each."""
    if not texts:
        yield ()
        return
    for more in range(most + 1):
        for others in _shared_out(texts - 1, most - more):
            yield 1 + more, *others


def _filled(types: Types, slot: Slot, lines: int, word: str) -> str | None:
    """Words that take so many lines; None where there are none."""
    if slot.silent:
        return ""
    if slot.face is None:
        return word
    if lines == 1:
        return word if types.run(slot.face, word).width < slot.available else "1"
    said = ""
    for letter in _FILLER * 20:
        said += letter
        if letter == " " and len(types.lines(slot.face, said.strip(), slot.available)) == lines:
            return said.strip()
        if len(said) > 1500:
            return None
    return None


def text_of(form: str, words: list[str]) -> str:
    """A markup with words in it."""
    pieces = form.replace("\x01 ", " ").split("\x00")
    written = [pieces[0]]
    for word, piece in zip(words, pieces[1:], strict=False):
        written.append(markup.escape(word) + piece)
    return "".join(written)
