"""A vendor's XML by its mapping: each record is read and let go, so that memory is that of one record."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TypeAlias, cast

from lxml import etree

from vaxel_engine.errors import Misconfigured, Rejected, Unreadable
from vaxel_engine.intake.candidate import Candidate, Place, Records
from vaxel_engine.intake.mapping.assembly import Assembly, Scope, fulfils
from vaxel_engine.intake.mapping.rules import Group, MappingFile
from vaxel_engine.intake.source import Source
from vaxel_engine.intake.xml import Element, line_of

ELEMENTS_LIMIT = 200_000
"""Elements of one record."""

_STEP = re.compile(r"(?P<prefix>[^:/\[\]@]+:)?(?P<name>[^:/\[\]@]+)(?P<rest>\[[^/]*\])?")
Found: TypeAlias = tuple[str, str | None]
"""A path for `find` and, after it, the name of an attribute."""


def xml_records(source: Source, mapping: MappingFile) -> Records:
    """Check the paths and the file's beginning, raising Misconfigured and Unreadable, and return the documents."""
    paths = _Paths(mapping)
    if b"<!DOCTYPE" in source.opening.replace(b"\x00", b""):
        raise Unreadable(
            f"{source.name}: has a DOCTYPE, which no invoice needs and which is refused; export it without."
        )
    root = source.root
    if root is None:
        raise Unreadable(f"{source.name}: is {source.looks_like()}; {mapping.name} is for XML.")
    first = mapping.record.split("/")[1]
    if etree.QName(root).localname != first.rpartition(":")[2]:
        raise Unreadable(
            f"{source.name}: has the root element {etree.QName(root).localname[:100]}, and line "
            f"{mapping.line_of('record')} of {mapping.name} begins with {first}; write what the file calls it."
        )
    return _records(source, mapping, paths)


class _Paths:
    """The paths of a mapping as lxml finds them; a name without prefix is found in any namespace."""

    def __init__(self, mapping: MappingFile) -> None:
        self._mapping = mapping
        self.found: dict[str, Found] = {}
        for path, line in _named(mapping.document):
            self.found[path] = self._compiled(path, line)
        self.leaves = _leaf_names(mapping.document, "")
        self.told: dict[tuple[str, ...], tuple[str, ...]] = {}
        self.record = tuple(step.rpartition(":")[2] for step in mapping.record.split("/")[1:])

    def _compiled(self, path: str, line: int) -> Found:
        elements, _, attribute = path.partition("@") if not path.endswith("]") else (path, "", "")
        steps = [step for step in elements.split("/") if step not in ("", ".")]
        try:
            compiled = "/".join(self._step(step) for step in steps)
            if compiled:
                etree.Element("none").find(compiled)
        except (KeyError, ValueError, SyntaxError) as error:
            raise Misconfigured(
                f"{self._mapping.name}: line {line}: “{path}” is no path, e.g. Buyer/Name or Amount/@currency."
            ) from error
        return compiled, attribute or None

    def _step(self, step: str) -> str:
        match = _STEP.fullmatch(step)
        if match is None:
            raise ValueError(step)
        prefix = (match["prefix"] or "").removesuffix(":")
        space = self._mapping.namespaces[prefix] if prefix else "*"
        return f"{{{space}}}{match['name']}{match['rest'] or ''}"


def _named(group: Group) -> Iterator[tuple[str, int]]:
    yield from group.columns()
    yield from _repeated(group)


def _repeated(group: Group) -> Iterator[tuple[str, int]]:
    if group.at is not None:
        yield group.at, group.line
    for inner in group.groups:
        yield from _repeated(inner)


@dataclass(frozen=True, slots=True)
class _ElementScope:
    """An element as the entries of a mapping look into it."""

    element: Element
    path: str
    found: Mapping[str, Found] = field(repr=False)

    def value(self, column: str) -> str | None:
        path, attribute = self.found[column]
        target = self.element.find(path) if path else self.element
        if target is None:
            return None
        return target.get(attribute) if attribute is not None else target.text

    def place(self, column: str) -> Place:
        path, _ = self.found.get(column, ("", None))
        target = self.element.find(path) if path else self.element
        step = column.removeprefix("./") if column != "." else ""
        return Place(
            f"{self.path}/{step}" if step else self.path, line_of(target if target is not None else self.element)
        )


def _records(source: Source, mapping: MappingFile, paths: _Paths) -> Iterator[Candidate | Rejected]:
    record = 0
    with source.open() as stream:
        events = etree.iterparse(
            stream,
            events=("start", "end"),
            resolve_entities=False,
            no_network=True,
            load_dtd=False,
            huge_tree=False,
            remove_comments=True,
            remove_pis=True,
        )
        reading = _Elements(paths.record)
        try:
            for event, element in events:
                if not isinstance(element, etree._Element):  # pyright: ignore[reportPrivateUsage]
                    continue
                if reading.of_record(event, element):
                    record += 1
                    yield _one(element, source, mapping, paths, record, reading.count)
                    reading.let_go(element)
        except etree.XMLSyntaxError as error:
            line, column = error.position
            if record == 0 and line <= 1:
                raise Unreadable(f"{source.name}: line {line}, column {column}: is not well-formed XML.") from error
            yield Rejected(
                file=source.name,
                record=record + 1,
                line=line,
                path="",
                found=f"XML that is not well-formed in column {column}, so that nothing after it can be read",
                remedy="export the file again",
            )
            return
    if record == 0:
        raise Unreadable(
            f"{source.name}: holds no {mapping.record}, which line {mapping.line_of('record')} of {mapping.name} "
            "names; write the path of one document there."
        )


class _Elements:
    """Where the parser stands: which elements are open, and how many the present record has."""

    def __init__(self, record: Sequence[str]) -> None:
        self._record = tuple(record)
        self._open: list[str] = []
        self._within = False
        self.count = 0

    def of_record(self, event: str, element: Element) -> bool:
        """Follow one event; true when a record has come to its end."""
        if event == "start":
            self._open.append(etree.QName(element).localname)
            if self._within:
                self.count += 1
            elif len(self._open) == len(self._record) and tuple(self._open) == self._record:
                self._within, self.count = True, 1
            return False
        ended = self._within and len(self._open) == len(self._record)
        self._open.pop()
        if ended:
            self._within = False
        elif not self._within or self.count > ELEMENTS_LIMIT:
            self.let_go(element)
        return ended

    def let_go(self, element: Element) -> None:
        """Free an element that was read, and those before it."""
        element.clear()
        parent = element.getparent()
        while parent is not None and element.getprevious() is not None:
            del parent[0]


def _one(
    element: Element, source: Source, mapping: MappingFile, paths: _Paths, record: int, count: int
) -> Candidate | Rejected:
    path = f"{mapping.record}[{record}]"
    if count > ELEMENTS_LIMIT:
        return Rejected(
            file=source.name,
            record=record,
            line=line_of(element),
            path=path,
            found=f"more than {ELEMENTS_LIMIT:,} elements in one document",
            remedy="split the document",
        )

    def spread(group: Group, scopes: Sequence[Scope]) -> Sequence[Scope]:
        found: list[Scope] = []
        for around in cast("Sequence[_ElementScope]", scopes):
            at = group.at or ""
            inner = around.element.findall(paths.found[at][0])
            numbered = [_ElementScope(one, f"{around.path}/{at}[{n}]", paths.found) for n, one in enumerate(inner, 1)]
            found += [scope for scope in numbered if fulfils(scope, group.when)]
        return found

    assembly = Assembly(mapping, source.name, record, spread)
    try:
        return assembly.candidate([_ElementScope(element, path, paths.found)], _left(element, mapping, paths))
    except Rejected as rejection:
        return rejection


def _left(element: Element, mapping: MappingFile, paths: _Paths) -> tuple[str, ...]:
    """The leaf elements with text that the mapping does not name, by paths without positions; equal ones are one."""
    left: dict[str, None] = {}

    def walk(inner: Element, below: str) -> None:
        for child in inner:
            here = f"{below}{etree.QName(child).localname}"
            if len(child):
                walk(child, f"{here}/")
            elif child.text and child.text.strip() and here not in paths.leaves:
                left[f"{mapping.record}/{here}"] = None

    walk(element, "")
    told = tuple(left)
    return paths.told.setdefault(told, told) if len(paths.told) < 1_000 else told


def _leaf_names(group: Group, around: str) -> set[str]:
    """Every path that the mapping names, below the record, without prefixes, predicates and attributes."""

    def plain(path: str) -> str:
        steps = path.partition("@")[0].split("/") if not path.endswith("]") else path.split("/")
        return "/".join(step.partition("[")[0].rpartition(":")[2] for step in steps if step not in ("", "."))

    own = [entry.column for entry in group.entries if entry.column is not None]
    own += [name for entry in group.entries for name, _ in entry.when] + [name for name, _ in group.when]
    names = {f"{around}{plain(path)}".rstrip("/") for path in own}
    for inner in group.groups:
        names |= _leaf_names(inner, f"{around}{plain(inner.at or '')}/")
    return names
