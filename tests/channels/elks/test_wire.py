"""What 46elks is given, and what its answers and reports mean."""

import datetime as dt
import json
from urllib.parse import parse_qs

import httpx
import pytest

from vaxel_channels.elks import wire
from vaxel_channels.exchange import Answer
from vaxel_channels.text_gateway import Verdict
from vaxel_ledger.states import Status


def answer(status: int, body: object, media_type: str = "text/plain") -> Answer:
    raw = body if isinstance(body, bytes) else json.dumps(body).encode()
    return Answer(status, httpx.Headers({"content-type": media_type}), raw)


def test_a_form_carries_the_text_whole() -> None:
    text = "Hej & välkommen: 100 % = https://nordljus.example/d/a+b?c=d"
    form = wire.form(sender="Nordljus", to="+46701740605", text=text, report_url="https://n.example/r", keep_text=False)
    assert parse_qs(form.decode()) == {
        "from": ["Nordljus"],
        "to": ["+46701740605"],
        "message": [text],
        "whendelivered": ["https://n.example/r"],
        "dontlog": ["message"],
    }


def test_a_form_asks_for_no_report_without_an_address() -> None:
    form = wire.form(sender="Nordljus", to="+46701740605", text="Hej", report_url="", keep_text=True)
    assert form == b"from=Nordljus&to=%2B46701740605&message=Hej"


@pytest.mark.parametrize(
    ("state", "status"),
    [
        ("created", Status.HANDED_OVER),
        ("sent", Status.HANDED_OVER),
        ("delivered", Status.DELIVERED),
        ("failed", Status.FAILED),
        ("teleported", Status.HANDED_OVER),
    ],
)
def test_a_text_with_an_id_was_handed_over(state: str, status: Status) -> None:
    receipt = wire.receipt(answer(200, {"id": "s1", "status": state}))
    assert receipt is not None
    assert (receipt.status, receipt.reference) == (status, "s1")


@pytest.mark.parametrize("body", [b"", b"<html>", b"[]", b'{"status": "created"}', b'{"id": 1}', b'{"id": "'])
def test_an_answer_without_an_id_is_no_receipt(body: bytes) -> None:
    told = answer(200, body)
    assert wire.receipt(told) is None
    assert wire.verdict(told) is Verdict.UNKNOWN


@pytest.mark.parametrize(
    ("status", "verdict"),
    [
        (400, Verdict.REFUSED),
        (422, Verdict.REFUSED),
        (401, Verdict.NOT_LET_IN),
        (402, Verdict.NOT_LET_IN),
        (403, Verdict.NOT_LET_IN),
        (404, Verdict.NOT_LET_IN),
        (408, Verdict.COME_AGAIN),
        (429, Verdict.COME_AGAIN),
        (500, Verdict.UNKNOWN),
        (503, Verdict.UNKNOWN),
        (302, Verdict.UNKNOWN),
    ],
)
def test_each_status_has_its_verdict(status: int, verdict: Verdict) -> None:
    assert wire.verdict(answer(status, b"No")) is verdict


def test_a_gateways_page_refuses_no_text() -> None:
    assert wire.verdict(answer(400, b"<html>", "text/html")) is Verdict.UNKNOWN


def test_46elks_words_name_nobody() -> None:
    words = wire.in_their_words(answer(400, b"Invalid to: 46701740605"), hide="+46701740605")
    assert words == 'status 400, "Invalid to: …"'


def test_a_report_says_when_in_utc() -> None:
    report = wire.read_report(b"id=s1&status=delivered&delivered=2026-11-20T08%3A00%3A00.5")
    assert (report.provider, report.reference, report.status) == ("sms", "s1", Status.DELIVERED)
    assert report.at == dt.datetime(2026, 11, 20, 8, 0, 0, 500_000, tzinfo=dt.UTC)


def test_a_report_that_comes_twice_has_one_id() -> None:
    first, again = (wire.read_report(b"id=s1&status=delivered").receipt_id for _ in range(2))
    assert first == again
    assert first != wire.read_report(b"id=s1&status=sent").receipt_id


def test_a_failure_has_a_reason() -> None:
    assert wire.read_report(b"id=s1&status=failed").reason is not None


def test_a_state_that_is_not_documented_is_kept_and_shown() -> None:
    report = wire.read_report(b"id=s1&status=teleported")
    assert report.status is Status.OUTCOME_UNKNOWN
    assert '"teleported"' in (report.reason or "")
    assert report.raw == b"id=s1&status=teleported"


@pytest.mark.parametrize(
    "body", [b"", b"<html>", b"id=s1", b"status=sent", b"id=&status=sent", b"\xff=1", b"id=s1&&status=x"]
)
def test_garbage_is_no_report(body: bytes) -> None:
    with pytest.raises(ValueError, match=r"form|lacks"):
        wire.read_report(body)
