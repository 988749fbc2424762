"""When a channel may be handed over to: a provider's service windows, the recipients' quiet hours, in a time zone."""

import datetime as dt
import re
from collections.abc import Sequence
from dataclasses import dataclass
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from vaxel_engine.errors import Misconfigured

_DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_SPAN = re.compile(r"(?:(?P<days>[A-Za-z,-]+) +)?(?P<begins>\d{2}:\d{2})-(?P<ends>\d{2}:\d{2})")
_LOOK_AHEAD = 8
"""Days: a week, and the day on which a span over midnight began."""


@dataclass(frozen=True, slots=True)
class Span:
    """A time of day on some weekdays; one that ends before it begins goes over midnight, from the day it names."""

    days: frozenset[int]
    begins: dt.time
    ends: dt.time
    """Equal to `begins` for the whole day."""

    def holds(self, local: dt.datetime) -> bool:
        """Whether a moment of the span's own zone is within."""
        now = local.time()
        if self.begins < self.ends:
            return local.weekday() in self.days and self.begins <= now < self.ends
        yesterday = (local.weekday() - 1) % 7
        return (local.weekday() in self.days and now >= self.begins) or (yesterday in self.days and now < self.ends)


@dataclass(frozen=True, slots=True)
class Hours:
    """Open within any of `open` (always, where there are none) and outside every one of `quiet`."""

    zone: ZoneInfo
    open: tuple[Span, ...] = ()
    quiet: tuple[Span, ...] = ()

    def are_open(self, at: dt.datetime) -> bool:
        """Whether something may be handed over at this moment."""
        local = at.astimezone(self.zone)
        return (not self.open or any(one.holds(local) for one in self.open)) and not any(
            one.holds(local) for one in self.quiet
        )

    def opens(self, at: dt.datetime) -> dt.datetime | None:
        """The next moment from `at` at which something may be handed over; None when there is none within a week."""
        if self.are_open(at):
            return at
        day = at.astimezone(self.zone).date()
        edges = {one.begins for one in self.open} | {one.ends for one in (*self.open, *self.quiet)} | {dt.time(0)}
        moments = sorted(
            dt.datetime.combine(day + dt.timedelta(days=later), edge, self.zone).astimezone(dt.UTC)
            for later in range(_LOOK_AHEAD + 1)
            for edge in edges
        )
        return next((moment for moment in moments if moment > at and self.are_open(moment)), None)


@dataclass(frozen=True, slots=True)
class Service:
    """When a channel may be handed over to, how fast, and by when it must have arrived; None for no such limit."""

    hours: Hours | None = None
    per_second: float | None = None
    """Hand-overs a second, of all workers together."""
    confirm_within: dt.timedelta | None = None
    """A hand-over that nothing confirms for so long has failed, and its document goes the next way."""


def read_hours(zone: str, opening: Sequence[str], quiet: Sequence[str], *, where: str) -> Hours | None:
    """The hours that a table of settings describes; None where it describes none.

    Raises:
        Misconfigured: a span or the zone cannot be read, the zone is missing, or it would never be open.
    """
    if not opening and not quiet:
        return None
    if not zone:
        raise Misconfigured(f'{where}.zone: hours need a time zone; write e.g. "Europe/Stockholm"')
    try:
        found = ZoneInfo(zone)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        raise Misconfigured(
            f'{where}.zone: {zone!r} is no time zone of this machine; write e.g. "Europe/Stockholm"'
        ) from None
    hours = Hours(
        found,
        tuple(_span(one, f"{where}.open") for one in opening),
        tuple(_span(one, f"{where}.quiet") for one in quiet),
    )
    if hours.opens(dt.datetime(2026, 1, 1, tzinfo=dt.UTC)) is None:
        raise Misconfigured(f"{where}: it would never be open; widen `open` or shorten `quiet`")
    return hours


def _span(text: str, where: str) -> Span:
    found = _SPAN.fullmatch(text.strip())
    try:
        if found is None:
            raise ValueError
        begins, ends = (dt.time.fromisoformat(found[name]) for name in ("begins", "ends"))
        days = _weekdays(found["days"])
    except ValueError:
        raise Misconfigured(
            f'{where}: {text!r} is no span of hours; write e.g. "21:00-08:00" or "Mon-Fri 07:00-18:00"'
        ) from None
    return Span(days, begins, ends)


def _weekdays(text: str | None) -> frozenset[int]:
    days: set[int] = set()
    for part in (text or "mon-sun").lower().split(","):
        first, _, last = part.partition("-")
        begins, ends = _DAYS.index(first), _DAYS.index(last or first)
        days |= {day % 7 for day in range(begins, ends + 1 if ends >= begins else ends + 8)}
    return frozenset(days)
