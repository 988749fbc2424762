"""What the rules judge: an e-invoice as a light tree of named nodes, indexed by name.

The official rules are written against a syntax. A tree of UBL names carries every business term of EN 16931 once, so
it is the one shape that all formats are judged in: UBL is copied into it, other formats are laid out in it by the table
of terms. Invoice and credit note share the names `Document`, `BilledLine` and `Quantity`; prefixes are dropped, since
no name means two things.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from decimal import ROUND_FLOOR, Decimal, InvalidOperation
from functools import lru_cache
from typing import Any, Final

from lxml import etree

from vaxel_engine.intake.candidate import Location
from vaxel_engine.intake.xml import PREFIXES, Element

_ABSENT: Final = object()
_HALF = Decimal("0.5")
_SHARED = {
    "Invoice": "Document",
    "CreditNote": "Document",
    "InvoiceLine": "BilledLine",
    "CreditNoteLine": "BilledLine",
    "InvoicedQuantity": "Quantity",
    "CreditedQuantity": "Quantity",
}


_NO_CHILDREN: Final[dict[str, list["Node"]]] = {}


class Node:
    """One element: its text, its attributes and its children by name."""

    __slots__ = ("_number", "attributes", "children", "name", "parent", "source", "text", "value")

    def __init__(self, name: str, parent: "Node | None", text: str, source: "Element | Location") -> None:
        self.name = name
        self.parent = parent
        self.text = text
        """As it came; the count of decimals goes by it."""
        self.value = text.strip()
        self.attributes: dict[str, str] | None = None
        """Of a node that was laid out; an element of the input is asked itself."""
        self.children = _NO_CHILDREN
        self.source = source
        """The element of the input, or the location in the model's fields."""
        self._number: object = _ABSENT

    def all(self, *names: str) -> list["Node"]:
        """Every descendant at the end of the path, in document order."""
        nodes: list[Node] = [self]
        for name in names:
            nodes = [child for node in nodes for child in node.children.get(name, ())]
        return nodes

    def first(self, *names: str) -> "Node | None":
        """The first descendant at the end of the path."""
        node = self
        forked = False
        for name in names:
            found = node.children.get(name)
            if found is None:
                return next(iter(self.all(*names)), None) if forked else None
            forked = forked or len(found) > 1
            node = found[0]
        return node

    def has(self, *names: str) -> bool:
        """Whether the path leads to anything."""
        return self.first(*names) is not None

    def words(self, *names: str) -> str:
        """The trimmed text of the first descendant at the end of the path, "" without one."""
        found = self.first(*names)
        return found.value if found is not None else ""

    def amount(self, *names: str) -> Decimal | None:
        """The number of the first descendant at the end of the path; None without one or where it is no number."""
        found = self.first(*names)
        return found.number if found is not None else None

    def attribute(self, name: str) -> str | None:
        """An attribute as it came, None without it."""
        source = self.source
        if isinstance(source, tuple):
            return self.attributes.get(name) if self.attributes is not None else None
        return source.get(name)

    @property
    def number(self) -> Decimal | None:
        """The text as xs:decimal, None where it is none."""
        if self._number is _ABSENT:
            self._number = decimal_of(self.value)
        return self._number if isinstance(self._number, Decimal) else None

    @property
    def is_charge(self) -> bool | None:
        """The charge indicator as xs:boolean, None where there is none."""
        return {"true": True, "1": True, "false": False, "0": False}.get(self.words("ChargeIndicator"))

    @property
    def is_vat(self) -> bool:
        """Whether its tax scheme is VAT."""
        return any(scheme.words("ID").upper() == "VAT" for scheme in self.children.get("TaxScheme", ()))

    @property
    def path(self) -> str:
        """The XPath in the input, with positions where a name is repeated; for an element of UBL only."""
        steps: list[str] = []
        node: Node | None = self
        while node is not None and not isinstance(node.source, tuple):
            element = etree.QName(node.source)
            prefix = PREFIXES.get(element.namespace or "")
            step = f"{prefix}:{element.localname}" if prefix else element.localname
            siblings = node.parent.children[node.name] if node.parent is not None else [node]
            steps.append(f"{step}[{siblings.index(node) + 1}]" if len(siblings) > 1 else step)
            node = node.parent
        return "/" + "/".join(reversed(steps))


_DIGITS = frozenset("0123456789")


def decimal_of(words: str) -> Decimal | None:
    """An xs:decimal: digits, one point, a sign; Python alone would take 1e3, NaN and 1_000."""
    if not words or words.strip("+-.0123456789") or "_" in words:
        return None
    try:
        return Decimal(words) if not _DIGITS.isdisjoint(words) else None
    except InvalidOperation:
        return None


def rounded(value: Decimal) -> Decimal:
    """Round to cents as XPath's round() does: halves towards plus infinity, so -2.5 becomes -2."""
    return (value * 100 + _HALF).to_integral_value(ROUND_FLOOR).scaleb(-2)


def whole(value: Decimal) -> Decimal:
    """Round to whole units as XPath's round() does."""
    return (value + _HALF).to_integral_value(ROUND_FLOOR)


@dataclass(slots=True)
class Bill:
    """One invoice or credit note: the tree, every node by its name, and what many rules ask for."""

    root: Node
    credit: bool
    placed: dict[tuple[str, str], list[Node]]
    """Every node by its name and its parent's."""
    empty: list[Node]
    """Leaves without text (PEPPOL-EN16931-R008)."""
    notation: str = "ubl"
    """ "ubl" where the tree is the input itself, else "terms": then syntax rules have nothing to bind to."""
    _kept: dict[str, Any] = field(default_factory=dict[str, Any])
    _named: dict[str, list[Node]] | None = None

    @property
    def named(self) -> dict[str, list[Node]]:
        """Every node by its name, in document order below each kind of parent."""
        if self._named is None:
            self._named = {}
            for (name, _), nodes in self.placed.items():
                self._named.setdefault(name, []).extend(nodes)
        return self._named

    def order(self) -> dict[int, int]:
        """The place of each node, by its id, in the order of the document."""
        places: dict[int, int] = {}

        def number(node: Node) -> None:
            places[id(node)] = len(places)
            for nodes in node.children.values():
                for child in nodes:
                    number(child)

        number(self.root)
        return places

    def release(self) -> None:
        """Cut the ties between parents and children, so that memory is free at once and not at the next collection."""
        for nodes in self.placed.values():
            for node in nodes:
                node.parent = None
                node.children = _NO_CHILDREN

    def kept(self, key: str, make: "Callable[[Bill], Any]") -> Any:
        """What `make(bill)` gives, computed once per document."""
        if key not in self._kept:
            self._kept[key] = make(self)
        return self._kept[key]


class Planter:
    """Grows one tree node by node and keeps the index beside it."""

    def __init__(self) -> None:
        self.placed: dict[tuple[str, str], list[Node]] = {}

    def plant(self, local: str, parent: Node | None, text: str, source: Element | Location) -> Node:
        """Add a node as the last child of its parent."""
        name = _SHARED.get(local, local)
        node = Node(name, parent, text, source)
        self.placed.setdefault((name, parent.name if parent is not None else ""), []).append(node)
        if parent is not None:
            if parent.children is _NO_CHILDREN:
                parent.children = {}
            parent.children.setdefault(name, []).append(node)
        return node


@lru_cache(maxsize=1024)
def _name(tag: str) -> str:
    local = tag.rpartition("}")[2]
    return _SHARED.get(local, local)


def tree_of(element: Element) -> Bill:
    """Copy a UBL Invoice or CreditNote; one pass, every element once."""
    placed: dict[tuple[str, str], list[Node]] = {}
    empty: list[Node] = []

    def grow(element: Element, node: Node) -> None:
        above = node.name
        children: dict[str, list[Node]] = {}
        for child in element:
            name = _name(child.tag)
            grown = Node(name, node, child.text or "", child)
            if name in children:
                children[name].append(grown)
            else:
                children[name] = [grown]
            key = (name, above)
            if key in placed:
                placed[key].append(grown)
            else:
                placed[key] = [grown]
            if len(child):
                grow(child, grown)
            elif not grown.value:
                empty.append(grown)
        node.children = children

    root = Node(_name(element.tag), None, "", element)
    placed[root.name, ""] = [root]
    grow(element, root)
    if not root.children:
        empty.append(root)
    return Bill(root=root, credit=element.tag.endswith("}CreditNote"), placed=placed, empty=empty)
