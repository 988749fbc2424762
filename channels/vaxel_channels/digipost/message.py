"""A document becomes a Digipost message: XML of schema v8 and its files, in one frozen multipart body; pure."""

import datetime as dt
import uuid
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import PurePath
from zoneinfo import ZoneInfo

from vaxel_channels.contract import Order
from vaxel_channels.digipost.addressing import CITY, LINE, NAME, POST_CODE, Addressee, one_line
from vaxel_channels.digipost.settings import DigipostSettings
from vaxel_engine.identifiers.accounts import normal_iban, normal_norwegian_account
from vaxel_engine.identifiers.kid import is_kid, normal_kid
from vaxel_engine.model import Document, DocumentKind, Invoice, PostalAddress, Recipient

SUBJECT_CAP = 255
"""Characters (schema v8, `document/subject`)."""
MOST_ATTACHMENTS = 201
"""Schema v8, `message/attachment`."""

SINGLE = "application/vnd.digipost-v8+xml"
MULTIPART = "multipart/vnd.digipost-v8+xml"
_NAMESPACE = "http://api.digipost.no/schema/v8"
_DATA_TYPES = "http://api.digipost.no/schema/datatypes"
_OSLO = ZoneInfo("Europe/Oslo")


@dataclass(frozen=True, slots=True)
class File:
    """One file of a message, under the UUID that its part carries as file name."""

    uuid: str
    subject: str
    file_type: str
    body: bytes = field(repr=False)


def document_uuid(key: str, number: int = 0) -> str:
    """The UUID of a message's document: the same for every retry; 0 is the primary document."""
    return str(uuid.uuid5(uuid.NAMESPACE_OID, f"{key}:{number}"))


def boundary(key: str) -> str:
    """What parts the message; made of the key, so that a retry is byte for byte the same."""
    return f"vaxel-{key[:40]}"


def attached_files(document: Document, key: str) -> list[File]:
    """The files that travel inside the invoice (BT-125), each as an attachment of the message."""
    if document.invoice is None:
        return []
    found = [one for one in document.invoice.supporting_documents if one.attached is not None]
    return [
        File(
            document_uuid(key, number),
            (one.description or one.attached.filename)[:SUBJECT_CAP],
            PurePath(one.attached.filename).suffix.lstrip(".").lower() or one.attached.mime_code.rpartition("/")[2],
            one.attached.content,
        )
        for number, one in enumerate(found, 1)
        if one.attached is not None
    ]


def structured(document: Document) -> str:
    """The data type `invoice`, by which a recipient pays inside Digipost; empty where there is nothing to pay.

    It needs kroner, a due date and a Norwegian account; a mandate draws the amount by itself. Without a valid KID the
    recipient writes the invoice's number.
    """
    invoice = document.invoice
    drawn = document.payment is not None or document.kind in (
        DocumentKind.CREDIT_NOTE,
        DocumentKind.DIRECT_DEBIT_NOTICE,
    )
    if invoice is None or drawn or invoice.currency != "NOK" or invoice.due_date is None or invoice.totals.due <= 0:
        return ""
    account = _account(invoice)
    if account is None:
        return ""
    due = dt.datetime.combine(invoice.due_date, dt.time(), _OSLO).isoformat()
    stated = next((means.remittance_information for means in invoice.payment if means.remittance_information), "")
    kid = f"<kid>{normal_kid(stated)}</kid>" if is_kid(stated) else ""
    return (
        f'<invoice xmlns="{_DATA_TYPES}"><due-date>{due}</due-date><sum>{invoice.totals.due:.2f}</sum>'
        f"<creditor-account>{account}</creditor-account>{kid}</invoice>"
    )


def message(
    order: Order,
    to: Addressee,
    primary: File,
    attachments: Sequence[File],
    settings: DigipostSettings,
    *,
    printed: bool,
) -> bytes:
    """The multipart body: the message first, then every file under its UUID; the same order gives the same bytes."""
    xml = "".join(_message(order, to, primary, attachments, settings, printed=printed)).encode()
    mark = boundary(order.key).encode("ascii")
    parts = [_part(mark, "message", SINGLE, xml)]
    parts += [_part(mark, one.uuid, "application/octet-stream", one.body) for one in (primary, *attachments)]
    return b"".join([*parts, b"--", mark, b"--\r\n"])


def identification(to: Addressee) -> bytes:
    """The request body of an identification."""
    return (
        f'<?xml version="1.0" encoding="UTF-8"?><identification xmlns="{_NAMESPACE}">{to.element}</identification>'
    ).encode()


def _part(mark: bytes, name: str, media_type: str, body: bytes) -> bytes:
    head = f'\r\nContent-Type: {media_type}\r\nContent-Disposition: attachment; filename="{name}"\r\n\r\n'
    return b"".join([b"--", mark, head.encode("ascii"), body, b"\r\n"])


def _message(
    order: Order,
    to: Addressee,
    primary: File,
    attachments: Sequence[File],
    settings: DigipostSettings,
    *,
    printed: bool,
) -> Iterator[str]:
    yield f'<?xml version="1.0" encoding="UTF-8"?><message xmlns="{_NAMESPACE}"><message-id>{order.key}</message-id>'
    if settings.user_id and settings.user_id != settings.sender_id:  # a broker sends for somebody else
        yield f"<sender-id>{settings.sender_id}</sender-id>"
    details = _print_details(order.document.recipient, settings) if printed else ""
    fallback = details if settings.print_fallback else ""
    yield f"<recipient>{to.element}{fallback}</recipient>"
    if order.document.invoice is not None:
        yield f"<invoice-reference>{one_line(order.document.invoice.number, 100)}</invoice-reference>"
    yield _document("primary-document", primary, settings, structured(order.document))
    for one in attachments:
        yield _document("attachment", one, settings, "")
    if details and settings.print_if_unread_days:
        after = order.at + dt.timedelta(days=settings.print_if_unread_days)
        yield (
            f"<print-if-unread><print-if-unread-after>{after.isoformat()}</print-if-unread-after>"
            f"{details}</print-if-unread>"
        )
    if order.invite_until is not None:
        yield _invitation(order.document.recipient, order.invite_until)
    yield "</message>"


def _invitation(recipient: Recipient, until: dt.datetime) -> str:
    """What invites somebody who is no user: until when, and where Digipost reaches them."""
    mobile = f"<phone-number>{one_line(recipient.mobile, 20)}</phone-number>" if recipient.mobile else ""
    email = f"<email-address>{one_line(recipient.email, 254)}</email-address>" if recipient.email else ""
    return (
        f"<request-for-registration><registration-deadline>{until.isoformat()}</registration-deadline>"
        f"{mobile}{email}</request-for-registration>"
    )


def _document(element: str, one: File, settings: DigipostSettings, data: str) -> str:
    typed = f"<data-type>{data}</data-type>" if data else ""
    return (
        f"<{element}><uuid>{one.uuid}</uuid><subject>{one_line(one.subject, SUBJECT_CAP)}</subject>"
        f"<file-type>{one_line(one.file_type, 20)}</file-type>"
        f"<authentication-level>{settings.authentication_level}</authentication-level>"
        f"<sensitivity-level>NORMAL</sensitivity-level>{typed}</{element}>"
    )


def _print_details(recipient: Recipient, settings: DigipostSettings) -> str:
    address = recipient.postal_address
    if address is None:
        return ""
    shred = "SHRED" if settings.shred_undeliverable else "RETURN_TO_SENDER"
    back = (
        f"<name>{one_line(settings.return_name, NAME)}</name><norwegian-address>"
        f"<addressline1>{one_line(settings.return_street, LINE)}</addressline1>"
        f"<zip-code>{one_line(settings.return_post_code, POST_CODE)}</zip-code>"
        f"<city>{one_line(settings.return_city, CITY)}</city></norwegian-address>"
    )
    return (
        f"<print-details><recipient><name>{one_line(recipient.name, NAME)}</name>{_place(address)}</recipient>"
        f"<return-address>{back}</return-address><color>{'COLORS' if settings.colour else 'MONOCHROME'}</color>"
        f"<nondeliverable-handling>{shred}</nondeliverable-handling></print-details>"
    )


def _place(address: PostalAddress) -> str:
    lines = [line for line in (address.line_1, address.line_2, address.line_3) if line]
    town = f"{address.post_code or ''} {address.city or ''}".strip()
    if address.country_code == "NO":
        written = "".join(f"<addressline{n}>{one_line(line, LINE)}</addressline{n}>" for n, line in enumerate(lines, 1))
        return (
            f"<norwegian-address>{written}<zip-code>{one_line(address.post_code or '', POST_CODE)}</zip-code>"
            f"<city>{one_line(address.city or '', CITY)}</city></norwegian-address>"
        )
    lines = [*lines, town]
    written = "".join(f"<addressline{n}>{one_line(line, LINE)}</addressline{n}>" for n, line in enumerate(lines, 1))
    return f"<foreign-address>{written}<country-code>{address.country_code}</country-code></foreign-address>"


def _account(invoice: Invoice) -> str | None:
    for transfer in (one for means in invoice.payment for one in means.credit_transfers):
        for normal, rest in ((normal_norwegian_account, slice(None)), (normal_iban, slice(4, None))):
            try:
                number = normal(transfer.account_identifier)
            except ValueError:
                continue
            if normal is normal_norwegian_account or number.startswith("NO"):
                return number[rest]
    return None
