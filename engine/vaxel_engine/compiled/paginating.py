"""Blocks onto pages: which begin a page, and at what height each stands."""

from collections.abc import Callable
from dataclasses import dataclass, field

from vaxel_engine.compiled.edges import beginning, between, opening
from vaxel_engine.compiled.miss import Miss, Reason
from vaxel_engine.compiled.program import PageKind, Place, Program, Role, Shape
from vaxel_engine.compiled.reading import Block, Frame
from vaxel_engine.compiled.shaping import Run

_NOISE = 1 + 1e-9
"""By how much WeasyPrint lets a box stand over the end of its page: a letter on a grid fits it exactly."""
TIE = 1e-7
"""Pixels; nearer to that limit the order of sums decides, which is WeasyPrint's own."""


@dataclass(slots=True)
class Placed:
    """A block in its shape, with its words set in lines; `y` is the height of its top on its page."""

    block: Block
    shape: Shape
    lines: list[tuple[Run, ...]]
    y: float = 0.0
    marks: list[int] = field(default_factory=list[int])
    """The numbers of its marked contents on its page."""
    first: int = 0
    """The number of its first element in the file."""
    flow: int = -1
    """The number of the flow that set its words, if one did."""
    feet: tuple[float, ...] = ()
    """Of a paragraph that may be divided: how far down from its top each of its lines reaches."""
    part: "Callable[[int, int | None], Placed] | None" = None
    """Its lines from one to another as a block."""
    parts: "list[Placed]" = field(default_factory=lambda: list[Placed]())
    """What stands in it side by side (`beside.py`)."""
    more: float = 0.0
    """By how much they make it higher than its shape."""
    opens: tuple[int, int] | None = None
    """How it begins a page that is not the first one, if it does."""


def paginated(program: Program, body: Place, entries: list[Placed]) -> list[list[Placed]]:
    """The blocks of each page in the order of the document; raises Miss where WeasyPrint has to decide."""
    return _Pagination(program, body, entries).pages()


class _Pagination:
    def __init__(self, program: Program, body: Place, entries: list[Placed]) -> None:
        self._program = program
        self._body = body
        self._entries = entries
        self._pages: list[list[Placed]] = [[]]
        self._flow: list[int] = []
        """Which entries flow on the page that is being filled."""
        self._kind = self._kind_of()
        self._head: Placed | None = None
        self._heads: dict[int, tuple[int, Placed]] = {}
        """By table, up to which entry was looked for its head, and the last one before that."""

    def pages(self) -> list[list[Placed]]:
        at, entries = 0, self._entries
        while at < len(entries):
            entry = entries[at]
            role = entry.block.place.role
            if role is Role.OUT:
                if len(self._pages) > 1 or entry.shape.fixed is None:
                    raise Miss(Reason.PAGE, f"{entry.block.place.name} is not on the first page")
                entry.y = entry.shape.fixed
                self._pages[-1].append(entry)
                at += 1
                continue
            if entry.block.afresh and self._flow:
                self._begin(at)
            y = self._top_of(at)
            if self._over(y + entry.shape.height + entry.more):
                kept = self._lines_kept(entry, y)
                if not kept:
                    at = self._break_before(at, y)
                    continue
                entry = self._divide(at, kept)
                entry.y = y
                self._pages[-1].append(entry)
                at = self._begin(at + 1)
                continue
            self._refuse_what_hangs_over(entry, y)
            entry.y = y
            self._pages[-1].append(entry)
            self._flow.append(at)
            at += 1
        return self._pages

    def _kind_of(self) -> PageKind:
        kind = self._program.pages.get((self._body.number, len(self._pages) == 1))
        if kind is None:
            raise Miss(Reason.PAGE, f"{self._body.tag}, page {len(self._pages)}")
        return kind

    def _top_of(self, at: int) -> float:
        entry = self._entries[at]
        if not self._flow:
            top = self._kind.top + self._start_of(at)
            head = self._head_of(at)
            if head is None:
                return top
            again = Placed(head.block, head.shape, head.lines, top, [0] * len(head.marks))
            self._pages[-1].append(again)
            self._head = again
            return top + head.shape.height
        before = self._entries[self._flow[-1]]
        if self._head is not None and before.block.frame.parent is not entry.block.frame.parent:
            self._head = None
        return before.y + before.shape.height + before.more + self._between(self._flow[-1], at)[0]

    def _start_of(self, at: int) -> float:
        """How far below its page's top a block begins that begins the page."""
        entry, known = self._entries[at], self._program.openings
        place, how = entry.block.place, (entry.block.place.number, 0)
        if entry.block.afresh:
            return 0.0
        if len(self._pages) == 1:
            start = self._program.starts.get(how)
        else:
            before = self._before(at)
            entry.opens = how = opening(before, entry.block)
            if known is not None and how not in known:
                raise Miss(Reason.GAP, f"{place.name} begins a page")
            start = self._program.starts.get(how)
            start = beginning(before, entry.block) if start is None else start
        if start is None:
            raise Miss(Reason.GAP, f"{place.name} begins a page")
        return start

    def _before(self, at: int) -> Block:
        blocks = (self._entries[one].block for one in range(at - 1, -1, -1))
        return next(block for block in blocks if block.place.role is not Role.OUT)

    def _head_of(self, at: int) -> Placed | None:
        """The head that is repeated when a page begins with this row; None for anything else."""
        entry = self._entries[at]
        if entry.block.frame.place.role is not Role.BODY:
            return None
        table = entry.block.frame.parent
        looked, found = self._heads.get(id(table), (0, None))
        for before in range(at - 1, looked - 1, -1):
            one = self._entries[before]
            if one.block.frame.place.role is Role.HEAD and one.block.frame.parent is table:
                found = one
                break
        if found is None:
            raise Miss(Reason.TABLE, "a table without a head")
        self._heads[id(table)] = at, found
        return found

    def _between(self, one: int, other: int) -> tuple[float, bool]:
        left, right = self._entries[one].block, self._entries[other].block
        known = self._program.gaps.get((left.place.number, right.place.number))
        if known is None:
            if left.frame.place.role is Role.HEAD and _same_table(left.frame, right.frame):
                return 0.0, True
            known = between(left, right) if other == one + 1 else None
        if known is None:
            raise Miss(Reason.GAP, f"{right.place.name} after {left.place.name}")
        return known

    def _over(self, bottom: float) -> bool:
        distance = bottom - self._kind.bottom * _NOISE
        if -TIE < distance < TIE:
            raise Miss(Reason.TIE, f"{distance:.9f} px")
        return distance > 0

    def _refuse_what_hangs_over(self, entry: Placed, y: float) -> None:
        shape = entry.shape
        if shape.slack and self._over(y + shape.height + entry.more + 2 * shape.slack):
            raise Miss(Reason.TIGHT, entry.block.place.name)
        if shape.reach > shape.height and self._over(y + shape.reach):
            raise Miss(Reason.TIGHT, f"{entry.block.place.name}, by what is placed in it")
        for part in entry.parts:
            if part.shape.reach > part.shape.height and self._over(y + shape.inner + part.shape.reach):
                raise Miss(Reason.TIGHT, f"{part.block.place.name}, by what is placed in it")

    def _break_before(self, at: int, y: float) -> int:
        """Begin a page with the last block before which one may begin, and answer which."""
        if not self._flow:
            raise Miss(Reason.TALL, self._entries[at].block.place.name)
        if self._entries[at].block.frame.place.role is Role.HEAD:
            following = self._entries[at + 1] if at + 1 < len(self._entries) else None
            if following is None or not self._over(y + following.shape.height):
                raise Miss(Reason.TABLE, "a row would fit where the head does not")
        first = self._flow[0]
        order = [*self._flow, at]
        for place in range(len(order) - 1, 0, -1):
            one, other = order[place - 1], order[place]
            if self._entries[one].block.frame.place.role is Role.HEAD:
                continue  # a head does not stand alone
            if not self._between(one, other)[1]:
                return self._begin(other)
            before = self._entries[one]
            if before.feet and before.block.place.divided is not None:
                orphans, widows = before.block.place.divided
                if len(before.feet) - widows >= orphans:
                    stays = self._divide(one, len(before.feet) - widows)
                    stays.y = before.y
                    self._pages[-1] = [stays if placed is before else placed for placed in self._pages[-1]]
                    return self._begin(one + 1)
        raise Miss(Reason.KEPT, f"{self._entries[at].block.place.name} with {self._entries[first].block.place.name}")

    def _lines_kept(self, entry: Placed, y: float) -> int:
        """How many lines of a paragraph stay on the page that it does not fit; 0 for none."""
        if not entry.feet or entry.block.place.divided is None:
            return 0
        orphans, widows = entry.block.place.divided
        fitting = next(at for at, foot in enumerate(entry.feet) if self._over(y + foot))
        needed = max(0, widows - len(entry.feet) + fitting)
        spare = fitting - orphans
        if self._flow and (spare < 0 or needed > spare):
            return 0
        kept = fitting - needed if needed <= spare else fitting
        return max(1, kept)

    def _divide(self, at: int, kept: int) -> Placed:
        """Part a paragraph after `kept` of its lines; answers with the first part."""
        part = self._entries[at].part
        assert part is not None  # noqa: S101  # a paragraph with lines has it
        self._entries[at : at + 1] = [part(0, kept), part(kept, None)]
        return self._entries[at]

    def _begin(self, at: int) -> int:
        reached = self._flow[-1] + 2 if self._flow else at  # one more where a paragraph was parted
        moved = set(map(id, self._entries[at:reached]))
        self._pages[-1] = [one for one in self._pages[-1] if id(one) not in moved]
        self._pages.append([])
        self._flow = []
        self._head = None
        self._kind = self._kind_of()
        return at


def _same_table(one: Frame, other: Frame) -> bool:
    return one.parent is not None and one.parent is other.parent
