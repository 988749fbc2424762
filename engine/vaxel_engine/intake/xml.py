"""XML from outside, read safely: no entities, no network, no document type, and one walk over the elements."""

import contextlib
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from itertools import islice
from typing import Any, TypeAlias

from lxml import etree

from vaxel_engine.errors import Rejected, Unreadable
from vaxel_engine.model.base import MANY

Element: TypeAlias = etree._Element  # pyright: ignore[reportPrivateUsage]  # lxml has no public name for it
Fields: TypeAlias = dict[str, Any]

ELEMENTS_LIMIT = 500_000
"""Elements in one file: a tree takes some 150 bytes for each (300 lines of an invoice take 15,000 elements)."""
LEFT_LIMIT = 5_000
"""How many elements, and how many attributes, of one document are told as not carried."""


_STEP = 1024


def _parser() -> etree.XMLParser:
    return etree.XMLParser(
        resolve_entities=False,
        no_network=True,
        load_dtd=False,
        huge_tree=False,
        remove_comments=True,
        remove_pis=True,
    )


def root_tag(opening: bytes) -> str | None:
    """Return `{namespace}name` of the root element in a file's first bytes, or None where they are no XML."""
    parser = etree.XMLPullParser(
        events=("start",), resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False
    )
    for start in range(0, len(opening), _STEP):  # the root mostly stands in the first step
        with contextlib.suppress(etree.XMLSyntaxError):  # what came before a fault is still among the events
            parser.feed(opening[start : start + _STEP])
        with contextlib.suppress(etree.XMLSyntaxError):
            for _, element in parser.read_events():
                if isinstance(element, etree._Element):  # pyright: ignore[reportPrivateUsage]
                    return element.tag
    return None


def parse(body: bytes, file: str) -> Element:
    """Return the root element; raises Unreadable for XML that is broken, has a DOCTYPE or too many elements."""
    if body.count(b"<") - body.count(b"</") > ELEMENTS_LIMIT:
        raise Unreadable(f"{file}: holds more than {ELEMENTS_LIMIT:,} elements; split it into smaller files.")
    try:
        root = etree.fromstring(body, _parser())
    except etree.XMLSyntaxError as error:
        if b"<!DOCTYPE" in body[:65_536]:
            raise _doctype(file) from error
        line, column = error.position
        raise Unreadable(
            f"{file}: line {line}, column {column}: is not well-formed XML; export it again from the billing system."
        ) from error
    except (LookupError, ValueError) as error:
        raise Unreadable(f"{file}: declares an encoding that cannot be read; save it as UTF-8.") from error
    document = root.getroottree().docinfo
    if document.internalDTD is not None or document.doctype:
        raise _doctype(file)
    return root


def _doctype(file: str) -> Unreadable:
    return Unreadable(f"{file}: has a DOCTYPE, which no invoice needs and which is refused; export it without.")


Rule: TypeAlias = Callable[[Element, Fields, "Walk"], None]
"""Takes one element into the fields, or leaves it."""
Table: TypeAlias = Mapping[str, Rule]
"""Which rule takes which `{namespace}name`."""


class Left(list[Element]):
    """Elements that the model has no place for; past LEFT_LIMIT they are no longer kept."""

    def append(self, element: Element, /) -> None:
        """Keep one more."""
        if len(self) < LEFT_LIMIT:
            super().append(element)

    def extend(self, elements: Iterable[Element], /) -> None:
        """Keep several more."""
        super().extend(islice(elements, max(0, LEFT_LIMIT - len(self))))


def add(fields: Fields, key: str, value: object) -> None:
    """Put one more into a list; past what the model bears they are no longer kept, and the model says so."""
    several: list[object] = fields.setdefault(key, [])
    if len(several) <= MANY:
        several.append(value)


@dataclass(slots=True)
class Walk:
    """One walk over one document: what was met on the way that the model has no place for."""

    file: str
    record: int
    currency: str | None
    """BT-5: the currency all amounts must be in; None where it is absent or unknown, a fault of its own."""
    left: Left = field(default_factory=Left)
    left_attributes: list[tuple[Element, str]] = field(default_factory=list[tuple[Element, str]])

    def children(self, element: Element, table: Table, fields: Fields) -> None:
        """Give every child to its rule; a child without one is left, and told."""
        for child in element:
            rule = table.get(child.tag)
            if rule is None:
                self.left.append(child)
            else:
                rule(child, fields, self)

    def attributes(self, element: Element, *known: str) -> None:
        """Tell of the attributes that are not among the known ones."""
        for name in element.attrib:
            if name not in known and len(self.left_attributes) < LEFT_LIMIT:
                self.left_attributes.append((element, str(name)))

    def not_carried(self) -> tuple[str, ...]:
        """The paths of everything that was left, each once, without positions."""
        paths = [path_of(element) for element in self.left]
        paths += [f"{path_of(element)}/@{etree.QName(name).localname}" for element, name in self.left_attributes]
        return tuple(dict.fromkeys(paths))


def path_of(element: Element) -> str:
    """The path of an element below the root with the customary prefixes, without positions."""
    steps: list[str] = []
    step: Element | None = element
    while step is not None:
        name = etree.QName(step)
        prefix = PREFIXES.get(name.namespace or "")
        steps.append(f"{prefix}:{name.localname}" if prefix else name.localname)
        step = step.getparent()
    return "/" + "/".join(reversed(steps))


CAC = "urn:oasis:names:specification:ubl:schema:xsd:CommonAggregateComponents-2"
CBC = "urn:oasis:names:specification:ubl:schema:xsd:CommonBasicComponents-2"
EXT = "urn:oasis:names:specification:ubl:schema:xsd:CommonExtensionComponents-2"
RSM = "urn:un:unece:uncefact:data:standard:CrossIndustryInvoice:100"
RAM = "urn:un:unece:uncefact:data:standard:ReusableAggregateBusinessInformationEntity:100"
UDT = "urn:un:unece:uncefact:data:standard:UnqualifiedDataType:100"
QDT = "urn:un:unece:uncefact:data:standard:QualifiedDataType:100"
PREFIXES: Mapping[str, str] = {CAC: "cac", CBC: "cbc", EXT: "ext", RSM: "rsm", RAM: "ram", UDT: "udt", QDT: "qdt"}


def line_of(element: object) -> int | None:
    """The line an element begins on, where the parser knows it."""
    line: object = getattr(element, "sourceline", None)
    return line if isinstance(line, int) else None


_NAMESPACES = {prefix: namespace for namespace, prefix in PREFIXES.items()}


def line_at(root: Element, path: str) -> int | None:
    """The line of the deepest element that is there on a path which begins with the root's name."""
    steps = path.split("/")[2:]
    while steps:
        found = root.xpath("./" + "/".join(steps), namespaces=_NAMESPACES)
        line = next((line_of(hit) for hit in found), None) if isinstance(found, list) else None
        if line is not None:
            return line
        steps.pop()
    return line_of(root)


def rejected(element: Element, walk: Walk, *, found: str, remedy: str, term: str | None = None) -> Rejected:
    """The rejection of the record for what stands in this element."""
    return Rejected(
        file=walk.file,
        record=walk.record,
        line=line_of(element),
        path=path_of(element),
        term=term,
        found=found,
        remedy=remedy,
    )
