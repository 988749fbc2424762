"""Pages' operators: the fragments of each page's blocks in the order in which a page is painted."""

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from itertools import groupby
from operator import itemgetter
from typing import Any

from vaxel_engine.compiled.beside import grown
from vaxel_engine.compiled.numbers import number, whole
from vaxel_engine.compiled.paginating import Placed
from vaxel_engine.compiled.pictures import Drawing
from vaxel_engine.compiled.program import Begin, Face, Item, Line, PageKind, Picture, Raw, Role, Shape, Want
from vaxel_engine.compiled.shaping import Run, Types

_STATIC, _MOVED, _WANT, _LINES, _BEGIN, _PICTURE = range(6)
_PLACE = re.compile(rb"%([%db])")
_STATE = re.compile(rb"^/[aA][\d.]+ gs$", re.MULTILINE)
_IMAGE = re.compile(rb"^/(i[0-9a-f]{32}[01]) Do$", re.MULTILINE)
_Step = tuple[Any, ...]
_SHIFTS = {"left": 0.0, "right": 1.0, "centre": 0.5}
"""Which part of a line's width lies before the place that it is known by."""


_PLACES_KEPT = 1_000
"""Of each line how many beginnings are kept as they are written: figures of one column have the same few widths."""


@dataclass(frozen=True, slots=True)
class _Lines:
    """Lines of words that follow each other, as one form: what differs is put into it all at once.

    Only the colours of the first depend on what was drawn before; `opacities` are those that the others ask for.
    """

    form: bytes
    first: Line
    last: Line
    colours_at: int
    opacities: frozenset[bytes]
    dys: tuple[float, ...]
    faces: tuple[Face, ...]
    each: tuple[tuple[Line, int, int, float, dict[float, bytes]], ...]
    """Of each line which of `dys` and `faces` are its own, how much of it lies before its place, places by width."""


@dataclass(slots=True)
class Steps:
    """A shape's layers made ready for drawing, once."""

    back: list[_Step]
    borders: list[_Step]
    text: list[_Step]
    positioned: list[_Step]
    states: frozenset[bytes]
    """Opacities that are asked for within its operators."""
    images: frozenset[bytes]
    """Pictures of pixels in it."""
    structure: bytes
    """Its elements of the structure tree, with a place for each reference."""
    refer: Callable[[list[bytes]], tuple[bytes, ...]]
    """Which of what its elements may refer to stands in which place."""


def steps_of(shape: Shape, faces: list[Face]) -> Steps:
    """The layers of a shape as steps."""
    layers = (shape.back, shape.borders, shape.text, shape.positioned)
    written = b"".join(item.form for layer in layers for item in layer if isinstance(item, Raw))
    states, images = frozenset(_STATE.findall(written)), frozenset(_IMAGE.findall(written))
    back, borders, text, positioned = (_steps(layer, faces) for layer in layers)
    structure = _PLACE.sub(lambda found: b"%%" if found[1] == b"%" else b"%b", shape.structure)
    return Steps(back, borders, text, positioned, states, images, structure, _picker(shape.references))


def _picker(order: tuple[int, ...]) -> Callable[[list[bytes]], tuple[bytes, ...]]:
    """What takes these of a list."""
    if len(order) > 1:
        return itemgetter(*order)
    return lambda known: tuple([known[one] for one in order])


def _steps(items: Iterable[Item], faces: list[Face]) -> list[_Step]:
    steps: list[_Step] = []
    for together, some in groupby(items, key=lambda item: isinstance(item, Line)):
        if together:
            steps.append((_LINES, _lines([item for item in some if isinstance(item, Line)], faces)))
        else:
            steps += [_step(item) for item in some if not isinstance(item, Line)]
    return steps


def _lines(items: list[Line], faces: list[Face]) -> _Lines:
    form: list[bytes] = []
    opacities: set[bytes] = set()
    dys: dict[float, int] = {}
    used: dict[bytes, tuple[int, Face]] = {}
    each: list[tuple[Line, int, int, float, dict[float, bytes]]] = []
    before: Line | None = None
    for item in items:
        face = faces[item.face]
        shift = _SHIFTS[item.anchor]
        form.append(b"/Span\n<</MCID %b>>\nBDC\n" if item.mark >= 0 else b"")
        if before is None:
            form.append(b"%b")
        else:
            if before.opacity != item.opacity:
                opacities.add(item.opacity)
                form.append(item.opacity.replace(b"%", b"%%") + b"\n")
            if before.colour != item.colour:
                form.append(item.colour.replace(b"%", b"%%") + b"\n")
        left = b"%b" if shift else number(item.x)
        form.append(b"BT\n1 0 0 -1 %b %%b Tm\n/%b %b Tf\n%%b\nET\nEMC\n" % (left, face.name, number(face.size)))
        at, _ = used.setdefault(face.name, (len(used), face))
        each.append((item, dys.setdefault(item.dy, len(dys)), at, shift, {}))
        before = item
    return _Lines(
        b"".join(form),
        items[0],
        items[-1],
        int(items[0].mark >= 0),
        frozenset(opacities),
        tuple(dys),
        tuple(face for _, face in used.values()),
        tuple(each),
    )


def _step(item: Raw | Want | Begin | Picture) -> _Step:
    match item:
        case Raw():
            if not item.dys:
                return _STATIC, item.form.replace(b"%%", b"%"), item.leaves
            order = itemgetter(*item.order) if len(item.order) > 1 else None
            return _MOVED, item.form, item.leaves, item.dys, order
        case Want():
            return _WANT, item.slot, item.operator
        case Begin():
            return _BEGIN, item.mark, b"/%b\n<</MCID %%d>>\nBDC\n" % item.tag
        case Picture():
            return _PICTURE, item


Shown = Run | dict[int, str]
"""What is written in a face: a text, or in a picture its glyphs with what they read as."""


@dataclass(slots=True)
class Used:
    """What the pages of a file make use of: fonts by name with all that is written in them, opacities, drawings."""

    fonts: dict[bytes, tuple[Face, list[Shown]]] = field(default_factory=dict[bytes, tuple[Face, list[Shown]]])
    states: set[bytes] = field(default_factory=set[bytes])
    images: set[bytes] = field(default_factory=set[bytes])


class PageContent:
    """One page while it is painted."""

    def __init__(self, used: Used, types: Types, draw: Callable[[Picture], Drawing]) -> None:
        self._used, self._types, self._draw = used, types, draw
        self._out: list[bytes] = []
        self._state: list[bytes | None] = [None] * 4
        self._heights: dict[float, bytes] = {}
        self.marked = 0

    def write(self, operators: bytes) -> None:
        """Operators of the page's own, after which no colour holds."""
        self._out.append(operators)
        self._state = [None] * 4

    def blocks(self, placed: list[Placed], steps: Callable[[Shape], Steps]) -> None:
        """All blocks of the page, layer by layer; in a table that may be divided, borders after all backgrounds."""
        ready = [(one, steps(one.shape)) for one in placed]
        for _, layers in ready:
            if layers.states or layers.images:
                self._used.states |= layers.states
                self._used.images |= layers.images
        self._back_to_front([pair for pair in ready if pair[0].block.place.role is not Role.PIECE], steps)

    def _back_to_front(self, ready: list[tuple[Placed, Steps]], steps: Callable[[Shape], Steps]) -> None:
        at = 0
        while at < len(ready):
            ends = at + 1
            if ready[at][0].block.place.role is Role.ROW:
                table = ready[at][0].block.frame.parent
                while ends < len(ready) and ready[ends][0].block.frame.parent is table:
                    ends += 1
            for one, layers in ready[at:ends]:
                if layers.back:
                    self._layer(layers.back, one)
            for one, layers in ready[at:ends]:
                if layers.borders:
                    self._layer(layers.borders, one)
            at = ends
        for one, layers in ready:
            if layers.text:
                self._layer(layers.text, one)
        for one, layers in ready:
            if layers.positioned and not (one.parts and one.block.place.role is Role.STACK):
                self._layer(layers.positioned, one)
            elif layers.positioned:
                opens, closes = layers.positioned
                self._layer([opens], one)
                self._back_to_front([(piece, steps(piece.shape)) for piece in one.parts], steps)
                self._layer([closes], one)

    def margin(self, placed: Placed, steps: Steps) -> None:
        """One box of the page's margin."""
        self._used.states |= steps.states
        self._used.images |= steps.images
        self._layer(steps.positioned, placed)

    def operators(self) -> bytes:
        """The page's operators."""
        return b"".join(self._out)

    def _layer(self, steps: list[_Step], placed: Placed) -> None:
        out, state, y = self._out, self._state, placed.y
        for step in steps:
            kind = step[0]
            if kind == _LINES:
                self._lines(step[1], placed)
            elif kind == _MOVED:
                _, form, leaves, dys, order = step
                heights = [number(y + dy) for dy in dys]
                written = form % (order(heights) if order is not None else (heights[0],))
                out.append(grown(written, placed.more) if placed.parts else written)
                for slot, operator in leaves:
                    state[slot] = operator
            elif kind == _WANT:
                _, slot, operator = step
                if state[slot] != operator:
                    state[slot] = operator
                    out.append(operator + b"\n")
                    if slot in (0, 2):
                        self._used.states.add(operator)
            elif kind == _STATIC:
                out.append(step[1])
                for slot, operator in step[2]:
                    state[slot] = operator
            elif kind == _BEGIN:
                _, mark, form = step
                out.append(form % self.marked)
                placed.marks[mark] = self.marked
                self.marked += 1
            else:
                drawing = self._draw(step[1])
                out.append(drawing.begin)
                if state[1] != drawing.colour:
                    out.append(drawing.colour + b"\n")
                out.append(drawing.rest)
                self._used.states |= drawing.states
                picture: Picture = step[1]
                for face in {number for _, number, _ in picture.faces}:
                    self._shown(self._types.faces[face]).append(drawing.letters.get(face, {}))

    def _lines(self, lines: _Lines, placed: Placed) -> None:
        state = self._state
        first, last = lines.first, lines.last
        colours = b""
        if state[0] != first.opacity:
            self._used.states.add(first.opacity)
            colours = first.opacity + b"\n"
        if state[1] != first.colour:
            colours += first.colour + b"\n"
        state[0], state[1] = last.opacity, last.colour
        if lines.opacities:
            self._used.states |= lines.opacities
        heights = [self._height(placed.y + dy) for dy in lines.dys]
        shown = [self._shown(face).append for face in lines.faces]
        runs, marks, marked = placed.lines, placed.marks, self.marked
        values: list[bytes] = []
        for item, height, face, shift, places in lines.each:
            run: Run = runs[item.slot][item.line] if item.slot >= 0 else self._types.run(item.face, item.words)
            if item.mark >= 0:
                values.append(whole(marked))
                marks[item.mark] = marked
                marked += 1
            if shift:
                place = places.get(run.width)
                if place is None:
                    if len(places) >= _PLACES_KEPT:
                        places.clear()
                    place = places[run.width] = number(item.x - shift * run.width)
                values.append(place)
            values.append(heights[height])
            values.append(run.operator)
            shown[face](run)
        values.insert(lines.colours_at, colours)
        self.marked = marked
        self._out.append(lines.form % tuple(values))

    def _height(self, height: float) -> bytes:
        written = self._heights.get(height)
        if written is None:
            written = self._heights[height] = number(height)
        return written

    def _shown(self, face: Face) -> list[Shown]:
        """What is shown in a face so far."""
        known = self._used.fonts.get(face.name)
        if known is None:
            known = self._used.fonts[face.name] = (face, [])
        return known[1]


def running_words(kind: PageKind, page: int, pages: int, running: Callable[[str, str], str]) -> dict[str, list[str]]:
    """What stands in each box of a page's margin, line by line."""
    said: dict[str, list[str]] = {}
    for margin in kind.margins:
        words = ""
        for part, one, other in margin.parts:
            match part:
                case "running":
                    words += running(one, other)
                case "page":
                    words += str(page)
                case "pages":
                    words += str(pages)
                case _:
                    words += one
        lines = words.split("\n") if margin.breaks else [words.replace("\n", " ")]
        said[margin.keyword] = [line.strip(" ") for line in lines if line.strip(" ")]
    return said
