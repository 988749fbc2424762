"""The marks of a static picture as a PNG of few colours, drawn by Pillow: a tenth of what a renderer of all SVG takes.

`pen` writes rect, path, circle and text, and paths of straight lines across and down only; nothing else is drawn here.
Edges lie on whole pixels, as a bar chart wants them; letters and dots are blended with what is under them.
"""

import functools
import itertools
import math
import re
import struct
import zlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from html import unescape

from PIL import Image, ImageColor, ImageDraw, ImageFont

from vaxel_engine.deflating import SMALL, deflated
from vaxel_engine.rendering.charts.look import Frame
from vaxel_engine.rendering.glyphs import Face, nearest_face

_MARK = re.compile(r"<(\w+) ([^>]*?)/?>(?:([^<]*)</text>)?")
_VALUE = re.compile(r'([\w-]+)="([^"]*)"')
_LEG = re.compile(r"([MHVZ])(-?[\d.]*)(?: (-?[\d.]+))?")
_SHADES = 16
_PARTS = 4
"""Of a pixel, in which letters are placed."""
_FINER = 4
"""How much larger a round mark is drawn before it is made smaller, so that its edge is smooth."""

_SIGNATURE, _PALETTE = b"\x89PNG\r\n\x1a\n", 3
_AS_IT_IS, _UP = b"\0", b"\2"
"""How a row of a PNG is written: as it is, or as what it has more than the one above (ISO/IEC 15948, 9.2)."""

Colour = tuple[int, int, int]
Values = dict[str, str]


def raster(
    marks: str, frame: Frame, paper: str, family: str, faces: Sequence[Face], density: float, margin: int
) -> bytes:
    """What `marks` draw on `frame`, and `margin` CSS pixels of paper around it, with `density` pixels to each of them.

    Raises ValueError for a mark that is none of `pen`'s, and where there is no font.
    """
    size = (round((frame.width + 2 * margin) * density), round((frame.height + 2 * margin) * density))
    canvas = _Canvas(Image.new("L", size), density, margin, family, faces, frame.text)
    canvas.colour(_rgb(paper))
    for mark in _MARK.finditer(marks):
        draw = _DRAWN.get(mark[1])
        if draw is None:
            raise ValueError(f"<{mark[1]}> is no mark of a chart")
        draw(canvas, dict(_VALUE.findall(mark[2])), unescape(mark[3] or ""))
    return canvas.png()


@dataclass(slots=True)
class _Canvas:
    """A picture of numbered colours, the first of which is the paper."""

    picture: Image.Image
    density: float
    margin: int
    family: str
    faces: Sequence[Face]
    text: float
    colours: dict[Colour, int] = field(default_factory=dict[Colour, int])

    def colour(self, wanted: Colour) -> int:
        """The number of a colour; where there is no room for another one, of the nearest."""
        if wanted not in self.colours:
            if len(self.colours) == 256:
                return min(self.colours.items(), key=lambda known: _distance(known[0], wanted))[1]
            self.colours[wanted] = len(self.colours)
        return self.colours[wanted]

    def at(self, x: float, y: float) -> tuple[float, float]:
        """A place of the frame in pixels."""
        return (x + self.margin) * self.density, (y + self.margin) * self.density

    def box(self, left: float, top: float, right: float, bottom: float, colour: str) -> None:
        """A filled box, at least a pixel in each direction where it is not empty."""
        (x, y), (to_x, to_y) = self.at(left, top), self.at(right, bottom)
        if to_x <= x or to_y <= y:
            return
        first_x, first_y = round(x), round(y)
        last_x, last_y = max(round(to_x), first_x + 1), max(round(to_y), first_y + 1)
        self.picture.paste(self.colour(_rgb(colour)), (first_x, first_y, last_x, last_y))

    def blend(self, mask: Image.Image, left: int, top: int, colour: str) -> None:
        """A colour where and as far as `mask` says, over what is there."""
        under = self.picture.crop((left, top, left + mask.width, top + mask.height))
        over = _rgb(colour)
        known = list(self.colours)
        there = [number for number, often in enumerate(under.histogram()) if often]
        for number in there:
            shades = bytes([self.colour(shade) for shade in _shades(known[number], over)])
            covered = _through(mask, b"".join([shades[at : at + 1] * (256 // _SHADES) for at in range(_SHADES)]))
            if len(there) == 1:
                self.picture.paste(covered, (left, top))
            else:
                self.picture.paste(covered, (left, top), _through(under, _ONLY[number]))

    def png(self) -> bytes:
        """The picture as PNG with a palette (ISO/IEC 15948, 11.2.3); a row like the one above it says only that."""
        wide, high = self.picture.size
        places = self.picture.tobytes()
        again = _UP + bytes(wide)
        rows: list[bytes] = []
        above = b""
        for at in range(0, len(places), wide):
            row = places[at : at + wide]
            rows.append(again if row == above else _AS_IT_IS + row)
            above = row
        head = struct.pack(">IIBBBBB", wide, high, 8, _PALETTE, 0, 0, 0)
        palette = bytes([part for colour in self.colours for part in colour])
        chunks = ((b"IHDR", head), (b"PLTE", palette), (b"IDAT", deflated(b"".join(rows), SMALL)), (b"IEND", b""))
        return _SIGNATURE + b"".join([_chunk(name, content) for name, content in chunks])


def _chunk(name: bytes, content: bytes) -> bytes:
    return struct.pack(">I", len(content)) + name + content + struct.pack(">I", zlib.crc32(name + content))


def _rect(canvas: _Canvas, values: Values, _: str) -> None:
    x, y, wide, high = (float(values[name]) for name in ("x", "y", "width", "height"))
    edge = float(values.get("stroke-width", 0)) / 2
    if edge:
        canvas.box(x - edge, y - edge, x + wide + edge, y + high + edge, values["stroke"])
    canvas.box(x + edge, y + edge, x + wide - edge, y + high - edge, values["fill"])


def _path(canvas: _Canvas, values: Values, _: str) -> None:
    corners = _corners(values["d"])
    if values.get("fill", "none") != "none":
        _area(canvas, corners, values["fill"], float(values.get("fill-opacity", 1)))
    if "stroke" not in values:
        return
    half = max(round(float(values["stroke-width"]) * canvas.density), 1) / canvas.density / 2
    last = len(corners) - 2
    for leg, ((x, y), (to_x, to_y)) in enumerate(itertools.pairwise(corners)):
        joined, joining = half if leg else 0, half if leg < last else 0
        if to_x < x or to_y < y:
            (x, y), (to_x, to_y), joined, joining = (to_x, to_y), (x, y), joining, joined
        if y == to_y:
            canvas.box(x - joined, y - half, to_x + joining, y + half, values["stroke"])
        else:
            canvas.box(x - half, y - joined, x + half, to_y + joining, values["stroke"])


def _corners(path: str) -> list[tuple[float, float]]:
    """Where a path of straight legs turns; Z goes back to the first of them."""
    corners: list[tuple[float, float]] = []
    x = y = 0.0
    for letter, one, other in _LEG.findall(path):
        match letter:
            case "M":
                x, y = float(one), float(other)
            case "H":
                x = float(one)
            case "V":
                y = float(one)
            case _:
                x, y = corners[0]
        corners.append((x, y))
    return corners


def _area(canvas: _Canvas, corners: Sequence[tuple[float, float]], colour: str, opacity: float) -> None:
    places = [tuple(map(round, canvas.at(*corner))) for corner in corners]
    left, top = (min(place[at] for place in places) for at in (0, 1))
    right, bottom = (max(place[at] for place in places) for at in (0, 1))
    mask = Image.new("L", (right - left + 1, bottom - top + 1))
    ImageDraw.Draw(mask).polygon([(x - left, y - top) for x, y in places], fill=round(255 * opacity))
    canvas.blend(mask, left, top, colour)


def _circle(canvas: _Canvas, values: Values, _: str) -> None:
    (x, y), edge = canvas.at(float(values["cx"]), float(values["cy"])), float(values["stroke-width"])
    for radius, colour in ((float(values["r"]) + edge / 2, "stroke"), (float(values["r"]) - edge / 2, "fill")):
        reach = radius * canvas.density
        left, top, side = math.floor(x - reach), math.floor(y - reach), math.ceil(2 * reach) + 2
        large = Image.new("L", (side * _FINER, side * _FINER))
        box = ((x - reach - left), (y - reach - top), (x + reach - left), (y + reach - top))
        ImageDraw.Draw(large).ellipse([at * _FINER for at in box], fill=255)
        canvas.blend(large.reduce(_FINER), left, top, values[colour])


def _text(canvas: _Canvas, values: Values, words: str) -> None:
    face = nearest_face(canvas.faces, canvas.family, int(values.get("font-weight", 400)))
    x, y = (round(at * _PARTS) / _PARTS for at in canvas.at(float(values["x"]), float(values["y"])))
    whole_x, whole_y = math.floor(x), math.floor(y)
    anchor = {"start": "ls", "middle": "ms", "end": "rs"}[values.get("text-anchor", "start")]
    written = _written(words, face, canvas.text * canvas.density, anchor, (x - whole_x, y - whole_y))
    if written is not None:
        mask, left, top = written
        canvas.blend(mask, whole_x + left, whole_y + top, values["fill"])


@functools.lru_cache(maxsize=2048)  # months and round figures stand in every chart
def _written(
    words: str, face: Face, pixels: float, anchor: str, at: tuple[float, float]
) -> tuple[Image.Image, int, int] | None:
    """Words as a mask, and where it stands from whole pixels; None where there is nothing to see."""
    font = _font(face.path, face.changed, pixels)
    left, top, right, bottom = font.getbbox(words, anchor=anchor)
    if right <= left or bottom <= top:
        return None
    x, y = at
    from_x, from_y = math.floor(x + left), math.floor(y + top)
    mask = Image.new("L", (math.ceil(x + right) - from_x + 1, math.ceil(y + bottom) - from_y + 1))
    ImageDraw.Draw(mask).text((x - from_x, y - from_y), words, fill=255, font=font, anchor=anchor)
    return mask, from_x, from_y


_DRAWN: dict[str, Callable[[_Canvas, Values, str], None]] = {
    "rect": _rect,
    "path": _path,
    "circle": _circle,
    "text": _text,
}


@functools.lru_cache(maxsize=32)
def _font(path: str, _changed: int, pixels: float) -> ImageFont.FreeTypeFont:
    return ImageFont.truetype(path, pixels)


def _through(picture: Image.Image, table: bytes) -> Image.Image:
    return Image.frombytes("L", picture.size, picture.tobytes().translate(table))


@functools.lru_cache(maxsize=64)
def _rgb(colour: str) -> Colour:
    red, green, blue = ImageColor.getrgb(colour)[:3]
    return red, green, blue


@functools.lru_cache(maxsize=512)
def _shades(under: Colour, over: Colour) -> tuple[Colour, ...]:
    """From one colour to another that covers it more and more."""
    return tuple(_mixed(under, over, at / (_SHADES - 1)) for at in range(_SHADES))


def _mixed(under: Colour, over: Colour, part: float) -> Colour:
    red, green, blue = (round(low + (high - low) * part) for low, high in zip(under, over, strict=True))
    return red, green, blue


_ONLY = [bytes(at) + b"\xff" + bytes(255 - at) for at in range(256)]
"""By the number of a colour: a table that is full there and empty everywhere else."""


def _distance(one: Colour, other: Colour) -> int:
    return sum((mine - its) ** 2 for mine, its in zip(one, other, strict=True))
