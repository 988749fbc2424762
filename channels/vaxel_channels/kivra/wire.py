"""Kivra's words and ours: a document becomes a content, an answer becomes a receipt or an error; pure."""

import base64
import json
from collections.abc import Mapping
from enum import StrEnum
from typing import NamedTuple, cast

from pydantic_core import to_json

from vaxel_channels.contract import Order, Receipt
from vaxel_channels.exchange import Answer
from vaxel_channels.kivra.payment import payment_options
from vaxel_channels.wording import quoted
from vaxel_engine.artifact import ArtifactKind
from vaxel_engine.model import Document, DocumentKind, Recipient
from vaxel_ledger.states import Status

SUBJECT_VISIBLE = 35
"""Characters of a subject that every screen shows ("up to 30-35", schema Content_user_v2, read 2026-11-22)."""


class Register(StrEnum):
    """Which of Kivra's registers knows the recipient; the value is the member of a content that names them."""

    PEOPLE = "ssn"
    COMPANIES = "vat_number"


class Address(NamedTuple):
    """A recipient in Kivra's form."""

    register: Register
    value: str


class Verdict(StrEnum):
    """What an answer that is not a success means to us."""

    REFUSED = "refused"
    """This document or this recipient: final."""
    NOT_LET_IN = "not let in"
    """Our credentials or rights: nothing was taken, and every document would meet the same."""
    COME_AGAIN = "come again"
    FAULT = "fault"
    """A server of Kivra's or a gateway in front of it failed; whether anything was taken is not said."""
    CONFLICT = "conflict"
    """Something of the kind is there already: a person must look."""
    UNKNOWN = "unknown"
    """No documented answer at all."""


VERDICTS: Mapping[int, Verdict] = {
    400: Verdict.REFUSED,
    40003: Verdict.NOT_LET_IN,
    40015: Verdict.NOT_LET_IN,
    40036: Verdict.CONFLICT,
    401: Verdict.NOT_LET_IN,
    402: Verdict.REFUSED,
    403: Verdict.NOT_LET_IN,
    404: Verdict.REFUSED,
    405: Verdict.REFUSED,
    408: Verdict.COME_AGAIN,
    409: Verdict.CONFLICT,
    413: Verdict.REFUSED,
    415: Verdict.REFUSED,
    422: Verdict.REFUSED,
    425: Verdict.COME_AGAIN,
    429: Verdict.COME_AGAIN,
    499: Verdict.COME_AGAIN,
    5: Verdict.FAULT,
}
"""Kivra's error codes (kivra-api-errors, read 2026-11-22): the code itself, else its first three digits, else one."""


def address_of(recipient: Recipient) -> Address | None:
    """How Kivra names this recipient: a Swedish person's number, else a company's VAT number, else not at all."""
    if recipient.national_id is not None and recipient.national_id.country_code == "SE":
        return Address(Register.PEOPLE, recipient.national_id.value)
    if recipient.organisation_number is not None and len(recipient.organisation_number) == 10:  # nine are Norwegian
        return Address(Register.COMPANIES, f"SE{recipient.organisation_number}01")  # pattern of schema VatNumber
    return None


def subject(document: Document, card: bytes) -> str:
    """What stands in the inbox: the card's title and the invoice's number, no longer than every screen shows."""
    number = document.invoice.number if document.invoice is not None else ""
    return _cut_at_a_word(f"{_object(card).get('title') or ''} {number}".strip(), SUBJECT_VISIBLE)


def content(order: Order, to: Address, *, with_page: bool = True) -> bytes:
    """The request body of a content: the same order gives the same bytes, since repeats are recognised by them.

    The page goes `with_page` beside the PDF, which it never replaces: to people alone, since the content of a company
    has no such member, and not beside a finished PDF, of which it says nothing. `generated_at` is the day of the order
    in the order's own time zone.
    """
    payment = payment_options(order.document)
    title = subject(order.document, order.artifacts[ArtifactKind.CARD].body)
    value: dict[str, object] = {
        to.register.value: to.value,
        "subject": title,
        "type": content_type(order.document.kind, to.register, payable=payment is not None),
        "generated_at": order.at.date().isoformat(),
        "parts": [_part(order, title, with_page=with_page and to.register is Register.PEOPLE)],
    }
    if payment is not None:
        value["payment_multiple_options"] = payment
    return to_json(value)


def _part(order: Order, title: str, *, with_page: bool) -> dict[str, object]:
    """The PDF, and the page as its `responsive_part` (schema Content_part, read 2026-11-22)."""
    name = title.rstrip("…").replace("/", "-")
    part: dict[str, object] = {"name": f"{name}.pdf", "content_type": "application/pdf"}
    part["data"] = base64.b64encode(order.artifacts[ArtifactKind.MAILBOX_PDF].body).decode("ascii")
    if with_page and order.document.kind is not DocumentKind.FINISHED_PDF:
        page = base64.b64encode(order.artifacts[ArtifactKind.MAILBOX_HTML].body).decode("ascii")
        part["responsive_part"] = {"name": f"{name}.html", "content_type": "text/html", "data": page}
    return part


def content_type(kind: DocumentKind, register: Register, *, payable: bool) -> str:
    """Kivra's type for a kind of document (schemas Content_user_v2 and Content_company, read 2026-11-22).

    Every `invoice…` type demands payment options, so what cannot be paid in Kivra goes as `letter`, "the default type
    for all non-payable content". Companies have no `invoice.reminder`. `invoice.paymentnotice` is for membership
    organisations and must be payable, whereas a direct debit is drawn: paid in Kivra too, it would be paid twice.
    """
    match kind:
        case DocumentKind.CREDIT_NOTE:
            return "letter.creditnotice"
        case DocumentKind.REMINDER if payable and register is Register.PEOPLE:
            return "invoice.reminder"
        case DocumentKind.INVOICE | DocumentKind.REMINDER if payable:
            return "invoice"
        case _:
            return "letter"


def match_request(ids: list[str]) -> bytes:
    """The request body of a match."""
    return json.dumps({"list": ids}, separators=(",", ":")).encode()


def matched(answer: Answer) -> frozenset[str] | None:
    """The identifiers that a match found, None when the answer is not a match at all."""
    listed = _object(answer.body).get("list") if answer.status == 200 else None
    if not isinstance(listed, list):
        return None
    items = cast("list[object]", listed)
    return (
        frozenset(item for item in items if isinstance(item, str)) if all(isinstance(i, str) for i in items) else None
    )


def receipt(answer: Answer) -> Receipt | None:
    """The receipt in an answer to a content, None when it is not the documented success (201 with a content key).

    201 is the strongest confirmation that Kivra documents: there is no status to ask for afterwards. `kivra-retained`
    says that the content is parked because the recipient is not a user yet.
    """
    key = answer.headers.get("kivra-objkey")
    if answer.status != 201 or not key:
        return None
    status = Status.HANDED_OVER if "kivra-retained" in answer.headers else Status.DELIVERED
    return Receipt(status=status, reference=key, raw=answer.body)


def error_code(answer: Answer) -> int | None:
    """The five-digit code of an error answer, None when it is not one of Kivra's."""
    code = _object(answer.body).get("code")
    return code if isinstance(code, int) and code // 100 == answer.status else None


def verdict(answer: Answer) -> Verdict:
    """What an answer that is not a success means."""
    code = error_code(answer)
    if code is None:
        if answer.status < 400:
            return Verdict.UNKNOWN
        # No error of Kivra's: a gateway speaks, and it is believed only where the status alone says enough.
        code = answer.status * 100 if answer.status in (401, 408, 413, 425, 429) else 50000
    for known in (code, code // 100, code // 10_000):
        if known in VERDICTS:
            return VERDICTS[known]
    return Verdict.UNKNOWN


def in_their_words(answer: Answer, *, hide: str = "") -> str:
    """Kivra's own words, without anything that names a person."""
    error = _object(answer.body)
    code = error_code(answer)
    if code is None:
        return answer.outline
    words = ": ".join(str(error[part]) for part in ("short_message", "long_message") if error.get(part))
    return f"code {code}, {quoted(words, hide=(hide,))}"


def token(answer: Answer) -> tuple[str, float] | None:
    """The access token and the seconds it lives, None when the answer holds none."""
    granted = _object(answer.body)
    value, lives = granted.get("access_token"), granted.get("expires_in")
    if answer.status != 200 or not isinstance(value, str) or not isinstance(lives, int):
        return None
    return value, float(lives)


def _cut_at_a_word(text: str, length: int) -> str:
    if len(text) <= length:
        return text
    shortened = text[: length - 1]
    head, space, _ = shortened.rpartition(" ")
    return (head if space and len(head) > length // 2 else shortened).rstrip(" ,.:;-") + "…"


def _object(body: bytes) -> dict[str, object]:
    try:
        value = json.loads(body)
    except ValueError:
        return {}
    return cast("dict[str, object]", value) if isinstance(value, dict) else {}
