"""A CSV by its mapping: one row, or the rows with the same key, become one document; memory is that of one document."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from difflib import get_close_matches

from vaxel_engine.errors import Rejected, Unreadable
from vaxel_engine.intake.candidate import Candidate, Place, Records
from vaxel_engine.intake.mapping.assembly import Assembly, Scope, fulfils
from vaxel_engine.intake.mapping.csv_rows import BrokenRow, Row, rows
from vaxel_engine.intake.mapping.rules import Group, MappingFile
from vaxel_engine.intake.source import Source

ROWS_LIMIT = 20_000
"""Rows of one document."""


def csv_records(source: Source, mapping: MappingFile) -> Records:
    """Read the heading, raising Unreadable where a column is missing, and return the documents."""
    columns = _columns(source, mapping)
    apart = _apart(source, mapping, columns)
    return _records(source, mapping, columns, apart)


def _columns(source: Source, mapping: MappingFile) -> dict[str, int]:
    """The position of each column that the mapping names."""
    with source.open() as stream:
        first = next(rows(stream, mapping), None)
    if first is None:
        raise Unreadable(f"{source.name}: has no rows; check that it was written to the end.")
    if isinstance(first, BrokenRow):
        raise Unreadable(f"{source.name}: line {first.line}: the first row holds {first.found}; {first.remedy}.")
    names = [cell.strip() for cell in first.cells] if mapping.header else [str(n + 1) for n in range(len(first.cells))]
    wanted = list(mapping.document.columns())
    if mapping.group_by is not None:
        wanted.append((mapping.group_by, mapping.line_of("group_by")))
    for name, line in wanted:
        if names.count(name) == 1:
            continue
        close = get_close_matches(name, names, n=1)
        what = f"two columns “{name}”" if name in names else f"no column “{name}”"
        hint = f"; there is “{close[0]}”" if close and name not in names else ""
        raise Unreadable(
            f"{source.name}: line {first.line}: has {what}, which line {line} of {mapping.name} names{hint}; "
            "write in both what the file calls it."
        )
    return {name: position for position, name in enumerate(names) if name}


@dataclass(frozen=True, slots=True)
class _RowScope:
    """A row as the entries of a mapping look into it."""

    row: Row
    columns: Mapping[str, int] = field(repr=False)

    def value(self, column: str) -> str | None:
        return self.row.cells[self.columns[column]]

    def place(self, column: str) -> Place:
        return Place(f"column “{column}”" if column else "the row", self.row.line)


@dataclass(slots=True)
class _Rows:
    """The rows of one document."""

    key: str | None = None
    rows: list[Row] = field(default_factory=list[Row])
    broken: BrokenRow | None = None
    too_many: bool = False

    def add(self, row: Row) -> None:
        if len(self.rows) < ROWS_LIMIT:
            self.rows.append(row)
        else:
            self.too_many = True


def _body(source: Source, mapping: MappingFile) -> Iterator[Row | BrokenRow]:
    with source.open() as stream:
        every = rows(stream, mapping)
        if mapping.header:
            next(every, None)
        yield from every


def _grouped(source: Source, mapping: MappingFile, columns: Mapping[str, int]) -> Iterator[_Rows]:
    """The documents' rows; a broken row between two documents breaks both, unless its key can still be read."""
    if mapping.group_by is None:
        for row in _body(source, mapping):
            yield _Rows(rows=[row]) if isinstance(row, Row) else _Rows(broken=row)
        return
    at = columns[mapping.group_by]
    current: _Rows | None = None
    between: list[BrokenRow] = []
    before: BrokenRow | None = None
    for row in _body(source, mapping):
        key = row.cells[at].strip() if at < len(row.cells) else ""
        if isinstance(row, BrokenRow):
            if current is not None and key and key == current.key:
                current.broken = current.broken or row
                continue
            between.append(row)
            if len(between) == ROWS_LIMIT:  # more than any document has: each is one of its own
                if current is not None:
                    current.broken = current.broken or between[0]
                    yield current
                    current = None
                before = row
                yield from (_Rows(broken=broken) for broken in between)
                between.clear()
            continue
        if current is not None and key == current.key:
            if between:
                current.broken = current.broken or between[0]
                between.clear()
            current.add(row)
            continue
        begun = _Rows(key=key)
        begun.add(row)
        begun.broken, before = before, None
        for broken in between:
            begun.broken = begun.broken or broken
            told = at < len(broken.cells) and broken.cells[at].strip() == key
            if current is not None and not told:
                current.broken = current.broken or broken
        between.clear()
        if current is not None:
            yield current
        current = begun
    if current is not None:
        if between:
            current.broken = current.broken or between[0]
        yield current
    else:
        for broken in between:
            yield _Rows(broken=broken)


def _apart(source: Source, mapping: MappingFile, columns: Mapping[str, int]) -> frozenset[int]:
    """The keys whose rows stand in two places: half an invoice must not go out. Eight bytes are kept of each key."""
    if mapping.group_by is None:
        return frozenset()
    at = columns[mapping.group_by]
    seen: set[int] = set()
    apart: set[int] = set()
    last: int | None = None
    for row in _body(source, mapping):
        if isinstance(row, BrokenRow):
            continue
        key = hash(row.cells[at].strip())
        if key != last:
            (apart if key in seen else seen).add(key)
            last = key
    return frozenset(apart)


def _records(
    source: Source, mapping: MappingFile, columns: Mapping[str, int], apart: frozenset[int]
) -> Iterator[Candidate | Rejected]:
    named = {name for name, _ in mapping.document.columns()} | {mapping.group_by}
    others = [(position, f"column “{name}”") for name, position in columns.items() if name not in named]
    told: dict[tuple[str, ...], tuple[str, ...]] = {}
    for record, group in enumerate(_grouped(source, mapping, columns), start=1):
        fault = _fault(group, apart, source.name, record, mapping)
        if fault is not None:
            yield fault
            continue
        left = tuple(name for at, name in others if any(row.cells[at].strip() for row in group.rows))
        assembly = Assembly(mapping, source.name, record, _spread)
        try:
            yield assembly.candidate([_RowScope(row, columns) for row in group.rows], told.setdefault(left, left))
        except Rejected as rejection:
            yield rejection


def _spread(group: Group, scopes: Sequence[Scope]) -> Sequence[Scope]:
    return [scope for scope in scopes if fulfils(scope, group.when)]


def _fault(group: _Rows, apart: frozenset[int], file: str, record: int, mapping: MappingFile) -> Rejected | None:
    """Why the rows are no document as a whole; None where they may be one."""

    def rejected(line: int, path: str, found: str, remedy: str) -> Rejected:
        return Rejected(file=file, record=record, line=line, path=path, found=found, remedy=remedy)

    if group.broken is not None:
        return rejected(group.broken.line, "the row", group.broken.found, group.broken.remedy)
    first = group.rows[0].line
    by = f"column “{mapping.group_by}”, line {mapping.line_of('group_by')} of {mapping.name}"
    if group.key == "":
        return rejected(first, by, "nothing", "fill in which document the row belongs to")
    if group.too_many:
        return rejected(first, by, f"more than {ROWS_LIMIT:,} rows in one document", "split the document")
    if group.key is not None and hash(group.key) in apart:
        return rejected(first, by, "rows of one document in two places of the file", "sort the file by this column")
    return None
