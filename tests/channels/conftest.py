"""Documents, artifacts and orders that the channels' tests share."""

import copy
import datetime as dt
import email.message
import email.policy
import hashlib
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from vaxel_channels.contract import Order
from vaxel_engine.artifact import Artifact, ArtifactKind
from vaxel_engine.model import Document

AT = dt.datetime(2026, 11, 20, 8, 30, tzinfo=dt.timezone(dt.timedelta(hours=1)))

RECIPIENT: dict[str, Any] = {
    "name": "Elin Forsberg",
    "national_id": {"country_code": "SE", "value": "198001012387"},
    "email": "elin.forsberg@example.se",
    "mobile": "+46701740605",
    "postal_address": {"line_1": "Björkstigen 14", "post_code": "97333", "city": "Luleå", "country_code": "SE"},
}
SELLER: dict[str, Any] = {
    "name": "Nordljus Energi AB",
    "postal_address": {"line_1": "Meschplan 4", "post_code": "98131", "city": "Kiruna", "country_code": "SE"},
}
INVOICE: dict[str, Any] = {
    "number": "26110001",
    "issue_date": "2026-11-20",
    "currency": "SEK",
    "due_date": "2099-12-20",
    "seller": SELLER,
    "buyer": {"name": "Elin Forsberg", "postal_address": RECIPIENT["postal_address"]},
    "payment": [
        {
            "means_code": "30",
            "remittance_information": "2611000106",
            "credit_transfers": [
                {"account_identifier": "5050109", "service_provider_identifier": "SE:BANKGIRO"},
            ],
        }
    ],
    "totals": {
        "line_net": "1774.78",
        "without_vat": "1774.78",
        "vat": "443.70",
        "with_vat": "2218.48",
        "due": "2218.48",
    },
    "lines": [
        {
            "identifier": "1",
            "quantity": "1",
            "unit": "MON",
            "net_amount": "1774.78",
            "price": {"net": "1774.78"},
            "vat": {"code": "S", "rate": "25"},
            "item": {"name": "El"},
        }
    ],
}
LETTER = (Path(__file__).parent / "letter.pdf").read_bytes()
"""Two pages of A4 with an embedded font and the recipient's address in the window, made with WeasyPrint."""


def _email_body(to: str) -> bytes:
    message = email.message.EmailMessage(policy=email.policy.SMTP)
    message["From"] = "Nordljus Energi <faktura@nordljus.example>"
    message["To"] = to
    message["Subject"] = "Faktura från Nordljus Energi"
    message.set_content("Hej Elin, här är din faktura.\n.en rad som börjar med punkt\n", cte="quoted-printable")
    message.add_attachment(LETTER, maintype="application", subtype="pdf", filename="faktura.pdf")
    message.set_boundary("the-same-at-each-call")
    return message.as_bytes()


@pytest.fixture
def make_document() -> Callable[..., Document]:
    """An invoice to an ordinary person; `recipient` and `invoice` are changes, None takes a field away."""

    def make(
        *, recipient: dict[str, Any] | None = None, invoice: dict[str, Any] | None = None, **changes: Any
    ) -> Document:
        value: dict[str, Any] = {
            "kind": "invoice",
            "reference": "NL-26110001",
            "sender": "nordljus",
            "recipient": {**copy.deepcopy(RECIPIENT), **(recipient or {})},
            "invoice": {**copy.deepcopy(INVOICE), **(invoice or {})},
            **changes,
        }
        if value["kind"] in ("message", "finished_pdf"):
            del value["invoice"]
        return Document.model_validate({name: part for name, part in value.items() if part is not None})

    return make


@pytest.fixture
def make_order(make_document: Callable[..., Document]) -> Callable[..., Order]:
    """An order with every artifact a channel may ask for; `bodies` replaces some of them."""

    def make(*, bodies: dict[ArtifactKind, bytes] | None = None, **changes: Any) -> Order:
        document = make_document(**changes)
        card = {"title": document.message.subject if document.message else "Faktura", "version": 1}
        found: dict[ArtifactKind, bytes] = {
            ArtifactKind.PRINT_PDF: LETTER,
            ArtifactKind.MAILBOX_PDF: LETTER,
            ArtifactKind.EMAIL: _email_body(document.recipient.email or "ingen@example.se"),
            ArtifactKind.SMS: b"Nordljus: 2 218,48 kr senast 20 dec. https://nordljus.example/d/abc",
            ArtifactKind.WEB: b"<!doctype html><title>Faktura</title>",
            ArtifactKind.MAILBOX_HTML: b"<!doctype html><title>Faktura</title><p>2 218,48 kr",
            ArtifactKind.CARD: json.dumps(card, ensure_ascii=False).encode(),
            **(bodies or {}),
        }
        return Order(
            document=document,
            artifacts={kind: Artifact(kind, body) for kind, body in found.items()},
            key=hashlib.sha256(document.reference.encode()).hexdigest(),
            at=AT,
        )

    return make


@pytest.fixture
def private_words() -> list[str]:
    """What must never show of the ordinary recipient and the ordinary document."""
    return ["198001012387", "elin.forsberg", "Elin Forsberg", "701740605", "Björkstigen", "nordljus.example/d/abc"]
