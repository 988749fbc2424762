"""JSON read strictly: numbers exactly, no name twice, no NaN, and no depth that a parser cannot bear (RFC 8259)."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, cast

from vaxel_engine.intake.candidate import Location


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
            parse_float=Decimal,
            parse_int=Decimal,
            parse_constant=self._constant,
        ).raw_decode

    def decode(self, text: str, start: int = 0) -> tuple[Any, int]:
        """Return the value that begins at `start` and where it ends.

        Raises json.JSONDecodeError for what is no JSON, and ValueError for what is too deep or too large to bear.
        """
        self._flawed = False
        try:
            return self._decode(text, start)
        except json.JSONDecodeError:
            raise
        except RecursionError as error:
            raise ValueError("is nested too deep") from error
        except ArithmeticError as error:
            raise ValueError("holds a number too large to be meant") from error

    def flaws(self, value: object) -> tuple[Flaw, ...]:
        """What is wrong with the value decoded last; it is walked only where something was met."""
        return tuple(_flaws(value)) if self._flawed else ()

    def _object(self, pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        fields = dict(pairs)
        if len(fields) == len(pairs):
            return fields
        self._flawed = True
        repeated = _Repeated(fields)
        names = [name for name, _ in pairs]
        repeated.name = next(name for position, name in enumerate(names) if name in names[:position])
        return repeated

    def _constant(self, words: str) -> _NoNumber:
        self._flawed = True
        return _NoNumber(words)


def _flaws(value: object) -> Iterator[Flaw]:
    waiting: list[tuple[Location, object]] = [((), value)]
    while waiting:
        location, here = waiting.pop()
        if isinstance(here, _NoNumber):
            yield Flaw(location, here.words, "write a number in digits, or leave the field out")
        elif isinstance(here, dict):
            if isinstance(here, _Repeated):
                yield Flaw((*location, here.name), "the same name twice in one object", "keep one of the two")
            fields = cast("dict[str, object]", here)
            waiting.extend(((*location, name), fields[name]) for name in reversed(fields))
        elif isinstance(here, list):
            items = cast("list[object]", here)
            waiting.extend(((*location, at), items[at]) for at in reversed(range(len(items))))
