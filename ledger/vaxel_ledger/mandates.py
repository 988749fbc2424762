"""Mandates to draw by Autogiro, and the payment leg of each document that has one: the ledger's second leg."""

import datetime as dt
import secrets
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field

from sqlalchemy import Connection, insert, select, update
from sqlalchemy.dialects import postgresql, sqlite

from vaxel_engine.model import Document
from vaxel_ledger.keys import TenantKey
from vaxel_ledger.sealing import bound, seal
from vaxel_ledger.switch_tables import LegState, mandate, payment_leg
from vaxel_ledger.vault import DataKey

PAGE = 500


@dataclass(frozen=True, slots=True)
class Mandate:
    """What a recipient has signed: a sender may draw what is due."""

    mark: str
    """The recipient, by the HMAC of an identity."""
    payer_number: str = field(repr=False)
    begins: dt.date
    ends: dt.date | None = None
    account_hint: str | None = None


def enrol(connection: Connection, key: TenantKey, sender: str, mandates: Sequence[Mandate], *, at: dt.datetime) -> None:
    """Keep mandates of a sender; a recipient's earlier one with the sender ends by it."""
    for start in range(0, len(mandates), PAGE):
        page = mandates[start : start + PAGE]
        connection.execute(
            update(mandate)
            .where(
                mandate.c.tenant == key.tenant,
                mandate.c.sender == sender,
                mandate.c.recipient_hmac.in_([one.mark for one in page]),
                mandate.c.ends.is_(None),
            )
            .values(ends=at.date().isoformat())
        )
        rows: list[dict[str, object]] = []
        for one in page:
            name = secrets.token_hex(8)
            rows.append(
                {
                    "id": name,
                    "tenant": key.tenant,
                    "sender": sender,
                    "recipient_hmac": one.mark,
                    "payer": key.wrap(one.payer_number.encode(), f"mandate {name}"),
                    "account_hint": one.account_hint,
                    "begins": one.begins.isoformat(),
                    "ends": one.ends.isoformat() if one.ends else None,
                    "created_at": at,
                }
            )
        connection.execute(insert(mandate), rows)


def holding(connection: Connection, key: TenantKey, sender: str, marks: Collection[str]) -> Mapping[str, list[Mandate]]:
    """By mark, the mandates that a sender has or had, the newest last.

    Raises:
        Unreadable: the tenant key is another one.
    """
    found: dict[str, list[Mandate]] = {}
    wanted = sorted(marks)
    for start in range(0, len(wanted), PAGE):
        query = (
            select(
                mandate.c.id,
                mandate.c.recipient_hmac,
                mandate.c.payer,
                mandate.c.account_hint,
                mandate.c.begins,
                mandate.c.ends,
            )
            .where(
                mandate.c.tenant == key.tenant,
                mandate.c.sender == sender,
                mandate.c.recipient_hmac.in_(wanted[start : start + PAGE]),
            )
            .order_by(mandate.c.created_at, mandate.c.id)
        )
        for name, mark, payer, hint, begins, ends in connection.execute(query):
            found.setdefault(mark, []).append(
                Mandate(
                    mark=mark,
                    payer_number=key.unwrap(payer, f"mandate {name}").decode(),
                    begins=dt.date.fromisoformat(begins),
                    ends=dt.date.fromisoformat(ends) if ends else None,
                    account_hint=hint,
                )
            )
    return found


@dataclass(frozen=True, slots=True)
class Leg:
    """One document's payment leg, without the payer's number."""

    document_id: str
    scheme: str
    draw_date: dt.date
    amount: str
    currency: str
    state: LegState
    account_hint: str | None

    def as_json(self) -> dict[str, str]:
        """With plain values."""
        return {
            "scheme": self.scheme,
            "draw_date": self.draw_date.isoformat(),
            "amount": self.amount,
            "currency": self.currency,
            "state": self.state.value,
        }


def select_legs(
    connection: Connection,
    tenant: str,
    documents: Mapping[str, Document],
    data_keys: Mapping[str, DataKey],
    *,
    at: dt.datetime,
) -> None:
    """Write the payment leg of each document that has one; harmless when repeated, the first stands."""
    dialect = postgresql if connection.dialect.name == "postgresql" else sqlite
    for document_id, document in documents.items():
        leg, invoice = document.payment, document.invoice
        if leg is None or invoice is None:
            continue
        place = bound("payment leg", tenant, document_id)
        row = {
            "document_id": document_id,
            "scheme": leg.scheme,
            "draw_date": leg.draw_date.isoformat(),
            "amount": format(invoice.totals.due, "f"),
            "currency": invoice.currency,
            "payer": seal(data_keys[document_id].key, leg.payer_number.encode(), place),
            "account_hint": leg.account_hint,
            "state": LegState.SELECTED,
            "created_at": at,
        }
        connection.execute(dialect.insert(payment_leg).values(row).on_conflict_do_nothing())


def legs(connection: Connection, document_ids: Collection[str]) -> dict[str, Leg]:
    """The payment legs of documents, by document."""
    row = payment_leg.c
    found: dict[str, Leg] = {}
    wanted = sorted(document_ids)
    for start in range(0, len(wanted), PAGE):
        query = select(
            row.document_id, row.scheme, row.draw_date, row.amount, row.currency, row.state, row.account_hint
        ).where(row.document_id.in_(wanted[start : start + PAGE]))
        for document_id, scheme, day, amount, currency, state, hint in connection.execute(query):
            found[document_id] = Leg(document_id, scheme, dt.date.fromisoformat(day), amount, currency, state, hint)
    return found
