"""Pictures of the document's own (codes, charts) as operators, drawn from the SVG that the reference path is given."""

import html
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from itertools import accumulate
from math import pi, sqrt

from vaxel_engine.compiled.miss import Miss, Reason
from vaxel_engine.compiled.numbers import number
from vaxel_engine.compiled.program import Picture
from vaxel_engine.compiled.shaping import Run
from vaxel_engine.rendering.qr import Walk, walk_of

_HEAD = re.compile(r'<svg [^>]*?viewBox="(-?[\d.]+) (-?[\d.]+) ([\d.]+) ([\d.]+)"[^>]*>')
_MARK = re.compile(r"<(rect|path|circle) ([^>]*)/>|<(text) ([^>]*)>([^<]*)</text>")
_ATTRIBUTE = re.compile(r'([\w-]+)="([^"]*)"')
_STEP = re.compile(r"([MLHVhvzZ])([^MLHVhvzZ]*)")
_OF_A_CODE = re.compile(r"(?:M\d+ \d+(?:h-?\d+v-?\d+)*h-?\d+z)+")
_HEX = re.compile(r"#([0-9a-f]{3}|[0-9a-f]{6})$")
_PAINT = frozenset({"fill", "fill-opacity", "fill-rule", "stroke", "stroke-width"})
_SHAPES = {
    "rect": _PAINT | {"x", "y", "width", "height"},
    "path": _PAINT | {"d"},
    "circle": _PAINT | {"cx", "cy", "r"},
    "text": frozenset({"x", "y", "fill", "font-weight"}),
}
_LINES = b"[] 0 d\n0 J\n0 j\n4 M\n"
"""What WeasyPrint says of lines before every mark: no dashes, butt ends, mitred joins."""


@dataclass(frozen=True, slots=True)
class Drawing:
    """A picture's operators up to its first colour, that colour, and the rest; the opacities that they name."""

    begin: bytes
    colour: bytes
    rest: bytes
    states: frozenset[bytes]
    letters: dict[int, dict[int, str]]
    """For each face the glyphs that are drawn in it, and what they read as."""


Letters = Callable[[int, str], Run]


def drawn(picture: Picture, pictures: Mapping[str, str], letters: Letters) -> Drawing:
    """The operators of a picture in its size; `letters` sets a letter in a face. Raises Miss for unknown marks."""
    svg = pictures.get(picture.address)
    if svg is None:
        raise Miss(Reason.PICTURE, f"{picture.address} is not there")
    head = _HEAD.match(svg)
    if head is None or not svg.endswith("</svg>"):
        raise Miss(Reason.PICTURE, svg[:60])
    left, top, wide, high = (float(one) for one in head.groups())
    inner = svg[head.end() : -6]
    if left_over := _MARK.sub("", inner):
        raise Miss(Reason.PICTURE, left_over[:60])
    scale = min(picture.width / wide, picture.height / high)
    across = (picture.width - wide * scale) / 2 - left * scale
    down = (picture.height - high * scale) / 2 - top * scale
    written = _Marks(picture, letters)
    for found in _MARK.finditer(inner):
        name, said = (found[1], found[2]) if found[1] else (found[3], found[4])
        written.mark(name, dict(_ATTRIBUTE.findall(said)), html.unescape(found[5] or ""))
    begin = b"q\nq\n1 0 0 1 0 0 cm\n%b 0 0 %b %b %b cm\n" % (
        *(number(scale), number(scale)),
        *(number(across), number(down)),
    )
    first, colour, rest = written.parted()
    return Drawing(begin + first, colour, rest + b"Q\nQ\n", frozenset(written.states), written.letters)


class _Marks:
    """The marks of a picture, one after the other."""

    def __init__(self, picture: Picture, letters: Letters) -> None:
        self._faces = {weight: face for weight, face, _ in picture.faces}
        self._fonts = {face: font for _, face, font in picture.faces}
        self._letters = letters
        self._out: list[bytes] = []
        self.states: set[bytes] = set()
        self.letters: dict[int, dict[int, str]] = {}

    def parted(self) -> tuple[bytes, bytes, bytes]:
        """Everything before the first colour, that colour, everything after it."""
        whole = b"".join(self._out)
        found = re.match(rb"((?:q\n)+/\S+ gs\n)([\d. ]+ rg)\n", whole)
        if found is None:
            raise Miss(Reason.PICTURE, "the first mark has no colour")
        return found[1], found[2], whole[found.end() :]

    def mark(self, name: str, said: dict[str, str], words: str) -> None:
        """One mark with its attributes."""
        if set(said) - _SHAPES[name]:
            raise Miss(Reason.PICTURE, f"{name} with {sorted(set(said) - _SHAPES[name])}")
        fill, stroke = said.get("fill", "#000000"), said.get("stroke", "none")
        begin, states = _paint(fill, said.get("fill-opacity", "1"), stroke, said.get("stroke-width", "1"))
        self.states |= states
        if name == "text":
            begin = b"q\n" + begin
        self._out.append(begin)
        if name == "text":
            self._out.append(self._text(said, words))
            return
        shape = _OUTLINES[name](said)
        even_odd = b"*" if said.get("fill-rule") == "evenodd" else b""
        done = b"B" + even_odd if fill != "none" and stroke != "none" else b"S" if stroke != "none" else b"f" + even_odd
        if fill == stroke == "none":
            raise Miss(Reason.PICTURE, f"a {name} that is not seen")
        self._out.append(shape + done + b"\nQ\n")

    def _text(self, said: dict[str, str], words: str) -> bytes:
        face = self._faces.get(said.get("font-weight", "400"))
        if face is None:
            raise Miss(Reason.PICTURE, f"words of weight {said.get('font-weight', '400')}")
        x, y = float(said["x"]), number(float(said["y"]))
        written = [b"BT\n"]
        font = self._fonts[face]
        for letter in words:
            written.append(b"0 Tr\n")
            run = self._letters(face, letter)
            if letter.strip():
                self.letters.setdefault(face, {}).update(run.letters)
                written.append(b"1 0 0 -1 %b %b Tm\n%b%b\n" % (number(x), y, font, run.operator))
                font = b""
            x += run.width
        written.append(b"ET\nQ\nQ\n")
        return b"".join(written)


@lru_cache(maxsize=1_024)
def _paint(fill: str, opacity: str, stroke: str, width: str) -> tuple[bytes, frozenset[bytes]]:
    """How a mark begins: its colours, its lines, and the opacities that it names."""
    begin, states = b"q\n", set[bytes]()
    if fill != "none":
        begin += _colour(fill, float(opacity), b"a", b"rg", states)
    if stroke != "none":
        begin += _colour(stroke, 1.0, b"A", b"RG", states)
        begin += number(float(width)) + b" w\n"
    return begin + _LINES, frozenset(states)


def _colour(colour: str, opacity: float, state: bytes, operator: bytes, states: set[bytes]) -> bytes:
    found = _HEX.match(colour)
    if found is None:
        raise Miss(Reason.PICTURE, f"the colour {colour}")
    digits = found[1] if len(found[1]) == 6 else "".join(one * 2 for one in found[1])
    name = b"/%b%b gs" % (state, str(opacity).encode())
    states.add(name)
    channels = b" ".join(number(int(digits[at : at + 2], 16) / 255) for at in (0, 2, 4))
    return name + b"\n" + channels + b" " + operator + b"\n"


def _rect(said: dict[str, str]) -> bytes:
    width, height = float(said.get("width", "0")), float(said.get("height", "0"))
    if width <= 0 or height <= 0:
        return b""
    place = (float(said.get("x", "0")), float(said.get("y", "0")), width, height)
    return b" ".join(number(one) for one in place) + b" re\n"


def _circle(said: dict[str, str]) -> bytes:
    r, cx, cy = (float(said[one]) for one in ("r", "cx", "cy"))
    ratio = r / sqrt(pi)
    curves = (
        (cx + r, cy + ratio, cx + ratio, cy + r, cx, cy + r),
        (cx - ratio, cy + r, cx - r, cy + ratio, cx - r, cy),
        (cx - r, cy - ratio, cx - ratio, cy - r, cx, cy - r),
        (cx + ratio, cy - r, cx + r, cy - ratio, cx + r, cy),
    )
    written = b"%b %b m\n" % (number(cx + r), number(cy))
    return written + b"".join(b" ".join(number(one) for one in curve) + b" c\n" for curve in curves) + b"h\n"


def _path(said: dict[str, str]) -> bytes:
    """A path of straight lines, as WeasyPrint writes it: begun at the corner, every step in absolute numbers."""
    walk = walk_of(said["d"])
    if walk is not None:
        return _walked(walk)
    if _OF_A_CODE.fullmatch(said["d"]):
        return _outlines(said["d"])
    written = ["0 0 m\n"]
    x = y = begun_x = begun_y = 0.0
    for step, where in _STEP.findall(said["d"]):
        match step:
            case "z" | "Z":
                x, y = begun_x, begun_y
                written.append("h\n")
                continue
            case "h":
                x += float(where)
            case "v":
                y += float(where)
            case "H":
                x = float(where)
            case "V":
                y = float(where)
            case _:
                x, y = (float(one) for one in where.split())
        if step == "M":
            begun_x, begun_y = x, y
        written.append(f"{_short(x)} {_short(y)} {'m' if step == 'M' else 'l'}\n")
    return "".join(written).encode()


def _walked(walk: Walk) -> bytes:
    """The outlines of a code that was drawn here."""
    corners = _corners(walk.wide, walk.offset)
    written = [b"0 0 m\n"]
    for loop in walk.loops:
        begun, *others = [corners[corner] for corner in loop]
        written += begun, b" m\n", b" l\n".join(others), b" l\nh\n"
    return b"".join(written)


@lru_cache(maxsize=64)
def _corners(wide: int, offset: int) -> list[bytes]:
    """The places of all corners of a grid that is `wide` corners wide and high."""
    return [b"%d %d" % (at % wide + offset, at // wide + offset) for at in range(wide * wide)]


def _outlines(d: str) -> bytes:
    """A path of whole steps across and down in turn, as a code's outlines are."""
    written = ["0 0 m\n"]
    for outline in d[1:-1].split("zM"):
        begin, y, *steps = map(int, outline.replace("v", "h").replace(" ", "h", 1).split("h"))
        across, down = list(accumulate(steps[0::2], initial=begin)), list(accumulate(steps[1::2], initial=y))
        places = [0] * (4 * len(down) - 2)  # x and y of each corner but the first, by turns
        places[0::4], places[1::4] = across[1:], down
        places[2::4], places[3::4] = across[1:-1], down[1:]
        written.append(f"{begin} {y} m\n")
        written.append("%d %d l\n" * (len(places) // 2) % tuple(places))
        written.append("h\n")
    return "".join(written).encode()


def _short(value: float) -> str:
    return str(int(value)) if value.is_integer() else f"{value:.6f}".rstrip("0").rstrip(".")


_OUTLINES = {"rect": _rect, "path": _path, "circle": _circle}
