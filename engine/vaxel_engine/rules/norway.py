"""The Norwegian rules within Peppol BIS Billing 3: VAT number and the register of enterprises."""

from vaxel_engine.rules.national import supplier_country
from vaxel_engine.rules.node import Bill, Node
from vaxel_engine.rules.peppol_identifiers import is_norwegian_number
from vaxel_engine.rules.rule import Context, Verdict, on, rule


def _registered(party: Node, bill: Bill) -> Verdict:
    schemes = party.children.get("PartyTaxScheme", ())
    taxes = [one for one in schemes if one.words("TaxScheme", "ID") == "TAX"]
    return any(one.words("CompanyID") == "Foretaksregisteret" for one in taxes)


def _norwegian_vat(party: Node, bill: Bill) -> Verdict:
    schemes = [one for one in party.children.get("PartyTaxScheme", ()) if one.words("TaxScheme", "ID") == "VAT"]
    for number in (one.first("CompanyID") for one in schemes):
        if number is None or number.text[:2] != "NO":
            continue
        rest = number.text[2:]
        if rest[9:] != "MVA" or not is_norwegian_number(rest[:9]):
            return False
    return True


CONTEXTS: tuple[Context, ...] = (
    on(
        "Party",
        rule("NO-R-001", "BT-31", "a Norwegian VAT number: NO, organisation number, MVA", _norwegian_vat),
        rule(
            "NO-R-002",
            "BT-32",
            "the word Foretaksregisteret where the seller is in that register",
            _registered,
            "warning",
        ),
        under=("AccountingSupplierParty",),
        when=lambda node, bill: supplier_country(bill) == "NO",
    ),
)
