"""The Digipost simulator refuses every row of its table, and its magic recipients do what the table says."""

import base64
import datetime as dt
import email.utils
import hashlib
import uuid
from collections.abc import Mapping
from dataclasses import dataclass, field

import httpx
import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import padding, rsa
from lxml import etree

from vaxel_simulators import Clock, DigipostSimulator
from vaxel_simulators.tables import magic, rows_of

V8 = "{http://api.digipost.no/schema/v8}"
SINGLE, MULTIPART = "application/vnd.digipost-v8+xml", "multipart/vnd.digipost-v8+xml; boundary=mark"
HTTP = httpx.Client(verify=False, trust_env=False)  # noqa: S501 - loopback without TLS; loading certificates takes longer
REFUSALS = rows_of("digipost", "must_refuse.csv")
UNKNOWN = f"/documents/238001/{uuid.UUID(int=0)}/status"
FIRST, SECOND = (3, 7, 6, 1, 8, 9, 4, 5, 2), (5, 4, 3, 2, 7, 6, 5, 4, 3, 2)
PAPER = (
    "<print-details><recipient><name>Kari Nordmann</name><norwegian-address><addressline1>Storgata 1</addressline1>"
    "<zip-code>0155</zip-code><city>Oslo</city></norwegian-address></recipient><return-address><name>Nordljus</name>"
    "<norwegian-address><zip-code>0150</zip-code><city>Oslo</city></norwegian-address></return-address></print-details>"
)
DATA = (
    '<data-type><invoice xmlns="http://api.digipost.no/schema/datatypes"><due-date>2026-12-20T00:00:00+01:00</due-date>'
    "<sum>2218.48</sum><creditor-account>86011117947</creditor-account><kid>2611000106</kid></invoice></data-type>"
)


def born(year: int, serial: int = 238) -> str:
    """A personal number of somebody born in this year, with both check digits."""
    for day in range(1, 29):
        digits = f"{day:02d}01{year % 100:02d}{serial:03d}"
        for weights in (FIRST, SECOND):
            rest = 11 - sum(w * int(d) for w, d in zip(weights, digits, strict=True)) % 11
            if rest == 10:
                break
            digits += str(rest % 11)
        if len(digits) == 11:
            return digits
    raise AssertionError("no such number")


@dataclass
class Order:
    """One message, as a sender who reads the documents would write it."""

    to: str = field(default_factory=lambda: born(1980))
    key: str = "message-1"
    document: str = field(default_factory=lambda: str(uuid.uuid5(uuid.NAMESPACE_URL, "document-1")))
    paper: bool = False
    unread: str = ""
    data: str = DATA

    def xml(self) -> str:
        unread = (
            f"<print-if-unread><print-if-unread-after>{self.unread}</print-if-unread-after>{PAPER}</print-if-unread>"
        )
        return (
            f'<message xmlns="{V8[1:-1]}"><message-id>{self.key}</message-id><recipient>'
            f"<personal-identification-number>{self.to}</personal-identification-number>{PAPER if self.paper else ''}"
            f"</recipient><primary-document><uuid>{self.document}</uuid><subject>Faktura</subject>"
            "<file-type>pdf</file-type><authentication-level>PASSWORD</authentication-level>"
            f"<sensitivity-level>NORMAL</sensitivity-level>{self.data}</primary-document>"
            f"{unread if self.unread else ''}</message>"
        )


def part(name: str, body: bytes) -> bytes:
    return f'--mark\r\nContent-Disposition: attachment; filename="{name}"\r\n\r\n'.encode() + body + b"\r\n"


def multipart(xml: str, *files: tuple[str, bytes]) -> bytes:
    return b"".join([part("message", xml.encode()), *(part(*file) for file in files), b"--mark--\r\n"])


def text_to_sign(method: str, target: str, headers: Mapping[str, str]) -> str:
    path, _, query = target.partition("?")
    lines = [f"{name.lower()}: {headers[name]}" for name in sorted(headers, key=str.lower)]
    return "\n".join([method, path.lower(), *lines, query.lower(), ""])


def signed(
    digipost: DigipostSimulator, method: str, target: str, body: bytes = b"", *, at: dt.datetime, text: str = ""
) -> dict[str, str]:
    headers = {"Date": email.utils.format_datetime(at, usegmt=True), "X-Digipost-UserId": digipost.user_id}
    if body:
        headers["X-Content-SHA256"] = base64.b64encode(hashlib.sha256(body).digest()).decode()
    whole = text_to_sign(method, target, headers)
    match text:
        case "no last line":
            whole = whole.removesuffix("\n")
        case "capitals":
            whole = whole.replace(target, target.upper())
        case _:
            pass
    key = serialization.load_pem_private_key(digipost.private_key.encode(), None)
    assert isinstance(key, rsa.RSAPrivateKey)
    signature = key.sign(whole.encode(), padding.PKCS1v15(), hashes.SHA256())
    return {**headers, "X-Digipost-Signature": base64.b64encode(signature).decode()}


def send(digipost: DigipostSimulator, order: Order, pdf: bytes, *, timeout: float = 5) -> httpx.Response:
    body = multipart(order.xml(), (order.document, pdf))
    headers = signed(digipost, "POST", "/messages", body, at=digipost.clock())
    return HTTP.post(
        f"{digipost.url}/messages", content=body, headers={**headers, "Content-Type": MULTIPART}, timeout=timeout
    )


def get(digipost: DigipostSimulator, target: str) -> httpx.Response:
    return HTTP.get(digipost.url + target, headers=signed(digipost, "GET", target, at=digipost.clock()))


def said(answer: httpx.Response, name: str) -> str | None:
    return etree.fromstring(answer.content).findtext(f"{V8}{name}")


def feed(digipost: DigipostSimulator) -> list[str]:
    span = "from=2026-11-01T00%3A00%3A00%2B00%3A00&to=2027-11-01T00%3A00%3A00%2B00%3A00"
    answer = get(digipost, f"/documents/events?{span}&offset=0&maxResults=100")
    return [event.get("type", "") for event in etree.fromstring(answer.content)]


def refused(digipost: DigipostSimulator, row: Mapping[str, str], pdfs: Mapping[str, bytes]) -> httpx.Response:
    """Make the request of one row of the table."""
    order, call, value = Order(), row["call"], row["value"]
    how, _, what = row["where"].partition(":")
    if call == "status":
        sender, document = digipost.user_id, order.document
        sender, document = (value, document) if how == "sender" else (sender, value)
        return get(digipost, f"/documents/{sender}/{document}/status")
    if call == "events":
        asked = {"from": "2026-11-01T00:00:00+00:00", "to": "2026-11-30T00:00:00+00:00", "offset": "0"}
        asked = {**asked, "maxResults": "10", what: value}
        asked = {name: each for name, each in asked.items() if each != "(absent)"}
        return get(digipost, f"/documents/events?{httpx.QueryParams(asked)}")
    pdf = pdfs["letter"]
    if how == "pdf":
        order.paper = True
        pdf = pdfs[f"(digipost {value})"]
    if how == "recipient":
        order.to = born(1980, 239)
    order.paper = order.paper or what == "type"
    xml = changed(order, what, value) if how == "xml" else order.xml()
    files = [(order.document, pdf)]
    match what if how == "parts" else "":
        case "one more":
            files.append((str(uuid.uuid4()), pdf))
        case "one less":
            files = []
        case "renamed":
            files = [("faktura.pdf", pdf)]
        case _:
            pass
    body = multipart(xml, *files)
    if what == "no disposition":
        body = body.replace(b"Content-Disposition: attachment; ", b"X-Name: ", 1)
    if what == "no name":
        body = body.replace(b'; filename="message"', b"", 1)
    if how == "twice":
        assert send(digipost, order, pdf).status_code == 200
        body = body.replace(b"message-1", b"message-2") if what else body
    at = digipost.clock() + dt.timedelta(seconds=int(value) if how == "date" else 0)
    headers = signed(digipost, "POST", "/messages", body, at=at, text=value if how == "text" else "")
    headers["Content-Type"] = MULTIPART
    if how == "header":
        headers = {name: each for name, each in {**headers, what: value}.items() if each != "(absent)"}
    return HTTP.post(f"{digipost.url}/messages", content=body, headers=headers)


def changed(order: Order, what: str, value: str) -> str:
    xml, who = order.xml(), f"<personal-identification-number>{order.to}</personal-identification-number>"
    match what.split():
        case ["all"]:
            return value
        case ["<message", "|<letter"]:
            return xml.replace("<message ", "<letter ").replace("</message>", "</letter>")
        case ["drop", "recipient"]:
            return xml.replace(f"<recipient>{who}</recipient>", "")
        case ["drop", "subject"]:
            return xml.replace("<subject>Faktura</subject>", "")
        case ["double", "recipient"]:
            return xml.replace(who, f"{who}<organisation-number>988077917</organisation-number>")
        case ["number"]:
            return xml.replace(order.to, value)
        case ["order"]:
            named = f"<message-id>{order.key}</message-id>"
            return xml.replace(named, "").replace("</recipient>", f"</recipient>{named}", 1)
        case ["subject"]:
            return xml.replace("Faktura", "x" * 256)
        case ["invoice", "document"]:
            return xml.replace("primary-document", "invoice")
        case _:
            old = {
                "level": ">PASSWORD<",
                "sum": ">2218.48<",
                "due": ">2026-12-20T00:00:00+01:00<",
                "account": ">86011117947<",
                "kid": ">2611000106<",
                "type": ">pdf<",
            }[what]
            return xml.replace(old, f">{value}<")


@pytest.mark.parametrize("row", REFUSALS, ids=lambda row: row["variant"])
def test_what_the_documents_refuse_is_refused(
    row: Mapping[str, str], digipost: DigipostSimulator, pdfs: Mapping[str, bytes]
) -> None:
    before = 1 if row["where"].startswith("twice") else 0
    answer = refused(digipost, row, pdfs)
    assert (answer.status_code >= 400, said(answer, "error-code")) == (True, row["code"])
    assert len(digipost.arrivals()) == before


def test_a_wrong_signature_is_answered_with_the_text_that_was_expected(
    digipost: DigipostSimulator, pdfs: Mapping[str, bytes]
) -> None:
    row = next(row for row in REFUSALS if row["value"] == "no last line")
    words = said(refused(digipost, row, pdfs), "error-message") or ""
    assert words.partition("===START===")[2].startswith("POST\n/messages\ndate: ")
    assert words.endswith("\n\n===SLUTT===")


def test_every_answer_is_signed_by_the_certificate_of_the_entry_point(digipost: DigipostSimulator) -> None:
    entry = get(digipost, "/")
    key = x509.load_pem_x509_certificate((said(entry, "certificate") or "").encode()).public_key()
    assert isinstance(key, rsa.RSAPublicKey)
    for target, answer in (
        ("/", entry),
        (UNKNOWN, get(digipost, UNKNOWN)),
    ):
        headers = {name: answer.headers[name] for name in ("date", "x-content-sha256")}
        lines = "".join(f"{name}: {headers[name]}\n" for name in sorted(headers))
        key.verify(
            base64.b64decode(answer.headers["x-digipost-signature"]),
            f"{answer.status_code}\n{target}\n{lines}".encode(),
            padding.PKCS1v15(),
            hashes.SHA256(),
        )


def test_what_a_recipient_opens_is_in_the_feed_once(digipost: DigipostSimulator, pdfs: Mapping[str, bytes]) -> None:
    order = Order()
    assert said(send(digipost, order, pdfs["letter"]), "status") == "DELIVERED"
    assert feed(digipost) == []
    for _ in range(2):
        assert "2\u202f218,48" in HTTP.get(f"{digipost.url}/post/letter/{order.document}").text
    assert feed(digipost) == ["OPENED"]
    status = etree.fromstring(get(digipost, f"/documents/{digipost.user_id}/{order.document}/status").content)
    assert (status.get("status"), status.get("read"), status.get("channel")) == ("DELIVERED", "Y", "DIGIPOST")


def test_what_nobody_reads_is_printed_when_its_time_is_over(
    digipost: DigipostSimulator, pdfs: Mapping[str, bytes], offset: dict[str, float], clock: Clock
) -> None:
    order = Order(unread=(clock() + dt.timedelta(days=3)).isoformat())
    send(digipost, order, pdfs["letter"])
    offset["seconds"] = 2 * 86_400
    assert feed(digipost) == []
    offset["seconds"] = 4 * 86_400
    assert feed(digipost) == ["POSTMARKED"]
    assert "Storgata 1" in HTTP.get(f"{digipost.url}/post/letter/{order.document}").text
    assert feed(digipost) == ["POSTMARKED"]


@pytest.mark.parametrize("row", magic("digipost"), ids=lambda row: row.behaviour)
def test_a_magic_recipient_does_what_the_table_says(
    row: object, digipost: DigipostSimulator, pdfs: Mapping[str, bytes]
) -> None:
    behaviour, address = getattr(row, "behaviour"), getattr(row, "address")  # noqa: B009 - the table's row
    to = born(int(address[-4:])) if " born " in address else born(1980, 238 if address == "serial 238" else 239)
    order, pdf = Order(to=to), pdfs["letter"]
    digipost.slow_seconds = 1.0

    def hand_over() -> str:
        try:
            answer = send(digipost, order, pdf, timeout=0.4 if behaviour == "slow" else 5)
            return said(answer, "status") or said(answer, "error-code") or str(answer.status_code)
        except (httpx.HTTPError, etree.XMLSyntaxError):
            return "nothing readable"

    expected = {
        "user": ["DELIVERED", "DUPLICATE_MESSAGE"],
        "stranger": ["UNKNOWN_RECIPIENT", "UNKNOWN_RECIPIENT"],
        "unknown": ["UNKNOWN_RECIPIENT", "UNKNOWN_RECIPIENT"],
        "gone": ["UNKNOWN_RECIPIENT", "UNKNOWN_RECIPIENT"],
        "silence after accept": ["nothing readable", "DUPLICATE_MESSAGE"],
        "silence before accept": ["nothing readable", "DELIVERED"],
        "server error before accept": ["SERVER_ERROR", "DELIVERED"],
        "server error after accept": ["SERVER_ERROR", "DUPLICATE_MESSAGE"],
        "too many requests": ["nothing readable", "DELIVERED"],
        "always failing": ["SERVER_ERROR", "SERVER_ERROR"],
        "malformed answer": ["nothing readable", "DUPLICATE_MESSAGE"],
        "slow": ["nothing readable", "DUPLICATE_MESSAGE"],
        "print fails": ["DELIVERED", "DUPLICATE_MESSAGE"],
    }
    assert [hand_over(), hand_over()] == expected[behaviour]


def test_a_failed_print_is_in_the_feed(digipost: DigipostSimulator, pdfs: Mapping[str, bytes], clock: Clock) -> None:
    order = Order(to=born(1910), paper=True, unread=(clock() - dt.timedelta(days=1)).isoformat())
    send(digipost, order, pdfs["letter"])
    assert feed(digipost) == ["PRINT_FAILED"]


def test_a_known_stranger_is_identified_and_printed_for(digipost: DigipostSimulator, pdfs: Mapping[str, bytes]) -> None:
    asked = (
        f'<identification xmlns="{V8[1:-1]}"><personal-identification-number>{born(1980, 239)}'
        "</personal-identification-number></identification>"
    ).encode()
    headers = signed(digipost, "POST", "/identification", asked, at=digipost.clock())
    answer = HTTP.post(f"{digipost.url}/identification", content=asked, headers={**headers, "Content-Type": SINGLE})
    assert said(answer, "result") == "IDENTIFIED"
    delivery = send(digipost, Order(to=born(1980, 239), paper=True), pdfs["letter"])
    assert (said(delivery, "delivery-method"), said(delivery, "status")) == ("PRINT", "DELIVERED_TO_PRINT")
