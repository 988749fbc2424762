"""What Kivra refuses in a content payload, in the order in which this simulator looks (the order is assumed).

Codes and rules: Kivra's OpenAPI description and error list of 2026-03-06. Pure but for opening the PDF parts.
"""

import base64
import binascii
import datetime as dt
import json
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from functools import cache
from typing import Any

from jsonschema import Draft202012Validator

from vaxel_simulators.pdf import NotAPdf, PdfFacts
from vaxel_simulators.tables import rows_of, text_of

RETAINABLE = frozenset({"letter.creditnotice", "letter.salary", "letter.signed", "salaryslip", "invite.sign"})
SMALLEST_AMOUNT = Decimal(1)
REGISTERED_DAYS = 30


class KivraRefusal(Exception):
    """A documented error code; the first three digits are the HTTP status."""

    def __init__(self, code: int, detail: str = "") -> None:
        self.code = code
        self.detail = detail
        super().__init__(f"{code} {detail}")

    @property
    def status(self) -> int:
        """The HTTP status."""
        return self.code // 100

    def body(self) -> dict[str, object]:
        """The JSON body of the answer."""
        short, long = _words().get(self.code, ("Refused", "Refused."))
        return {"code": self.code, "short_message": short, "long_message": f"{long} {self.detail}".strip()}


@cache
def _words() -> dict[int, tuple[str, str]]:
    return {int(row["code"]): (row["short"], row["long"]) for row in rows_of("kivra", "errors.csv")}


@dataclass(frozen=True, slots=True)
class Part:
    """One file of a content as the recipient can open it."""

    name: str
    content_type: str
    body: bytes = field(repr=False)
    html: bytes | None = field(default=None, repr=False)


@dataclass(frozen=True, slots=True)
class Content:
    """A payload that passed every rule."""

    recipient: str = field(repr=False)
    kind: str
    subject: str = field(repr=False)
    parts: tuple[Part, ...]
    payload: Mapping[str, Any] = field(repr=False)
    """The fields as they came, without the files."""


@cache
def _schema(name: str) -> Draft202012Validator:
    whole: dict[str, Any] = json.loads(text_of("kivra", "content.schema.json"))
    return Draft202012Validator({**whole, "$ref": f"#/$defs/{name}"})


def json_object(body: bytes) -> dict[str, Any]:
    """The body as a JSON object.

    Raises:
        KivraRefusal: 40008 not JSON, 40026 not an object.
    """
    try:
        payload: Any = json.loads(body)
    except (ValueError, RecursionError) as error:
        raise KivraRefusal(40008) from error
    if not isinstance(payload, dict):
        raise KivraRefusal(40026)
    return {str(name): value for name, value in payload.items()}  # pyright: ignore[reportUnknownVariableType, reportUnknownArgumentType] - JSON


def check_schema(name: str, payload: Mapping[str, Any], *, refuse_unknown: bool) -> None:
    """Compare with the schema of this name.

    Raises:
        KivraRefusal: 40059 with the place, never the value.
    """
    for error in _schema(name).iter_errors(payload):  # pyright: ignore[reportUnknownMemberType] - jsonschema's stub
        if error.validator == "additionalProperties" and not refuse_unknown:
            continue
        raise KivraRefusal(40059, f"At {error.json_path}: {error.validator}.")


def luhn(digits: str) -> bool:
    """Whether the last digit is the modulo-10 check digit of the ones before."""
    total = 0
    for position, digit in enumerate(reversed(digits)):
        value = int(digit) * (1 + position % 2)
        total += value - 9 if value > 9 else value
    return total % 10 == 0


def check_ssn(ssn: str) -> None:
    """Twelve digits, a date (day + 60 for co-ordination numbers, assumed) and a check digit.

    Raises:
        KivraRefusal: 40009.
    """
    if not re.fullmatch("[0-9]{12}", ssn):
        raise KivraRefusal(40009)
    day = int(ssn[6:8])
    try:
        dt.date(int(ssn[:4]), int(ssn[4:6]), day - 60 if day > 60 else day)
    except ValueError as error:
        raise KivraRefusal(40009) from error
    if not luhn(ssn[2:]):
        raise KivraRefusal(40009)


def check_vat_number(number: str) -> None:
    """`SE`, an organisation number with its check digit, `01`.

    Raises:
        KivraRefusal: 40018 (that code for content is assumed).
    """
    if not re.fullmatch("SE[0-9]{10}01", number) or not luhn(number[2:12]):
        raise KivraRefusal(40018)


def read_content(
    payload: Mapping[str, Any],
    *,
    now: dt.datetime,
    inspect: Callable[[bytes], PdfFacts],
    swish_aliases: Sequence[str],
    refuse_unknown: bool,
) -> Content:
    """Check a payload for a person or a company against every documented rule.

    Raises:
        KivraRefusal: the first rule it breaks.
    """
    company = "vat_number" in payload
    if not company and "ssn" not in payload and "email" not in payload:
        raise KivraRefusal(40024)
    _check_type(payload, company=company)
    check_schema("company" if company else "user", payload, refuse_unknown=refuse_unknown)
    if company:
        check_vat_number(payload["vat_number"])
    elif "ssn" in payload:
        check_ssn(payload["ssn"])
    kind = str(payload.get("type", "invoice" if "payment_multiple_options" in payload else "letter"))
    if payload.get("retain") and kind not in RETAINABLE:
        raise KivraRefusal(42221)
    _check_dates(payload, kind, now)
    if "payment_multiple_options" in payload:
        check_payment(payload["payment_multiple_options"], kind, swish_aliases)
    parts = tuple(_read_part(part, inspect) for part in payload.get("parts", []))
    recipient = str(payload.get("vat_number") or payload.get("ssn") or payload.get("email"))
    rest = {name: value for name, value in payload.items() if name != "parts"}
    return Content(recipient, kind, str(payload.get("subject", "")), parts, rest)


def _check_type(payload: Mapping[str, Any], *, company: bool) -> None:
    kind = payload.get("type")
    if isinstance(kind, str) and kind not in _types("company" if company else "user"):
        raise KivraRefusal(40012)


@cache
def _types(name: str) -> frozenset[str]:
    return frozenset(json.loads(text_of("kivra", "content.schema.json"))["$defs"][name]["properties"]["type"]["enum"])


def check_payment(payment: Mapping[str, Any], kind: str, swish_aliases: Sequence[str]) -> None:
    """Accounts, amounts, references and the differences between options.

    Raises:
        KivraRefusal: 40012, 40021, 40042, 40044, 40059 or 42220.
    """
    if not kind.startswith("invoice"):
        raise KivraRefusal(40012, "Payment options need an invoice type.")
    if not re.fullmatch(
        r"[0-9]{3,4}-?[0-9]{4}" if payment["method"] == "1" else r"[0-9]{1,7}-?[0-9]", payment["account"]
    ):
        raise KivraRefusal(40021)
    alias = payment.get("swish_alias")
    if alias is not None and alias != "disable" and alias not in swish_aliases:
        raise KivraRefusal(42220)
    seen: set[tuple[Decimal, str]] = set()
    for option in payment["options"]:
        amount = Decimal(option["amount"])
        if amount < SMALLEST_AMOUNT:
            raise KivraRefusal(40042)
        _check_reference(option)
        _date(option["due_date"])
        if (amount, option["reference"]) in seen:
            raise KivraRefusal(40059, "Two options have the same amount and reference.")
        seen.add((amount, option["reference"]))
    flexible = payment.get("flexible_option")
    if flexible is not None:
        _check_reference(flexible)
        _date(flexible["due_date"])
        limits = [Decimal(flexible[name]) for name in _LIMITS if name in flexible]
        if limits != sorted(limits):
            raise KivraRefusal(40042, "The limits of the flexible option are not in order.")


_LIMITS = ("min_limit", "min_suggested", "max_suggested", "max_limit")


def _check_reference(option: Mapping[str, Any]) -> None:
    reference = option["reference"]
    if option["type"] == "SE_OCR" and not (re.fullmatch("[0-9]{2,25}", reference) and luhn(reference)):
        raise KivraRefusal(40044)


def _date(text: str) -> dt.datetime:
    try:
        moment = dt.datetime.fromisoformat(text)
    except ValueError as error:
        raise KivraRefusal(40059, "A date does not exist.") from error
    return moment if moment.tzinfo else moment.replace(tzinfo=dt.UTC)


def _check_dates(payload: Mapping[str, Any], kind: str, now: dt.datetime) -> None:
    if "generated_at" in payload:
        _date(payload["generated_at"])
    booking = payload.get("booking")
    if booking is not None:
        start = _date(booking["start_time"])
        if start <= now:
            raise KivraRefusal(40059, "The booking starts in the past.")
        if "end_time" in booking and _date(booking["end_time"]) <= start:
            raise KivraRefusal(40059, "The booking ends before it starts.")
    registered = payload.get("registered")
    if registered is not None and _date(registered["expires_at"]).date() > (now + dt.timedelta(REGISTERED_DAYS)).date():
        raise KivraRefusal(40059, "A registered letter expires within 30 days.")
    if kind == "registered.letter" and "ssn" not in payload:
        raise KivraRefusal(40059, "A registered letter goes to an ssn.")


def _decode(text: str) -> bytes:
    try:
        return base64.b64decode(text, validate=True)
    except binascii.Error as error:
        raise KivraRefusal(40019, "The data is not base64.") from error


def _read_part(part: Mapping[str, Any], inspect: Callable[[bytes], PdfFacts]) -> Part:
    if part["content_type"] != "application/pdf":
        raise KivraRefusal(40028)
    body = _decode(part["data"])
    try:
        facts = inspect(body)
    except NotAPdf as error:
        raise KivraRefusal(40019, "The PDF cannot be opened.") from error
    if facts.encrypted or not facts.pages:
        raise KivraRefusal(40019, "The PDF is encrypted or has no pages.")
    responsive = part.get("responsive_part")
    if responsive is None:
        return Part(part["name"], part["content_type"], body)
    if responsive["content_type"] != "text/html":
        raise KivraRefusal(40028)
    html = _decode(responsive["data"])
    for what in forbidden_in_html(html):
        raise KivraRefusal(40019, f"The HTML holds {what}.")
    return Part(part["name"], part["content_type"], body, html)


_FORBIDDEN = {
    "a script": rb"<\s*script\b|\bjavascript:|<[^>]+\son[a-z]+\s*=",
    "an outside resource": rb"<[^>]+\b(?:src|srcset|poster)\s*=\s*[\"']?\s*(?:https?:)?//",
    "an outside style": rb"<\s*link\b|@import|url\(\s*[\"']?(?:https?:)?//",
    "a frame or object": rb"<\s*(?:i?frame|object|embed)\b",
}


def forbidden_in_html(html: bytes) -> Iterator[str]:
    """What is in a responsive part that must be self-contained and without JavaScript."""
    for what, pattern in _FORBIDDEN.items():
        if re.search(pattern, html, re.IGNORECASE):
            yield what
