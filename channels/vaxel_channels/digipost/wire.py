"""Digipost's words and ours: an answer becomes a receipt, a reach, a verdict or reports; pure."""

import csv
import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from importlib import resources
from typing import TYPE_CHECKING

from lxml import etree

from vaxel_channels.contract import Reach, Receipt, Report
from vaxel_channels.exchange import Answer
from vaxel_channels.wording import quoted
from vaxel_ledger.states import Status

if TYPE_CHECKING:
    from lxml.etree import _Element as Element  # pyright: ignore[reportPrivateUsage] - lxml's stubs name it so

_V8 = "{http://api.digipost.no/schema/v8}"

STATUSES: Mapping[str, Status] = {
    "NOT_COMPLETE": Status.HANDED_OVER,
    "COMPLETE": Status.HANDED_OVER,
    "DELIVERED": Status.DELIVERED,
    "DELIVERED_TO_PRINT": Status.HANDED_OVER,  # POSTMARKED confirms more, and PRINT_FAILED may still come
}
"""`message-status` of schema v8 (read 2026-11-22)."""

EVENTS: Mapping[str, tuple[Status, str]] = {
    "OPENED": (Status.READ, "The recipient opened it in Digipost."),
    "POSTMARKED": (Status.DELIVERED, "Digipost's print service posted it."),
    "PEPPOL_DELIVERED": (Status.DELIVERED, "Digipost delivered it over Peppol."),
    "PRINT_FAILED": (Status.FAILED, "Digipost's print service could not print it."),
    "SHREDDED": (Status.FAILED, "The letter could not be delivered and was shredded."),
    "PEPPOL_FAILED": (Status.FAILED, "Digipost could not deliver it over Peppol."),
    "EMAIL_MESSAGE_FAILED": (Status.FAILED, "Digipost's e-mail with it could not be delivered."),
    "EMAIL_MESSAGE_SENT": (Status.HANDED_OVER, "Digipost handed it over as e-mail."),
    "EMAIL_NOTIFICATION_FAILED": (Status.HANDED_OVER, "The e-mail that tells of it failed; it lies in the mailbox."),
    "SMS_NOTIFICATION_FAILED": (Status.HANDED_OVER, "The SMS that tells of it failed; it lies in the mailbox."),
    "MOVE_FILES_FROM_PUBLIC_SECTOR": (Status.HANDED_OVER, "The recipient moved it to another mailbox."),
    "SHARE_DOCUMENTS_REQUEST_DOCUMENTS_SHARED": (Status.HANDED_OVER, "The recipient shared documents."),
    "SHARE_DOCUMENTS_REQUEST_SHARING_WITHDRAWN": (Status.HANDED_OVER, "The recipient stopped sharing documents."),
}
"""`event-type` of schema v8 (read 2026-11-22)."""


class Verdict(StrEnum):
    """What an answer that is not a success means to us; the words of errors.csv."""

    REFUSED = "refused"
    NOT_LET_IN = "not let in"
    """Our key, rights or clock: nothing was taken, and every message would meet the same."""
    THERE_ALREADY = "there already"
    """The key was recognised: what became of it is asked for."""
    COME_AGAIN = "come again"
    FAULT = "fault"
    """A server failed; a repeat is harmless, since the message's id is recognised."""
    UNKNOWN = "unknown"


BY_STATUS: Mapping[int, Verdict] = {
    401: Verdict.NOT_LET_IN,
    403: Verdict.NOT_LET_IN,
    408: Verdict.COME_AGAIN,
    429: Verdict.COME_AGAIN,
}
"""What is believed of an answer that nobody signed; a 5xx is a fault and all else unknown."""


@dataclass(frozen=True, slots=True)
class EntryPoint:
    """What `GET /` answers: where things are, and the certificate that vouches for answers."""

    certificate: str
    links: Mapping[str, str]


def entry_point(answer: Answer) -> EntryPoint | None:
    """The entry point in an answer, None when it holds none."""
    root = _xml(answer)
    if answer.status != 200 or root is None or root.tag != f"{_V8}entrypoint":
        return None
    links = {link.get("rel", ""): link.get("uri", "") for link in root.iter(f"{_V8}link")}
    return EntryPoint(root.findtext(f"{_V8}certificate") or "", links)


def reach(answer: Answer, *, by_name: bool = False) -> Reach:
    """What an identification says; anything but a clear answer is no answer, and buys no postage.

    That a name and an address fit several is a clear answer: nobody can be meant by it.
    """
    root = _xml(answer)
    if answer.status != 200 or root is None or root.tag != f"{_V8}identification-result":
        return Reach.UNKNOWN
    match root.findtext(f"{_V8}result"):
        case "DIGIPOST":
            return Reach.HIT
        case "IDENTIFIED" | "INVALID":
            return Reach.CONFIRMED_MISS
        case "UNIDENTIFIED" if root.findtext(f"{_V8}unidentified-reason") == "NOT_FOUND":
            return Reach.CONFIRMED_MISS
        case "UNIDENTIFIED" if by_name and root.findtext(f"{_V8}unidentified-reason") == "MULTIPLE_MATCHES":
            return Reach.CONFIRMED_MISS
        case _:
            return Reach.UNKNOWN


def receipt(answer: Answer, reference: str) -> Receipt | None:
    """The receipt in an answer to a message, None when it is not the documented success; `reference` is the document's.

    A status that schema v8 does not have is a hand-over: the message has an answer of its own.
    """
    root = _xml(answer)
    if answer.status // 100 != 2 or root is None or root.tag != f"{_V8}message-delivery":
        return None
    status = STATUSES.get(root.findtext(f"{_V8}status") or "", Status.HANDED_OVER)
    return Receipt(status=status, reference=reference, raw=answer.body)


def document_status(answer: Answer, reference: str) -> Receipt | None:
    """The receipt in an answer to "what became of it", None when it is no such answer."""
    root = _xml(answer)
    if answer.status != 200 or root is None or root.tag != f"{_V8}document-status":
        return None
    printed = root.get("channel") == "PRINT"
    delivered = root.get("status") == "DELIVERED" and not printed
    status = Status.READ if root.get("read") == "Y" else Status.DELIVERED if delivered else Status.HANDED_OVER
    return Receipt(status=status, reference=reference, raw=answer.body)


def error_code(answer: Answer) -> str:
    """The code of an error answer, empty when it is none of Digipost's."""
    root = _xml(answer)
    return (root.findtext(f"{_V8}error-code") or "") if root is not None and root.tag == f"{_V8}error" else ""


def verdict(answer: Answer, *, signed: bool) -> Verdict:
    """What an answer that is not a success means; only what Digipost signed can refuse a document."""
    if signed and (code := error_code(answer)):
        return _codes().get(code, Verdict.FAULT if answer.status >= 500 else Verdict.UNKNOWN)
    return BY_STATUS.get(answer.status, Verdict.FAULT if answer.status >= 500 else Verdict.UNKNOWN)


def in_their_words(answer: Answer, *, hide: str = "") -> str:
    """Digipost's own words, without anything that names a person."""
    code = error_code(answer)
    if not code:
        return answer.outline
    root = _xml(answer)
    words = (root.findtext(f"{_V8}error-message") or "") if root is not None else ""
    return f"{code[:60]}, {quoted(words, hide=hide.splitlines())}"


def events(answer: Answer) -> list[Report] | None:
    """The reports in a page of document events, None when it is no such page."""
    root = _xml(answer)
    if answer.status != 200 or root is None or root.tag != f"{_V8}document-events":
        return None
    return [_report(event) for event in root.iter(f"{_V8}event")]


def _report(event: "Element") -> Report:
    kind, document, created = event.get("type", ""), event.get("uuid", ""), event.get("created", "")
    status, words = EVENTS.get(kind, (Status.OUTCOME_UNKNOWN, "Digipost reported an event that its schema has not."))
    metadata = event.find(f"{_V8}metadata")
    code = metadata.get("error-code") if metadata is not None else None
    return Report(
        provider="digipost",
        receipt_id=f"{document}:{kind}:{created}"[:120],
        status=status,
        reference=document,
        at=_moment(created),
        reason=f"{words[:-1]} ({quoted(code)})." if code else words,
        raw=etree.tostring(event),
    )


def _moment(text: str) -> dt.datetime | None:
    try:
        moment = dt.datetime.fromisoformat(text)
    except ValueError:
        return None
    return moment if moment.utcoffset() is not None else None


def _xml(answer: Answer) -> "Element | None":
    try:
        parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False)
        root = etree.fromstring(answer.body, parser)
    except (etree.XMLSyntaxError, ValueError):
        return None
    return root if root.getroottree().docinfo.internalDTD is None else None


@cache
def _codes() -> Mapping[str, Verdict]:
    lines = resources.files("vaxel_channels.digipost").joinpath("errors.csv").read_text(encoding="utf-8").splitlines()
    rows = csv.DictReader(line for line in lines if not line.startswith("#"))
    return {row["code"]: Verdict(row["verdict"]) for row in rows}
