"""What Kivra is given, and what its answers mean."""

import base64
import datetime as dt
import json
from collections.abc import Callable
from typing import Any

import httpx
import pytest

from vaxel_channels.contract import Order
from vaxel_channels.exchange import Answer
from vaxel_channels.kivra import wire
from vaxel_channels.kivra.payment import payment_options
from vaxel_channels.kivra.wire import Address, Register, Verdict
from vaxel_engine.artifact import ArtifactKind
from vaxel_engine.model import Document, DocumentKind, Recipient
from vaxel_ledger.states import Status

MakeDocument = Callable[..., Document]
MakeOrder = Callable[..., Order]
PERSON = Address(Register.PEOPLE, "198001012387")


def answer(status: int, body: object = None, **headers: str) -> Answer:
    raw = body if isinstance(body, bytes) else json.dumps(body).encode()
    return Answer(status, httpx.Headers({name.replace("_", "-"): value for name, value in headers.items()}), raw)


def error(code: int, long_message: str = "") -> Answer:
    return answer(code // 100, {"code": code, "short_message": "Refused", "long_message": long_message})


def content(order: Order) -> dict[str, Any]:
    value: dict[str, Any] = json.loads(wire.content(order, PERSON))
    return value


def giro(account: str, provider: str) -> dict[str, Any]:
    return {"account_identifier": account, "service_provider_identifier": provider}


def paid_by(*transfers: dict[str, Any], reference: str | None = "2611000106") -> list[dict[str, Any]]:
    return [{"means_code": "30", "remittance_information": reference, "credit_transfers": list(transfers)}]


def test_a_content_carries_the_pdf_and_what_to_pay(make_order: MakeOrder) -> None:
    order = make_order()
    value = content(order)
    (part,) = value.pop("parts")
    assert base64.b64decode(part["data"]) == order.artifacts[ArtifactKind.MAILBOX_PDF].body
    assert (part["name"], part["content_type"]) == ("Faktura 26110001.pdf", "application/pdf")
    assert value == {
        "ssn": "198001012387",
        "subject": "Faktura 26110001",
        "type": "invoice",
        "generated_at": "2026-11-20",
        "payment_multiple_options": {
            "payable": True,
            "method": "1",
            "account": "505-0109",
            "currency": "SEK",
            "options": [
                {"due_date": "2099-12-20", "amount": "2218.48", "type": "SE_OCR", "reference": "2611000106"},
            ],
        },
    }


def test_the_day_is_that_of_the_orders_own_zone(make_order: MakeOrder) -> None:
    order = make_order()
    late = dt.datetime(2026, 11, 20, 0, 30, tzinfo=dt.timezone(dt.timedelta(hours=1)))
    moved = Order(order.document, order.artifacts, order.key, late)
    assert content(moved)["generated_at"] == "2026-11-20"


def test_a_company_is_named_by_its_vat_number() -> None:
    assert wire.address_of(Recipient(name="AB", organisation_number="559201-4475")) == (
        Register.COMPANIES,
        "SE559201447501",
    )


def test_a_person_comes_before_the_company_of_the_same_recipient(make_document: MakeDocument) -> None:
    document = make_document(recipient={"organisation_number": "5592014475"})
    assert wire.address_of(document.recipient) == PERSON


def test_a_norwegian_number_is_no_address_here(make_document: MakeDocument) -> None:
    document = make_document(recipient={"national_id": {"country_code": "NO", "value": "01010750160"}})
    assert wire.address_of(document.recipient) is None


@pytest.mark.parametrize(
    ("kind", "payable", "person", "company"),
    [
        (DocumentKind.INVOICE, True, "invoice", "invoice"),
        (DocumentKind.INVOICE, False, "letter", "letter"),
        (DocumentKind.REMINDER, True, "invoice.reminder", "invoice"),
        (DocumentKind.REMINDER, False, "letter", "letter"),
        (DocumentKind.CREDIT_NOTE, False, "letter.creditnotice", "letter.creditnotice"),
        (DocumentKind.DIRECT_DEBIT_NOTICE, False, "letter", "letter"),
        (DocumentKind.MESSAGE, False, "letter", "letter"),
    ],
)
def test_each_kind_has_its_type(kind: DocumentKind, payable: bool, person: str, company: str) -> None:
    assert wire.content_type(kind, Register.PEOPLE, payable=payable) == person
    assert wire.content_type(kind, Register.COMPANIES, payable=payable) == company


@pytest.mark.parametrize(
    "invoice",
    [
        {"currency": "EUR"},
        {"due_date": None},
        {"payment": []},
        {"payment": paid_by(giro("SE3550000000054910000003", "ESSESESS"))},
        {"payment": [{"means_code": "59", "direct_debit": {"mandate_reference": "1"}, **paid_by()[0]}]},
        {"totals": {"line_net": "0", "without_vat": "0", "with_vat": "0", "due": "0"}},
        {"totals": {"line_net": "0.99", "without_vat": "0.99", "with_vat": "0.99", "due": "0.99"}},
        {"totals": {"line_net": "-5", "without_vat": "-5", "with_vat": "-5", "due": "-5"}},
    ],
    ids=["euro", "no due date", "no means", "iban only", "drawn by mandate", "nothing", "under a krona", "credit"],
)
def test_what_cannot_be_paid_in_kivra_goes_as_a_letter(make_order: MakeOrder, invoice: dict[str, Any]) -> None:
    value = content(make_order(invoice=invoice))
    assert value["type"] == "letter"
    assert "payment_multiple_options" not in value


def test_what_will_be_drawn_cannot_be_paid_twice(make_document: MakeDocument) -> None:
    drawn = {"scheme": "autogiro", "payer_number": "1", "draw_date": "2026-12-20"}
    assert payment_options(make_document(kind="direct_debit_notice", payment=drawn)) is None
    assert payment_options(make_document(payment=drawn)) is None


@pytest.mark.parametrize(
    ("account", "provider", "method", "written"),
    [
        ("5050109", "SE:BANKGIRO", "1", "505-0109"),
        ("505-0109", "SE:BANKGIRO", "1", "505-0109"),
        ("50501055", "SE:BANKGIRO", "1", "5050-1055"),
        ("4123451", "SE:PLUSGIRO", "2", "412345-1"),
    ],
)
def test_a_giro_account_is_written_as_people_write_it(
    make_document: MakeDocument, account: str, provider: str, method: str, written: str
) -> None:
    options = payment_options(make_document(invoice={"payment": paid_by(giro(account, provider))}))
    assert options is not None
    assert (options["method"], options["account"]) == (method, written)


def test_bankgiro_comes_before_plusgiro(make_document: MakeDocument) -> None:
    both = paid_by(giro("4123451", "SE:PLUSGIRO"), giro("5050109", "SE:BANKGIRO"))
    options = payment_options(make_document(invoice={"payment": both}))
    assert options is not None
    assert options["method"] == "1"


@pytest.mark.parametrize(
    ("stated", "kind", "reference"),
    [
        ("2611000106", "SE_OCR", "2611000106"),
        ("26 1100 0106", "SE_OCR", "2611000106"),
        ("2611000107", "TENANT_REF", "2611000107"),
        ("Kund 17", "TENANT_REF", "Kund17"),
        (None, "TENANT_REF", "26110001"),
    ],
    ids=["ocr", "grouped ocr", "wrong check digit", "words", "the invoice's number"],
)
def test_a_reference_is_called_what_it_is(
    make_document: MakeDocument, stated: str | None, kind: str, reference: str
) -> None:
    payment = paid_by(giro("5050109", "SE:BANKGIRO"), reference=stated)
    options: Any = payment_options(make_document(invoice={"payment": payment}))
    assert (options["options"][0]["type"], options["options"][0]["reference"]) == (kind, reference)


@pytest.mark.parametrize(
    ("title", "subject"),
    [
        ("Avbrott i elnätet på Björkstigen natten mot fredag", "Avbrott i elnätet på Björkstigen…"),
        ("Elavbrottsinformationsmeddelandeutskickslista", "Elavbrottsinformationsmeddelandeut…"),
        ("Kort", "Kort"),
    ],
)
def test_a_subject_is_cut_at_a_word(make_order: MakeOrder, title: str, subject: str) -> None:
    order = make_order(kind="message", message={"subject": title, "body": "Hej"})
    assert wire.subject(order.document, order.artifacts[ArtifactKind.CARD].body) == subject
    assert len(subject) <= wire.SUBJECT_VISIBLE


def test_201_with_a_key_is_delivered() -> None:
    receipt = wire.receipt(answer(201, {}, kivra_objkey="k1"))
    assert receipt is not None
    assert (receipt.status, receipt.reference) == (Status.DELIVERED, "k1")


def test_a_content_that_is_parked_is_not_delivered() -> None:
    receipt = wire.receipt(answer(201, {}, kivra_objkey="k1", kivra_retained="true"))
    assert receipt is not None
    assert receipt.status is Status.HANDED_OVER


@pytest.mark.parametrize("stranger", [answer(201, {}), answer(200, {}, kivra_objkey="k"), answer(202, b"<html>")])
def test_another_success_is_no_receipt(stranger: Answer) -> None:
    assert wire.receipt(stranger) is None
    assert wire.verdict(stranger) is Verdict.UNKNOWN


@pytest.mark.parametrize(
    ("code", "verdict"),
    [
        (40000, Verdict.REFUSED),
        (40009, Verdict.REFUSED),
        (40032, Verdict.REFUSED),
        (40044, Verdict.REFUSED),
        (40003, Verdict.NOT_LET_IN),
        (40015, Verdict.NOT_LET_IN),
        (40100, Verdict.NOT_LET_IN),
        (40104, Verdict.NOT_LET_IN),
        (40110, Verdict.NOT_LET_IN),
        (40300, Verdict.NOT_LET_IN),
        (40400, Verdict.REFUSED),
        (40800, Verdict.COME_AGAIN),
        (40900, Verdict.CONFLICT),
        (40036, Verdict.CONFLICT),
        (41300, Verdict.REFUSED),
        (42221, Verdict.REFUSED),
        (42900, Verdict.COME_AGAIN),
        (50000, Verdict.FAULT),
        (50301, Verdict.FAULT),
        (51100, Verdict.FAULT),
    ],
)
def test_each_documented_code_has_its_verdict(code: int, verdict: Verdict) -> None:
    assert wire.verdict(error(code)) is verdict


@pytest.mark.parametrize(
    ("gateway", "verdict"),
    [
        (answer(400, b"<html>"), Verdict.FAULT),
        (answer(404, b""), Verdict.FAULT),
        (answer(403, {"code": "forbidden"}), Verdict.FAULT),
        (answer(400, {"code": 50000}), Verdict.FAULT),
        (answer(401, b""), Verdict.NOT_LET_IN),
        (answer(413, b"<html>"), Verdict.REFUSED),
        (answer(429, b""), Verdict.COME_AGAIN),
        (answer(502, b"<html>"), Verdict.FAULT),
        (answer(302, b""), Verdict.UNKNOWN),
    ],
)
def test_a_gateway_in_front_refuses_no_document(gateway: Answer, verdict: Verdict) -> None:
    assert wire.verdict(gateway) is verdict


def test_kivras_words_name_nobody() -> None:
    words = wire.in_their_words(error(40032, "No user 198001012387 exists"), hide="198001012387")
    assert words == 'code 40032, "Refused: No user … exists"'


@pytest.mark.parametrize("broken", [b"", b"<html>", b"[]", b'{"list": "x"}', b'{"list": [1]}', b'{"list": null}'])
def test_a_broken_match_matches_nobody_and_misses_nobody(broken: bytes) -> None:
    assert wire.matched(answer(200, broken)) is None


@pytest.mark.parametrize("broken", [b"", b"[]", b'{"access_token": "t"}', b'{"access_token": 1, "expires_in": 1}'])
def test_a_broken_token_is_none(broken: bytes) -> None:
    assert wire.token(answer(200, broken)) is None


def test_the_page_goes_beside_the_pdf_and_never_instead_of_it(make_order: Callable[..., Order]) -> None:
    order = make_order()
    to = wire.address_of(order.document.recipient)
    assert to is not None
    (part,) = json.loads(wire.content(order, to))["parts"]
    assert part["content_type"] == "application/pdf"
    assert part["responsive_part"]["content_type"] == "text/html"
    assert base64.b64decode(part["responsive_part"]["data"]) == order.artifacts[ArtifactKind.MAILBOX_HTML].body
    (alone,) = json.loads(wire.content(order, to, with_page=False))["parts"]
    assert alone == {name: value for name, value in part.items() if name != "responsive_part"}
