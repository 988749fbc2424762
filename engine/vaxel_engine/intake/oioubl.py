"""OIOUBL: the Danish UBL. Version 2 has codes of its own, which are put into EN 16931's words before UBL reads them."""

import re
from collections.abc import Iterator
from dataclasses import replace
from typing import Any, cast

from vaxel_engine.errors import Rejected
from vaxel_engine.intake import ubl
from vaxel_engine.intake.candidate import Candidate, Location, Place, Records
from vaxel_engine.intake.oioubl_parties import translate_parties
from vaxel_engine.intake.oioubl_payment import translate_payment
from vaxel_engine.intake.oioubl_sums import translate_lines, translate_sums
from vaxel_engine.intake.oioubl_tree import Translation, drop_list_names
from vaxel_engine.intake.source import Source
from vaxel_engine.intake.ubl_rules import b
from vaxel_engine.intake.xml import Element, parse

_NAMED = re.compile(rb"CustomizationID[^>]{0,400}>\s{0,80}(OIOUBL-|urn:fdc:oioubl\.dk:)")
_OWN_CODES = "OIOUBL-2"
_MOVED = (
    ("/Invoice/cbc:DueDate", "/Invoice/cac:PaymentMeans/cbc:PaymentDueDate"),
    ("cac:Item/cac:ClassifiedTaxCategory", "cac:TaxTotal/cac:TaxSubtotal/cac:TaxCategory"),
)
"""Where UBL keeps what OIOUBL 2 keeps elsewhere, for the reader of a rejection."""


def recognises(source: Source) -> bool:
    """Whether it is a UBL invoice or credit note that names OIOUBL as its specification."""
    return ubl.recognises(source) and _NAMED.search(source.opening.replace(b"\x00", b"")) is not None


def records(source: Source) -> Records:
    """Parse the file, raising Unreadable for broken or hostile XML, and return its one record."""
    return _one(parse(source.whole("OIOUBL"), source.name), source.name)


def _one(root: Element, file: str) -> Iterator[Candidate | Rejected]:
    try:
        yield read_tree(root, file)
    except Rejected as rejection:
        yield rejection


def read_tree(root: Element, file: str, record: int = 1) -> Candidate:
    """Turn a parsed OIOUBL 2 or 3 document into the model's names; raises Rejected where it cannot be understood.

    OIOUBL 3 has the codes of EN 16931 and only its addresses are put together. The tree is changed on the way.
    """
    specification = root.find(b("CustomizationID"))
    named = (specification.text or "").strip() if specification is not None else ""
    translation = Translation(root=root, file=file, record=record)
    translate_parties(translation)
    if specification is None or not named.startswith(_OWN_CODES):
        return ubl.read_tree(root, file, record)
    root.remove(specification)  # the UBL reader refuses the name, and with it codes that are translated here
    drop_list_names(root)
    translate_lines(translation)
    translate_sums(translation)
    translate_payment(translation)
    return _told(ubl.read_tree(root, file, record), named, translation)


def _told(candidate: Candidate, specification: str, translation: Translation) -> Candidate:
    """The candidate with what only the original could say: its specification, what was left of it, its paths."""
    fields = cast("dict[str, Any]", candidate.fields)
    fields["invoice"]["specification"] = specification
    left = tuple(dict.fromkeys((*translation.left, *candidate.not_carried)))
    by_ubl = candidate.locate

    def locate(location: Location) -> Place:
        place = by_ubl(location)
        for path, original in _MOVED:
            if path in place.path and not translation.has(path):
                return replace(place, path=place.path.replace(path, original))
        return place

    return replace(candidate, locate=locate, not_carried=left, tree=None)  # judged as what it was put into
