"""The few marks that every static picture is made of, written as SVG, and the scale that places them."""

import math
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache
from typing import Literal
from xml.sax.saxutils import escape

from vaxel_engine.model import Language
from vaxel_engine.rendering.charts.look import Frame, Look
from vaxel_engine.rendering.formatting import quantity

Anchor = Literal["start", "middle", "end"]

_NARROW, _WIDE, _SPACE = frozenset("ijlt.,:'’|!fr1"), frozenset("mwMWÅÄ%—@"), frozenset(" \u00a0\u202f")


@lru_cache(maxsize=4096)
def width(words: str, size: float, *, bold: bool = False) -> float:
    """About how wide `words` will be in the shipped families; decides what fits beside what, never where one stands."""
    ems = sum(0.3 if ch in _SPACE else 0.36 if ch in _NARROW else 0.86 if ch in _WIDE else 0.63 for ch in words)
    return ems * size * (1.05 if bold else 1.0)


def c(coordinate: float) -> str:
    """A coordinate to a tenth of a pixel, as short as it can be written."""
    text = f"{coordinate:.1f}"
    return text[:-2] if text.endswith(".0") else text


def _short(measures: str) -> str:
    """Attributes whose numbers have one decimal, as `c` writes them."""
    return measures.replace('.0"', '"')


@lru_cache(maxsize=4096)  # figures of the grid and names under the bars come back in every document
def text(x: float, y: float, words: str, fill: str, anchor: Anchor = "start", *, bold: bool = False) -> str:
    """Words on a baseline."""
    placed = "" if anchor == "start" else f' text-anchor="{anchor}"'
    weight = ' font-weight="600"' if bold else ""
    at = _short(f'x="{x:.1f}" y="{y:.1f}"')
    return f'<text {at} fill="{fill}"{placed}{weight}>{escape(words)}</text>'


def label(
    x: float, y: float, words: str, look: Look, frame: Frame, anchor: Anchor = "start", *, strong: bool = False
) -> str:
    """A figure in the picture: on a patch of paper, so that no line of the grid runs through it."""
    wide = width(words, frame.text, bold=strong)
    left = x - {"start": 0.0, "middle": wide / 2, "end": wide}[anchor]
    patch = rect(left - 1, wide + 2, y + frame.text * 0.14, y - frame.text * 0.8, look.paper)
    return patch + text(x, y, words, look.brand if strong else look.muted, anchor, bold=strong)


def rect(x: float, wide: float, one_y: float, other_y: float, fill: str, *, hollow: bool = False) -> str:
    """A bar between two heights, given in any order; a hollow one keeps its outline within its measures."""
    if hollow:
        top, high, edge = min(one_y, other_y), abs(one_y - other_y), 0.7
        inner = (
            f'x="{c(x + edge / 2)}" y="{c(top + edge / 2)}" width="{c(wide - edge)}" height="{c(max(high - edge, 0))}"'
        )
        return f'<rect {inner} fill="#ffffff" stroke="{fill}" stroke-width="{edge}"/>'
    return rects(wide, [(x, one_y, other_y, fill)])


def rects(wide: float, boxes: Iterable[tuple[float, float, float, str]]) -> str:
    """Filled bars of one width, each with its left edge, both heights in any order, and its colour."""
    width = f'width="{wide:.1f}"'
    return _short(
        "".join(
            [
                f'<rect x="{x:.1f}" y="{one if one < other else other:.1f}" {width}'
                f' height="{abs(one - other):.1f}" fill="{fill}"/>'
                for x, one, other, fill in boxes
            ]
        )
    )


def rule(x: float, y: float, end: float, stroke: str, thickness: float = 0.75) -> str:
    """A horizontal hairline."""
    return f'<path d="M{c(x)} {c(y)}H{c(end)}" stroke="{stroke}" stroke-width="{thickness}"/>'


@dataclass(frozen=True, slots=True)
class Scale:
    """The value axis: round figures from low to high with zero among them, and where they lie in the frame."""

    lines: tuple[Decimal, ...]
    left: float
    top: float
    bottom: float
    low: float
    high: float

    def y(self, value: Decimal | int) -> float:
        """The height at which `value` lies."""
        return self.bottom - (float(value) - self.low) / (self.high - self.low) * (self.bottom - self.top)


@lru_cache(maxsize=1024)
def axis_figure(line: Decimal, language: Language) -> str:
    """What stands beside a line of the grid; the same few round figures come back in every document."""
    return quantity(line, language)


def scale(values: Sequence[Decimal], frame: Frame, language: Language) -> Scale:
    """A scale for `values` that begins or passes at zero, and leaves room on the left for its own figures."""
    lines = round_lines(min(*values, Decimal(0)), max(*values, Decimal(0)), frame.grid)
    widest = max(width(axis_figure(line, language), frame.text) for line in lines)
    left, top, bottom = widest + frame.text * 0.6, frame.text * 3.0, frame.height - frame.text * 1.8
    return Scale(lines, left, top, bottom, float(lines[0]), float(lines[-1]))


@lru_cache(maxsize=256)
def round_lines(low: Decimal, high: Decimal, about: int) -> tuple[Decimal, ...]:
    """Round figures from at or below `low` to at or above `high`, in about `about` steps.

    A step is 1, 2, 2.5 or 5 times a power of ten.
    """
    high = high if high > low else low + 1
    raw = (high - low) / about
    power = Decimal(1).scaleb(raw.adjusted())
    step = next(power * factor for factor in map(Decimal, ("1", "2", "2.5", "5", "10")) if power * factor >= raw)
    first, last = math.floor(low / step), math.ceil(high / step)
    return tuple(step * at for at in range(first, max(last, first + 1) + 1))


def grid(along: Scale, unit: str, language: Language, look: Look, frame: Frame) -> Iterator[str]:
    """The unit, once, and a light line with its figure for each round value."""
    yield text(0, frame.text * 1.05, unit, look.muted)
    for line in along.lines:
        y = along.y(line)
        yield rule(along.left, y, frame.width, look.muted if line == 0 else look.grid)
        yield text(along.left - frame.text * 0.6, y + frame.text * 0.35, axis_figure(line, language), look.muted, "end")
