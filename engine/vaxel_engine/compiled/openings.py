"""Documents made longer, block by block, until each of their blocks has begun a page: for the gate to compare.

Where a block begins a page, its margins and those around it are dropped or kept. Most blocks do so in one document of
thousands, so that neither samples nor a search over hundreds of documents would show it.
"""

from collections import Counter
from collections.abc import Iterable, Iterator

from vaxel_engine.compiled.edges import between
from vaxel_engine.compiled.miss import Miss
from vaxel_engine.compiled.program import Role
from vaxel_engine.compiled.reading import Block, collapsed, read
from vaxel_engine.compiled.searching import Fact, Paper, used_by
from vaxel_engine.compiled.setting import Setter

_MOST = 48
"""Times that one block stands again: as many rows as a page has, and some more."""
_TRIES = 2
"""Documents that are made longer for a block."""


def opened(setter: Setter, papers: Iterable[Paper], wanted: set[Fact]) -> list[Paper]:
    """Longer papers in which pages begin as in `wanted`, as far as any does; takes what they need out there."""
    tried: Counter[tuple[bool, object]] = Counter()
    found: list[Paper] = []
    for paper in papers:
        own = setter.grey if paper.grey else setter
        if own is None or paper.again:
            continue
        left = {fact[2] for fact in wanted if fact[0] == "opens" and fact[1] == id(own.program)}
        here = {(paper.grey, number) for number in left & _numbers(own, paper) if tried[paper.grey, number] < _TRIES}
        if not here:
            continue
        tried.update(here)
        for longer in _longer(own, paper):
            uses = used_by(setter, longer) & wanted
            if any(fact[0] == "opens" for fact in uses):
                found.append(longer)
                wanted -= uses
    return found


def _numbers(setter: Setter, paper: Paper) -> set[object]:
    """The places of a document's blocks; none where the program refuses it."""
    try:
        return {one.block.place.number for page in setter.laid(paper.html)[1] for one in page}
    except Miss:
        return set()


def _longer(setter: Setter, paper: Paper) -> Iterator[Paper]:
    """A paper in which one of its blocks follows itself once, twice and so on: a paragraph, then its first row."""
    text = collapsed(paper.html)
    blocks = [one for one in read(text, setter.program).blocks if one.ends and _may_be_divided_from(one)]
    rows = (one for one in blocks if one.place.role is Role.ROW and one.frame.place.role is Role.BODY)
    others = (one for one in blocks if one.place.role is Role.BLOCK)
    for several in (others, rows):
        block = next((one for one in several if _numbers(setter, _repeated(paper, text, one, 1))), None)
        if block is not None:
            yield from (_repeated(paper, text, block, times) for times in range(1, _MOST + 1))


def _repeated(paper: Paper, text: str, block: Block, times: int) -> Paper:
    html = text[: block.ends] + text[block.at : block.ends] * times + text[block.ends :]
    return Paper(f"{paper.name}, longer by {times}", html, paper.pictures, grey=paper.grey)


def _may_be_divided_from(block: Block) -> bool:
    """Whether a page may end between a block and another one like it."""
    known = between(block, block)
    return known is not None and not known[1]
