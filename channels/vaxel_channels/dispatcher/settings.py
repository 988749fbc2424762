"""What the dispatcher is told: who may send how, how long to wait for what, and how much to do at a time."""

import datetime as dt
import time
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from enum import StrEnum
from typing import Protocol

from vaxel_channels.contract import INVITED_UNTIL, Consignment
from vaxel_channels.hours import Service
from vaxel_channels.routing import SenderPolicy
from vaxel_engine.artifact import Artifact, ArtifactKind
from vaxel_engine.model import Document
from vaxel_ledger.states import Status


class Render(Protocol):
    """Makes the artifacts that are asked for, of one document; `link` is the address of its web page, if it has one.

    `pack_version` names, by brand, the published packs that the document's batch began with; None where none were.

    Raises:
        Unrenderable: the document or the pack cannot become the artifact.
    """

    def __call__(
        self,
        document: Document,
        kinds: Collection[ArtifactKind],
        link: str | None,
        pack_version: Mapping[str, str] | None,
        /,
    ) -> Mapping[ArtifactKind, Artifact]: ...


class CommitPoint(StrEnum):
    """The moments at which a crash must lose and double nothing; tests kill the process at each."""

    CLAIMED = "claimed"
    """A chunk is this worker's, and nothing of it is begun."""
    FROZEN = "frozen"
    """A chunk's bytes and its documents' state are committed, nothing is handed over."""
    INTENDED = "intended"
    """Intents of a sub-batch are committed, nothing of it is handed over."""
    HANDED_OVER = "handed over"
    """One consignment is handed over, and the ledger does not know it yet."""
    CONCLUDED = "concluded"
    """The outcomes of a sub-batch are committed."""


def no_link(_document_id: str) -> str | None:
    """For senders without web pages."""
    return None


def no_cost(_consignment: Consignment) -> tuple[Decimal, str] | None:
    """For operators whose prices nobody wrote down."""
    return None


def no_prices(_sender: str) -> tuple[Mapping[str, Decimal], str]:
    """For senders without a price file."""
    return {}, ""


def never() -> bool:
    """Whoever is never asked to stop."""
    return False


def _nothing(_point: CommitPoint) -> None:
    """Pass."""


@dataclass(frozen=True, slots=True)
class DispatchSettings:
    """How the dispatcher works; the defaults are meant for use, tests shorten them."""

    senders: Callable[[str], SenderPolicy | None]
    """What a sender of a document allows; None for a stranger, whose documents wait."""
    prices: Callable[[str], tuple[Mapping[str, Decimal], str]] = no_prices
    """What a document of a sender costs by channel, and in which currency, for rules that prefer the cheapest."""
    cost: Callable[[Consignment], tuple[Decimal, str] | None] = no_cost
    """What a hand-over costs, and in which currency, for the report; None where no price is known."""
    link_for: Callable[[str], str | None] = no_link
    """The address of a document's web page by the document's id; see `Ledger.link_token`."""
    confirmation: Mapping[str, dt.timedelta] = field(default_factory=dict[str, dt.timedelta])
    """Per channel: without bad news for so long after the hand-over, a document counts as delivered."""
    services: Mapping[str, Service] = field(default_factory=dict[str, Service])
    """Per channel: its hours and its rate."""
    executor_id: str = "main"
    """The name of this node; two that work at once on one ledger need two names."""
    chunk: int = 100
    """Documents that are routed, rendered and frozen together; the unit of work."""
    look_ahead: int = 5_000
    """Recipients that registers are asked about at once, as far as one question takes so many."""
    sub_batch: int = 20
    """Intents that are open at most: as many may be in doubt after a crash; fewer where a provider is slow."""
    sub_batch_time: dt.timedelta = dt.timedelta(milliseconds=250)
    """After so long the outcomes so far are committed, however few."""
    quick_tries: int = 6
    first_wait: dt.timedelta = dt.timedelta(seconds=2)
    """After the first try that never left us; doubled for each further one."""
    longest_wait: dt.timedelta = dt.timedelta(hours=1)
    """After `quick_tries`, and wherever only somebody's action can help."""
    register_wait: dt.timedelta = dt.timedelta(minutes=1)
    """Before a register that did not answer is asked again."""
    question_wait: dt.timedelta = dt.timedelta(minutes=1)
    """Before a provider is asked again whether something arrived; longer than any hand-over lasts on its side."""
    takeover_after: dt.timedelta = dt.timedelta(seconds=60)
    """After so long without a heartbeat what a worker holds is taken over by another; longer than any hand-over."""
    database_patience: dt.timedelta = dt.timedelta(minutes=2)
    """For so long outcomes wait for a database that is away, before the worker gives up and a later one asks."""
    monotonic: Callable[[], float] = time.monotonic
    """By which hand-overs and the silence of other workers are timed; no two machines' clocks are compared."""
    stopping: Callable[[], bool] = never
    """Asked before each chunk and each sub-batch; true ends the work where everything is committed."""
    passed: Callable[[CommitPoint], None] = _nothing
    """Called at every commit point."""

    def wait(self, tries: int, retry_after: float | None) -> dt.timedelta:
        """How long to wait after this many tries, and at least as long as the receiver wished."""
        doubled = self.first_wait * 2 ** (tries - 1) if tries < self.quick_tries else self.longest_wait
        return max(min(doubled, self.longest_wait), dt.timedelta(seconds=retry_after or 0))

    def closed_until(self, channel: str, at: dt.datetime) -> tuple[dt.datetime, str] | None:
        """When a channel that is closed at a moment opens, and the sentence for it; None while it is open."""
        service = self.services.get(channel)
        if service is None or service.hours is None or service.hours.are_open(at):
            return None
        opens = service.hours.opens(at) or at + self.longest_wait
        local = opens.astimezone(service.hours.zone)
        return opens, f"{channel} is outside its hours; it goes on {local:%Y-%m-%d %H:%M} ({service.hours.zone.key})"

    def due_after_hand_over(
        self, channel: str, at: dt.datetime, details: Mapping[str, str] | None = None
    ) -> dt.datetime | None:
        """When a hand-over without further news counts as delivered, or as failed; None where only news can tell.

        One whose `details` say that it invites waits for the invitation's own end.
        """
        if details is not None and INVITED_UNTIL in details:
            return dt.datetime.fromisoformat(details[INVITED_UNTIL])
        window = self.confirmation.get(channel) or self._patience(channel)
        return at + window if window is not None else None

    def without_news(self, channel: str) -> tuple[Status, str] | None:
        """What becomes of a hand-over whose time is over, and why; None where the channel has no time any more."""
        patience = self._patience(channel)
        if channel in self.confirmation:
            return Status.DELIVERED, "no bad news within the channel's window"
        if patience is None:
            return None
        return Status.FAILED, f"nothing confirmed it within {patience / dt.timedelta(hours=1):g} h"

    def _patience(self, channel: str) -> dt.timedelta | None:
        service = self.services.get(channel)
        return None if service is None else service.confirm_within
