"""What the national rules have in common: whose VAT number, from which country."""

import re

from vaxel_engine.rules.node import Bill, Node

COUNTRY = ("PostalAddress", "Country", "IdentificationCode")


def is_number(words: str) -> bool:
    """Whether XPath's number() would take it."""
    return re.fullmatch(r"[+-]?([0-9]+(\.[0-9]*)?|\.[0-9]+)([eE][+-]?[0-9]+)?", words) is not None


def vat_numbers(party: Node) -> list[Node]:
    """The identifiers in tax schemes whose identifier is exactly VAT."""
    return [
        number
        for scheme in party.children.get("PartyTaxScheme", ())
        if any(one.text == "VAT" for one in scheme.all("TaxScheme", "ID"))
        for number in scheme.all("CompanyID")
    ]


def sellers(bill: Bill) -> list[Node]:
    """The seller, once in any valid document."""
    return bill.root.all("AccountingSupplierParty", "Party")


def supplier_country(bill: Bill) -> str:
    """The first two letters of the seller's, else the representative's VAT number, else the seller's country."""
    for parties in (sellers(bill), bill.root.all("TaxRepresentativeParty")):
        numbers = [number for party in parties for number in vat_numbers(party)]
        if numbers:
            return numbers[0].text[:2].strip().upper()
    return bill.root.words("AccountingSupplierParty", "Party", *COUNTRY).upper() or "XX"
