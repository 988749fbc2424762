"""What a worker keeps in mind between chunks: registers' answers, what is usual, ramps, wishes and mandates."""

import datetime as dt
from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace

from sqlalchemy import Connection

from vaxel_channels.contract import Channel, Reach
from vaxel_channels.dispatcher.settings import DispatchSettings
from vaxel_channels.ramps import Ramps
from vaxel_channels.registers import Registers
from vaxel_channels.routing import Rules, winning_wish
from vaxel_channels.routing.calendar import bank_day_on_or_after
from vaxel_channels.watching import Watch
from vaxel_engine.model import (
    DirectDebit,
    Document,
    DocumentKind,
    Invoice,
    PaymentInstructions,
    PaymentLeg,
    Recipient,
    Wish,
)
from vaxel_ledger import Ledger, mandates, wishes
from vaxel_ledger.mandates import Mandate
from vaxel_ledger.recipients import marks
from vaxel_ledger.work import Due, Loaded


@dataclass(frozen=True, slots=True)
class Lookout:
    """One for each worker, for as long as its channels are open."""

    registers: Registers
    watch: Watch
    ramps: Ramps
    asked_about: set[str] = field(default_factory=set[str])
    """Documents whose recipients registers were asked about before their turn."""

    @classmethod
    def on(cls, ledger: Ledger, clock: Callable[[], dt.datetime]) -> "Lookout":
        """Begin with an empty memory; what is usual comes from the ledger."""
        return cls(Registers(clock), Watch(ledger, clock), Ramps(ledger, clock))

    def look_up(
        self,
        tenant: str,
        name: str,
        channel: Channel,
        recipients: Sequence[Recipient],
        *,
        fresh: dt.timedelta | None = None,
    ) -> Sequence[Reach]:
        """Ask a channel's register about who is not remembered, and watch what it answers."""
        what = channel.capabilities
        doubted = self.watch.doubts(tenant, name)
        found = self.registers.look_up(channel, recipients, fresh=fresh, doubted=doubted)
        if what.register_holds is not None:
            self.watch.answered(tenant, name, what.title, hits=found.hits, missed=found.missed)
        return found.reaches


def as_wished(
    connection: Connection, ledger: Ledger, settings: DispatchSettings, loaded: Loaded, chunk: Sequence[Due]
) -> Loaded:
    """The same documents with what is known beside the file: later wishes, their language, and mandates to draw.

    The kept document stays as it came; what was added is in the decision and in the payment leg.
    """
    by_sender: dict[tuple[str, str], dict[str, Document]] = defaultdict(dict)
    for one in chunk:
        if (document := loaded.documents.get(one.document_id)) is not None:
            by_sender[one.tenant, document.sender][one.document_id] = document
    documents = dict(loaded.documents)
    now = ledger.clock()
    for (tenant, sender), theirs in by_sender.items():
        policy = settings.senders(sender)
        rules = policy.in_force if policy else Rules(())
        documents |= completed(connection, ledger, tenant, sender, theirs, rules, now)
    return replace(loaded, documents=documents)


def completed(
    connection: Connection,
    ledger: Ledger,
    tenant: str,
    sender: str,
    documents: Mapping[str, Document],
    rules: Rules,
    at: dt.datetime,
) -> dict[str, Document]:
    """Documents of one sender with later wishes, their language and mandates; also of what is not kept yet."""
    key = ledger.vault.keys.of(tenant)
    theirs = {name: marks(key, document.recipient) for name, document in documents.items()}
    every = {mark for of_one in theirs.values() for mark in of_one}
    wished = wishes.standing(connection, tenant, sender, every)
    held = mandates.holding(connection, key, sender, every)
    done: dict[str, Document] = {}
    today = at.astimezone(rules.time_zone).date()
    for name, document in documents.items():
        later = _once([wish for mark in theirs[name] for wish in wished.get(mark, ())])
        mandate = next((one for mark in theirs[name] for one in reversed(held.get(mark, []))), None)
        done[name] = with_mandate(with_wishes(document, later, today), mandate, today)
    return done


def with_wishes(document: Document, later: Sequence[Wish], today: dt.date) -> Document:
    """A document with wishes that came in beside it, in the language that was asked for."""
    every = (*document.recipient.wishes, *later)
    winner = winning_wish(every, today)
    language = winner.language if winner is not None and winner.language is not None else document.recipient.language
    if not later and language == document.recipient.language:
        return document
    recipient = document.recipient.model_copy(update={"wishes": every, "language": language})
    return document.model_copy(update={"recipient": recipient})


def with_mandate(document: Document, mandate: Mandate | None, today: dt.date) -> Document:
    """An invoice with its payment leg, where a mandate holds on the day on which it is drawn; else as it is.

    It is drawn on the due date, or on the next bank day. What owes nothing, a reminder and a credit note are not drawn.
    """
    invoice = document.invoice
    if mandate is None or document.payment is not None or invoice is None or invoice.due_date is None:
        return document
    if document.kind is not DocumentKind.INVOICE or invoice.nothing_to_pay or invoice.currency != "SEK":
        return document
    draw = bank_day_on_or_after(max(invoice.due_date, today), "SE")
    if draw < mandate.begins or (mandate.ends is not None and draw > mandate.ends):
        return document
    leg = PaymentLeg(
        scheme="autogiro", payer_number=mandate.payer_number, draw_date=draw, account_hint=mandate.account_hint
    )
    return document.model_copy(update={"payment": leg, "invoice": _drawn(invoice, mandate)})


def _drawn(invoice: Invoice, mandate: Mandate) -> Invoice:
    """The invoice with direct debit in the place of its means of payment (BG-16), so that its XML asks for nothing.

    UNCL 4461: 49 is direct debit. The payee's bankgiro is by what Bankgirot knows the creditor (BT-90).
    """
    giros = [one.account_identifier for means in invoice.payment for one in means.credit_transfers]
    stated = next((one.remittance_information for one in invoice.payment if one.remittance_information), None)
    debit = DirectDebit(mandate_reference=mandate.payer_number, creditor_identifier=next(iter(giros), None))
    means = PaymentInstructions(means_code="49", remittance_information=stated, direct_debit=debit)
    return invoice.model_copy(update={"payment": (means,)})


def _once(found: Sequence[Wish]) -> list[Wish]:
    return list(dict.fromkeys(found))
