"""Reading a mapping file: TOML, checked against the model; every fault names file, line and key."""

import codecs
import re
import tomllib
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, NoReturn, cast

from vaxel_engine.errors import Misconfigured
from vaxel_engine.intake.candidate import Location
from vaxel_engine.intake.mapping.csv_rows import is_wide
from vaxel_engine.intake.mapping.days import day_pattern
from vaxel_engine.intake.mapping.rules import Condition, Entry, Group, MappingFile
from vaxel_engine.intake.mapping.targets import flaw_of, is_list, kind_of, needed, placed, with_term
from vaxel_engine.intake.mapping.toml_lines import Key, key_lines, line_at

SIZE_LIMIT = 262_144
"""Bytes of a mapping file."""

_DEEPEST = 12
"""Steps of the name of a field; the deepest of the model has seven."""

_TABLES = ("input", "fields", "each", "codes")
_SETTINGS: Mapping[str, type] = {
    **dict.fromkeys(("format", "encoding", "delimiter", "quote", "decimal", "thousands", "date"), str),
    **dict.fromkeys(("group_by", "record"), str),
    "header": bool,
    "namespaces": dict,
}
_SOURCES = ("column", "element", "constant", "counter")
_OPTIONS = (*_SOURCES, "codes", "written", "when")
_LIST_SETTINGS = ("at", "when")
_PATH = re.compile(r"(/[^/\s@]+)+")


def load(path: Path) -> MappingFile:
    """Read a mapping file; raises Misconfigured with file, line and key for whatever is wrong with it."""
    try:
        raw = path.read_bytes()[: SIZE_LIMIT + 1]
    except (OSError, ValueError) as error:
        raise Misconfigured(f"{path.name}: the mapping file cannot be read; check the name and the folder.") from error
    if len(raw) > SIZE_LIMIT:
        raise Misconfigured(f"{path.name}: is larger than a mapping file may be, {SIZE_LIMIT // 1024} kB.")
    try:
        text = raw.decode("utf-8-sig")
        tables = tomllib.loads(text)
    except UnicodeDecodeError as error:
        raise Misconfigured(f"{path.name}: is not UTF-8; save the mapping file as UTF-8.") from error
    except (tomllib.TOMLDecodeError, RecursionError) as error:
        place = re.search(r"\(at line (\d+), column (\d+)\)", str(error))
        where = f"line {place[1]}, column {place[2]}: " if place else ""
        raise Misconfigured(f"{path.name}: {where}is not valid TOML; mend it there.") from error
    return _Loader(path.name, key_lines(text)).load(tables)


class _Loader:
    """One mapping file on its way from tables to rules."""

    def __init__(self, name: str, lines: dict[Key, int]) -> None:
        self.name = name
        self.lines = lines
        self.codes: dict[str, dict[str, str]] = {}

    def wrong(self, path: Key, what: str) -> NoReturn:
        raise Misconfigured(f"{self.name}: line {line_at(self.lines, path)}, {'.'.join(path)}: {what}.")

    def load(self, tables: dict[str, Any]) -> MappingFile:
        for table in tables:
            if table not in _TABLES:
                self.wrong((table,), f"there is no such table; a mapping has {', '.join(_TABLES)}")
        settings = self._table(tables, "input")
        for key, value in settings.items():
            if key not in _SETTINGS:
                self.wrong(("input", key), f"there is no such setting; there are {', '.join(_SETTINGS)}")
            if not isinstance(value, _SETTINGS[key]):
                self.wrong(("input", key), "has a value of another kind")
        form = settings.get("format")
        if form not in ("csv", "xml"):
            self.wrong(("input", "format"), 'is "csv" or "xml"')
        self.codes = {name: self._codes(("codes", name), table) for name, table in self._table(tables, "codes").items()}
        self._check(settings)
        document = self._document(tables, xml=form == "xml")
        given: dict[str, Any] = {key: value for key, value in settings.items() if key not in ("format", "quote")}
        quote = settings.get("quote", '"') or None
        lines = {"": line_at(self.lines, ("input",))}
        lines |= {key: line_at(self.lines, ("input", key)) for key in settings}
        return MappingFile(name=self.name, format=form, document=document, lines=lines, quote=quote, **given)

    def _table(self, tables: dict[str, Any], name: str) -> dict[str, Any]:
        table = tables.get(name, {})
        if not isinstance(table, dict):
            self.wrong((name,), "is a table")
        return cast("dict[str, Any]", table)

    def _check(self, settings: dict[str, Any]) -> None:
        for key, length in (("delimiter", 1), ("decimal", 1), ("thousands", 1)):
            if key in settings and len(settings[key]) != length:
                self.wrong(("input", key), "is one character")
        if len(settings.get("quote", "")) > 1:
            self.wrong(("input", "quote"), 'is one character, or "" for none')
        if settings.get("delimiter", ",") in '\r\n\0"' or settings.get("delimiter") == settings.get("quote", '"'):
            self.wrong(("input", "delimiter"), "cannot part columns")
        if settings.get("decimal", ".") not in ".,":
            self.wrong(("input", "decimal"), 'is "," or "."')
        if settings.get("thousands") == settings.get("decimal", "."):
            self.wrong(("input", "thousands"), "is the same as decimal")
        if settings.get("format") == "xml" and not _PATH.fullmatch(settings.get("record", "")):
            self.wrong(("input", "record"), "is the path of one document from the root, e.g. /Export/Invoice")
        self._day(("input", "date"), settings.get("date", "YYYY-MM-DD"))
        encoding = settings.get("encoding", "utf-8")
        try:
            plain = is_wide(encoding) or (
                'a;"\n'.encode(encoding) == b'a;"\n' and codecs.lookup(encoding).name != "idna"
            )
        except (LookupError, UnicodeError, ValueError):
            plain = False
        if not plain:
            self.wrong(("input", "encoding"), "is no encoding that can be read, e.g. utf-8, iso-8859-1 or windows-1252")

    def _day(self, path: Key, written: str) -> None:
        if day_pattern(written) is None:
            self.wrong(path, 'is no way to write a day; use YYYY, MM, DD (or M, D), e.g. "DD.MM.YYYY"')

    def _codes(self, path: Key, table: Any) -> dict[str, str]:
        if not isinstance(table, dict) or not table:
            self.wrong(path, "is a table from the words of the input to the model's codes")
        entries = cast("dict[str, Any]", table)
        return {word: self._scalar((*path, word), code) for word, code in entries.items()}

    def _scalar(self, path: Key, value: Any) -> str:
        if isinstance(value, bool):
            return "true" if value else "false"
        if not isinstance(value, (str, int)):
            self.wrong(path, "is a text; put numbers with decimals and days into quotation marks")
        return str(value)

    def _document(self, tables: dict[str, Any], *, xml: bool) -> Group:
        entries = tuple(self._entries(("fields",), self._table(tables, "fields"), (), xml=xml))
        if not entries:
            self.wrong(("fields",), "says where the model's fields come from; it is missing or empty")
        lists: dict[Location, Group] = {}
        for path, table in self._lists(("each",), self._table(tables, "each")):
            target = tuple[str | int, ...](path[1:])
            if not is_list(target):
                self.wrong(path, "is no list of the model, such as invoice.lines")
            lists[target] = self._list(path, table, target, xml=xml)
        document = Group(
            target=(), line=line_at(self.lines, ("fields",)), entries=entries, groups=self._nested(lists, xml=xml)
        )
        filled: set[Location] = {tuple(step for step in entry.target if isinstance(step, str)) for entry in entries}
        for target, group in lists.items():
            filled |= {(*target, *(step for step in entry.target if isinstance(step, str))) for entry in group.entries}
        missing = needed(frozenset(filled))
        if missing:
            names = ", ".join(with_term(location) for location in missing)
            self.wrong(("fields",), f"nothing fills {names}; add a line for each")
        return document

    def _nested(self, lists: dict[Location, Group], *, xml: bool) -> tuple[Group, ...]:
        """Lists within lists below the innermost list around them."""

        def below(parent: Location) -> tuple[Group, ...]:
            inside = [one for one in lists if len(one) > len(parent) and one[: len(parent)] == parent]
            own = [one for one in inside if not any(one != other and one[: len(other)] == other for other in inside)]
            return tuple(
                Group(
                    target=one[len(parent) :],
                    line=lists[one].line,
                    entries=lists[one].entries,
                    groups=below(one),
                    at=lists[one].at,
                    when=lists[one].when,
                )
                for one in own
            )

        if not xml and any(one != other and one[: len(other)] == other for one in lists for other in lists):
            self.wrong(
                ("each",),
                "a row has no rows of its own; number the items instead, e.g. allowances_and_charges.1.amount",
            )
        return below(())

    def _lists(self, path: Key, table: dict[str, Any]) -> Iterator[tuple[Key, dict[str, Any]]]:
        """The tables below [each]: `[each.invoice.lines]` and `[each."invoice.lines"]` are the same."""
        for key, value in table.items():
            inner = (*path, *key.split("."))
            if not isinstance(value, dict):
                self.wrong(inner, "is a table")
            fields = cast("dict[str, Any]", value)
            if is_list(tuple(inner[1:])):
                yield inner, fields
            else:
                yield from self._lists(inner, fields)

    def _list(self, path: Key, table: dict[str, Any], target: Location, *, xml: bool) -> Group:
        at = table.get("at")
        if xml and not isinstance(at, str):
            self.wrong((*path, "at"), "is the path of the repeated element below the record, e.g. Rows/Row")
        if not xml and at is not None:
            self.wrong((*path, "at"), "belongs to XML; a CSV has one item per row")
        rest = {key: value for key, value in table.items() if key not in _LIST_SETTINGS}
        return Group(
            target=target,
            line=line_at(self.lines, path),
            entries=tuple(self._entries(path, rest, target, xml=xml)),
            at=at,
            when=self._when((*path, "when"), table.get("when", {})),
        )

    def _entries(self, path: Key, table: dict[str, Any], around: Location, *, xml: bool) -> Iterator[Entry]:
        for key, value in table.items():
            inner = (*path, *key.split("."))
            if len(inner) > _DEEPEST:
                self.wrong(inner[:_DEEPEST], "is nested deeper than any field of a document")
            if isinstance(value, dict) and not any(source in value for source in _SOURCES):
                yield from self._entries(inner, cast("dict[str, Any]", value), around, xml=xml)
                continue
            depth = 1 if path[0] == "fields" else 1 + len(around)
            target: Location = tuple(self._step(inner, step) for step in inner[depth:])
            flaw = flaw_of((*placed(around), *target))
            if flaw is not None:
                self.wrong(inner, flaw)
            for choice in _each(value):
                yield self._entry(inner, choice, target, kind_of((*around, *target)), xml=xml)

    def _step(self, path: Key, step: str) -> str | int:
        if not step.isdigit():
            return step
        if not 1 <= int(step) <= 100:
            self.wrong(path, "positions run from 1 to 100")
        return int(step) - 1

    def _entry(self, path: Key, value: Any, target: Location, kind: Any, *, xml: bool) -> Entry:
        line = line_at(self.lines, path)
        options = cast("dict[str, Any]", value) if isinstance(value, dict) else {"column": value}
        for name in options:
            if name not in _OPTIONS:
                self.wrong(path, f"there is no option “{name}”; there are {', '.join(_OPTIONS)}")
        given = [name for name in _SOURCES if name in options]
        if len(given) != 1:
            self.wrong(path, f"is filled from one of {', '.join(_SOURCES)}")
        column = options.get("column", options.get("element"))
        if column is not None and (isinstance(column, bool) or not isinstance(column, (str, int)) or column == ""):
            self.wrong(path, "names a column or an element as text")
        codes = options.get("codes")
        if isinstance(codes, str):
            if codes not in self.codes:
                self.wrong(path, f"there is no table [codes.{codes}]")
            codes = self.codes[codes]
        elif codes is not None:
            codes = self._codes(path, codes)
        written = options.get("written")
        if written is not None:
            self._day(path, str(written))
        return Entry(
            target=target,
            line=line,
            kind=kind,
            column=str(column) if column is not None else None,
            constant=self._scalar(path, options["constant"]) if "constant" in options else None,
            counter=bool(options.get("counter", False)),
            codes=codes,
            written=str(written) if written is not None else None,
            when=self._when(path, options.get("when", {})),
        )

    def _when(self, path: Key, table: Any) -> tuple[Condition, ...]:
        if not isinstance(table, dict):
            self.wrong(path, 'is a table from a column to its value, e.g. { Typ = "R" }')
        conditions = cast("dict[str, Any]", table)
        return tuple(
            (
                column,
                frozenset(self._scalar(path, one) for one in _each(value)),
            )
            for column, value in conditions.items()
        )


def _each(value: Any) -> list[Any]:
    """The values of a list, or the one that stands alone."""
    return [*value] if isinstance(value, list) else [value]
