"""What commands about the choice of channels print with `--json`."""

import datetime as dt
from decimal import Decimal
from typing import Any

from pydantic import AwareDatetime, Field

from vaxel.ledger_outputs import Output


class RulesTestLine(Output):
    """One test that a rules file carries."""

    name: str
    line: int = Field(ge=1)
    held: bool = Field(description="Whether the decision was the expected one")
    expected: tuple[str, ...]
    order: tuple[str, ...] = Field(description="The channels that the rules gave, in order")
    sentence: str


class RulesOutput(Output):
    """A rules file that can be used, and how its tests went."""

    file: str
    version: str
    channels: tuple[str, ...]
    tests: tuple[RulesTestLine, ...] = ()


class WhyBranch(Output):
    """One channel, and what speaks for it or against it."""

    channel: str
    favours: bool = Field(description="Whether it speaks for the channel")
    sentence: str


class WhyOutput(Output):
    """Why a document went the way it did."""

    document: str
    document_id: str
    language: str
    status: str
    sentence: str
    tried: tuple[WhyBranch, ...]
    against: tuple[WhyBranch, ...]
    decided: str = Field(description="When, and by which version of the sender's rules; empty without a rules file")
    kept: dict[str, Any] = Field(description="All that the ledger keeps of it, as the service answers it")


class MixLine(Output):
    """What goes through one channel, and what it costs."""

    channel: str
    documents: int = Field(ge=0)
    share: float = Field(ge=0, le=1, description="Of all documents")
    letters: int = Field(ge=0, description="Envelopes; 0 where nothing is posted")
    sheets: int = Field(ge=0)
    amount: Decimal
    weight_classes: dict[str, int] = Field(description="Letters by the step of postage, in grams")


class SavingLine(Output):
    """Documents on paper that a better address would take elsewhere."""

    channel: str
    documents: int = Field(ge=1)
    amount: Decimal = Field(description="What they would cost less")


class DueRisk(Output):
    """How the days until payment are kept."""

    days: int | None = Field(description="The fewest days between in hand and due; null without due dates")
    document: str | None = Field(description="The reference of that document")
    late: tuple[str, ...] = Field(description="Documents that no channel brings in time")


class PlanOutput(Output):
    """What would become of a file if it were sent now; or what a batch cost."""

    file: str
    at: AwareDatetime
    prices: str
    valid_from: dt.date
    currency: str
    complete: bool = Field(description="Whether everything was rendered and prepared, not letters alone")
    documents: int = Field(ge=0, description="Those that would be accepted")
    rejected: int = Field(ge=0)
    mix: tuple[MixLine, ...]
    waits: int = Field(default=0, ge=0, description="A register has not answered; they are in no channel")
    held: int = Field(default=0, ge=0, description="Of the channels' documents: wait for a day that was asked for")
    drawn: int = Field(default=0, ge=0, description="Have a payment leg")
    amount: Decimal
    unlisted: int = Field(
        default=0, ge=0, description="Their channel's register does not list them; such registers are lower bounds"
    )
    otherwise: tuple[MixLine, ...] = Field(default=(), description="The mix if none of the unlisted is there")
    amount_otherwise: Decimal | None = Field(default=None, description="The amount if none of the unlisted is there")
    all_paper: Decimal | None = Field(description="All as letters, by the file's mean letter; null without paper")
    rejections: tuple[str, ...] = ()
    nothing: tuple[str, ...] = Field(default=(), description="No channel carries them, or they cannot be rendered")
    findings: tuple[str, ...] = Field(default=(), description="Tags without an address, wishes from the future")
    due: DueRisk | None = None
    savings: tuple[SavingLine, ...] = ()


class MovedLine(Output):
    """A document that other rules would send elsewhere."""

    document: str
    before: str | None
    after: str | None
    difference: Decimal = Field(description="What it would cost more; negative: less")
    sentence: str


class WhatIfOutput(Output):
    """A past batch under other rules."""

    batch: str
    version: str
    documents: int = Field(ge=0, description="Of the batch, with a decision that can be made again")
    passed_over: int = Field(ge=0, description="Decided before what it was made on was kept, or erased since")
    moved: tuple[MovedLine, ...]
    difference: Decimal
    currency: str
    unasked: int = Field(ge=0, description="Documents whose order has a register that was not asked then")


class RoutingLine(Output):
    """What routing costs."""

    recipients: int = Field(description="Matched in the register's documented batches")
    match_calls: int
    match_seconds: float = Field(description="On the clock, the stand-in's own work included")
    match_cpu_ms: float = Field(description="Per recipient, of this process")
    documents: int
    routing_cpu_ms: float = Field(description="Per document, look-ups remembered")


class CauseLine(Output):
    """Failed documents with the same against every channel."""

    cause: str
    documents: int = Field(ge=1)


class ExceptionsOutput(Output):
    """What of a batch found no way, and what was driven once more."""

    batch: str
    causes: tuple[CauseLine, ...]
    redriven: int = Field(ge=0)
    unchanged: int = Field(ge=0, description="Rows of the corrections that said nothing new")
