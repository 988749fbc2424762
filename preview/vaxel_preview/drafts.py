"""Documents that are looked at and lie in no sample file: edited here, dropped here, or made to be hard."""

import json
import tempfile
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from vaxel_engine.errors import Rejected, Unreadable
from vaxel_engine.intake import read
from vaxel_engine.model import Document
from vaxel_engine.schema import json_schema

LARGEST = 400_000
"""Bytes of a document that is edited."""
LARGEST_BATCH = 40_000_000
_MOST_FAULTS = 50
_DEEPEST = 9


@dataclass(frozen=True, slots=True)
class Batch:
    """A file that was dropped: its documents by record, and a sentence for each that cannot be read."""

    name: str
    documents: Mapping[int, Document]
    rejected: tuple[str, ...]


def as_text(document: Document) -> str:
    """The document as a designer edits it: without what is absent."""
    return document.model_dump_json(exclude_none=True, exclude_defaults=True, by_alias=True, indent=2)


def from_text(text: str) -> Document:
    """The document of an edited text, through the door that every file comes through.

    Raises Rejected or Unreadable with what is wrong and where.
    """
    try:
        record = json.loads(text)
    except ValueError as error:
        raise Unreadable(f"line {getattr(error, 'lineno', 1)} is no JSON: {getattr(error, 'msg', error)}") from error
    batch = read_batch("edited.json", json.dumps({"documents": [record]}).encode())
    if not batch.documents:
        raise Unreadable(batch.rejected[0] if batch.rejected else "there is no document in this text")
    return next(iter(batch.documents.values()))


def read_batch(name: str, content: bytes) -> Batch:
    """Read a file of any format that Vaxel reads; raises Unreadable where it is none of them."""
    with tempfile.TemporaryDirectory(prefix="vaxel-dropped-") as folder:
        path = Path(folder) / Path(name).name
        path.write_bytes(content)
        reading = read(path)
        documents = dict(reading.numbered())
        rejected = tuple(_sentence(fault) for fault in reading.rejections[:_MOST_FAULTS])
    return Batch(path.name, documents, rejected)


def hard_rows(documents: Mapping[int, Document], pages: Callable[[Document], int]) -> list[tuple[int, str]]:
    """The records of a batch that a layout breaks on first, and why each; `pages` is asked of the longest three."""
    if not documents:
        return []
    found: dict[int, list[str]] = {}

    def pick(record: int | None, why: str) -> None:
        if record is not None:
            found.setdefault(record, []).append(why)

    def most(measure: Callable[[Document], float]) -> int:
        return max(documents, key=lambda record: measure(documents[record]))

    longest = most(lambda one: len(one.recipient.name))
    pick(longest, f"longest name, {len(documents[longest].recipient.name)} letters")
    long = sorted(documents, key=lambda record: -_rows(documents[record]))[:3]
    counted = {record: pages(documents[record]) for record in long}
    fullest = max(counted, key=lambda record: counted[record])
    if counted[fullest] > 1:
        pick(fullest, f"most pages, {counted[fullest]}")
    else:
        pick(fullest, f"most rows, {_rows(documents[fullest])}")
    sums = {record: one.invoice.totals.due for record, one in documents.items() if one.invoice is not None}
    if sums:
        least, largest = min(sums, key=lambda record: sums[record]), max(sums, key=lambda record: sums[record])
        if sums[least] < 0:
            pick(least, f"negative sum, {sums[least]}")
        pick(next((record for record, due in sums.items() if due == 0), None), "nothing to pay")
        pick(largest, f"largest sum, {sums[largest]}")
    barest = min(documents, key=lambda record: _filled(documents[record]))
    missing = _missing(documents[barest])
    if missing:
        pick(barest, f"missing parts: no {', no '.join(missing)}")
    for kind in dict.fromkeys(one.kind for one in documents.values()):
        first = next(record for record, one in documents.items() if one.kind is kind)
        if first not in found:
            pick(first, f"the first {kind.value.replace('_', ' ')}")
    return [(record, "; ".join(why)) for record, why in found.items()]


def fields() -> dict[str, dict[str, str]]:
    """Every field of a document by its path, "invoice.lines[].price.net": what it is, of what type."""
    schema = json_schema()
    found: dict[str, dict[str, str]] = {}
    for path, help_ in _fields(schema, schema, "", 0):
        found.setdefault(path, help_)
    return found


def _fields(
    schema: dict[str, Any], node: dict[str, Any], path: str, depth: int
) -> Iterator[tuple[str, dict[str, str]]]:
    if depth > _DEEPEST:
        return
    if "$ref" in node:
        name = str(node["$ref"]).rpartition("/")[2]
        yield from _fields(schema, schema["$defs"][name], path, depth + 1)
    for choice in node.get("anyOf", ()):
        yield from _fields(schema, choice, path, depth + 1)
    if isinstance(node.get("items"), dict):
        yield from _fields(schema, node["items"], f"{path}[]", depth + 1)
    for name, inner in node.get("properties", {}).items():
        step = f"{path}.{name}" if path else name
        told = {"says": str(inner.get("description", "")), "type": _type(schema, inner)}
        yield step, told
        yield from _fields(schema, inner, step, depth + 1)


def _type(schema: dict[str, Any], node: dict[str, Any]) -> str:
    if "enum" in node:
        return " | ".join(map(str, node["enum"][:12]))
    if "$ref" in node:
        inner = schema["$defs"][str(node["$ref"]).rpartition("/")[2]]
        return _type(schema, inner) if "enum" in inner or "type" in inner else "object"
    if "anyOf" in node:
        kinds = dict.fromkeys(_type(schema, one) for one in node["anyOf"])
        return " | ".join(kind for kind in kinds if kind != "null") or "null"
    return str(node.get("format") or node.get("type") or "")


def _rows(document: Document) -> int:
    invoice = len(document.invoice.lines) if document.invoice is not None else 0
    return invoice + (len(document.balance.events) if document.balance is not None else 0)


def _filled(document: Document) -> int:
    return len(document.model_dump(exclude_none=True, exclude_defaults=True)["recipient"]) - 9 * len(_missing(document))


def _missing(document: Document) -> list[str]:
    recipient, invoice = document.recipient, document.invoice
    asked = {
        "e-mail address": recipient.email,
        "mobile number": recipient.mobile,
        "postal address": recipient.postal_address,
        "customer number": recipient.customer_number,
        "due date": invoice.due_date if invoice is not None else "not asked",
        "payment": invoice.payment if invoice is not None else "not asked",
    }
    return [name for name, value in asked.items() if value is None]


def _sentence(fault: Rejected) -> str:
    return fault.sentence
