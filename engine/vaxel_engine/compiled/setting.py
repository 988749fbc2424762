"""A document set by its pack's program: read, shaped, put on pages, painted and written; or a Miss."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace

from vaxel_engine.compiled.beside import apart, together
from vaxel_engine.compiled.body import Body, Page
from vaxel_engine.compiled.contents import PageContent, Steps, Used, running_words, steps_of
from vaxel_engine.compiled.flows import Set, flow_of, set_by
from vaxel_engine.compiled.miss import DIVIDED, STUMBLES, Miss, Reason
from vaxel_engine.compiled.paginating import Placed, paginated
from vaxel_engine.compiled.pictures import drawn
from vaxel_engine.compiled.program import Line, MarginLine, Markup, Place, Program, Role, Shape, Slot
from vaxel_engine.compiled.reading import Block, Frame, Read, read
from vaxel_engine.compiled.shaping import Run, Types
from vaxel_engine.compiled.writing import Attached, File

_SAME = 1e-9
"""Pixels: what sums of floats differ by."""
_KEPT = 1_000
"""Paragraphs that are kept as they were set: a mailing says the same to many."""
_NOWHERE = Block(Place(0, Role.NOTHING, ""), Frame(Place(0, Role.NOTHING, ""), None), "", [])
"""What the boxes in a page's margin are in the document."""


@dataclass(frozen=True, slots=True)
class _Running:
    """Running words on one page, CSS Generated Content for Paged Media, 1.1: of the body, before the page, on it."""

    of_body: Mapping[str, str]
    begin: Mapping[str, str]
    first: Mapping[str, str]
    last: Mapping[str, str]

    def __call__(self, name: str, keyword: str) -> str:
        if name in self.of_body:
            return self.of_body[name] if keyword != "first-except" else ""
        match keyword:
            case "start":
                return self.begin.get(name, "")
            case "last":
                return self.last.get(name, "")
            case "first-except":
                return "" if name in self.first else self.begin.get(name, "")
            case _:
                return self.first.get(name, self.begin.get(name, ""))


_NOTHING: tuple[Run, ...] = ()
"""The lines of words that are not set."""
_SILENT, _BOUND = -1, -2
"""Instead of a face."""
_ENDLESS = 1 << 62
"""Units of what does not wrap."""


@dataclass(frozen=True, slots=True)
class _Plan:
    """How a markup's slots are set."""

    of: tuple[Slot, ...]
    slots: list[tuple[int, int, float, dict[str, Run]]]
    """Of each its face, the Pango units and the pixels that it has, and what was set in that face so far."""
    set_in: list[tuple[int, int, dict[str, Run]]]
    """Of those that are set, which it is, its face, and what was set in that face."""
    simple: tuple[object, ...] | None
    """What the shape is known by where everything is on one line; None where words have a say in it."""


@dataclass(frozen=True, slots=True)
class _Margin:
    """A box in the margin of one page: its shape, and its lines, each with its face."""

    margin: MarginLine
    shape: Shape
    lines: list[tuple[int, str]]


@dataclass(frozen=True, slots=True)
class Painted:
    """A document's pages, what stands in each, and the objects of every file of them."""

    done: Read
    operators: list[bytes]
    body: Body
    images: bool
    """Whether there are pictures of pixels or drawings of their own."""


@dataclass(slots=True)
class Setter:
    """A program with its faces, ready for documents."""

    program: Program
    types: Types
    grey: "Setter | None" = None
    """The pages of the same pack for ink of one colour."""
    _set: dict[tuple[int, str, tuple[str, ...], int], Set] = field(
        default_factory=dict[tuple[int, str, tuple[str, ...], int], Set]
    )
    _plans: dict[int, _Plan] = field(default_factory=dict[int, _Plan])
    _steps: dict[int, tuple[Shape, Steps]] = field(default_factory=dict[int, tuple[Shape, Steps]])

    def pdf(
        self,
        html: str,
        pictures: Mapping[str, str],
        identifier: bytes,
        *,
        attached: Attached | None = None,
        xmp: Callable[[bytes], bytes] = bytes,
        over: Callable[[int, int], bytes] | None = None,
        ink: Callable[[bytes], bytes] | None = None,
        back: Callable[[int], tuple[float, float] | None] = lambda _: None,
        again: bool = False,
    ) -> bytes:
        """`html` as a PDF, painted and written; raises Miss for a document that is not for the program."""
        painted = self.painted(html, pictures, again=again)
        return self.written(painted, identifier, attached=attached, xmp=xmp, over=over, ink=ink, back=back)

    def painted(self, html: str, pictures: Mapping[str, str], *, again: bool = False) -> "Painted":
        """The pages of `html`, of which several files can be written.

        Raises Miss for a document that is not for the program.
        """
        try:
            done, placed = self._laid(html, again)
            used = Used()
            pages = self._painted(done, placed, pictures, used)
            body = Body(self.program, self.types, used, pages, self._steps_of)
            return Painted(done, [page.operators for page in pages], body, bool(used.images))
        except STUMBLES as error:
            raise Miss(Reason.FAULT, type(error).__name__) from error

    def written(
        self,
        painted: "Painted",
        identifier: bytes,
        *,
        attached: Attached | None = None,
        xmp: Callable[[bytes], bytes] = bytes,
        over: Callable[[int, int], bytes] | None = None,
        ink: Callable[[bytes], bytes] | None = None,
        back: Callable[[int], tuple[float, float] | None] = lambda _: None,
    ) -> bytes:
        """Pages as a PDF; `over` gives what is drawn over a page, by its number and how many there are.

        `ink` changes a page's operators, and `back` says for a number of pages how wide and high, in points, an empty
        one is after them. Raises Miss where the program leaves that to the reference path.
        """
        done, pages = painted.done, len(painted.operators)
        if ink is not None and painted.images:
            raise Miss(Reason.PICTURE, "a picture of pixels, for ink of one colour")
        written: list[bytes] = []
        try:
            for at, operators in enumerate(painted.operators):
                inked = operators if ink is None else ink(operators)
                marks = over(at, pages) if over is not None else b""
                written.append(b"q\n%b\nQ\n%b" % (inked, marks) if marks else inked)
            return File(self.program, painted.body).written(
                written, done.title, done.author, done.language, identifier, xmp, attached, back(pages)
            )
        except STUMBLES as error:
            raise Miss(Reason.FAULT, type(error).__name__) from error

    def laid(self, html: str, *, again: bool = False) -> tuple[Place, list[list[Placed]]]:
        """The body's place, and the blocks of each page; raises Miss. Blocks may stand `again` only for learning."""
        done, placed = self._laid(html, again)
        return done.body, placed

    def _laid(self, html: str, again: bool) -> tuple[Read, list[list[Placed]]]:
        done = read(html, self.program, again=again)
        self._take_up(done.blocks)
        pages = paginated(self.program, done.body, together(map(self._placed, done.blocks)))
        return done, list(map(apart, pages))

    def _take_up(self, blocks: list[Block]) -> None:
        """Shape what was not set before, all of a face at once."""
        wanted: dict[int, dict[str, None]] = {}
        markups = self.program.markups
        for block in blocks:
            markup = markups.get(block.key)
            if markup is None:
                continue
            said = block.words
            for slot, face, runs in self._plan_of(markup).set_in:
                if said[slot] not in runs:
                    wanted.setdefault(face, {})[said[slot]] = None
        for face, texts in wanted.items():
            self.types.take_up(face, texts)

    def _plan_of(self, markup: Markup) -> _Plan:
        known = self._plans.get(id(markup.slots))
        if known is None or known.of is not markup.slots:
            slots: list[tuple[int, int, float, dict[str, Run]]] = []
            for slot in markup.slots:
                face = _SILENT if slot.silent else _BOUND if slot.face is None else slot.face
                limit = int(slot.available * 1024) if slot.wraps else _ENDLESS
                slots.append((face, limit, slot.available, self.types.known(face) if face >= 0 else {}))
            faces = [face for face, _, _, _ in slots]
            set_in = [(slot, face, runs) for slot, (face, _, _, runs) in enumerate(slots) if face >= 0]
            simple = None if _BOUND in faces else tuple([None if face == _SILENT else 1 for face in faces])
            known = self._plans[id(markup.slots)] = _Plan(markup.slots, slots, set_in, simple)
        return known

    def _placed(self, block: Block) -> Placed:
        divided = block.place.divided is not None
        try:
            if divided:
                raise Miss(Reason.UNSUITED, f"{block.place.name}: {DIVIDED}")
            return self._captured(block)
        except Miss:
            flow = flow_of(self.program, block)
            if flow < 0:
                raise
        known = self._flowing(block, flow)
        own = block if known.block.words == block.words else replace(block, words=known.block.words)
        placed = Placed(own, known.shape, known.lines, marks=[0] * len(known.shape.marked_in), flow=flow)
        return self._in_parts(placed, known, flow) if divided else placed

    def knows(self, block: Block) -> bool:
        """Whether a block can be set, wherever it stands."""
        try:
            self._placed(block)
        except Miss:
            return False
        return True

    def flows(self, block: Block) -> bool:
        """Whether a block's words are set anew, whatever they are."""
        flow = flow_of(self.program, block)
        if flow < 0:
            return False
        try:
            self._flowing(block, flow)
        except Miss:
            return False
        return True

    def _flowing(self, block: Block, flow: int) -> Set:
        key = flow, block.markup, tuple(block.words), block.ordinal
        known = self._set.get(key)
        if known is None:
            known = set_by(self.program.flows[flow], self.types, block)
            if len(self._set) >= _KEPT:
                self._set.clear()
            self._set[key] = known
        return known

    def _in_parts(self, placed: Placed, known: Set, flow: int) -> Placed:
        """A paragraph that may be divided, with how; raises Miss where it is more than words."""
        form, block = self.program.flows[flow], placed.block
        if form.marker or form.level or max(abs(form.above), abs(form.below), form.slack) > _SAME:
            raise Miss(Reason.UNSUITED, f"{block.place.name}: {DIVIDED}")

        def part(begin: int, end: int | None) -> Placed:
            done = set_by(form, self.types, block, begin, end)
            marks = [0] * len(done.shape.marked_in)
            rest = Placed(block, done.shape, done.lines, marks=marks, flow=flow, feet=done.feet)
            last = len(known.feet) if end is None else end
            rest.part = lambda one, other: part(begin + one, last if other is None else begin + other)
            return rest

        placed.feet, placed.part = known.feet, part
        return placed

    def _captured(self, block: Block) -> Placed:
        markup = self.program.markups.get(block.key)
        if markup is None:
            raise Miss(Reason.SHAPE, f"{block.place.name}: other markup in it")
        if markup.why:
            raise Miss(Reason.UNSUITED, f"{block.place.name}: {markup.why}")
        lines, key = self._set_in_lines(markup, block)
        shape = markup.shapes.get(key)
        if shape is None:
            raise Miss(Reason.SHAPE, f"{block.place.name}: lines of {key}")
        return Placed(block, shape, lines, marks=[0] * len(shape.marked_in))

    def lines_of(self, markup: Markup, block: Block) -> tuple[object, ...]:
        """What a block's shape is known by; raises Miss for characters that are not set."""
        return self._set_in_lines(markup, block)[1]

    def _set_in_lines(self, markup: Markup, block: Block) -> tuple[list[tuple[Run, ...]], tuple[object, ...]]:
        types, plan = self.types, self._plan_of(markup)
        lines: list[tuple[Run, ...]] = []
        simple = True
        for (face, limit, available, runs), words in zip(plan.slots, block.words, strict=True):
            if face < 0:
                lines.append(_NOTHING)
                continue
            run = runs.get(words) or types.run(face, words)
            if run.units <= limit:
                lines.append((run,))
            else:
                lines.append(tuple([types.run(face, line) for line in types.lines(face, words, available)]))
                simple = False
        if simple and plan.simple is not None and not block.ordinal:
            return lines, plan.simple
        key: list[object] = [
            words if face == _BOUND else None if face == _SILENT else len(set_in)
            for (face, _, _, _), words, set_in in zip(plan.slots, block.words, lines, strict=True)
        ]
        if block.ordinal:
            key.append(block.ordinal)
        return lines, tuple(key)

    def _steps_of(self, shape: Shape) -> Steps:
        known = self._steps.get(id(shape))
        if known is None or known[0] is not shape:
            if len(self._steps) > 4 * _KEPT:
                self._steps.clear()  # those of paragraphs that do not come again
            known = self._steps[id(shape)] = shape, steps_of(shape, self.program.faces)
        return known[1]

    def _painted(self, done: Read, placed: list[list[Placed]], pictures: Mapping[str, str], used: Used) -> list[Page]:
        pages: list[Page] = []
        beside = self._beside(done, placed)
        for at, blocks in enumerate(placed):
            kind = self.program.pages[done.body.number, at == 0]
            content = PageContent(used, self.types, lambda picture: drawn(picture, pictures, self.types.run))
            content.write(kind.before)
            content.blocks(blocks, self._steps_of)
            content.write(kind.between)
            margins = self._margins(beside[at], content)
            content.write(kind.after)
            pages.append(Page(content.operators(), blocks, margins, content.marked, kind.width, kind.height))
        return pages

    def _beside(self, done: Read, placed: list[list[Placed]]) -> list[list[_Margin]]:
        """What stands in the margins of each page, the words that are new shaped at once."""
        beside: list[list[_Margin]] = []
        of_body = {name: done.body_words[slot] for name, slot in self.program.bodies[done.body.number]}
        last: dict[str, str] = {}
        wanted: dict[int, dict[str, None]] = {}
        for at, blocks in enumerate(placed):
            kind = self.program.pages[done.body.number, at == 0]
            begin, first = dict(last), dict[str, str]()
            for one in blocks:
                for name, slot in one.shape.sets:
                    first.setdefault(name, one.block.words[slot])
                    last[name] = one.block.words[slot]
            said = running_words(kind, at + 1, len(placed), _Running(of_body, begin, first, last))
            beside.append([])
            for margin in kind.margins:
                lines = said[margin.keyword]
                if not lines:
                    continue
                shape = kind.shapes.get((margin.keyword, len(lines)))
                if shape is None:
                    raise Miss(Reason.MARGIN, f"{margin.keyword} in {len(lines)} lines")
                faces = {item.slot: item.face for item in shape.positioned if isinstance(item, Line)}
                set_in = [(faces[number], line) for number, line in enumerate(lines)]
                beside[-1].append(_Margin(margin, shape, set_in))
                for face, line in set_in:
                    if line not in self.types.known(face):
                        wanted.setdefault(face, {})[line] = None
        for face, texts in wanted.items():
            self.types.take_up(face, texts)
        return beside

    def _margins(self, beside: list[_Margin], content: PageContent) -> list[Placed]:
        margins: list[Placed] = []
        for one in beside:
            runs = [(self.types.run(face, line),) for face, line in one.lines]
            if any(run.units > int(one.margin.available * 1024) for (run,) in runs):
                raise Miss(Reason.MARGIN, f"{one.margin.keyword} has no room for its words")
            placed = Placed(_NOWHERE, one.shape, list(runs), marks=[0] * len(one.shape.marked_in))
            content.margin(placed, self._steps_of(one.shape))
            margins.append(placed)
        return margins
