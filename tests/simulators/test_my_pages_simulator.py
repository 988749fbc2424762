"""The simulated customer pages refuse every row of their table, and their magic customers do what the table says."""

import base64
import hashlib
import hmac
import json
from collections.abc import Iterator, Mapping
from typing import Any

import httpx
import pytest

from vaxel_simulators import Clock, MyPagesSimulator
from vaxel_simulators.tables import magic, rows_of

HTTP = httpx.Client(verify=False, trust_env=False)  # noqa: S501 - loopback without TLS; loading certificates takes longer
REFUSALS = rows_of("my_pages", "must_refuse.csv")
KEY = hashlib.sha256(b"a document").hexdigest()


@pytest.fixture
def pages(clock: Clock) -> Iterator[MyPagesSimulator]:
    with MyPagesSimulator(clock=clock) as simulator:
        yield simulator


def signed(pages: MyPagesSimulator, body: bytes, *, late: int = 0, secret: str = "") -> dict[str, str]:
    seconds = str(int(pages.clock().timestamp()) + late)
    key = base64.b64decode((secret or pages.secret).removeprefix("whsec_"))
    mark = base64.b64encode(hmac.digest(key, f"call.{seconds}.".encode() + body, "sha256")).decode()
    return {"webhook-id": "call", "webhook-timestamp": seconds, "webhook-signature": f"v1,{mark}"}


def push(pdf: bytes, **changes: Any) -> dict[str, Any]:
    value: dict[str, Any] = {
        "format": "vaxel-my-pages/1",
        "id": KEY,
        "customer": "104501",
        "reference": "NL-1",
        "kind": "invoice",
        "at": "2026-11-20T12:00:00+00:00",
        "card": {"title": "Faktura", "summary": "Betala"},
        "file": {"media_type": "application/pdf", "data": base64.b64encode(pdf).decode()},
    }
    return {name: part for name, part in {**value, **changes}.items() if part != "(absent)"}


@pytest.mark.parametrize("row", REFUSALS, ids=lambda row: row["variant"])
def test_refuses_every_row_of_the_table(
    row: Mapping[str, str], pages: MyPagesSimulator, pdfs: Mapping[str, bytes]
) -> None:
    how, _, what = row["where"].partition(":")
    value = row["value"]
    if how.startswith("/"):
        changed = {how[1:]: value if value == "(absent)" else json.loads(value)}
        body = json.dumps(push(pdfs["letter"], **changed)).encode()
    else:
        body = value.encode() if how == "raw" else json.dumps(push(pdfs["letter"])).encode()
    if how == "again":
        assert HTTP.post(f"{pages.url}/documents", content=body, headers=signed(pages, body)).status_code == 201
        body = json.dumps(push(pdfs["letter"], reference="NL-2")).encode()
    method, path = {"push": ("POST", ""), "ask": ("GET", f"/{'a' * 64}"), "list": ("GET", "?after=")}[row["call"]]
    body = body if method == "POST" else b""
    headers = signed(pages, body, late=int(value) if how == "late" else 0, secret=value if how == "secret" else "")
    if how == "header":
        headers = {name: each for name, each in {**headers, what: value}.items() if each != "(absent)"}
    if how == "body":
        body += b" "
    answer = HTTP.request(method, f"{pages.url}/documents{path}", content=body, headers=headers)
    assert (str(answer.status_code), answer.json()["error"]) == (row["status"], row["code"])


@pytest.mark.parametrize("row", magic("my_pages"), ids=lambda row: row.behaviour)
def test_a_magic_customer_does_what_the_table_says(
    row: object, pages: MyPagesSimulator, pdfs: Mapping[str, bytes]
) -> None:
    behaviour, address = getattr(row, "behaviour"), getattr(row, "address")  # noqa: B009 - the table's row
    number = {"customer": "104501", "stranger": "999999"}.get(behaviour, address.removeprefix("customer "))
    body = json.dumps(push(pdfs["letter"], customer=number)).encode()

    def hand_over() -> int:
        try:
            return HTTP.post(f"{pages.url}/documents", content=body, headers=signed(pages, body)).status_code
        except httpx.HTTPError:
            return 0

    assert [hand_over(), hand_over()] == {
        "customer": [201, 200],
        "stranger": [404, 404],
        "silence after accept": [0, 200],
        "silence before accept": [0, 201],
        "server error after accept": [500, 200],
        "too many requests": [429, 201],
    }[behaviour]


def test_a_card_leads_to_its_document_and_opening_it_is_a_change(
    pages: MyPagesSimulator, pdfs: Mapping[str, bytes]
) -> None:
    assert "No documents yet" in HTTP.get(pages.page_url).text
    body = json.dumps(push(pdfs["letter"])).encode()
    HTTP.post(f"{pages.url}/documents", content=body, headers=signed(pages, body))
    assert "Faktura" in HTTP.get(pages.page_url).text
    for _ in range(2):
        assert HTTP.get(f"{pages.page_url}{KEY}").status_code == 200
    assert HTTP.get(f"{pages.page_url}{KEY}/0.png").content.startswith(b"\x89PNG")
    listed = HTTP.get(f"{pages.url}/documents?after=", headers=signed(pages, b"")).json()
    assert [one["state"] for one in listed["documents"]] == ["shown", "opened"]
