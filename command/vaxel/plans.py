"""The plan of a file, and what a batch really cost: one page of totals by the same prices."""

import datetime as dt
import itertools
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from pathlib import Path

from sqlalchemy import select

from vaxel.routing_outputs import DueRisk, MixLine, PlanOutput, SavingLine
from vaxel.switch import Switch
from vaxel_channels.dispatcher.frozen import thaw
from vaxel_channels.planning import Planned, Planner, mending, piece_of
from vaxel_channels.prices import Bill, Piece, Prices
from vaxel_engine.intake import Reading, read
from vaxel_engine.model import Document
from vaxel_ledger import BatchLine, Ledger, tables
from vaxel_ledger.states import AttemptState
from vaxel_ledger.vault import CONSIGNMENT, find

SLICE = 10_000
"""Documents whose recipients are looked up together."""
SHOWN = 1_000
"""Sentences of one kind that a plan carries."""
_WENT = (AttemptState.INTENT, AttemptState.IN_DOUBT, AttemptState.HANDED_OVER, AttemptState.DELIVERED)


@dataclass(slots=True)
class _Totals:
    """What is counted while the file streams by."""

    pieces: list[Piece] = field(default_factory=list[Piece])
    otherwise: list[Piece] = field(default_factory=list[Piece])
    unlisted: int = 0
    documents: int = 0
    waits: int = 0
    held: int = 0
    drawn: int = 0
    nothing: list[str] = field(default_factory=list[str])
    findings: list[str] = field(default_factory=list[str])
    late: list[str] = field(default_factory=list[str])
    margin: tuple[int, str] | None = None
    postal: int = 0
    savings: dict[str, tuple[int, Decimal]] = field(default_factory=lambda: defaultdict(lambda: (0, Decimal(0))))


def plan(switch: Switch, file: Path, prices: Prices, *, mapping: Path | None, complete: bool) -> PlanOutput:
    """Say what would become of a file if it were sent now; nothing is kept and nothing handed over.

    Raises:
        Unreadable: the file cannot be read at all.
        Misconfigured: the mapping is wrong.
    """
    planner, at = switch.planner(prices, complete=complete), switch.ledger.clock()
    totals, rejected = _Totals(), list[str]()
    with read(file, mapping=mapping) as reading:
        accepted = _accepted(switch, reading, rejected)
        while part := list(itertools.islice(accepted, SLICE)):
            for (record, document, lines), one in zip(part, planner.plan([one[1] for one in part], at), strict=True):
                where = f"{reading.file}, record {record}"
                _judge_wishes(totals, one, document, where, lines, at)
                _count(totals, one, f"{where} ({one.document.reference})", prices)
        rejected += [one.sentence for one in reading.rejections]
    every_letter = _all_paper(planner, prices, totals)
    return _output(file.name, prices, totals, rejected, at, complete=complete, all_paper=every_letter)


def _accepted(
    switch: Switch, reading: Reading, rejected: list[str]
) -> Iterator[tuple[int, Document, list[int | None]]]:
    """The documents that a run would accept, with the lines of their wishes; the others become sentences."""
    taking, seen = switch.taking_in, set[str]()
    for record, document in reading.numbered():
        where = f"{reading.file}, record {record}"
        if not taking.belongs(document):
            known = ", ".join(switch.settings.senders)
            rejected.append(f"{where}, /sender: {document.sender[:40]!r}; set the sender up, or use one of {known}.")
        elif document.reference in seen or _came_before(switch, document.reference):
            rejected.append(
                f"{where}, /reference: {document.reference[:60]!r} came before; give each document a reference of "
                "its own, or cancel the first."
            )
        else:
            seen.add(document.reference)
            wishes = range(len(document.recipient.wishes))
            yield record, document, [reading.line_of(("recipient", "wishes", ix)) for ix in wishes]


def _came_before(switch: Switch, reference: str) -> bool:
    document = tables.document.c
    query = select(document.id).where(
        document.tenant == switch.settings.tenant, document.ext_id == reference, document.state != "cancelled"
    )
    with switch.ledger.reading() as connection:
        return connection.execute(query.limit(1)).first() is not None


def _judge_wishes(
    totals: _Totals, one: Planned, document: Document, where: str, lines: Sequence[int | None], at: dt.datetime
) -> None:
    """Tell what of the file's own wishes cannot be: those that came in beside it were judged there."""
    for wish, line in zip(document.recipient.wishes, lines, strict=True):
        place = f"{where}{f' (line {line})' if line is not None else ''} ({document.reference})"
        if wish.date is not None and wish.date > at.date():
            totals.findings.append(f"{place}: the wish for {wish.channel[:40]!r} is dated {wish.date}, in the future")
        elif wish.date is None and (why := one.decision.reasons.get(wish.channel)) and why.code == "no address":
            totals.findings.append(
                f"{place}: the tag {wish.channel[:40]!r} has no address; add it, or take the tag out"
            )


def _count(totals: _Totals, one: Planned, where: str, prices: Prices) -> None:
    totals.documents += 1
    recipient, invoice = one.document.recipient, one.document.invoice
    totals.postal += recipient.postal_address is not None
    totals.drawn += one.document.payment is not None
    if one.waits:
        totals.waits += 1
    if one.channel is None or one.piece is None:
        if not one.waits:
            totals.nothing.append(f"{where}: {one.sentence}")
        return
    totals.pieces.append(one.piece)
    totals.unlisted += one.otherwise is not None
    other = one.otherwise or one
    if other.piece is not None:
        totals.otherwise.append(other.piece)
    totals.held += one.decision.hold_until is not None
    if one.decision.reasons[one.channel].code == "late anyway":
        totals.late.append(f"{where}: {one.sentence}")
    if invoice is not None and invoice.due_date is not None and one.in_hand is not None:
        margin = (invoice.due_date - one.in_hand).days
        if totals.margin is None or margin < totals.margin[0]:
            totals.margin = (margin, one.document.reference)
    if (mended := mending(one, prices)) is not None:
        number, amount = totals.savings[mended[0]]
        totals.savings[mended[0]] = (number + 1, amount + mended[1])


def _all_paper(planner: Planner, prices: Prices, totals: _Totals) -> Decimal | None:
    """What all that have a postal address would cost as letters, by this file's mean letter; None without paper."""
    letters = [piece for piece in totals.pieces if piece.sheets]
    paper = next((name for name, price in prices.channels.items() if price.postage), None)
    if paper is None or not any(channel.capabilities.weighs for _, channel in planner.channels.each()):
        return None
    each = (
        sum((prices.of(piece) for piece in letters), Decimal(0)) / len(letters)
        if letters
        else prices.beginning()[paper]
    )
    digital = totals.documents - len(totals.nothing) - len(letters)
    return (sum((prices.of(piece) for piece in letters), Decimal(0)) + each * digital).quantize(Decimal("0.01"))


def _output(
    name: str,
    prices: Prices,
    totals: _Totals,
    rejected: Sequence[str],
    at: dt.datetime,
    *,
    complete: bool,
    all_paper: Decimal | None,
) -> PlanOutput:
    bills = prices.bill(totals.pieces)
    others = prices.bill(totals.otherwise) if totals.unlisted else {}
    return PlanOutput(
        file=name,
        at=at,
        prices=prices.name,
        valid_from=prices.valid_from,
        currency=prices.currency,
        complete=complete,
        documents=totals.documents,
        rejected=len(rejected),
        mix=mix(bills, totals.documents),
        waits=totals.waits,
        held=totals.held,
        drawn=totals.drawn,
        amount=sum((bill.amount for bill in bills.values()), Decimal(0)),
        unlisted=totals.unlisted,
        otherwise=mix(others, totals.documents),
        amount_otherwise=sum((bill.amount for bill in others.values()), Decimal(0)) if others else None,
        all_paper=all_paper,
        rejections=tuple(rejected[:SHOWN]),
        nothing=tuple(totals.nothing[:SHOWN]),
        findings=tuple(totals.findings[:SHOWN]),
        due=DueRisk(
            days=totals.margin[0] if totals.margin else None,
            document=totals.margin[1] if totals.margin else None,
            late=tuple(totals.late[:SHOWN]),
        ),
        savings=tuple(
            SavingLine(channel=channel, documents=number, amount=amount)
            for channel, (number, amount) in sorted(totals.savings.items())
        ),
    )


def mix(bills: Mapping[str, Bill], documents: int) -> tuple[MixLine, ...]:
    """The channels that carry documents, the most first."""
    return tuple(
        MixLine(
            channel=name,
            documents=bill.documents,
            share=round(bill.documents / documents, 4) if documents else 0.0,
            letters=bill.letters,
            sheets=bill.sheets,
            amount=bill.amount,
            weight_classes={str(step): number for step, number in sorted(bill.classes.items())},
        )
        for name, bill in sorted(bills.items(), key=lambda item: (-item[1].documents, item[0]))
    )


def went(ledger: Ledger, batch_id: str) -> Iterable[Piece]:
    """What the documents of a batch took of the channels that they were handed over through, one after the other."""
    attempt, document = tables.attempt.c, tables.document.c
    query = (
        select(attempt.document_id, attempt.channel, attempt.idem_key)
        .join_from(tables.attempt, tables.document, attempt.document_id == document.id)
        .where(document.batch_id == batch_id, attempt.state.in_(_WENT))
        .order_by(document.record, attempt.seq)
    )
    with ledger.reading() as connection:
        rows = connection.execute(query).all()
        for start in range(0, len(rows), 500):
            part = rows[start : start + 500]
            ids = [row[0] for row in part]
            keys = ledger.vault.data_keys(connection, ids)
            kept = {one.idem_key: one for one in find(connection, ids, [CONSIGNMENT])}
            for document_id, channel, key in part:
                frozen = kept.get(key)
                if frozen is None:
                    yield Piece(channel)
                else:
                    yield piece_of(thaw(ledger.vault.open(frozen, keys.get(document_id))))


def cost(ledger: Ledger, batch: BatchLine, prices: Prices) -> PlanOutput:
    """What a batch really took of the channels, and what it cost by these prices."""
    counts = ledger.counts(batch.batch_id)
    pieces = list(went(ledger, batch.batch_id))
    bills, documents = prices.bill(pieces), counts.in_ - counts.rejected
    return PlanOutput(
        file=batch.source_name,
        at=ledger.clock(),
        prices=prices.name,
        valid_from=prices.valid_from,
        currency=prices.currency,
        complete=True,
        documents=documents,
        rejected=counts.rejected,
        mix=mix(bills, documents),
        amount=sum((bill.amount for bill in bills.values()), Decimal(0)),
        all_paper=None,
    )
