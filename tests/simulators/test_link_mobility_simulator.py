"""The LINK Mobility simulator refuses what the document refuses, and answers with an id only when asked."""

import json
from collections.abc import Iterator
from typing import Any

import httpx
import pytest

from vaxel_simulators import Fault, LinkMobilitySimulator
from vaxel_simulators.tables import rows_of

REFUSALS = rows_of("link_mobility", "must_refuse.csv")
HTTP = httpx.Client(verify=False, trust_env=False)  # noqa: S501 - loopback without TLS; loading certificates takes longer
GOOD: dict[str, Any] = {
    "source": "Nordljus",
    "destination": "+46701740605",
    "userData": "Your bill",
    "platformId": "COMMON_API",
    "platformPartnerId": "12345",
}
VALUES: dict[str, object] = {
    "(text true)": "true",
    "(text false)": "false",
    "(list other)": ["other"],
    "(a × 38863)": "a" * 38863,
}


@pytest.fixture
def link() -> Iterator[LinkMobilitySimulator]:
    with LinkMobilitySimulator(gates={"vaxel-reports": "http://127.0.0.1:9/"}) as running:
        yield running


def send(link: LinkMobilitySimulator, **changes: Any) -> httpx.Response:
    auth = (link.username, link.password)
    return HTTP.post(f"{link.url}/sms/send", json={**GOOD, **changes}, auth=auth, timeout=5)


@pytest.mark.parametrize("row", REFUSALS, ids=[row["variant"] for row in REFUSALS])
def test_refuses_every_row_of_the_table(row: dict[str, str], link: LinkMobilitySimulator) -> None:
    method, media, user, password = "POST", "application/json", link.username, link.password
    value, where = row["value"], row["where"]
    body = json.dumps(GOOD)
    match where:
        case "basic:user":
            user = value
        case "basic:password":
            password = value
        case "media":
            media = value
        case "method":
            method = value
        case "body":
            body = value
        case _:
            changed = {**GOOD, where: VALUES.get(value, value)}
            body = json.dumps({name: one for name, one in changed.items() if one != "(absent)"})
    auth = None if user == "(absent)" else (user, password)
    address = f"{link.url}/sms/send"
    answer = HTTP.request(method, address, content=body, headers={"Content-Type": media}, auth=auth)
    assert answer.status_code == int(row["status"]), answer.text
    if row["code"]:
        assert answer.json()["resultCode"] == int(row["code"])
    assert link.arrivals() == []


def test_answers_with_nothing_by_default_and_with_an_id_when_asked(link: LinkMobilitySimulator) -> None:
    silent, told = send(link), send(link, ignoreResponse=False)
    assert (silent.status_code, silent.content) == (204, b"")
    assert told.status_code == 200
    assert told.json() == {"messageId": link.texts()[1].reference, "resultCode": 1005, "description": "Queued"}


@pytest.mark.parametrize("fault", list(Fault))
def test_a_scripted_fault_is_met_once_and_then_gone(fault: Fault, link: LinkMobilitySimulator) -> None:
    link.slow_seconds = 0.01
    link.script(fault)
    try:
        status = send(link, ignoreResponse=False).status_code
    except httpx.TransportError:
        status = 0
    expected = {
        Fault.TOO_MANY_REQUESTS: 429,
        Fault.SERVER_ERROR_BEFORE: 500,
        Fault.SERVER_ERROR_AFTER_ACCEPT: 500,
        Fault.MALFORMED_JSON: 200,
        Fault.HTML_ANSWER: 502,
        Fault.SLOW: 200,
        Fault.EXPIRED_CREDENTIALS: 401,
    }
    assert status == expected.get(fault, 0)
    assert send(link).status_code == 204


def test_the_phones_show_what_arrived(link: LinkMobilitySimulator) -> None:
    send(link)
    page = HTTP.get(link.page_url)
    assert "Your bill" in page.text
    assert "+46701740605" in page.text
