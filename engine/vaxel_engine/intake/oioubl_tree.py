"""The tree of an OIOUBL document while its codes are being translated, and what had to be left of it."""

from dataclasses import dataclass, field
from decimal import Decimal, InvalidOperation

from vaxel_engine.errors import Rejected
from vaxel_engine.intake.ubl_rules import b
from vaxel_engine.intake.xml import CBC, Element, line_of, path_of

_LIST_NAMES = frozenset(
    {
        *("listID", "listAgencyID", "listAgencyName", "listName", "listVersionID", "listURI", "listSchemeURI"),
        *("schemeAgencyID", "schemeAgencyName", "schemeDataURI", "schemeURI", "schemeVersionID", "unitCodeListID"),
        *("unitCodeListAgencyID", "unitCodeListAgencyName", "languageID", "name"),
    }
)
_CLASSIFICATION = b("ItemClassificationCode")
_VALUE_LISTS = "urn:oioubl:"


@dataclass(slots=True)
class Translation:
    """One document on its way from OIOUBL's words to those of EN 16931."""

    root: Element
    file: str
    record: int
    left: list[str] = field(default_factory=list[str])
    """Paths of what the model has no place for."""
    moved: set[str] = field(default_factory=set[str])
    """Paths of UBL that were filled from elsewhere in the original."""

    @property
    def name(self) -> str:
        """ "Invoice" or "CreditNote"."""
        return self.root.tag.rpartition("}")[2]

    def leave(self, element: Element) -> None:
        """Take an element out, and tell of it."""
        self.left.append(path_of(element))
        take_out(element)

    def has(self, path: str) -> bool:
        """Whether the original itself holds a path that a translation may fill."""
        return path not in self.moved

    def rejected(self, element: Element, *, found: str, remedy: str, term: str | None = None) -> Rejected:
        """The rejection of the document for what stands in this element."""
        return Rejected(
            file=self.file,
            record=self.record,
            line=line_of(element),
            path=path_of(element),
            term=term,
            found=found,
            remedy=remedy,
        )


def drop_list_names(root: Element) -> None:
    """Take out the attributes that say which list a code is from: they are how it is written, not what it says."""
    for element in root.iter(f"{{{CBC}}}*"):
        if not element.attrib or element.tag == _CLASSIFICATION:
            continue
        for name in [str(name) for name in element.attrib]:
            if name in _LIST_NAMES or (name == "schemeID" and element.get(name, "").startswith(_VALUE_LISTS)):
                del element.attrib[name]


def take_out(element: Element) -> None:
    """Remove an element from its parent."""
    parent = element.getparent()
    if parent is not None:
        parent.remove(element)


def words(element: Element | None) -> str:
    """The trimmed text of an element; "" for none."""
    return (element.text or "").strip() if element is not None else ""


def amount(element: Element | None) -> Decimal | None:
    """The number in an element, None where there is none: what is wrong with it is told by the reader of UBL."""
    text = words(element)
    try:
        value = Decimal(text) if text.isascii() and "_" not in text else None
    except InvalidOperation:
        return None
    return value if value is not None and value.is_finite() else None
