"""Addresses that nothing may go to any more, from a CSV file onto the suppression list."""

import csv
import io
from pathlib import Path

from vaxel.recipient_files import Taken
from vaxel.settings import Settings
from vaxel_engine.errors import Unreadable
from vaxel_ledger import Ledger
from vaxel_ledger.suppression import LONGEST_WHY, to_suppress

COLUMNS = ("address", "channel", "why")


def take_suppressed(ledger: Ledger, chosen: Settings, file: Path) -> Taken:
    """Put the addresses of a file on the list; rows that are wrong are left out and told with their line.

    Raises:
        Unreadable: the file cannot be read, or its heading is another.
    """
    try:
        text = file.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise Unreadable(f"{file} cannot be read ({type(error).__name__}); check that it is CSV in UTF-8") from error
    reader = csv.DictReader(io.StringIO(text), delimiter=";" if ";" in text.partition("\n")[0] else ",")
    heads = [name.strip() for name in reader.fieldnames or ()]
    if "address" not in heads or set(heads) - set(COLUMNS):
        raise Unreadable(f"{file}, line 1: the columns are {', '.join(heads) or 'none'}; use {', '.join(COLUMNS)}")
    kept, wrong = 0, list[str]()
    for row in reader:
        line = reader.line_num
        address, why = (row.get("address") or "").strip(), (row.get("why") or "").strip()
        channel = (row.get("channel") or "").strip() or "email"
        try:
            known = to_suppress(channel, address)
            ledger.suppression(chosen.tenant, channel).add(known, why=why[:LONGEST_WHY] or "asked for in a file")
            kept += 1
        except ValueError as error:
            wrong.append(f"{file.name}, line {line}, {error}")
    return Taken(kept, tuple(wrong))
