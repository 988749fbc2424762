"""JSON read strictly: numbers exactly, no name twice, no NaN, and no depth that a parser cannot bear (RFC 8259)."""

import json
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, cast

from vaxel_engine.intake.candidate import Location

VALUES_LIMIT = 500_000
"""Values of one document, as its commas count them: each takes some hundred bytes (300 lines have 9,000)."""
NAMES_LIMIT = 1_000
"""Names of one object; no object of ours has a hundred."""


class _Crowded(dict[str, Any]):
    """An object of more names than anyone could mean; they are not kept."""


class _Repeated(dict[str, Any]):
    """An object that names a field twice; which value is meant nobody can know."""

    name = ""


@dataclass(frozen=True, slots=True)
class _NoNumber:
    """NaN or Infinity, which JSON does not have."""

    words: str


@dataclass(frozen=True, slots=True)
class Flaw:
    """What is wrong with one value although it could be parsed."""

    location: Location
    found: str
    remedy: str


class StrictDecoder:
    """Decodes one JSON value after another; `flaws` tells what was wrong with the last one."""

    def __init__(self) -> None:
        self._flawed = False
        self._decode = json.JSONDecoder(
            object_pairs_hook=self._object,
            parse_float=self._number,
            parse_int=self._number,
            parse_constant=self._constant,
        ).raw_decode

    def decode(self, text: str, start: int = 0) -> tuple[Any, int]:
        """Return the value that begins at `start` and where it ends.

        Raises json.JSONDecodeError for what is no JSON, and ValueError for what is too deep to bear.
        """
        self._flawed = False
        return _borne(self._decode, text, start)

    def flaws(self, value: object) -> tuple[Flaw, ...]:
        """What is wrong with the value decoded last; it is walked only where something was met."""
        return tuple(_flaws(value)) if self._flawed else ()

    def _object(self, pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        if len(pairs) > NAMES_LIMIT:
            self._flawed = True
            return _Crowded()
        fields = dict(pairs)
        if len(fields) == len(pairs):
            return fields
        self._flawed = True
        repeated = _Repeated(fields)
        counts = Counter(name for name, _ in pairs)
        repeated.name = next(name for name in fields if counts[name] > 1)
        return repeated

    def _number(self, words: str) -> Decimal | _NoNumber:
        try:
            return Decimal(words)
        except ArithmeticError:
            self._flawed = True
            return _NoNumber("a number too large to be meant")

    def _constant(self, words: str) -> _NoNumber:
        self._flawed = True
        return _NoNumber(words)


class MeasuringDecoder:
    """Finds where each JSON value ends, in a fifth of the time that it takes to understand it, and keeps nothing."""

    def __init__(self) -> None:
        self._decode = json.JSONDecoder(
            object_pairs_hook=_nothing, parse_float=_nothing, parse_int=_nothing, parse_constant=_nothing
        ).raw_decode

    def decode(self, text: str, start: int = 0) -> tuple[Any, int]:
        """Return None and where the value ends that begins at `start`; raises as StrictDecoder does."""
        return _borne(self._decode, text, start)

    def flaws(self, _: object) -> tuple[Flaw, ...]:
        """None: they are told by who understands the value."""
        return ()


def _nothing(_: object) -> None:
    return None


def _borne(decode: Callable[[str, int], tuple[Any, int]], text: str, start: int) -> tuple[Any, int]:
    try:
        return decode(text, start)
    except RecursionError as error:
        raise ValueError("is nested too deep") from error


def _flaws(value: object) -> Iterator[Flaw]:
    waiting: list[tuple[Location, object]] = [((), value)]
    while waiting:
        location, here = waiting.pop()
        if isinstance(here, _NoNumber):
            yield Flaw(location, here.words, "write a number in digits, or leave the field out")
        elif isinstance(here, dict):
            if isinstance(here, _Crowded):
                yield Flaw(location, f"an object of more than {NAMES_LIMIT:,} names", "check how it was exported")
            if isinstance(here, _Repeated):
                yield Flaw((*location, here.name), "the same name twice in one object", "keep one of the two")
            fields = cast("dict[str, object]", here)
            waiting.extend(((*location, name), fields[name]) for name in reversed(fields))
        elif isinstance(here, list):
            items = cast("list[object]", here)
            waiting.extend(((*location, at), items[at]) for at in reversed(range(len(items))))
