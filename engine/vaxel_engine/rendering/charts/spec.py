"""What a chart shows, before anyone decides how it is drawn: exact figures, ready words, and what to point at."""

import datetime as dt
from dataclasses import dataclass
from decimal import Decimal
from typing import NamedTuple, TypeAlias

from vaxel_engine.model import Language


@dataclass(frozen=True, slots=True)
class Table:
    """The same figures as text, for whoever cannot or will not see the picture; the first cell of a row names it."""

    head: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


class Bar(NamedTuple):
    """One step of a usage series; `before` is the same step a year earlier."""

    tick: str
    """What stands under the bar, short: "okt", "14"."""
    name: str
    """The step in full: "oktober 2026"."""
    value: Decimal
    value_text: str
    before: Decimal | None
    before_text: str | None
    current: bool
    """Drawn in the brand colour: what this document is about."""
    labelled: bool
    """One of the few whose figure is written beside it."""


@dataclass(frozen=True, slots=True)
class Bars:
    """Usage over time, bars from zero; the legend's words name the highlighted bar and the pale ones behind."""

    bars: tuple[Bar, ...]
    current_name: str
    before_name: str | None


@dataclass(frozen=True, slots=True)
class Step:
    """One movement of a balance: what is owed from `date` on."""

    date: dt.date
    date_text: str
    text: str
    balance: Decimal
    balance_text: str
    amount_text: str
    payment: bool
    instalment: bool = False


@dataclass(frozen=True, slots=True)
class Steps:
    """A balance over time, a stepped line; `ticks` are the days that the time axis names."""

    steps: tuple[Step, ...]
    ticks: tuple[tuple[dt.date, str], ...]
    payment_name: str
    instalment_name: str = ""


Shape: TypeAlias = Bars | Steps


@dataclass(frozen=True, slots=True)
class Chart:
    """One chart of one document. `finding` is its title: what the figures say, in a sentence of the reader's language.

    `unit` is written once, above the value axis.
    """

    identifier: str
    label: str
    place: str | None
    finding: str
    unit: str
    table: Table
    shape: Shape
    language: Language
