"""What is wrong with a PDF that is to be printed: one rule, one place, one sentence."""

from dataclasses import dataclass
from enum import StrEnum

from vaxel_engine.mailing.profile import Rectangle


class Rule(StrEnum):
    """Every rule a PDF is held against; docs/print.md lists them."""

    READABLE = "readable"
    ENCRYPTED = "encrypted"
    VERSION = "version"
    PAGES = "pages"
    BYTES = "bytes"
    ACTIVE = "active"
    PAGE_SIZE = "page_size"
    FONT = "font"
    EDGE = "edge"
    ZONE = "zone"
    WINDOW = "window"
    PICTURE = "picture"


@dataclass(frozen=True, slots=True)
class Violation:
    """One thing that a mail house refuses, or, where `refused` is False, that will look poor.

    `what` is a clause that continues "its PDF …". `area` is in millimetres from the upper left corner of the page.
    """

    rule: Rule
    page: int | None
    what: str
    remedy: str
    area: Rectangle | None = None
    refused: bool = True

    @property
    def sentence(self) -> str:
        """The whole of it."""
        return f"The PDF {self.what}; {self.remedy}."


@dataclass(frozen=True, slots=True)
class PrintCheck:
    """What was found; `pages` and `sheets` are 0 for what cannot be opened."""

    profile: str
    pages: int
    sheets: int
    bytes: int
    version: str | None
    violations: tuple[Violation, ...]

    @property
    def refused(self) -> tuple[Violation, ...]:
        """The violations for which a mail house sends the PDF back."""
        return tuple(one for one in self.violations if one.refused)


def area(left: float, top: float, right: float, bottom: float) -> Rectangle:
    """A measured rectangle, to a tenth of a millimetre, without asking whether it lies on the sheet."""
    return Rectangle.model_construct(
        x=round(left, 1), y=round(top, 1), width=round(right - left, 1), height=round(bottom - top, 1)
    )


def place(where: Rectangle) -> str:
    """A rectangle in words: "x 2.1–14.0, y 120.3–124.6 mm"."""
    return f"x {where.x:.1f}–{where.right:.1f}, y {where.y:.1f}–{where.bottom:.1f} mm"
