"""The house format of a print job and of its acknowledgement; pure. docs/channels/print_house.md describes it."""

import datetime as dt
import hashlib
import json
import re
from collections.abc import Mapping
from typing import cast
from zoneinfo import ZoneInfo

from vaxel_channels.contract import Order, Report
from vaxel_channels.print_house.settings import PrintHouseSettings
from vaxel_channels.wording import quoted
from vaxel_engine.model import PostalAddress
from vaxel_ledger.states import Status

JOB_FORMAT = "vaxel-print-job/1"
ACKNOWLEDGEMENT_FORMAT = "vaxel-print-acknowledgement/1"
ACKNOWLEDGEMENTS = "acknowledgements"
"""The folder inside the drop folder where the print house answers."""

RETURNED_FORMAT = "vaxel-returned-mail/1"
RETURNED = "returned"
"""The folder inside the drop folder where the print house says which letters came back."""

RETURN_REASONS: Mapping[str, str] = {
    "unknown address": "the address is not known",
    "moved": "the recipient has moved",
    "refused": "the recipient refused it",
    "not collected": "nobody collected it",
}
"""Why a letter came back, in the house format's words; another word is kept and told as it is."""

STATUSES: Mapping[str, Status] = {"accepted": Status.DELIVERED, "refused": Status.FAILED}
"""The print house's two answers."""

_DAY_OF = ZoneInfo("Europe/Stockholm")
"""Whose day it is on which letters lie in one envelope; the Nordic days differ by an hour at most."""
_SORTED_BY_POST_CODE = frozenset({"DK", "FI", "IS", "NO", "SE"})
_RETURN_NAME = re.compile(r"([0-9a-f]{64})\.returned\.json")
_ANSWER_NAME = re.compile(r"([0-9a-f]{64})\.(accepted|refused)\.json")


def is_postal(address: PostalAddress | None) -> bool:
    """Whether a letter can be carried there: a line, a town and, in the Nordic countries, a post code to sort by."""
    if address is None or address.city is None:
        return False
    lined = any((address.line_1, address.line_2, address.line_3))
    return lined and (address.post_code is not None or address.country_code not in _SORTED_BY_POST_CODE)


def one_line(address: PostalAddress) -> str:
    """The address on one line, for the ledger."""
    place = " ".join(part for part in (address.post_code, address.city) if part)
    parts = (address.line_1, address.line_2, address.line_3, place, address.country_code)
    return ", ".join(part for part in parts if part)


def grams(sheets: int, settings: PrintHouseSettings) -> int:
    """What a letter of so many sheets weighs in its envelope: A4 is a sixteenth of a square metre (ISO 216)."""
    return -(-sheets * settings.paper_gsm // 16) + settings.envelope_grams


def weight_class(weight: int, settings: PrintHouseSettings) -> int | None:
    """The step of postage that a weight falls under, in grams; None beyond the last."""
    return next((step for step in settings.weight_steps if weight <= step), None)


def together(order: Order, address: PostalAddress, settings: PrintHouseSettings) -> str:
    """What jobs have in common that may lie in one envelope: sender, recipient, place, day, and how they are printed.

    Without `co_envelope`, of the sender's rules or else of the settings, the job's own key: it stands alone.
    """
    if not (settings.co_envelope if order.co_envelope is None else order.co_envelope):
        return order.key
    name = order.document.recipient.name
    place, day = one_line(address), order.at.astimezone(_DAY_OF).date().isoformat()
    told = [order.document.sender, name, place, day, settings.envelope, settings.postage_class]
    return hashlib.sha256("\n".join(told).casefold().encode()).hexdigest()


def manifest(order: Order, address: PostalAddress, pdf: bytes, *, pages: int, settings: PrintHouseSettings) -> str:
    """The manifest of one job: the same order gives the same text."""
    sheets = (pages + 1) // 2 if settings.duplex else pages
    weight = grams(sheets, settings)
    post_code = "".join((address.post_code or "").split())
    value = {
        "format": JOB_FORMAT,
        "job": order.key,
        "file": pdf_name(order.key),
        "sha256": hashlib.sha256(pdf).hexdigest(),
        "bytes": len(pdf),
        "pages": pages,
        "sheets": sheets,
        "grams": weight,
        "weight_class": weight_class(weight, settings),
        "together": together(order, address, settings),
        "sort": f"{address.country_code}-{post_code}",
        "duplex": settings.duplex,
        "colour": settings.colour,
        "paper": "A4",
        "envelope": settings.envelope,
        "window": settings.window,
        "postage_class": settings.postage_class,
        "post_code": post_code,
        "country": address.country_code,
        "sender": order.document.sender,
        "kind": order.document.kind.value,
        "prepared_at": order.at.isoformat(),
        "test": settings.test,
    }
    return json.dumps(value, ensure_ascii=False, sort_keys=True, indent=1) + "\n"


def pdf_name(key: str) -> str:
    """The file that is printed."""
    return f"{key}.pdf"


def manifest_name(key: str) -> str:
    """The file whose appearance is the hand-over."""
    return f"{key}.json"


def is_return(name: str) -> bool:
    """Whether a file of this name tells of a letter that came back."""
    return _RETURN_NAME.fullmatch(name) is not None


def read_return(name: str, body: bytes) -> Report:
    """The report in a returned-mail file.

    Raises:
        ValueError: it tells of no letter, or of another than its name; the text holds nothing of it.
    """
    found, told = _RETURN_NAME.fullmatch(name), _object(body)
    if found is None or told.get("format") != RETURNED_FORMAT or told.get("job") != found[1]:
        raise ValueError(f"does not tell in {RETURNED_FORMAT} of the letter that the name of the file says")
    word = str(told.get("reason") or "")
    return Report(
        provider="print",
        receipt_id=f"{found[1]}:returned",
        status=Status.FAILED,
        key=found[1],
        at=_moment(told.get("at")),
        reason=f"The letter came back: {RETURN_REASONS.get(word) or quoted(word)}.",
        raw=body,
    )


def answer_names(key: str) -> list[str]:
    """The acknowledgements that one job can get."""
    return [f"{key}.{word}.json" for word in STATUSES]


def key_of(name: str) -> str | None:
    """The job that an acknowledgement of this file name answers, None for any other file."""
    found = _ANSWER_NAME.fullmatch(name)
    return found[1] if found else None


def read_acknowledgement(name: str, body: bytes) -> Report:
    """The report in an acknowledgement file.

    Raises:
        ValueError: it is not an acknowledgement of the job that its name names; the text holds nothing of it.
    """
    found, told = _ANSWER_NAME.fullmatch(name), _object(body)
    if found is None:
        raise ValueError("is not an acknowledgement")
    key, word = found[1], found[2]
    if told.get("format") != ACKNOWLEDGEMENT_FORMAT or told.get("job") != key:
        raise ValueError(f"does not answer in {ACKNOWLEDGEMENT_FORMAT} as the name of the file says")
    reason = None
    if STATUSES[word] is Status.FAILED:
        reason = f"The print house refused it: {quoted(str(told.get('reason') or ''))}."
    return Report(
        provider="print",
        receipt_id=f"{key}:{word}",
        status=STATUSES[word],
        key=key,
        at=_moment(told.get("at")),
        reason=reason,
        raw=body,
    )


def _moment(value: object) -> dt.datetime | None:
    try:
        moment = dt.datetime.fromisoformat(value) if isinstance(value, str) else None
    except ValueError:
        return None
    return moment if moment is not None and moment.utcoffset() is not None else None


def _object(body: bytes) -> dict[str, object]:
    try:
        value: object = json.loads(body)
    except ValueError:
        raise ValueError("is not JSON") from None
    if not isinstance(value, dict):
        raise ValueError("is not a JSON object")
    return cast("dict[str, object]", value)
