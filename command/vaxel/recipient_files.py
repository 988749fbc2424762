"""Wishes and mandates that come as a CSV file: one recipient a row, what is wrong named with its line."""

import csv
import datetime as dt
import difflib
import io
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from vaxel.settings import Settings
from vaxel_engine.errors import Unreadable
from vaxel_engine.model import Recipient, Wish
from vaxel_ledger import Ledger, mandates, wishes
from vaxel_ledger.mandates import Mandate
from vaxel_ledger.recipients import IDENTITIES, marks
from vaxel_ledger.wishes import Wished

WISH_COLUMNS = ("sender", "channel", "date", "day", "language")
MANDATE_COLUMNS = ("sender", "payer_number", "begins", "ends", "account_hint")


@dataclass(frozen=True, slots=True)
class Taken:
    """What became of a file's rows."""

    kept: int
    wrong: tuple[str, ...]
    """One sentence for each row that was left out."""


class _Wrong(Exception):
    """A row that cannot be kept; its text is what is wrong with which column."""


def take_wishes(ledger: Ledger, chosen: Settings, file: Path) -> Taken:
    """Keep the wishes of a file; rows that are wrong are left out and told.

    Raises:
        Unreadable: the file cannot be read, or has no column by which a recipient is known.
    """
    today, wrong, found = ledger.clock().date(), list[str](), list[Wished]()
    key = ledger.vault.keys.of(chosen.tenant)
    for line, row in _rows(file, WISH_COLUMNS):
        try:
            date = _day(row, "date") or today
            if date > today:
                raise _Wrong(f"date: {date} lies in the future; a wish counts from the day it was asked for")
            channel = _channel(row["channel"], chosen)
            told = {"channel": channel or "none", "date": date, "day": row["day"] or None}
            wish = Wish.model_validate({**told, "language": row["language"] or None})
            marked = marks(key, _recipient(row))
            found.append(Wished(marked, channel, date, _sender(row, chosen, every=True), wish.day, wish.language))
        except (_Wrong, ValidationError) as error:
            wrong.append(f"{file.name}, line {line}, {_said(error)}")
    with ledger.writing() as connection:
        wishes.record(connection, chosen.tenant, found, source="file", at=ledger.clock())
    return Taken(len(found), tuple(wrong))


def take_mandates(ledger: Ledger, chosen: Settings, file: Path) -> Taken:
    """Keep the mandates of a file; rows that are wrong are left out and told.

    Raises:
        Unreadable: the file cannot be read, or has no column by which a recipient is known.
    """
    wrong, found = list[str](), dict[str, list[Mandate]]()
    key = ledger.vault.keys.of(chosen.tenant)
    for line, row in _rows(file, MANDATE_COLUMNS):
        try:
            number = row["payer_number"]
            if not number.isdecimal() or len(number) > 16:  # Bankgirot's field of the payer number has 16 positions
                raise _Wrong("payer_number: is not a number of up to 16 digits; write it as the mandate has it")
            begins, ends = _day(row, "begins"), _day(row, "ends")
            if begins is None or (ends is not None and ends < begins):
                raise _Wrong("begins: is missing, or lies after `ends`; write the first day on which it may be drawn")
            sender = _sender(row, chosen, every=False)
            held = Mandate(marks(key, _recipient(row))[0], number, begins, ends, row["account_hint"] or None)
            found.setdefault(sender, []).append(held)
        except (_Wrong, ValidationError) as error:
            wrong.append(f"{file.name}, line {line}, {_said(error)}")
    with ledger.writing() as connection:
        for sender, theirs in found.items():
            mandates.enrol(connection, key, sender, theirs, at=ledger.clock())
    return Taken(sum(len(theirs) for theirs in found.values()), tuple(wrong))


def _rows(file: Path, columns: Sequence[str]) -> Iterator[tuple[int, Mapping[str, str]]]:
    try:
        text = file.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise Unreadable(f"{file} cannot be read ({type(error).__name__}); save it as CSV in UTF-8") from error
    reader = csv.DictReader(io.StringIO(text))
    heads = reader.fieldnames or ()
    if not set(IDENTITIES) & set(heads):
        raise Unreadable(f"{file}, line 1: has no column that names a recipient; use one of {', '.join(IDENTITIES)}")
    every = (*IDENTITIES, *columns)
    if stranger := next((name for name in heads if name not in every), None):
        near = difflib.get_close_matches(stranger, every, n=1)
        hint = f"did you mean {near[0]!r}?" if near else f"there are {', '.join(every)}"
        raise Unreadable(f"{file}, line 1: {stranger!r} is no column; {hint}")
    for row in reader:
        yield reader.line_num, {name: (row.get(name) or "").strip() for name in every}


def _recipient(row: Mapping[str, str]) -> Recipient:
    told: dict[str, Any] = {name: row[name] or None for name in IDENTITIES if name != "national_id"}
    if number := row["national_id"]:
        told["national_id"] = {"country_code": "NO" if len(number) == 11 else "SE", "value": number}
    if not any(told.values()):
        raise _Wrong("national_id: no recipient is named; fill one of the columns that name one")
    return Recipient.model_validate({"name": "-", **told})


def _channel(name: str, chosen: Settings) -> str | None:
    if name in ("", "none"):
        return None
    known: Collection[str] = chosen.channel_names
    if name not in known:
        near = difflib.get_close_matches(name, known, n=1)
        hint = f"did you mean {near[0]!r}?" if near else f"there are {', '.join(sorted(known))}"
        raise _Wrong(f"channel: {name[:40]!r} is not set up; {hint}")
    return name


def _sender(row: Mapping[str, str], chosen: Settings, *, every: bool) -> str:
    name = row["sender"]
    if name in chosen.senders or (every and not name):
        return name
    raise _Wrong(f"sender: {name[:40]!r} is not set up; there are {', '.join(chosen.senders)}")


def _day(row: Mapping[str, str], name: str) -> dt.date | None:
    try:
        return dt.date.fromisoformat(row[name]) if row[name] else None
    except ValueError:
        raise _Wrong(f"{name}: is not a date written as YYYY-MM-DD") from None


def _said(error: _Wrong | ValidationError) -> str:
    if isinstance(error, _Wrong):
        return str(error)
    first = error.errors(include_input=False, include_url=False)[0]
    field = next((str(part) for part in first["loc"] if isinstance(part, str)), "the row")
    said = first["msg"].removeprefix("Value error, ")
    return f"{field}: {said[:1].lower() + said[1:]}"
