"""Parties of OIOUBL: schemes of identifiers, names, house numbers, the person who ordered."""

from collections.abc import Iterable

from lxml import etree

from vaxel_engine.intake.oioubl_codes import codes
from vaxel_engine.intake.oioubl_tree import Translation, take_out, words
from vaxel_engine.intake.ubl_rules import a, b
from vaxel_engine.intake.xml import Element

_VAT = ("63", "VAT")  # urn:oioubl:id:taxschemeid-1.5: 63 is moms
_IDENTIFIERS = (b("EndpointID"), b("ID"), b("CompanyID"))
_ADDRESSES = ("PostalAddress", "Address", "DeliveryAddress")
_STREET = ("StreetName", "BuildingNumber", "Floor", "Room")
_BESIDE = ("Postbox", "InhouseMail", "Department", "District", "PlotIdentification", "MarkAttention", "MarkCare")
_COUNTRY = "DK"  # OIOUBL is written for Denmark; an address without a country is there


def translate_parties(translation: Translation) -> None:
    """Give every party of the document the names and schemes that EN 16931 has for them."""
    root = translation.root
    for name in _ADDRESSES:
        for address in list(root.iter(a(name))):
            _address(address)
    for party in list(root.iter(a("Party"), a("PayeeParty"), a("TaxRepresentativeParty"))):
        _schemes(party, translation)
        _tax_schemes(party)
        if party.tag == a("Party"):
            _name(party)
    _person_who_ordered(root)


def _schemes(party: Element, translation: Translation) -> None:
    known = codes("scheme")
    for identifier in list(party.iter(*_IDENTIFIERS)):
        scheme = identifier.get("schemeID")
        if scheme is None or scheme.isdigit() or scheme in ("SEPA", ""):
            continue
        if scheme in known:
            identifier.set("schemeID", known[scheme])
        elif scheme == "DK:CPR" or identifier.tag == b("EndpointID"):
            translation.leave(identifier)  # a person's number has no place in an invoice; an unknown network no address
        elif not scheme.startswith("urn:oioubl:"):
            del identifier.attrib["schemeID"]


def _tax_schemes(party: Element) -> None:
    for registration in party.findall(a("PartyTaxScheme")):
        scheme = registration.find(f"{a('TaxScheme')}/{b('ID')}")
        if scheme is None or words(scheme) not in _VAT:
            continue
        scheme.text = "VAT"
        number = registration.find(b("CompanyID"))
        if number is not None:
            number.attrib.pop("schemeID", "")  # BT-31 has no scheme: its prefix says whose it is
        for name in registration.findall(f"{a('TaxScheme')}/{b('Name')}"):
            take_out(name)


def _name(party: Element) -> None:
    """BT-27 and BT-44 are the registered name; OIOUBL asks for it only where there is one."""
    entity = party.find(a("PartyLegalEntity"))
    name = party.find(f"{a('PartyName')}/{b('Name')}")
    if name is None or (entity is not None and entity.find(b("RegistrationName")) is not None):
        return
    if entity is None:
        entity = etree.SubElement(party, a("PartyLegalEntity"))
    name.tag = b("RegistrationName")
    entity.insert(0, name)


def _person_who_ordered(root: Element) -> None:
    """The buyer's contact identifier is the Danish public sector's "personreference": BT-10."""
    reference = root.find(f"{a('AccountingCustomerParty')}/{a('Party')}/{a('Contact')}/{b('ID')}")
    if reference is not None and words(reference) and root.find(b("BuyerReference")) is None:
        reference.tag = b("BuyerReference")
        root.insert(0, reference)


def _address(address: Element) -> None:
    """Put street, number, floor and door on one line, and what has no line of its own on the next free one."""
    for form in address.findall(b("AddressFormatCode")):
        take_out(form)
    _join(address, "StreetName", _STREET)
    _join(address, "AdditionalStreetName", ("AdditionalStreetName", *_BESIDE))
    _lines(address)
    country = address.find(a("Country"))
    if country is None:
        country = etree.SubElement(address, a("Country"))
    if country.find(b("IdentificationCode")) is None:
        etree.SubElement(country, b("IdentificationCode")).text = _COUNTRY


def _join(address: Element, target: str, names: Iterable[str]) -> None:
    parts = [part for name in names if (part := address.find(b(name))) is not None]
    texts = [words(part) for part in parts if words(part)]
    if not texts:
        return
    first, *others = parts
    first.tag = b(target)
    first.text = (" " if target == "StreetName" else ", ").join(texts)
    for other in others:
        take_out(other)


def _lines(address: Element) -> None:
    """An unstructured address has lines only; EN 16931 has three, the first two by the names of a street."""
    lines = [line for parent in address.findall(a("AddressLine")) for line in parent.findall(b("Line")) if words(line)]
    for target in ("StreetName", "AdditionalStreetName"):
        if lines and address.find(b(target)) is None:
            line = lines.pop(0)
            line.tag = b(target)
            address.insert(0, line)
