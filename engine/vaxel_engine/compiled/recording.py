"""WeasyPrint watched while it writes: every operator with the box it is drawn for, and which numbers are heights.

Nothing is drawn otherwise than ever. What the stream would write depends on what stands before it in two ways, so that
both are kept as they were asked for: a colour or opacity is written only when it changes (`Wish`), and heights count
from the top of the page (`Heights`).
"""

from collections.abc import Callable, Generator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from vaxel_engine.compiled import inside

as_bytes = inside.as_bytes


@dataclass(slots=True)
class Heights:
    """An operator with page heights: `form` has a `%b` for each of `ys`."""

    form: bytes
    ys: tuple[float, ...]

    def __str__(self) -> str:
        return bytes(self).decode("ascii")

    def __bytes__(self) -> bytes:
        return self.form % tuple(as_bytes(float(y)) for y in self.ys)


@dataclass(slots=True)
class Wish:
    """A colour (1, 3) or opacity (0, 2) for filling (0, 1) or strokes (2, 3), and whether it had to be written."""

    slot: int
    operator: bytes
    written: bool

    def __str__(self) -> str:
        return bytes(self).decode("ascii")

    def __bytes__(self) -> bytes:
        return self.operator if self.written else b""


@dataclass(slots=True)
class Owner:
    """What an operator is drawn for: the outermost positioned context, the marked box, or the box of a border."""

    context: Any = None
    marked: Any = None
    tag: str = ""
    box: Any = None
    background: Any = None
    border: bool = False


class Operators(list[Any]):
    """The stream's operators, each with its owner; a `Wish` that was not written leaves no trace in the file."""

    def __init__(self, recorder: "Recorder") -> None:
        super().__init__()
        self.owners: list[Owner | None] = []
        self._recorder = recorder

    def append(self, operator: Any) -> None:
        """Keep an operator with whoever is drawn now."""
        super().append(operator)
        self.owners.append(self._recorder.owner)

    def pop(self, at: Any = -1) -> Any:
        """What the stream takes back: it looks for the last operator that is in the file."""
        while isinstance(self[-1], Wish) and not self[-1].written:
            super().pop()
            self.owners.pop()
        self.owners.pop(at)
        return super().pop(at)


@dataclass(slots=True)
class Recorder:
    """All pages of one document while they are written."""

    streams: list[Any] = field(default_factory=list[Any])
    elements: list[tuple[Any, Any]] = field(default_factory=list[tuple[Any, Any]])
    owner: Owner | None = None
    pdf: Any = None
    fonts: Any = None

    @contextmanager
    def drawing(self, **of: Any) -> Generator[None]:
        """What is drawn within belongs to a box as well."""
        before, kept = self.owner, self.owner or Owner()
        self.owner = Owner(
            context=kept.context or of.get("context"),
            marked=kept.marked or of.get("marked"),
            tag=kept.tag or of.get("tag", ""),
            box=of.get("box", kept.box),
            background=of.get("background", kept.background),
            border=of.get("border", kept.border),
        )
        try:
            yield
        finally:
            self.owner = before

    @contextmanager
    def watching(self) -> Generator[None]:
        """WeasyPrint writes into recording streams until the end; nothing else may be rendered meanwhile."""
        draw, tags, pdf = inside.draw, inside.tags, inside.pdf
        before = (
            draw.draw_background,
            draw.draw_border,
            draw.draw_stacking_context,
            tags._build_box_tree,
            pdf.Stream,
        )
        draw.draw_background = self._watched(draw.draw_background, "background")
        draw.draw_border = self._watched(draw.draw_border, "border")
        draw.draw_stacking_context = self._watched(draw.draw_stacking_context, "context")
        tags._build_box_tree = self._elements(tags._build_box_tree)
        pdf.Stream = _recording(self)
        try:
            yield
        finally:
            (
                draw.draw_background,
                draw.draw_border,
                draw.draw_stacking_context,
                tags._build_box_tree,
                pdf.Stream,
            ) = before

    def _watched(self, drawn: Callable[..., Any], what: str) -> Callable[..., Any]:
        def watched(stream: Any, thing: Any, *given: Any, **named: Any) -> Any:
            of: dict[str, Any] = {what: thing}
            if what == "context":
                root = thing.box.is_for_root_element or inside.is_a(thing.box, "PageBox")
                of = {} if root else {"context": thing.box}
            elif what == "border":
                of = {"box": thing, "border": True, "background": None}
            with self.drawing(**of):
                return drawn(stream, thing, *given, **named)

        return watched

    def _elements(self, build: Callable[..., Any]) -> Callable[..., Any]:
        seen: set[int] = set()

        def built(box: Any, *given: Any) -> Any:
            for element in build(box, *given):
                if id(element) not in seen:
                    seen.add(id(element))
                    self.elements.append((inside.laid_out(box), element))
                yield element

        return built

    def keep(self, document: Any, pdf: Any) -> None:
        """What WeasyPrint calls with the finished file, before it is written."""
        self.pdf, self.fonts = pdf, dict(document.fonts)


def _recording(recorder: Recorder) -> Any:
    """The class of stream that pages are written into."""
    ordinary: Any = inside.stream.Stream

    def begin(self: Any, *given: Any, **named: Any) -> None:
        ordinary.__init__(self, *given, **named)
        self.stream = Operators(recorder)
        self.depths = [0]
        self.marks = []
        recorder.streams.append(self)

    def at_page(self: Any) -> bool:
        """Whether numbers count from the page's corner: after the two matrices of the page, before any other."""
        return bool(self.depths[-1] == 2)

    def push_state(self: Any) -> None:
        ordinary.push_state(self)
        self.depths.append(self.depths[-1])

    def pop_state(self: Any) -> None:
        operators = self.stream
        while operators and isinstance(operators[-1], Wish) and not operators[-1].written:
            list[Any].pop(operators)
            operators.owners.pop()
        ordinary.pop_state(self)
        self.depths.pop()

    def transform(
        self: Any, a: float = 1, b: float = 0, c: float = 0, d: float = 1, e: float = 0, f: float = 0
    ) -> None:
        moved = at_page(self) and (a, b, c, d) == (1, 0, 0, 1)
        ordinary.transform(self, a, b, c, d, e, f)
        if moved:
            self.stream[-1] = Heights(b"1 0 0 1 %b %%b cm" % as_bytes(e), (f,))
        self.depths[-1] += 1

    def set_alpha(self: Any, alpha: float, stroke: bool = False, fill: bool | None = None) -> None:
        filled = not stroke if fill is None else fill
        for of_stroke in [True] * bool(stroke) + [False] * bool(filled):
            before = len(self.stream)
            ordinary.set_alpha(self, alpha, stroke=of_stroke, fill=not of_stroke)
            written = len(self.stream) > before
            if written:
                self.stream.pop()
            name = b"/%b%b gs" % (b"A" if of_stroke else b"a", str(alpha).encode())
            self.stream.append(Wish(2 if of_stroke else 0, name, written))

    def set_color(self: Any, color: Any, stroke: bool = False) -> None:
        before = len(self.stream)
        ordinary.set_color(self, color, stroke)
        added = [one for one in self.stream[before:] if not isinstance(one, Wish)]
        if len(added) > 1 or color.space not in ("srgb", "hsl", "hwb"):
            return  # a space of its own is written as it is
        if added:
            self.stream.pop()
        channels = b" ".join(as_bytes(float(value)) for value in color.to("srgb").coordinates)
        self.stream.append(Wish(3 if stroke else 1, channels + (b" RG" if stroke else b" rg"), bool(added)))

    def rectangle(self: Any, x: float, y: float, width: float, height: float) -> None:
        if not at_page(self):
            ordinary.rectangle(self, x, y, width, height)
            return
        form = b"%b %%b %b %b re" % (as_bytes(x), as_bytes(width), as_bytes(height))
        self.stream.append(Heights(form, (y,)))

    def move_to(self: Any, x: float, y: float) -> None:
        if not at_page(self):
            ordinary.move_to(self, x, y)
            return
        self.stream.append(Heights(b"%b %%b m" % as_bytes(x), (y,)))

    def line_to(self: Any, x: float, y: float) -> None:
        if not at_page(self):
            ordinary.line_to(self, x, y)
            return
        self.stream.append(Heights(b"%b %%b l" % as_bytes(x), (y,)))

    def curve_to(self: Any, x1: float, y1: float, x2: float, y2: float, x3: float, y3: float) -> None:
        if not at_page(self):
            ordinary.curve_to(self, x1, y1, x2, y2, x3, y3)
            return
        form = b"%b %%b %b %%b %b %%b c" % (as_bytes(x1), as_bytes(x2), as_bytes(x3))
        self.stream.append(Heights(form, (y1, y2, y3)))

    @contextmanager
    def marked(self: Any, box: Any, tag: str) -> Generator[None]:
        self.marks.append((box, tag))
        with recorder.drawing(marked=box, tag=tag), ordinary.marked(self, box, tag):
            yield

    members = (push_state, pop_state, transform, set_alpha, set_color, rectangle, move_to, line_to, curve_to, marked)
    return type("Recording", (ordinary,), {"__init__": begin, **{one.__name__: one for one in members}})
