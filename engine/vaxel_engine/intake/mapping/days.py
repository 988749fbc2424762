"""Days as a billing system writes them: a pattern of YYYY, MM, DD becomes YYYY-MM-DD."""

import datetime as dt
import re
from functools import cache

_TOKENS = {
    "YYYY": r"(?P<year>[0-9]{4})",
    "YY": r"(?P<short>[0-9]{2})",
    "MM": r"(?P<month>[0-9]{2})",
    "DD": r"(?P<day>[0-9]{2})",
    "M": r"(?P<month>[0-9]{1,2})",
    "D": r"(?P<day>[0-9]{1,2})",
    "*": r".*",
}
_TOKEN = re.compile(r"YYYY|YY|MM|DD|M|D|\*|[^A-Za-z0-9*]|T")


@cache
def day_pattern(written: str) -> re.Pattern[str] | None:
    """The pattern of a way to write days, e.g. "DD.MM.YYYY"; "*" stands for anything, such as a time of day."""
    parts: list[str] = _TOKEN.findall(written)
    if "".join(parts) != written:
        return None
    years, months, days = (sum(part in names for part in parts) for names in (("YYYY", "YY"), ("MM", "M"), ("DD", "D")))
    if (years, months, days) != (1, 1, 1):
        return None
    return re.compile("".join(_TOKENS.get(part, re.escape(part)) for part in parts))


def day_of(text: str, written: str) -> str | None:
    """The day as YYYY-MM-DD, None for a text that is no day written so; years of two digits are of this century."""
    pattern = day_pattern(written)
    match = pattern.fullmatch(text) if pattern else None
    if match is None:
        return None
    parts = match.groupdict()
    year = int(parts["year"]) if parts.get("year") else 2000 + int(parts["short"])
    try:
        return dt.date(year, int(parts["month"]), int(parts["day"])).isoformat()
    except ValueError:
        return None
