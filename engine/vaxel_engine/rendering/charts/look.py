"""How a chart is drawn: colours and font from the brand's tokens, and the frame that an artifact gives it."""

from collections.abc import Mapping
from dataclasses import dataclass

Tokens = Mapping[str, Mapping[str, str]]


@dataclass(frozen=True, slots=True)
class Frame:
    """A drawing area in CSS pixels; `text` is the size of its labels, `grid` how many scale lines to aim at."""

    width: int
    height: int
    text: float
    grid: int = 3


PRINT = Frame(width=646, height=168, text=10)
"""The full measure of an A4 page, 171 mm; 10 px are 7.5 pt, the secondary size of the type scale."""
MAIL = Frame(width=536, height=248, text=15)
"""A 600 px mail less its margins; at 60 % on a phone the labels are still 9 px."""
PAGE = Frame(width=620, height=280, text=14)


@dataclass(frozen=True, slots=True)
class Look:
    """Colours as #rrggbb and the font's name. `outline` draws last year's bars hollow, for paper without colour."""

    brand: str
    ink: str
    muted: str
    bar: str
    before: str
    grid: str
    paper: str
    font: str
    outline: bool = False


def mix(colour: str, other: str, share: float) -> str:
    """The colour that is `share` of the way from `colour` to `other`, both #rrggbb."""
    pairs = zip(_channels(colour), _channels(other), strict=True)
    return "#" + "".join(f"{round(one + (two - one) * share):02x}" for one, two in pairs)


def contrast(colour: str, other: str) -> float:
    """The contrast ratio of WCAG 2.1, from 1 to 21."""
    lighter, darker = sorted((_luminance(colour), _luminance(other)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


def readable(colour: str, paper: str, towards: str, at_least: float = 4.5) -> str:
    """`colour`, moved towards `towards` just until it reads on `paper` (WCAG 2.1, 1.4.3: 4.5:1)."""
    for tenth in range(11):
        candidate = mix(colour, towards, tenth / 10)
        if contrast(candidate, paper) >= at_least:
            return candidate
    return towards


def look(tokens: Tokens, *, monochrome: bool = False) -> Look:
    """The brand's look on light paper; `monochrome` tells the bars apart by grey and outline only."""
    colours = tokens["colour"]
    ink, paper = colours["ink"], colours["paper"]
    return Look(
        brand="#000000" if monochrome else colours["brand"],
        ink="#000000" if monochrome else ink,
        muted="#4d4d4d" if monochrome else colours["secondary"],
        bar="#808080" if monochrome else mix(ink, paper, 0.5),
        before="#8c8c8c" if monochrome else colours["pale"],
        grid="#d9d9d9" if monochrome else mix(colours["hairline"], paper, 0.45),
        paper=paper,
        font=tokens["font"]["text"],
        outline=monochrome,
    )


def dark_look(tokens: Tokens) -> Look:
    """The brand's look on a dark screen: the same hues, moved until they read there."""
    colours = tokens["colour"]
    paper = mix(colours["ink"], "#101317", 0.7)
    ink = mix("#ffffff", paper, 0.08)
    return Look(
        brand=readable(colours["brand"], paper, "#ffffff", 5.5),
        ink=ink,
        muted=mix(ink, paper, 0.3),
        bar=mix(ink, paper, 0.48),
        before=mix(ink, paper, 0.76),
        grid=mix(ink, paper, 0.84),
        paper=paper,
        font=tokens["font"]["text"],
    )


def _channels(colour: str) -> tuple[int, int, int]:
    return int(colour[1:3], 16), int(colour[3:5], 16), int(colour[5:7], 16)


def _luminance(colour: str) -> float:
    red, green, blue = (_linear(channel / 255) for channel in _channels(colour))
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def _linear(channel: float) -> float:
    return channel / 12.92 if channel <= 0.04045 else float(((channel + 0.055) / 1.055) ** 2.4)
