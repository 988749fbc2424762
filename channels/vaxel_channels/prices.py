"""The operator's own prices by channel, from a dated file, and what documents and letters cost by them."""

import datetime as dt
import tomllib
from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from pathlib import Path

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from vaxel_channels.routing.lines import Lines
from vaxel_engine.errors import Misconfigured


@dataclass(frozen=True, slots=True)
class Piece:
    """What one document takes of one channel; sheets, grams and the envelope only on paper."""

    channel: str
    sheets: int = 0
    grams: int = 0
    weight_class: int = 0
    together: str = ""
    """Letters with the same word lie in one envelope where the print house does so."""


@dataclass(slots=True)
class Bill:
    """What many documents cost through one channel."""

    documents: int = 0
    letters: int = 0
    """Envelopes; fewer than documents where several lie in one."""
    sheets: int = 0
    amount: Decimal = Decimal(0)
    classes: Counter[int] = field(default_factory=Counter[int])
    """Letters by the step of postage, in grams."""


@dataclass(frozen=True, slots=True)
class ChannelPrice:
    """What one channel costs."""

    document: Decimal
    sheet: Decimal = Decimal(0)
    postage: tuple[tuple[int, Decimal], ...] = ()
    """Up to so many grams, so much, in rising steps."""

    def posted(self, grams: int) -> tuple[int, Decimal] | None:
        """The step of postage of a weight, and its price; None beyond the last."""
        return next(((step, price) for step, price in self.postage if grams <= step), None)


@dataclass(frozen=True, slots=True)
class Prices:
    """One dated list of prices."""

    name: str
    valid_from: dt.date
    currency: str
    channels: Mapping[str, ChannelPrice]

    def beginning(self) -> Mapping[str, Decimal]:
        """What the smallest document costs through each channel: a letter of one sheet, for rules that prefer cost."""
        return {
            name: price.document + price.sheet + (price.postage[0][1] if price.postage else Decimal(0))
            for name, price in self.channels.items()
        }

    def of(self, piece: Piece) -> Decimal:
        """What one document alone costs; what no price is known for costs nothing here, `known` says so beforehand."""
        return next(iter(self.bill([piece]).values())).amount

    def bill(self, pieces: Iterable[Piece]) -> dict[str, Bill]:
        """What documents cost together, by channel; letters that lie in one envelope are weighed and posted as one.

        A joint letter is weighed as if each kept its own envelope: never too little.
        """
        bills: dict[str, Bill] = defaultdict(Bill)
        envelopes: dict[tuple[str, str], int] = defaultdict(int)
        for number, piece in enumerate(pieces):
            price, bill = self.channels[piece.channel], bills[piece.channel]
            bill.documents += 1
            bill.sheets += piece.sheets
            bill.amount += price.document + price.sheet * piece.sheets
            if piece.sheets:
                envelopes[piece.channel, piece.together or str(number)] += piece.grams
        for (channel, _), grams in envelopes.items():
            price, bill = self.channels[channel], bills[channel]
            step = price.posted(grams) or (price.postage[-1] if price.postage else (0, Decimal(0)))
            bill.letters += 1
            bill.classes[step[0]] += 1
            bill.amount += step[1]
        return dict(bills)


class _Table(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True)


class _Postage(_Table):
    grams: int = Field(ge=1)
    price: Decimal = Field(ge=0)


class _Channel(_Table):
    document: Decimal = Field(ge=0)
    sheet: Decimal = Field(default=Decimal(0), ge=0)
    postage: tuple[_Postage, ...] = ()


class _File(_Table):
    name: str = Field(min_length=1, max_length=80)
    valid_from: dt.date
    currency: str = Field(pattern="^[A-Z]{3}$")
    channel: dict[str, _Channel]


def load(path: Path, channels: Collection[str], *, weighed: Mapping[str, Collection[int]]) -> Prices:
    """Read a price file for these channels; `weighed` are the steps of postage, in grams, of those that weigh.

    Raises:
        Misconfigured: the file is absent or wrong, or lacks the price of a channel or of a step; with its line.
    """
    try:
        text = path.read_text(encoding="utf-8")
        table = tomllib.loads(text, parse_float=Decimal)
    except FileNotFoundError:
        raise Misconfigured(f"{path} does not exist; write your prices there, see docs/routing.md") from None
    except (OSError, UnicodeDecodeError) as error:
        raise Misconfigured(f"{path} cannot be read ({type(error).__name__}); check that it is a text file") from error
    except tomllib.TOMLDecodeError as error:
        raise Misconfigured(f"{path} is not valid TOML: {error}") from error
    lines = Lines(text)
    try:
        file = _File.model_validate(table)
    except ValidationError as error:
        first = error.errors(include_input=False, include_url=False)[0]
        place = ".".join(str(part) for part in first["loc"])
        raise Misconfigured(f"{path}, line {lines.of(first['loc'])}, {place}: {first['msg'].lower()}") from error
    for name in channels:
        if name not in file.channel:
            raise Misconfigured(
                f"{path}, line {lines.of(('channel',))}: has no price for the channel {name}; add [channel.{name}]"
            )
    for name, steps in weighed.items():
        _check_steps(path, lines, name, file.channel[name], steps)
    return Prices(
        file.name,
        file.valid_from,
        file.currency,
        {
            name: ChannelPrice(told.document, told.sheet, tuple((one.grams, one.price) for one in told.postage))
            for name, told in file.channel.items()
        },
    )


def _check_steps(path: Path, lines: Lines, name: str, told: _Channel, steps: Collection[int]) -> None:
    grams = [one.grams for one in told.postage]
    line = lines.of(("channel", name, "postage", 0) if grams else ("channel", name))
    if grams != sorted(set(grams)):
        raise Misconfigured(f"{path}, line {line}, channel.{name}.postage: the grams do not rise; put them in order")
    if lacking := [step for step in steps if step not in grams]:
        raise Misconfigured(
            f"{path}, line {line}, channel.{name}.postage: has no price for letters up to {lacking[0]} g, a step of "
            f"`weight_steps` in [channel.{name}]; add {{ grams = {lacking[0]}, price = … }}"
        )
