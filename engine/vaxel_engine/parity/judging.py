"""One fact against one part of an artifact: every place that leads to it, and every figure that is nearly it."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import cached_property

from vaxel_engine.identifiers.ocr import is_ocr
from vaxel_engine.model import Language
from vaxel_engine.parity.canonical import Fact, Sort
from vaxel_engine.parity.explained import Explained
from vaxel_engine.parity.places import Place
from vaxel_engine.parity.readback import Part
from vaxel_engine.parity.spelling import (
    MARKS,
    Money,
    compact,
    date_of,
    dates,
    groups,
    money,
    money_of,
    of_length,
    one_off,
)

_TELLING = 4
"""Digits from which on an amount that differs in one digit only is taken for the same amount gone wrong."""
_TELLING_NUMBER = 6
"""The same for references, accounts and other numbers."""


class Status(StrEnum):
    """What was found, the gravest last."""

    NOT_SHOWN = "not shown here"
    FOUND = "found"
    MISSING = "missing"
    DIFFERENT = "different"


GRAVITY = tuple(Status)


@dataclass(frozen=True, slots=True)
class Finding:
    """What one part says of one fact; `shown` is what stands there instead, where it is different."""

    status: Status
    shown: str | None = None


class Looked:
    """One part with everything in it that could be a fact, each list made once."""

    def __init__(self, part: Part, places: Iterable[Place], language: Language, explained: Explained) -> None:
        self.part = part
        self.language: Language = language
        self.explained = explained
        self._places = places

    @cached_property
    def read(self) -> tuple[Mapping[str, str], ...]:
        """What stands in the places that the words of the pack lead to."""
        return tuple(found for place in self._places for found in place.read(self.part.text, self.part.column))

    @cached_property
    def amounts(self) -> tuple[Money, ...]:
        """Every amount."""
        return tuple(money(self.part.text, self.language))

    @cached_property
    def days(self) -> tuple[str, ...]:
        """Every date."""
        return tuple(dates(self.part.text))

    @cached_property
    def runs(self) -> list[list[str]]:
        """Every group of letters and digits, with its neighbours."""
        return groups(self.part.text)

    @cached_property
    def squeezed(self) -> str:
        """The words without any space, for names that may be broken over lines."""
        return "".join(self.part.text.split())


def judge(fact: Fact, looked: Looked, *, shown: bool) -> Finding:
    """What the part says of `fact`, which it has to show where `shown` is true.

    Another value in a place of the fact is different, however often the right one stands elsewhere.
    """
    wrong = next(_wrong(fact, looked, shown=shown), None)
    if wrong is not None:
        return Finding(Status.DIFFERENT, wrong)
    if not shown:
        return Finding(Status.NOT_SHOWN)
    return Finding(Status.FOUND if _stands(fact, looked) else Status.MISSING)


def _wrong(fact: Fact, looked: Looked, *, shown: bool) -> Iterator[str]:
    """Whatever contradicts the fact, in the order it is met."""
    stated = looked.part.stated
    if shown and stated is not None and fact.slot in stated and fact.said not in stated[fact.slot]:
        yield ", ".join(stated[fact.slot])
    match fact.sort:
        case Sort.MONEY:
            yield from _wrong_amounts(fact, looked)
        case Sort.DATE:
            yield from (found for found in _read_dates(fact, looked) if found != fact.value)
            yield from (
                found for found in looked.days if one_off(found, fact.value) and found not in looked.explained.dates
            )
        case Sort.NUMBER:
            yield from _wrong_numbers(fact, looked)
        case Sort.CURRENCY:
            yield from (mark for mark in _marks(looked) if mark not in MARKS.get(fact.value, {fact.value}))
        case Sort.WORDS:
            return


def _stands(fact: Fact, looked: Looked) -> bool:
    stated = looked.part.stated
    if stated is not None:
        return fact.said in stated.get(fact.slot, ())
    match fact.sort:
        case Sort.MONEY:
            sums = {amount.size for amount in looked.amounts}
            if fact.base is not None and fact.base.removeprefix("-") not in sums:
                return False
            return fact.value.removeprefix("-") in sums
        case Sort.DATE:
            return fact.value in looked.days
        case Sort.NUMBER:
            return fact.value in of_length(looked.runs, len(fact.value)) or fact.value in _lines(looked)
        case Sort.CURRENCY:
            return any(mark in MARKS.get(fact.value, {fact.value}) for mark in _marks(looked))
        case Sort.WORDS:
            return "".join(fact.value.split()) in looked.squeezed


def _wrong_amounts(fact: Fact, looked: Looked) -> Iterator[str]:
    for found in looked.read:
        if fact.slot == "vat":
            yield from _wrong_vat(fact, found, looked)
        elif fact.slot in found:
            amount = money_of(found[fact.slot], looked.language)
            if (amount.size if fact.slot == "amount_due" else amount.value) != fact.value:
                yield found[fact.slot]
        elif fact.slot == "amount_due" and "whole" in found:
            whole = "".join(character for character in found["whole"] if character.isdigit())
            if f"{whole}.{found['hundredths']}" != fact.value:
                yield f"{found['whole']} and {found['hundredths']}"
    for value in (fact.value, fact.base):
        size = (value or "").removeprefix("-")
        if len(size) <= _TELLING:  # the point counts as one
            continue
        yield from (
            amount.value
            for amount in looked.amounts
            if one_off(amount.size, size) and amount.size not in looked.explained.amounts
        )


def _wrong_vat(fact: Fact, found: Mapping[str, str], looked: Looked) -> Iterator[str]:
    """A row of VAT that is none of the document's: charged to the fact of its rate, a strange rate to every fact."""
    if "vat" not in found or "base" not in found:
        return
    rate = found["rate"].replace(",", ".") if "rate" in found else None
    row = (rate, money_of(found["base"], looked.language).value, money_of(found["vat"], looked.language).value)
    if row in looked.explained.vat:
        return
    rates = {known for known, _, _ in looked.explained.vat}
    if rate == fact.rate or rate not in rates:
        yield f"{rate or 0} % of {row[1]} = {row[2]}"


def _wrong_numbers(fact: Fact, looked: Looked) -> Iterator[str]:
    for found in looked.read:
        if fact.slot not in found or not any(character.isdigit() for character in found[fact.slot].split()[0]):
            continue  # the word is used in a sentence, no value follows
        met = compact(found[fact.slot])[: len(fact.value)]
        if met != fact.value:
            failed = " (its check digit is wrong)" if fact.ocr and not is_ocr(met) else ""
            yield met + failed
    if len(fact.value) >= _TELLING_NUMBER:
        yield from (
            near
            for near in of_length(looked.runs, len(fact.value))
            if one_off(near, fact.value) and not looked.explained.has_number(near)
        )


def _read_dates(fact: Fact, looked: Looked) -> Iterator[str]:
    for found in looked.read:
        date = date_of(found[fact.slot]) if fact.slot in found else None
        if date is not None:
            yield date


def _marks(looked: Looked) -> Iterator[str]:
    """The currencies that stand beside amounts where the amount due is read."""
    for found in looked.read:
        mark = money_of(found["amount_due"], looked.language).mark if "amount_due" in found else None
        if mark is not None:
            yield mark


def _lines(looked: Looked) -> Iterator[str]:
    """Every line as one number, for a value that has more in it than letters, digits, spaces and dashes."""
    yield from (compact(found[slot]) for found in looked.read for slot in found if slot not in ("whole", "hundredths"))
    yield from (compact(line) for line in looked.part.text.split("\n"))
