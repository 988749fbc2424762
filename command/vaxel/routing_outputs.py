"""What commands about the choice of channels print with `--json`."""

from typing import Any

from pydantic import Field

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
