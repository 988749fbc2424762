"""A sample of XML: which element is one document, which are its rows, and what stands in them."""

from collections import Counter
from collections.abc import Iterator

from lxml import etree

from vaxel_engine.errors import Unreadable
from vaxel_engine.intake.mapping.draft import Column, Sample, date_settings, number_settings
from vaxel_engine.intake.mapping.synonyms import fields_called, folded
from vaxel_engine.intake.source import Source
from vaxel_engine.intake.xml import Element, parse

_DOCUMENTS = ("invoice", "faktura", "regning", "document", "dokument", "bill", "creditnote", "kreditnota")
_ROWS = (
    "row",
    "line",
    "rad",
    "linje",
    "item",
    "post",
    "position",
    "invoiceline",
    "invoicerow",
    "fakturarad",
    "fakturalinje",
)


def xml_sample(source: Source) -> Sample:
    """Look at a whole XML file; raises Unreadable where no element can be one document."""
    root = parse(source.whole("a sample"), source.name)
    record = _record(root)
    if record is None:
        raise Unreadable(f"{source.name}: has no element that could be one document; hand over a sample with some.")
    records = root.findall("/".join(f"{{*}}{step}" for step in record[1:])) if len(record) > 1 else [root]
    at = _repeated(records)
    columns = [Column(path, _word(path), tuple(values)) for path, values in _leaves(records, at).items()]
    if at is not None:
        rows = [row for one in records for row in one.findall("/".join(f"{{*}}{step}" for step in at.split("/")))]
        columns += [
            Column(path, _word(path, at.rpartition("/")[2]), tuple(values), in_line=True)
            for path, values in _leaves(rows, None).items()
        ]
    settings = [("format", "xml"), ("record", "/" + "/".join(record))]
    settings += [*number_settings(columns), *date_settings(columns)]
    return Sample(settings=tuple(settings), columns=tuple(columns), at=at)


def _name(element: Element) -> str:
    return etree.QName(element).localname


def _paths(element: Element, path: tuple[str, ...]) -> Iterator[tuple[str, ...]]:
    yield path
    for child in element:
        yield from _paths(child, (*path, _name(child)))


def _record(root: Element) -> tuple[str, ...] | None:
    """The shallowest element that is called a document, else the shallowest one that is repeated and has children."""
    counts = Counter(_paths(root, (_name(root),)))
    parents = {path[:-1] for path in counts}
    inner = sorted((path for path in counts if path in parents), key=len)
    called = [path for path in inner if folded(path[-1]) in _DOCUMENTS]
    repeated = [path for path in inner if counts[path] > 1]
    return next(iter(called), None) or next(iter(repeated), None) or (inner[0] if inner else None)


def _repeated(records: list[Element]) -> str | None:
    """The path of the rows below a record: called a row, or repeated within one record."""
    seen: dict[str, int] = {}
    for record in records:
        for path, count in Counter(_paths(record, ())).items():
            if path:
                seen["/".join(path)] = max(seen.get("/".join(path), 0), count)
    called = [path for path in seen if folded(path.rpartition("/")[2]) in _ROWS]
    repeated = [path for path, count in seen.items() if count > 1]
    return min(called, key=len, default=None) or min(repeated, key=len, default=None)


def _leaves(elements: list[Element], without: str | None) -> dict[str, list[str]]:
    """The attributes and texts below some elements, by their paths."""
    found: dict[str, list[str]] = {}

    def walk(element: Element, path: str) -> None:
        if path == without:
            return
        for name in [str(name) for name in element.attrib]:
            value = element.get(name, "")
            if value.strip():
                here = f"{path}/@{name}" if path else f"@{name}"
                found.setdefault(here, []).append(value.strip())
        if len(element) == 0 and element.text and element.text.strip():
            found.setdefault(path or ".", []).append(element.text.strip())
        for child in element:
            walk(child, f"{path}/{_name(child)}" if path else _name(child))

    for element in elements:
        walk(element, "")
    return found


def _word(path: str, around: str = "") -> str:
    """A path as it is looked up: alone where its name is known, else with the name around it."""
    steps = [step.removeprefix("@") for step in path.split("/")]
    above = steps[-2] if len(steps) > 1 else around
    joined = folded(above + steps[-1])
    return joined if fields_called(joined) else folded(steps[-1])
