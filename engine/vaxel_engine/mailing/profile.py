"""A mail house's profile: the envelope's window, folds and marks, and what must stay clear; read from a data file."""

import difflib
import tomllib
from collections.abc import Iterator, Mapping
from enum import StrEnum
from functools import cache
from importlib.resources import files
from types import MappingProxyType

from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from vaxel_engine.errors import Misconfigured

SHEET_WIDTH, SHEET_HEIGHT = 210.0, 297.0
"""Millimetres of A4 portrait, ISO 216."""

DEFAULT = "c5-safe"
"""The profile of a brand that names none."""


class Quality(StrEnum):
    """How well the figures of a profile are known."""

    DOCUMENTED = "documented"
    """In the mail house's own documents."""
    SECONDARY = "secondary"
    """Told by others; ask the mail house before the first run."""
    ASSUMED = "assumed"
    """Our own, chosen to be safe; ask the mail house before the first run."""


class Sheets(StrEnum):
    """On which sheets of one letter a mark stands; several inserters take the absence of a mark as the signal."""

    ALL = "all"
    FIRST = "first"
    LAST = "last"
    NOT_LAST = "not_last"

    def has(self, sheet: int, sheets: int) -> bool:
        """Whether sheet number `sheet`, counted from 1, of `sheets` has the mark."""
        match self:
            case Sheets.ALL:
                return True
            case Sheets.FIRST:
                return sheet == 1
            case Sheets.LAST:
                return sheet == sheets
            case Sheets.NOT_LAST:
                return sheet < sheets


class Sides(StrEnum):
    """Where a zone must be clear."""

    BOTH = "both"
    FRONT = "front"
    FIRST = "first"
    """On page one alone."""


class What(StrEnum):
    """What a zone must be clear of."""

    ANYTHING = "anything"
    TEXT = "text"


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, hide_input_in_errors=True)


class Rectangle(_Strict):
    """A part of the sheet in millimetres from its upper left corner."""

    x: float = Field(ge=0, le=SHEET_WIDTH)
    y: float = Field(ge=0, le=SHEET_HEIGHT)
    width: float = Field(gt=0, le=SHEET_WIDTH)
    height: float = Field(gt=0, le=SHEET_HEIGHT)

    @model_validator(mode="after")
    def _on_the_sheet(self) -> "Rectangle":
        if self.right > SHEET_WIDTH or self.bottom > SHEET_HEIGHT:
            raise ValueError(f"reaches beyond the sheet of {SHEET_WIDTH:g} × {SHEET_HEIGHT:g} mm")
        return self

    @property
    def right(self) -> float:
        """The right edge."""
        return self.x + self.width

    @property
    def bottom(self) -> float:
        """The lower edge."""
        return self.y + self.height


class Window(Rectangle):
    """What shows through the envelope; the letter slides by up to `tolerance` to every side."""

    tolerance: float = Field(default=0.0, ge=0, le=10)


class Mark(Rectangle):
    """A black bar that a folding or inserting machine looks at, on the front of some sheets."""

    name: str = Field(min_length=1)
    sheets: Sheets = Sheets.ALL


class Zone(Rectangle):
    """A part of the page that must stay clear."""

    name: str = Field(min_length=1)
    sides: Sides = Sides.BOTH
    what: What = What.ANYTHING

    def holds_on(self, page: int, *, duplex: bool) -> bool:
        """Whether it must be clear on page number `page`, counted from 1."""
        match self.sides:
            case Sides.BOTH:
                return True
            case Sides.FIRST:
                return page == 1
            case Sides.FRONT:
                return not duplex or page % 2 == 1


class Profile(_Strict):
    """One mail house's rules for an A4 letter; lengths in millimetres. docs/print.md explains each key."""

    name: str
    title: str = Field(min_length=1)
    source: str = Field(min_length=1)
    quality: Quality
    edge: float = Field(default=5.0, ge=0, le=20)
    window: Window | None = None
    address: Rectangle | None = None
    mark: tuple[Mark, ...] = ()
    clear: tuple[Zone, ...] = ()
    max_pages: int = Field(default=120, ge=1)
    max_bytes: int = Field(default=8_000_000, ge=1)
    newest_version: str = Field(default="1.7", pattern=r"^\d\.\d$")
    smaller_by: float = Field(default=0.5, ge=0, le=20)
    larger_by: float = Field(default=0.5, ge=0, le=20)
    landscape: bool = False
    standard_fonts: tuple[str, ...] = ()
    coarsest_dpi: int = Field(default=150, ge=1)

    @model_validator(mode="after")
    def _agrees(self) -> "Profile":
        if self.address is not None:
            if self.window is None:
                raise ValueError("`address` is a part of `window`, and there is none")
            whole, part = self.window, self.address
            if part.x < whole.x or part.y < whole.y or part.right > whole.right or part.bottom > whole.bottom:
                raise ValueError("`address` reaches beyond `window`")
        if self.window is not None:
            for mark in self.mark:
                if _overlap(mark, self.window):
                    raise ValueError(f'the mark "{mark.name}" stands in `window`')
            usable = self.usable
            if usable.height < 18 or usable.width < 60:
                raise ValueError("`window` leaves less than 60 × 18 mm for the address")
            if self.window.bottom > 110 or self.window.right > 125:
                raise ValueError("`window` reaches beyond x 125 or y 110 mm, where the letter begins")
        return self

    @property
    def usable(self) -> Rectangle:
        """Where the address may stand: its part of the window, less the tolerance on every side.

        Without a window, where the window of the safe profile would be: somebody else prints the address.
        """
        window = self.window or shipped()[DEFAULT].window
        assert window is not None  # noqa: S101  # the safe profile has one
        part, slack = self.address or window, window.tolerance
        return Rectangle.model_construct(
            x=part.x + slack, y=part.y + slack, width=part.width - 2 * slack, height=part.height - 2 * slack
        )


@cache
def shipped() -> Mapping[str, Profile]:
    """The profiles that come with Vaxel, by name."""
    folder = files("vaxel_engine.mailing") / "profiles"
    named = sorted((one.name.removesuffix(".toml"), one) for one in folder.iterdir() if one.name.endswith(".toml"))
    return MappingProxyType({name: read_profile(name, one.read_bytes(), file=one.name) for name, one in named})


def chosen(name: str) -> Profile:
    """The shipped profile called `name`; raises Misconfigured with what there is."""
    found = shipped().get(name)
    if found is None:
        near = difflib.get_close_matches(name, shipped(), n=1)
        remedy = f'did you mean "{near[0]}"' if near else f"there are {', '.join(shipped())}"
        raise Misconfigured(f'there is no mail-house profile "{name}"; {remedy}, or a file of your own')
    return found


def read_profile(name: str, content: bytes, *, file: str) -> Profile:
    """The profile in a TOML file; raises Misconfigured with file, key and what is wrong."""
    try:
        table = tomllib.loads(content.decode("utf-8"))
    except (UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise Misconfigured(f"{file} is not TOML in UTF-8: {error}; docs/print.md shows a profile") from error
    try:
        return Profile.model_validate({"name": name, **table})
    except ValidationError as error:
        raise Misconfigured(f"{file}: {next(_faults(error))}; docs/print.md explains each key") from error


def _faults(error: ValidationError) -> Iterator[str]:
    known = {field for kind in (Profile, Window, Mark, Zone) for field in kind.model_fields}
    for fault in error.errors(include_url=False, include_input=False):
        place = ".".join(str(part) for part in fault["loc"])
        said = fault["msg"].removeprefix("Value error, ")
        if fault["type"] == "extra_forbidden":
            near = difflib.get_close_matches(str(fault["loc"][-1]), known, n=1)
            said = f"unknown key{f', did you mean `{near[0]}`' if near else ''}"
        yield f"`{place}`: {said}" if place else said


def _overlap(one: Rectangle, other: Rectangle) -> bool:
    return one.x < other.right and other.x < one.right and one.y < other.bottom and other.y < one.bottom
