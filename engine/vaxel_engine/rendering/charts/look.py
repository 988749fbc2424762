"""How a chart is drawn: colours and font from the brand's tokens, and the frame that an artifact gives it."""

from dataclasses import dataclass

from vaxel_engine.rendering.palette import Tokens, dark_colours, mix


@dataclass(frozen=True, slots=True)
class Frame:
    """A drawing area in CSS pixels; `text` is the size of its labels, `grid` how many scale lines to aim at.

    `ticks` off leaves out the names under the bars, for where a table's head stands right below and says them.
    """

    width: int
    height: int
    text: float
    grid: int = 3
    ticks: bool = True


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


PRINT = Frame(width=646, height=168, text=10)
"""The full measure of an A4 page, 171 mm; 10 px are 7.5 pt, the secondary size of the type scale."""
MAIL = Frame(width=502, height=244, text=15)
"""A 600 px mail less its margins and those of the picture; at 60 % on a phone the labels are still 9 px."""
PAGE = Frame(width=640, height=280, text=13)
BANK = Frame(width=600, height=260, text=14)
"""A picture of fixed size in an internet bank's window."""
DAYS = Frame(width=640, height=210, text=13)
DAYS_PHONE = Frame(width=340, height=190, text=12)
"""The days of one month, under the months."""
PHONE = Frame(width=340, height=230, text=12)
"""What is left of a phone's 390 px beside the margins."""

PAGE_LOOK = Look(
    brand="var(--chart-now)",
    ink="var(--ink)",
    muted="var(--secondary)",
    bar="var(--chart-bar)",
    before="var(--chart-before)",
    grid="var(--chart-grid)",
    paper="var(--paper)",
    font="inherit",
)
"""Colours by name, for a picture within a page whose style sheet says what they are by day and by night."""


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
    """The brand's look on a dark screen."""
    dark = dark_colours(tokens)
    return Look(
        brand=dark["brand"],
        ink=dark["ink"],
        muted=dark["secondary"],
        bar=dark["bar"],
        before=dark["pale"],
        grid=dark["hairline"],
        paper=dark["paper"],
        font=tokens["font"]["text"],
    )
