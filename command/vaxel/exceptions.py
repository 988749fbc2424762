"""Documents that found no way: grouped by cause, out to a spreadsheet, and in again with corrected addresses."""

import csv
import io
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from pydantic import ValidationError

from vaxel.files import write_whole
from vaxel.reports import unharmful
from vaxel_engine.errors import Misconfigured, Unreadable
from vaxel_engine.model import Document
from vaxel_ledger import BatchLine, Ledger
from vaxel_ledger.redriving import Failed, failed, redrive
from vaxel_ledger.work import load

IDENTITY = ("document_id", "document")
"""Columns by which a row is known; they come back as they went out."""
PLACE = ("line_1", "line_2", "line_3", "post_code", "city", "country_code")
COLUMNS: Sequence[str] = (*IDENTITY, "cause", "name", "email", "mobile", *PLACE)
_PAGE = 200


def out(ledger: Ledger, batch: BatchLine, file: Path) -> int:
    """Write the failed documents of a batch as CSV, and say how many there are.

    Raises:
        Unwritable: the file cannot be written.
    """
    with ledger.reading() as connection:
        rows = failed(connection, batch.batch_id)
    page = io.StringIO()
    writer = csv.DictWriter(page, COLUMNS)
    writer.writeheader()
    for start in range(0, len(rows), _PAGE):
        part = rows[start : start + _PAGE]
        with ledger.reading() as connection:
            documents = load(connection, ledger.vault, [one.document_id for one in part]).documents
        for one in part:
            if one.document_id in documents:
                row = _row(one, documents[one.document_id])
                writer.writerow({name: unharmful(value) for name, value in row.items()})
    write_whole(file, page.getvalue().encode("utf-8"))
    return len(rows)


def _row(one: Failed, document: Document) -> dict[str, str]:
    recipient, place = document.recipient, document.recipient.postal_address
    return {
        "document_id": one.document_id,
        "document": one.reference,
        "cause": one.cause,
        "name": recipient.name,
        "email": recipient.email or "",
        "mobile": recipient.mobile or "",
        **{name: (getattr(place, name) or "") if place is not None else "" for name in PLACE},
    }


def back(ledger: Ledger, batch: BatchLine, file: Path) -> tuple[int, int]:
    """Take corrections in and drive their documents once more; answer how many, and how many rows said nothing new.

    Nothing is changed unless every row is right.

    Raises:
        Misconfigured: a column is missing, an identity was changed, or an address is wrong; with file and line.
        Unreadable: the file cannot be read.
    """
    with ledger.reading() as connection:
        known = {one.document_id: one for one in failed(connection, batch.batch_id)}
    corrected: dict[str, Document] = {}
    unchanged = 0
    for line, row in _read(file):
        one = known.get(row["document_id"])
        if one is None:
            raise Misconfigured(
                f"{file}, line {line}, document_id: {row['document_id'][:40]!r} is no failed document of this batch; "
                "leave the column as it was written, or take the row out"
            )
        if row["document"] != one.reference:
            raise Misconfigured(
                f"{file}, line {line}, document: {row['document'][:40]!r} is not the reference of this document_id, "
                f"which is {one.reference!r}; identity columns come back as they went out"
            )
        with ledger.reading() as connection:
            document = load(connection, ledger.vault, [one.document_id]).documents.get(one.document_id)
        if document is None:
            raise Misconfigured(f"{file}, line {line}: the document was erased since; take the row out")
        changed = _corrected(document, row, f"{file}, line {line}")
        if changed == document:
            unchanged += 1
        else:
            corrected[one.document_id] = changed
    with ledger.writing() as connection:
        moved = redrive(connection, ledger.vault, corrected, at=ledger.clock(), actor="person")
    return len(moved), unchanged


def _read(file: Path) -> Iterator[tuple[int, Mapping[str, str]]]:
    try:
        text = file.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise Unreadable(f"{file} cannot be read ({type(error).__name__}); save it as CSV in UTF-8") from error
    reader = csv.DictReader(io.StringIO(text))
    missing = [name for name in COLUMNS if name not in (reader.fieldnames or ())]
    if missing:
        raise Misconfigured(f"{file}, line 1: has no column {missing[0]!r}; keep the columns of the export")
    for row in reader:
        yield reader.line_num, {name: _plain(row[name]) for name in COLUMNS}


def _plain(text: str | None) -> str:
    """A cell as it was before it was made harmless for a spreadsheet."""
    text = (text or "").strip()
    return text[1:] if text.startswith("'") and unharmful(text[1:]) == text else text


def _corrected(document: Document, row: Mapping[str, str], where: str) -> Document:
    recipient = document.recipient.model_dump(mode="json")
    recipient |= {name: row[name] or None for name in ("email", "mobile")}
    place = {name: row[name] or None for name in PLACE}
    recipient["postal_address"] = place if any(place.values()) else None
    try:
        made = type(document.recipient).model_validate(recipient)
    except ValidationError as error:
        first = error.errors(include_input=False, include_url=False)[0]
        field = str(first["loc"][-1]) if first["loc"] else "the row"
        said = first["msg"].removeprefix("Value error, ")
        raise Misconfigured(f"{where}, {field}: {said[:1].lower() + said[1:]}; correct it and try again") from error
    return document.model_copy(update={"recipient": made})
