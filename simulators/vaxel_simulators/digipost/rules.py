"""What Digipost refuses of a message: parts that do not fit, documents it cannot print, sums that are none; pure."""

import datetime as dt
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from vaxel_simulators.digipost.errors import V8, DigipostRefusal
from vaxel_simulators.digipost.shape import DATA_TYPES, parse
from vaxel_simulators.pdf import NotAPdf, PdfReader

_NAME = re.compile(r'filename="([^"]*)"', re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Letter:
    """One document of a message."""

    uuid: str
    subject: str
    file_type: str
    body: bytes = field(repr=False)
    invoice: Mapping[str, str] = field(default_factory=dict[str, str], repr=False)
    """Structured data, by the names of the data type."""


@dataclass(frozen=True, slots=True)
class PrintDetails:
    """Where and how a letter is printed."""

    lines: tuple[str, ...] = field(repr=False)
    colour: bool
    shred: bool


@dataclass(frozen=True, slots=True)
class Message:
    """A message that passed every rule."""

    message_id: str
    recipient: str = field(repr=False)
    letters: tuple[Letter, ...] = field(repr=False)
    """The primary document first."""
    print_details: PrintDetails | None = None
    print_after: dt.datetime | None = None
    unread_details: PrintDetails | None = None
    reference: str = ""
    register_by: dt.datetime | None = None
    """A non-user is invited, and gets it if they register before then."""


def parts_of(body: bytes, content_type: str) -> list[tuple[str, bytes]]:
    """The parts of a multipart body, each with its file name.

    Raises:
        DigipostRefusal: it has no boundary, or a part lacks its name.
    """
    found = re.search(r'boundary="?([^";]+)"?', content_type)
    if found is None:
        raise DigipostRefusal("PROBLEM_WITH_REQUEST", "The content type has no boundary.")
    mark = b"--" + found[1].encode("ascii", "replace")
    pieces = (b"\r\n" + body).split(b"\r\n" + mark)
    if len(pieces) < 3 or not pieces[-1].startswith(b"--"):
        raise DigipostRefusal("PROBLEM_WITH_REQUEST", "The content is not divided by its boundary.")
    parts: list[tuple[str, bytes]] = []
    for piece in pieces[1:-1]:
        head, _, content = piece.partition(b"\r\n\r\n")
        headers = head.decode("ascii", "replace")
        if "content-disposition" not in headers.lower():
            raise DigipostRefusal("MISSING_BODYPART_CONTENT_DISPOSITION", "A part has no Content-Disposition.")
        name = _NAME.search(headers)
        if name is None:
            raise DigipostRefusal("MISSING_BODYPART_FILENAME", "A part has no file name.")
        parts.append((name[1], content))
    return parts


def read_message(body: bytes, content_type: str, profile: Mapping[str, Any], reader: PdfReader) -> Message:
    """A message and its files.

    Raises:
        DigipostRefusal: the first rule it breaks.
    """
    if len(body) > profile["limits"]["request_bytes"]:
        raise DigipostRefusal("REQUEST_TOO_LARGE", "The request is too large.")
    parts = parts_of(body, content_type)
    if parts[0][0] != "message":
        raise DigipostRefusal("PROBLEM_WITH_REQUEST", "The first part is not called message.")
    root = parse(parts[0][1], "message")
    documents = [root.find(f"{{{V8}}}primary-document"), *root.findall(f"{{{V8}}}attachment")]
    files = dict(parts[1:])
    named = [_text(one, "uuid") for one in documents]
    if len(files) != len(parts) - 1 or sorted(named) != sorted(files):
        raise DigipostRefusal("DOCUMENTS_AND_FILES_MISMATCH", "Documents and files do not belong together one to one.")
    letters = tuple(_letter(one, files[_text(one, "uuid")]) for one in documents)
    if not letters[0].subject:
        raise DigipostRefusal("MISSING_SUBJECT", "The primary document has no subject.")
    recipient = root.find(f"{{{V8}}}recipient")
    unread = root.find(f"{{{V8}}}print-if-unread")
    message = Message(
        message_id=_text(root, "message-id"),
        recipient=recipient_of(recipient),
        letters=letters,
        print_details=_print_details(recipient),
        print_after=dt.datetime.fromisoformat(_text(unread, "print-if-unread-after")) if unread is not None else None,
        unread_details=_print_details(unread) if unread is not None else None,
        reference=_text(root, "invoice-reference"),
        register_by=_register_by(root),
    )
    for letter in letters:
        _check_pdf(letter, profile, reader, printed=bool(message.print_details or message.unread_details))
    return message


def recipient_of(element: Any) -> str:
    """Whom an identification or a message names: a number, or a name and a post code; empty for any other way."""
    for way in ("personal-identification-number", "organisation-number"):
        if number := _text(element, way):
            return number
    named = element.find(f"{{{V8}}}name-and-address")
    return f"{_text(named, 'fullname')} {_text(named, 'postalcode')}" if named is not None else ""


def _register_by(root: Any) -> dt.datetime | None:
    invitation = root.find(f"{{{V8}}}request-for-registration")
    if invitation is None:
        return None
    if not (_text(invitation, "phone-number") or _text(invitation, "email-address")):
        raise DigipostRefusal("PROBLEM_WITH_REQUEST", "Nobody can be invited without a number or an address.")
    return dt.datetime.fromisoformat(_text(invitation, "registration-deadline"))


def _letter(element: Any, body: bytes) -> Letter:
    invoice = element.find(f"{{{V8}}}data-type/{{{DATA_TYPES}}}invoice")
    told = {one.tag.rpartition("}")[2]: one.text or "" for one in invoice} if invoice is not None else {}
    return Letter(_text(element, "uuid"), _text(element, "subject"), _text(element, "file-type"), body, told)


def _print_details(element: Any) -> PrintDetails | None:
    details = element.find(f"{{{V8}}}print-details")
    if details is None:
        return None
    to = details.find(f"{{{V8}}}recipient")
    told = {one.tag.rpartition("}")[2]: one.text for one in to.iter() if one.text and len(one) == 0}
    town = " ".join(told.pop(name) for name in ("zip-code", "city") if name in told)
    lines = tuple(line for line in (*told.values(), town) if line)
    return PrintDetails(
        lines, _text(details, "color") == "COLORS", _text(details, "nondeliverable-handling") == "SHRED"
    )


def _text(element: Any, name: str) -> str:
    return str(element.findtext(f"{{{V8}}}{name}") or "")


def _check_pdf(letter: Letter, profile: Mapping[str, Any], reader: PdfReader, *, printed: bool) -> None:
    if letter.file_type != "pdf":
        if printed:
            raise DigipostRefusal("CONTENT_OF_PRINT_MESSAGE_MUST_BE_PDF", "What is printed must be a PDF.")
        return
    rules = profile["pdf"]
    try:
        facts = reader.inspect(letter.body)
    except NotAPdf as error:
        raise DigipostRefusal("INVALID_PDF_CONTENT", "INVALID_PDF") from error
    if not printed:
        return

    def refuse(why: str) -> None:
        raise DigipostRefusal("INVALID_PDF_CONTENT", why)

    if facts.encrypted:
        refuse("PDF_IS_ENCRYPTED")
    if not facts.pages:
        refuse("DOCUMENT_HAS_NO_PAGES")
    if len(facts.pages) > rules["most_pages"]:
        refuse("TOO_MANY_PAGES_FOR_AUTOMATED_PRINT")
    if facts.version is None or facts.version > rules["highest_version"]:
        refuse("UNSUPPORTED_PDF_VERSION_FOR_PRINT")
    (short_low, short_high), (long_low, long_high) = rules["short_side_mm"], rules["long_side_mm"]
    for width, height in facts.pages:
        short, long = sorted((round(width, 1), round(height, 1)))
        if not (short_low <= short <= short_high and long_low <= long <= long_high):
            refuse("UNSUPPORTED_DIMENSIONS")
    if any(not any(known in font.upper() for known in rules["standard_fonts"]) for font in facts.loose_fonts):
        refuse("REFERENCES_INVALID_FONT")
    zone = rules["barcode_zone"]
    box = (zone["left"], zone["top"], zone["right"], zone["bottom"])
    if any(reader.text_in(letter.body, page, box).text.strip() for page in range(len(facts.pages))):
        refuse("INSUFFICIENT_MARGIN_FOR_PRINT")
