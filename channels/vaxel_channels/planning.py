"""What would become of documents if they were handed over now: the same decisions and letters, and no hand-over."""

import datetime as dt
import json
from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal

from vaxel_channels.accounts import Accounts
from vaxel_channels.contract import Capabilities, Channel, Consignment, Order, Reach
from vaxel_channels.dispatcher.lookout import completed
from vaxel_channels.dispatcher.settings import Render
from vaxel_channels.prices import Piece, Prices
from vaxel_channels.registers import Registers
from vaxel_channels.routing import SenderPolicy, decide, explain, invited_until, is_paper, occasion, worth_asking
from vaxel_channels.routing.calendar import bank_days_after
from vaxel_engine.artifact import ArtifactKind
from vaxel_engine.errors import Refused, VaxelError
from vaxel_engine.model import Document
from vaxel_ledger import Decision, Ledger

_KEY = "0" * 64  # of a hand-over that does not take place

MENDABLE = frozenset({"no address", "lacks data", "suppressed"})
"""Reasons against a channel that a better address takes away."""


@dataclass(frozen=True, slots=True)
class Planned:
    """What would become of one document."""

    document: Document
    decision: Decision
    channel: str | None
    """The one it would be handed over through; None where it waits for a register, or nothing carries it."""
    sentence: str
    piece: Piece | None = None
    waits: bool = False
    """A register has not answered."""
    in_hand: dt.date | None = None
    paper: bool = False
    otherwise: "Planned | None" = None
    """Where the channel's register did not list the recipient: what becomes of it if they are not there."""


@dataclass(frozen=True, slots=True)
class Planner:
    """What it takes to plan: open channels, what each sender allows, what beside the file is known, and a renderer.

    Letters are rendered, since their sheets and grams are what they cost. With `complete` everything is rendered and
    prepared, so that also what a channel would refuse for its content is known.
    """

    ledger: Ledger
    tenant: str
    channels: Accounts
    policy: Callable[[str], SenderPolicy | None]
    render: Render
    prices: Prices
    registers: Registers
    pack_version: Mapping[str, str] | None = None
    link: str | None = None
    complete: bool = False
    stopped: Callable[[SenderPolicy], frozenset[str]] = field(default=lambda _policy: frozenset[str]())

    def plan(self, documents: Sequence[Document], at: dt.datetime) -> list[Planned]:
        """Say of each document, in order, what would become of it; each register is asked once for all of them.

        Every document's sender is one that is set up.
        """
        known = self._completed(documents, at)
        answers = self._ask(known)
        return [self._one(document, answers[ix], at) for ix, document in enumerate(known)]

    def _completed(self, documents: Sequence[Document], at: dt.datetime) -> list[Document]:
        done = {str(ix): document for ix, document in enumerate(documents)}
        by_sender: dict[str, dict[str, Document]] = defaultdict(dict)
        for ix, document in done.items():
            by_sender[document.sender][ix] = document
        with self.ledger.reading() as connection:
            for sender, theirs in by_sender.items():
                rules = self._allowed(sender).in_force
                done |= completed(connection, self.ledger, self.tenant, sender, theirs, rules, at)
        return list(done.values())

    def _allowed(self, sender: str) -> SenderPolicy:
        return self.policy(sender) or SenderPolicy(())

    def _capabilities(self, sender: str) -> Mapping[str, Capabilities]:
        return {name: channel.capabilities for name, channel in self.channels.of(sender).items()}

    def _ask(self, documents: Sequence[Document]) -> list[dict[str, Reach]]:
        questions: dict[tuple[str, str], list[int]] = defaultdict(list)
        for ix, document in enumerate(documents):
            policy = self._allowed(document.sender)
            for name in worth_asking(document.kind, policy, self._capabilities(document.sender)):
                questions[name, document.sender].append(ix)
        answers: list[dict[str, Reach]] = [{} for _ in documents]
        for (name, sender), asked in questions.items():
            recipients = [documents[ix].recipient for ix in asked]
            fresh = self._allowed(sender).in_force.channel(name).fresh
            found = self.registers.look_up(self.channels.of(sender)[name], recipients, fresh=fresh)
            for ix, reach in zip(asked, found.reaches, strict=True):
                answers[ix][name] = reach
        return answers

    def _one(self, document: Document, answers: Mapping[str, Reach], at: dt.datetime) -> Planned:
        policy = self._allowed(document.sender)
        declared = self._capabilities(document.sender)
        prices = self.prices.beginning()
        moment = occasion(document, at, stopped=self.stopped(policy), prices=prices, currency=self.prices.currency)
        wishes = document.recipient.wishes
        decision = decide(document.kind, wishes, policy, declared, answers, moment)
        planned = self._walked(document, policy, decision, at)
        if planned.channel is None or answers.get(planned.channel) is not Reach.UNMATCHED:
            return planned
        # A register that is a lower bound: the run will know only once the provider has said no.
        gone = {name: Reach.CONFIRMED_MISS if reach is Reach.UNMATCHED else reach for name, reach in answers.items()}
        other = decide(document.kind, wishes, policy, declared, gone, moment)
        return replace(planned, otherwise=self._walked(document, policy, other, at))

    def _walked(self, document: Document, policy: SenderPolicy, decision: Decision, at: dt.datetime) -> Planned:
        """Go along the order as far as a run would at once."""
        channels = self.channels.of(document.sender)
        for ix, name in enumerate(decision.order):
            if name in decision.unanswered:
                return Planned(document, decision, None, explain(decision, ix), waits=True)
            try:
                invite = invited_until(decision, name, policy.in_force)
                shares = policy.in_force.shares_envelope(name, document.kind)
                order = Order(document, {}, _KEY, decision.hold_until or at, invite, shares)
                piece = self.piece(name, channels[name], order)
            except Refused as error:
                decision = decision.without(name, "refused", str(error))
                continue
            except VaxelError as error:
                return Planned(document, decision, None, str(error))
            rules = policy.in_force
            start = (invite or decision.hold_until or at).astimezone(rules.time_zone).date()
            in_hand = bank_days_after(start, rules.channel(name).days, rules.country)
            told = decision.sentence if ix == 0 else explain(decision, ix)
            paper = is_paper(channels[name].capabilities)
            return Planned(document, decision, name, told, piece, in_hand=in_hand, paper=paper)
        return Planned(document, decision, None, explain(decision, len(decision.order)))

    def piece(self, name: str, channel: Channel, order: Order) -> Piece:
        """What the document would take of a channel.

        Raises:
            Refused: the channel would not take it.
            VaxelError: it cannot be rendered.
        """
        kinds = channel.capabilities.artifacts
        if not self.complete and ArtifactKind.PRINT_PDF not in kinds:
            return Piece(name)
        artifacts = self.render(order.document, kinds, self.link, self.pack_version)
        return piece_of(channel.prepare(replace(order, artifacts=artifacts)))


def piece_of(consignment: Consignment) -> Piece:
    """What a prepared hand-over takes of its channel; a letter's manifest says its sheets and grams."""
    if "manifest" not in consignment.details:
        return Piece(consignment.channel)
    told = json.loads(consignment.details["manifest"])
    alone = told["together"] == told["job"]
    return Piece(
        channel=consignment.channel,
        sheets=int(told["sheets"]),
        grams=int(told["grams"]),
        weight_class=int(told["weight_class"]),
        together="" if alone else str(told["together"]),
    )


def mending(planned: Planned, prices: Prices) -> tuple[str, Decimal] | None:
    """The channel that a better address would open to a document that goes on paper, and what it would save."""
    if not planned.paper or planned.piece is None:
        return None
    digital = {
        name: prices.channels[name].document
        for name, reason in planned.decision.reasons.items()
        if reason.code in MENDABLE and name in prices.channels and not prices.channels[name].postage
    }
    if not digital:
        return None
    cheapest = min(digital, key=lambda name: digital[name])
    saved = prices.of(planned.piece) - digital[cheapest]
    return (cheapest, saved) if saved > 0 else None
