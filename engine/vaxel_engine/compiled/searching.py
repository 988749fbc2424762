"""What is worth comparing: documents that end their pages in a new way or fit tightly, and all that a program knows.

Laying a document out with the program alone costs a few milliseconds, setting it with WeasyPrint a hundred times as
much. So many are laid out here, and few are chosen.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import pairwise

from vaxel_engine.compiled.miss import Miss, Reason
from vaxel_engine.compiled.paginating import Placed
from vaxel_engine.compiled.program import OF_NO_FLOW, Place, Program, Role
from vaxel_engine.compiled.setting import Setter
from vaxel_engine.model import Document
from vaxel_engine.packs import Pack
from vaxel_engine.rendering import Rendering
from vaxel_engine.rendering.paper import grey_source_of, source_of

MOST_ENDS, TIGHTEST = 24, 8
"""Ways in which pages end that are tried, of which a pack has a dozen or two; and the tightest fits."""
_TIGHTEST_OF_BLOCK = 2
"""Fits of each block: one that needs more space than it is high is found by them alone."""
_BY_FIT = frozenset({Reason.TIGHT, Reason.TIE, Reason.KEPT, Reason.TABLE, Reason.TALL})
"""Refusals that hang on where on its page a block stands: whoever does not refuse there any more has to be right."""

Fact = tuple[object, ...]
"""One thing that a program knows: a shape, a distance, the beginning of a page, a kind of page."""


@dataclass(frozen=True, slots=True)
class Paper:
    """What pages are set from, and the document that they are of."""

    name: str
    html: str
    pictures: dict[str, str]
    identifier: bytes = b"\0" * 16
    grey: bool = False
    """For ink of one colour."""
    again: bool = False
    """Whether blocks stand several times at one place in it, as `gathering.py` puts them together."""

    @classmethod
    def of(cls, rendering: Rendering, *, grey: bool = False) -> "Paper":
        """A document's paper; raises what filling the pack's templates raises."""
        return cls(rendering.document.reference, *(grey_source_of if grey else source_of)(rendering), grey=grey)


def paper_of(document: Document, pack: Pack) -> Paper:
    """A document's paper in colour; raises what filling the pack's templates raises."""
    return Paper.of(Rendering.of(document, pack))


def chosen(setter: Setter, papers: Iterable[Paper]) -> list[Paper]:
    """Of many papers one for each way in which a page ends and each rule that decided it, and the tightest fits.

    Papers that the program refuses because of where a block stands are among them: they cost nothing to compare.
    """
    ends: dict[object, Paper] = {}
    tight: dict[int, list[tuple[float, int, Paper]]] = {}
    kept: dict[object, Paper] = {}
    for at, paper in enumerate(papers):
        try:
            body, pages = setter.laid(paper.html)
        except Miss as miss:
            if miss.reason in _BY_FIT:
                kept.setdefault((miss.reason, miss.what), paper)
            continue
        for number, (page, following) in enumerate(pairwise(pages)):
            room = setter.program.pages[body.number, number == 0].bottom - _bottom(page)
            ends.setdefault(_end(page, following), paper)
            tight.setdefault(page[-1].block.place.number, []).append((room, at, paper))
            for rule in _decided(setter.program, page, following, room):
                kept.setdefault(rule, paper)
    fits = sorted((one for of_block in tight.values() for one in of_block), key=_by_room)[:TIGHTEST]
    fits += [one for of_block in tight.values() for one in sorted(of_block, key=_by_room)[:_TIGHTEST_OF_BLOCK]]
    found = [*list(ends.values())[:MOST_ENDS], *(one for *_, one in fits), *kept.values()]
    return list({id(one): one for one in found}.values())


def facts_of(program: Program) -> set[Fact]:
    """Everything that a program writes pages with, those for ink of one colour too."""
    shapes = {("shape", id(shape)) for markup in program.markups.values() for shape in markup.shapes.values()}
    gaps = {("gap", id(program), *key) for key in program.gaps}
    pages = {("page", id(program), *key) for key in program.pages}
    flows = {("flow", id(program), number) for number in range(len(program.flows))}
    opens = {("opens", id(program), *how) for how in _openings(program)}
    return {*shapes, *gaps, *pages, *flows, *opens, *(facts_of(program.grey) if program.grey is not None else ())}


def used_by(setter: Setter, paper: Paper) -> frozenset[Fact]:
    """What of its knowledge a program needs for a paper; nothing where it refuses it."""
    own = setter.grey if paper.grey else setter
    if own is None:
        return frozenset()
    try:
        return frozenset(_used(own.program, *own.laid(paper.html, again=paper.again)))
    except Miss:
        return frozenset()


def covering(setter: Setter, papers: Iterable[Paper], wanted: set[Fact]) -> list[Paper]:
    """Few of the papers that need everything in `wanted` together, as far as any of them does; takes it out there."""
    told = [(paper, used_by(setter, paper)) for paper in papers]
    picked: list[Paper] = []
    while told and wanted:
        paper, uses = max(told, key=lambda one: len(wanted & one[1]))
        if not wanted & uses:
            break
        picked.append(paper)
        wanted -= uses
    return picked


def forget(program: Program, unproved: set[Fact]) -> int:
    """Take out of a program what was compared nowhere, so that it is a miss; how much that was."""
    many = 0
    for markup in program.markups.values():
        for key in [key for key, shape in markup.shapes.items() if ("shape", id(shape)) in unproved]:
            del markup.shapes[key]
            many += 1
    for key in [key for key in program.gaps if ("gap", id(program), *key) in unproved]:
        del program.gaps[key]
        many += 1
    program.openings = {how: True for how in _openings(program) if ("opens", id(program), *how) not in unproved}
    flows = {number for number in range(len(program.flows)) if ("flow", id(program), number) in unproved}
    if flows:
        _without(program.root, flows)
        program.inner_flows = {key: -1 if one in flows else one for key, one in program.inner_flows.items()}
    return many + len(flows) + (forget(program.grey, unproved) if program.grey is not None else 0)


def _openings(program: Program) -> Iterable[tuple[int, int]]:
    """All ways in which a page could begin, or those that were compared: a place, and how much begins with it."""
    if program.openings is not None:
        return program.openings
    flowing = (one for one in program.root.levels if one[0].role in (Role.BLOCK, Role.BESIDE, Role.STAGE, Role.ROW))
    return ((place.number, begins) for place, level in flowing for begins in range(1, level + 1))


def _without(place: Place, flows: set[int]) -> None:
    place.flows = {tag: -1 if number in flows else number for tag, number in place.flows.items()}
    for child in place.children.values():
        _without(child, flows)


def _used(program: Program, body: Place, pages: list[list[Placed]]) -> Iterator[Fact]:
    for number, page in enumerate(pages):
        yield "page", id(program), body.number, number == 0
        flow = [one for one in page if one.block.place.role not in OF_NO_FLOW]
        for one in page:
            yield "shape", id(one.shape)
            if one.flow >= 0:
                yield "flow", id(program), one.flow
            if one.opens is not None:
                yield "opens", id(program), *one.opens
        for one, other in pairwise(flow):
            key = one.block.place.number, other.block.place.number
            if key in program.gaps:
                yield "gap", id(program), *key


def _end(page: list[Placed], following: list[Placed]) -> object:
    """How a page ends: its last block, the first of the next one, and how many lines they have."""
    last, first = page[-1], following[0]
    return (
        *(last.block.place.number, first.block.place.number),
        *(len(one.lines) and max(map(len, one.lines)) for one in (last, following[min(1, len(following) - 1)])),
    )


def _decided(program: Program, page: list[Placed], following: list[Placed], room: float) -> Iterator[object]:
    """The rules without which the page would end elsewhere: a block that stays with the next one."""
    last = [one for one in page if one.block.place.role is Role.OUT or one.block.place.role not in OF_NO_FLOW][-1]
    flow = [one for one in following if one.block.place.role not in OF_NO_FLOW]
    if len(flow) < 2:
        return
    first, second = flow[0], flow[1]
    between = program.gaps.get((first.block.place.number, second.block.place.number))
    before = program.gaps.get((last.block.place.number, first.block.place.number))
    if between is not None and between[1] and before is not None and before[0] + first.shape.height + first.more < room:
        yield "stays", first.block.place.number, second.block.place.number


def _by_room(one: tuple[float, int, Paper]) -> tuple[float, int]:
    return one[:2]


def _bottom(page: list[Placed]) -> float:
    return max(one.y + one.shape.height for one in page if one.shape.fixed is None)
