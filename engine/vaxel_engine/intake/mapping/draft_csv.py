"""A sample of CSV: its encoding, delimiter and heading, and which column tells one document from the next."""

import csv
import io
from collections import Counter
from itertools import pairwise

from vaxel_engine.errors import Unreadable
from vaxel_engine.intake.mapping.draft import Column, Sample, date_settings, number_settings
from vaxel_engine.intake.mapping.synonyms import fields_called, folded
from vaxel_engine.intake.source import Source

_DELIMITERS = (";", "\t", ",", "|")
_ROWS = 200


def csv_sample(source: Source) -> Sample:
    """Look at a CSV's beginning; raises Unreadable where it has no columns."""
    text, encoding = _decoded(source)
    delimiter, rows = max(((sign, _rows(text, sign)) for sign in _DELIMITERS), key=lambda found: _fit(found[1]))
    if _fit(rows) == 0:
        raise Unreadable(
            f"{source.name}: has no columns that can be told apart; hand over a CSV with a heading, or XML."
        )
    width = len(rows[0])
    rows = [row for row in rows if len(row) == width]
    heading = [cell.strip() for cell in rows[0]]
    header = len(set(heading)) == width and not any(_is_figure(cell) for cell in heading)
    body = rows[1:] if header else rows
    names = heading if header else [str(number + 1) for number in range(width)]
    settings = [("format", "csv"), ("encoding", encoding), ("delimiter", delimiter)]
    settings += [] if header else [("header", "false")]
    key = next((n for n, name in enumerate(names) if "invoice.number" in fields_called(folded(name))[:1]), None)
    several = key is not None and any(one[key] == two[key] for one, two in pairwise(body))
    columns = tuple(
        Column(
            name=name,
            word=folded(name),
            values=tuple(cell for row in body if (cell := row[at].strip())),
            in_line=_in_line(name, at, key if several else None, body),
        )
        for at, name in enumerate(names)
        if name
    )
    settings += [*number_settings(columns), *date_settings(columns)]
    if several and key is not None:
        settings.append(("group_by", names[key]))
    return Sample(settings=tuple(settings), columns=columns, rows_differ=several)


def _decoded(source: Source) -> tuple[str, str]:
    opening = source.opening[: source.opening.rfind(b"\n") + 1] or source.opening
    try:
        return opening.decode("utf-8-sig"), "utf-8"
    except UnicodeDecodeError:
        encoding = "windows-1252" if any(0x80 <= byte < 0xA0 for byte in opening) else "iso-8859-1"
        return opening.decode(encoding, "replace"), encoding


def _rows(text: str, delimiter: str) -> list[list[str]]:
    try:
        found = list(csv.reader(io.StringIO(text, newline=""), delimiter=delimiter))
    except csv.Error:
        return []
    return [row for row in found if any(row)][:_ROWS]


def _fit(rows: list[list[str]]) -> int:
    """How many rows have as many columns as most have, times the columns; 0 for a single column."""
    if not rows:
        return 0
    width, count = Counter(len(row) for row in rows).most_common(1)[0]
    return width * count if width > 1 and len(rows[0]) == width else 0


def _is_figure(cell: str) -> bool:
    return bool(cell) and not any(character.isalpha() for character in cell)


def _in_line(name: str, at: int, key: int | None, body: list[list[str]]) -> bool:
    """Whether a column belongs to the rows of a document: it changes within one, or can mean nothing else."""
    known = fields_called(folded(name))
    of_lines = [field for field in known if field.startswith("invoice.lines.")]
    if not of_lines or key is None:
        return bool(known) and len(of_lines) == len(known)
    changes = any(one[key] == two[key] and one[at] != two[at] for one, two in pairwise(body))
    return changes or len(of_lines) == len(known)
