"""Where a field stands in JSON (RFC 6901), written so that no name of a field gives away more than it should."""

import re

from vaxel_engine.intake.candidate import Location

_ORDINARY = re.compile(r"[A-Za-z_][A-Za-z0-9_-]{0,39}")


def safe_name(name: str) -> str:
    """A field's name as it may be shown: one that looks like no name may be a value in the wrong place."""
    return name if _ORDINARY.fullmatch(name) else f"(a name of {len(name)} characters)"


def pointer(location: Location) -> str:
    """The JSON Pointer of a location; "" is the whole document. Names that `safe_name` passes need no escaping."""
    return "".join(f"/{safe_name(step) if isinstance(step, str) else step}" for step in location)
