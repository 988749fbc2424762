"""What was drawn for one block, as fragments that can be drawn again at another height with other words."""

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from vaxel_engine.compiled import inside
from vaxel_engine.compiled.laid import Home, Laid
from vaxel_engine.compiled.miss import Miss, Reason
from vaxel_engine.compiled.program import Begin, Item, Line, Picture, Raw, Role, Want
from vaxel_engine.compiled.recording import Heights, Owner, Wish

_OF_THE_FILE = re.compile(rb"/(?!i[0-9a-f]{32}[01] Do$)[a-z][\w]*\s+(?:Do|scn|SCN|sh)$|/s\d+\s+gs$")
"""A resource that is numbered by what else is in the file; a picture of pixels is named by its address."""
LAYERS = ("back", "borders", "text", "positioned")


@dataclass(slots=True)
class Drawn:
    """Operators of one layer with their owners."""

    operators: list[Any] = field(default_factory=list[Any])
    owners: list[Owner] = field(default_factory=list[Owner])


@dataclass(slots=True)
class Page:
    """One page's operators by whose they are; the page's own before, between and after them."""

    drawn: dict[tuple[Home, str], Drawn]
    own: tuple[bytes, bytes, bytes]
    marks: dict[Home, list[tuple[Any, str]]]
    numbers: dict[int, int]
    """Of each marked box (by id) the number in its page."""


def sorted_page(laid: Laid, page: int, *, together: bool = False) -> Page:
    """One page's operators, borders `together` with backgrounds where that is asked for.

    Raises Miss where they come in another order than pages are put together in.
    """
    stream = laid.recorder.streams[page]
    done = Page({}, (b"", b"", b""), {}, {id(box): at for at, (box, _) in enumerate(stream.marks)})
    for box, tag in stream.marks:
        done.marks.setdefault(laid.home_of(box), []).append((box, tag))
    own: list[list[bytes]] = [[], [], []]
    state = 0
    for operator, owner in zip(stream.stream, stream.stream.owners, strict=True):
        home, layer = _whose(laid, owner)
        if home is None:
            own[state].append(bytes_of(operator))
            continue
        if home[0] == "margin":
            state = 2
        elif state == 2 or (state == 1 and own[1]):
            raise Miss(Reason.UNSUITED, "something of the page's own is drawn between two blocks")
        else:
            state = 1
        kept = done.drawn.setdefault((home, "back" if together and layer == "borders" else layer), Drawn())
        kept.operators.append(operator)
        kept.owners.append(owner)
    done.own = tuple(b"\n".join(part) + b"\n" if part else b"" for part in own)  # type: ignore[assignment]  # three
    return done


def _whose(laid: Laid, owner: Owner | None) -> tuple[Home, str]:
    if owner is None:
        return None, ""
    if owner.context is not None and not _is_stack(laid, owner.context):
        home = laid.home_of(owner.context)
        in_line = inside.kind(owner.context).startswith("Inline") and owner.context.style["position"] == "static"
        return home, "text" if in_line else "positioned"
    if owner.marked is not None:
        return laid.home_of(owner.marked), "text"
    if owner.background is not None:
        box = laid.backgrounds.get(id(owner.background))
        return (None, "") if box is None else (laid.home_of(box), "back")
    if owner.border:
        return laid.home_of(owner.box), "borders"
    return (laid.home_of(owner.context), "positioned") if owner.context is not None else (None, "")


def _is_stack(laid: Laid, box: Any) -> bool:
    """Whether a box is painted as a whole, but its pieces are known for themselves."""
    home = laid.home_of(box)
    return home is not None and home[0] == "block" and laid.blocks[int(home[1])].place.role is Role.STACK


def bytes_of(operator: Any) -> bytes:
    """An operator as it is written."""
    return bytes(operator) if isinstance(operator, Heights | Wish) else inside.as_bytes(operator)


LineMaker = Callable[[Any, int, list[Any]], Line]
FacesOf = Callable[[str, list[bytes]], tuple[tuple[str, int, bytes], ...]]
"""The faces of a picture's words by weight, from its address and the operators that chose fonts."""


class _Builder:
    """Operators on their way to items; what a fragment leaves and needs of colours is found out here."""

    def __init__(self, top: float) -> None:
        self._top = top
        self.items: list[Item] = []
        self._written: list[bytes] = []
        self._dys: list[float] = []
        self._order: list[int] = []
        self._leaves: dict[int, bytes | None] = {}
        self._state: list[bytes | None] = [b"?"] * 4

    def take(self, operator: Any) -> None:
        if isinstance(operator, Wish):
            self._wish(operator)
            return
        if isinstance(operator, Heights):
            self._written.append(operator.form)
            for y in operator.ys:
                self._order.append(self._height(y - self._top))
            return
        written = inside.as_bytes(operator)
        if _OF_THE_FILE.search(written):
            raise Miss(Reason.UNSUITED, "it draws a gradient, a pattern or something transparent as a whole")
        self._written.append(written.replace(b"%", b"%%"))
        if written == b"Q":
            self._state = [None] * 4
            self._leaves = dict.fromkeys(range(4))

    def _height(self, dy: float) -> int:
        for at, known in enumerate(self._dys):
            if abs(known - dy) < 1e-9:
                return at
        self._dys.append(dy)
        return len(self._dys) - 1

    def _wish(self, wish: Wish) -> None:
        if self._state[wish.slot] == b"?":
            self.flush()
            self.items.append(Want(wish.slot, wish.operator))
        elif self._state[wish.slot] != wish.operator:
            self._written.append(wish.operator)
            self._leaves[wish.slot] = wish.operator
        self._state[wish.slot] = wish.operator

    def flush(self) -> None:
        if self._written or self._leaves:
            form = b"".join(one + b"\n" for one in self._written)
            self.items.append(Raw(form, tuple(self._dys), tuple(self._order), tuple(self._leaves.items())))
        self._written, self._dys, self._order, self._leaves = [], [], [], {}

    def add(self, item: Item) -> None:
        self.flush()
        self.items.append(item)
        self._state = [b"?"] * 4


def items_of(drawn: Drawn | None, top: float, marks: list[Any], line: LineMaker, faces: FacesOf) -> tuple[Item, ...]:
    """The items of a layer; `marks` are the block's marked boxes in their order, `line` makes a line of words."""
    if drawn is None:
        return ()
    built = _Builder(top)
    at, operators, owners = 0, drawn.operators, drawn.owners
    numbers = {id(box): number for number, box in enumerate(marks)}
    while at < len(operators):
        box = owners[at].marked
        if box is None:
            built.take(operators[at])
            at += 1
            continue
        ends = at
        while ends < len(operators) and owners[ends].marked is box:
            ends += 1
        _marked(built, box, numbers[id(box)], owners[at].tag, operators[at:ends], line, faces)
        at = ends
    built.flush()
    return tuple(built.items)


def _marked(
    built: _Builder, box: Any, number: int, tag: str, operators: list[Any], line: LineMaker, faces: FacesOf
) -> None:
    inner = operators[3:-1]  # /Tag <</MCID n>> BDC … EMC
    if operators[2] != b"BDC" or operators[-1] != b"EMC":
        raise Miss(Reason.UNSUITED, "marked content is not by itself")
    if tag == "Span" and any(bytes_of(one).endswith(b"TJ") for one in inner):
        begins = inner.index(b"BT")
        if inner[inner.index(b"ET") + 1 :]:
            raise Miss(Reason.UNSUITED, "a line goes through the words")
        before = [one for one in inner[:begins] if not isinstance(one, Wish)]
        if before:
            built.add(Begin(number, b"Span"))
            quitted = max(at for at, one in enumerate(inner[:begins]) if one == b"Q") + 1
            for one in inner[:quitted]:
                built.take(one)
            built.add(line(box, -1, inner[quitted:]))
        else:
            built.add(line(box, number, inner))
        return
    built.add(Begin(number, tag.encode()))
    source = box.element.get("src", "") if tag == "Figure" and box.element is not None else ""
    if source.startswith("document:"):
        ends = next(at for at, one in enumerate(inner) if bytes_of(one).endswith(b" cm"))
        for one in inner[: ends + 1]:
            built.take(one)
        fonts = [written for one in inner if (written := bytes_of(one)).endswith(b" Tf")]
        built.add(Picture(source, float(box.width), float(box.height), faces(source, fonts)))
        built.take(b"Q")
    else:
        for one in inner:
            built.take(one)
    built.take(b"EMC")
