"""Digipost's words and ours: the signed text, the message of schema v8, the data type, and every error code."""

import datetime as dt
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path

import pytest
from lxml import etree

from vaxel_channels.contract import Order, Reach
from vaxel_channels.digipost import DigipostSettings, message, wire
from vaxel_channels.digipost.addressing import Addressee, Way, addressee
from vaxel_channels.digipost.signing import answer_text, body_hash, request_text
from vaxel_channels.exchange import Answer
from vaxel_engine.artifact import ArtifactKind
from vaxel_engine.model import NationalId, Recipient
from vaxel_ledger.states import Status

SPEC = Path(__file__).parents[4] / "shared/facts/spec"
NUMBER = "02018023833"
TO = Addressee(Way.PERSON, NUMBER, NUMBER)
ORGANISATION = Recipient(name="Fjord Kraft AS", organisation_number="988 077 917")
V8 = "{http://api.digipost.no/schema/v8}"


def frozen(order: Order, settings: DigipostSettings, *, printed: bool = True) -> bytes:
    pdf = order.artifacts[ArtifactKind.MAILBOX_PDF].body
    primary = message.File(message.document_uuid(order.key), "Faktura 26110001", "pdf", pdf)
    return message.message(
        order, TO, primary, message.attached_files(order.document, order.key), settings, printed=printed
    )


def xml_of(payload: bytes) -> bytes:
    return payload.split(b"\r\n\r\n", 1)[1].split(b"\r\n--", 1)[0]


def told(body: str, status: int = 200) -> Answer:
    return Answer(status, {}, body.encode())


def error(code: str, status: int = 400) -> Answer:
    return told(f'<error xmlns="{V8[1:-1]}"><error-code>{code}</error-code></error>', status)


def test_the_text_to_sign_has_its_lines_in_the_documented_order() -> None:
    headers = {
        "X-Digipost-UserId": "238001",
        "X-Content-SHA256": body_hash(b"<x/>"),
        "Date": "Sun, 29 Nov 2026 01:00:00 GMT",
        "Accept": "text/xml",
    }
    assert request_text("post", "/Messages/%C3%85?From=2026-11-01T00%3A00%2B01", headers) == (
        "POST\n/messages/å\ndate: Sun, 29 Nov 2026 01:00:00 GMT\n"
        "x-content-sha256: KjH0TaS9fey70939GjeuBNAuxmXiwmiIFszGVjFYbtE=\nx-digipost-userid: 238001\n"
        "from=2026-11-01t00%3a00%2b01\n"
    )


def test_without_a_query_the_last_line_is_there_and_empty() -> None:
    assert (
        request_text("GET", "/", {"date": "D", "x-digipost-userid": "1"}) == "GET\n/\ndate: D\nx-digipost-userid: 1\n\n"
    )


def test_the_text_of_an_answer_has_no_line_for_the_query() -> None:
    assert answer_text(200, "/Messages", {"Date": "D"}) == "200\n/messages\ndate: D\n"


def test_the_hash_of_a_body_is_base64_of_its_sha256() -> None:
    assert body_hash(b"") == "47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU="


def test_structured_data_is_what_the_recipient_pays(make_letter: Callable[..., Order]) -> None:
    found = {
        one.tag.rpartition("}")[2]: one.text for one in etree.fromstring(message.structured(make_letter().document))
    }
    assert found == {
        "due-date": "2099-12-20T00:00:00+01:00",
        "sum": "2218.48",
        "creditor-account": "86011117947",
        "kid": "2611000106",
    }
    assert list(found) == ["due-date", "sum", "creditor-account", "kid"]


@pytest.mark.parametrize(
    "changes",
    [
        {"invoice": {"currency": "SEK"}},
        {"kind": "credit_note"},
        {"payment": {"scheme": "autogiro", "payer_number": "1", "draw_date": "2026-12-20"}},
        {"invoice": {"payment": []}},
    ],
    ids=["kronor", "credit note", "drawn", "no account"],
)
def test_what_cannot_be_paid_in_digipost_has_no_structured_data(
    make_letter: Callable[..., Order], changes: dict[str, object]
) -> None:
    assert message.structured(make_letter(**changes).document) == ""


def test_a_reference_that_is_no_kid_is_left_out(make_letter: Callable[..., Order]) -> None:
    means = [
        {
            "means_code": "30",
            "remittance_information": "Faktura 7",
            "credit_transfers": [{"account_identifier": "86011117947"}],
        }
    ]
    assert "<kid>" not in message.structured(make_letter(invoice={"payment": means}).document)


def test_a_hostile_subject_stays_one_line_of_text(
    make_letter: Callable[..., Order], make_settings: Callable[..., DigipostSettings]
) -> None:
    order = make_letter()
    words = "Faktura\r\n</subject><subject>" + "x" * 300
    primary = message.File(message.document_uuid(order.key), words, "pdf", b"%PDF")
    payload = message.message(order, TO, primary, [], make_settings(), printed=False)
    subject = etree.fromstring(xml_of(payload)).findtext(f"{V8}primary-document/{V8}subject") or ""
    assert subject.startswith("Faktura </subject><subject>xxx")
    assert len(subject) == 255


def test_a_recipient_is_named_by_number_before_name_and_address() -> None:
    address = {"line_1": "Storgata 1 <B>", "post_code": "0155", "city": "Oslo", "country_code": "NO"}
    person = Recipient.model_validate({"name": "Kari Nordmann", "postal_address": address})
    numbered = person.model_copy(update={"national_id": NationalId(country_code="NO", value=NUMBER)})
    assert addressee(numbered, by_name=True) == TO
    assert addressee(ORGANISATION, by_name=False) == Addressee(Way.ORGANISATION, "988077917", "988077917")
    assert addressee(person, by_name=False) is None
    named = addressee(person, by_name=True)
    assert named is not None
    assert named.element == (
        "<name-and-address><fullname>Kari Nordmann</fullname><addressline1>Storgata 1 &lt;B&gt;</addressline1>"
        "<postalcode>0155</postalcode><city>Oslo</city></name-and-address>"
    )
    assert "Nordmann" not in repr(named)
    swedish = ORGANISATION.model_copy(update={"organisation_number": "5592014475"})
    assert addressee(swedish, by_name=True) is None


def test_that_a_name_fits_several_is_an_answer_only_where_a_name_was_asked_for() -> None:
    reason = "<unidentified-reason>MULTIPLE_MATCHES</unidentified-reason>"
    body = f'<identification-result xmlns="{V8[1:-1]}"><result>UNIDENTIFIED</result>{reason}</identification-result>'
    assert wire.reach(told(body), by_name=True) is Reach.CONFIRMED_MISS
    assert wire.reach(told(body)) is Reach.UNKNOWN


@pytest.mark.shared
@pytest.mark.parametrize("country", ["NO", "SE"])
def test_every_message_is_valid_by_the_official_schema(
    make_letter: Callable[..., Order], make_settings: Callable[..., DigipostSettings], country: str
) -> None:
    if not SPEC.is_dir():
        pytest.skip("the reference material is not beside this checkout")
    both = {"http://api.digipost.no/schema/datatypes": "digipost-datatypes.xsd", V8[1:-1]: "digipost-api_v8.xsd"}
    imports = "".join(
        f'<import namespace="{name}" schemaLocation="{(SPEC / file).as_uri()}"/>' for name, file in both.items()
    )
    schema = etree.XMLSchema(etree.fromstring(f'<schema xmlns="http://www.w3.org/2001/XMLSchema">{imports}</schema>'))
    attached = {"content": "aGVq", "mime_code": "text/csv", "filename": "måling.csv"}
    address = {"line_1": "Storgata 1", "post_code": "0155", "city": "Oslo", "country_code": country}
    order = make_letter(
        recipient={"postal_address": address},
        invoice={"supporting_documents": [{"identifier": "1", "attached": attached}]},
    )
    settings = make_settings(print_fallback=True, print_if_unread_days=7, user_id="1", shred_undeliverable=True)
    root = etree.fromstring(xml_of(frozen(order, settings)))
    schema.assertValid(root)
    assert root.find(f"{V8}primary-document/{V8}data-type") is not None
    schema.assertValid(etree.fromstring(message.identification(TO)))
    for one in (ORGANISATION, order.document.recipient.model_copy(update={"national_id": None})):
        to = addressee(one, by_name=True)
        if to is not None:  # an address abroad names nobody in Norway
            schema.assertValid(etree.fromstring(message.identification(to)))
            primary = message.File(message.document_uuid(order.key), "Faktura", "pdf", b"%PDF")
            schema.assertValid(
                etree.fromstring(xml_of(message.message(order, to, primary, [], settings, printed=True)))
            )


@pytest.mark.shared
def test_the_published_sample_of_an_invoice_has_our_columns() -> None:
    if not SPEC.is_dir():
        pytest.skip("the reference material is not beside this checkout")
    text = (SPEC / "digipost-datatypes-examples.xml").read_text(encoding="utf-8")
    sample = etree.fromstring(text[text.index("<invoice ") : text.index("</invoice>")] + "</invoice>")
    columns = {one.tag.rpartition("}")[2]: one.text or "" for one in sample}
    assert list(columns) == ["link", "due-date", "sum", "creditor-account", "kid"]
    assert dt.datetime.fromisoformat(columns["due-date"]).utcoffset() == dt.timedelta(hours=1)
    assert (Decimal(columns["sum"]), len(columns["creditor-account"]), len(columns["kid"]) <= 25) == (
        Decimal(42),
        11,
        True,
    )


@pytest.mark.parametrize(
    ("code", "verdict"),
    [
        ("SERVER_ERROR", wire.Verdict.FAULT),
        ("REVOKED_CERTIFICATE", wire.Verdict.NOT_LET_IN),
        ("DATE_HEADER_OUTSIDE_ACCEPTED_INTERVAL", wire.Verdict.NOT_LET_IN),
        ("DUPLICATE_MESSAGE", wire.Verdict.THERE_ALREADY),
        ("UNKNOWN_RECIPIENT", wire.Verdict.REFUSED),
        ("FILE_TOO_LARGE", wire.Verdict.REFUSED),
        ("A_CODE_OF_TOMORROW", wire.Verdict.UNKNOWN),
    ],
)
def test_every_code_says_what_may_follow(code: str, verdict: wire.Verdict) -> None:
    assert wire.verdict(error(code), signed=True) is verdict


def test_nothing_that_nobody_signed_refuses_a_document() -> None:
    found = {wire.verdict(error("UNKNOWN_RECIPIENT", status), signed=False) for status in (200, 400, 404, 422)}
    assert found == {wire.Verdict.UNKNOWN}
    assert wire.verdict(error("SERVER_ERROR", 502), signed=False) is wire.Verdict.FAULT
    assert wire.verdict(error("X", 429), signed=False) is wire.Verdict.COME_AGAIN


@pytest.mark.parametrize(
    ("inner", "reach"),
    [
        ("<result>DIGIPOST</result>", Reach.HIT),
        ("<result>IDENTIFIED</result>", Reach.CONFIRMED_MISS),
        ("<result>INVALID</result>", Reach.CONFIRMED_MISS),
        ("<result>UNIDENTIFIED</result><unidentified-reason>NOT_FOUND</unidentified-reason>", Reach.CONFIRMED_MISS),
        ("<result>UNIDENTIFIED</result><unidentified-reason>MULTIPLE_MATCHES</unidentified-reason>", Reach.UNKNOWN),
        ("<result>SOMETHING_NEW</result>", Reach.UNKNOWN),
        ("", Reach.UNKNOWN),
    ],
)
def test_only_a_clear_answer_makes_somebody_a_stranger(inner: str, reach: Reach) -> None:
    body = f'<identification-result xmlns="{V8[1:-1]}">{inner}</identification-result>'
    assert wire.reach(told(body)) is reach
    assert wire.reach(told(body, 500)) is Reach.UNKNOWN


def test_every_event_of_the_schema_has_a_meaning_and_an_unknown_one_is_visible() -> None:
    created = "2026-11-20T12:00:00+01:00"
    event = f'<event uuid="u" type="%s" created="{created}" document-created="{created}"/>'
    page = "".join(event % kind for kind in (*wire.EVENTS, "NEW_ONE"))
    reports = wire.events(told(f'<document-events xmlns="{V8[1:-1]}">{page}</document-events>')) or []
    assert [report.status for report in reports] == [*(s for s, _ in wire.EVENTS.values()), Status.OUTCOME_UNKNOWN]
    assert len({report.receipt_id for report in reports}) == len(wire.EVENTS) + 1
    assert {report.reference for report in reports} == {"u"}


def test_an_answer_with_a_document_type_is_not_read() -> None:
    bomb = '<!DOCTYPE e [<!ENTITY a "b">]><error><error-code>&a;</error-code></error>'
    assert wire.error_code(told(bomb)) == ""
