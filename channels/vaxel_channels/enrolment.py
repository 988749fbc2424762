"""A register that comes as a file: who is enrolled somewhere, as of a day, three-valued like every register."""

import csv
import datetime as dt
import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from vaxel_channels.contract import Reach
from vaxel_engine.errors import Misconfigured
from vaxel_engine.model import Recipient

COLUMNS = ("national_id", "organisation_number")
"""By what a list names its people and companies; one of them, or both."""
_EAST = dt.timedelta(days=1)
"""A list may be of a day that has begun where it was made, and not yet in UTC."""
_AS_OF = re.compile(r"# as of ([0-9]{4}-[0-9]{2}-[0-9]{2})")


@dataclass(frozen=True, slots=True)
class Enrolled:
    """One state of a list."""

    as_of: dt.date
    numbers: frozenset[str] = field(repr=False)


def read(path: Path) -> Enrolled:
    """Read a list: `# as of 2026-11-20`, a heading, then one enrolled person or company a row.

    Raises:
        Misconfigured: it cannot be read, has no day, another heading, or a row without a number; file and line.
    """
    try:
        lines = path.read_text(encoding="utf-8-sig").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise Misconfigured(f"{path} cannot be read ({type(error).__name__}); name the list of the enrolled") from error
    found = _AS_OF.fullmatch(lines[0].strip()) if lines else None
    try:
        as_of = dt.date.fromisoformat(found[1]) if found is not None else None
    except ValueError:
        as_of = None
    if as_of is None:
        raise Misconfigured(f"{path}, line 1: says nothing of its day; begin it with e.g. `# as of 2026-11-20`")
    delimiter = ";" if len(lines) > 1 and ";" in lines[1] else ","
    rows = csv.reader(lines[1:], delimiter=delimiter)
    heads = [one.strip() for one in next(rows, list[str]())]
    places = [heads.index(name) for name in COLUMNS if name in heads]
    if not places:
        raise Misconfigured(f"{path}, line 2: no column names who is enrolled; use {' or '.join(COLUMNS)}")
    numbers: set[str] = set()
    for row in rows:
        told = [_digits(row[place]) for place in places if place < len(row) and row[place].strip()]
        if row and not any(told):
            raise Misconfigured(f"{path}, line {rows.line_num + 1}: states no number; fill one, or take the row out")
        numbers.update(told)
    return Enrolled(as_of, frozenset(numbers))


@dataclass(slots=True)
class EnrolmentList:
    """A list on disk, read again when it changes; what is older than `fresh` says nothing any more."""

    path: Path
    fresh: dt.timedelta
    _read: Enrolled | None = field(default=None, init=False, repr=False)
    _stamp: tuple[float, int] | None = field(default=None, init=False)

    def look_up(self, recipients: Sequence[Recipient], today: dt.date) -> list[Reach]:
        """Say for each recipient whether they are enrolled: *unknown* where the list is too old, gone or wrong."""
        enrolled = self._current()
        if enrolled is None or today - enrolled.as_of > self.fresh or enrolled.as_of > today + _EAST:
            return [Reach.UNKNOWN if _numbers(one) else Reach.NO_ADDRESS for one in recipients]
        return [_reach(_numbers(one), enrolled.numbers) for one in recipients]

    def _current(self) -> Enrolled | None:
        try:
            told = self.path.stat()
            stamp = (told.st_mtime, told.st_size)
            if stamp != self._stamp:
                self._read, self._stamp = read(self.path), stamp
        except (OSError, Misconfigured):
            return None  # whoever opened the channel saw it whole; a list being exchanged is asked again
        return self._read


def _reach(numbers: Collection[str], enrolled: frozenset[str]) -> Reach:
    if not numbers:
        return Reach.NO_ADDRESS
    return Reach.HIT if any(one in enrolled for one in numbers) else Reach.CONFIRMED_MISS


def _numbers(recipient: Recipient) -> list[str]:
    number = recipient.national_id.value if recipient.national_id is not None else None
    return [_digits(one) for one in (number, recipient.organisation_number) if one is not None]


def _digits(number: str) -> str:
    return "".join(one for one in number if one.isdigit())
