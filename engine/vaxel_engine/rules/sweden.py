"""The Swedish rules within Peppol BIS Billing 3: numbers, F-tax, rates, bankgiro and plusgiro."""

from collections.abc import Callable

from vaxel_engine.rules.national import COUNTRY, is_number, sellers, vat_numbers
from vaxel_engine.rules.node import Bill, Node
from vaxel_engine.rules.peppol_identifiers import is_swedish_number
from vaxel_engine.rules.rule import Context, Test, Verdict, on, rule

_SELLER = ("Party", "AccountingSupplierParty")
_F_TAX = "GODKÄND FÖR F-SKATT"  # SE-R-005; skatteförfarandelagen 9 kap. has the approval
_SWEDISH_RATES = (25, 12, 6)  # mervärdesskattelagen (2023:200) 9 kap.


def _in_country(party: Node, country: str) -> bool:
    return any(code.text == country for code in party.all(*COUNTRY))


def _swedish_seller(bill: Bill) -> bool:
    return any(_in_country(party, "SE") for party in sellers(bill))


def _swedish_buyer(bill: Bill) -> bool:
    return any(_in_country(party, "SE") for party in bill.root.all("AccountingCustomerParty", "Party"))


def _has_swedish_vat(party: Node) -> bool:
    return _in_country(party, "SE") and any(number.text[:2] == "SE" for number in vat_numbers(party))


def _swedish_vat_seller(bill: Bill) -> bool:
    found: bool = bill.kept("Swedish VAT", lambda _: any(_has_swedish_vat(party) for party in sellers(bill)))
    return found


def _is_swedish(entity: Node, bill: Bill) -> bool:
    return entity.parent is not None and _in_country(entity.parent, "SE") and entity.has("CompanyID")


def _other_tax_of_a_swede(number: Node, bill: Bill) -> bool:
    scheme = number.parent
    party = scheme.parent if scheme is not None else None
    if scheme is None or party is None or not party.has("PartyLegalEntity", "CompanyID"):
        return False
    return _in_country(party, "SE") and scheme.words("TaxScheme", "ID").upper() != "VAT"


def _f_tax(number: Node, bill: Bill) -> Verdict:
    return " ".join(number.text.upper().split()) == _F_TAX


def _is_standard_in_sweden(category: Node, bill: Bill) -> bool:
    return any(code.text == "S" for code in category.children.get("ID", ())) and _swedish_vat_seller(bill)


def _swedish_rate(category: Node, bill: Bill) -> Verdict:
    return category.amount("Percent") in _SWEDISH_RATES


def _swedish_account(kind: str) -> Callable[[Node, Bill], bool]:
    def when(identifier: Node, bill: Bill) -> bool:
        account = identifier.parent
        means = account.parent if account is not None else None
        return (
            account is not None
            and means is not None
            and means.words("PaymentMeansCode") == "30"
            and account.words("FinancialInstitutionBranch", "ID") == kind
            and _swedish_seller(bill)
        )

    return when


def _number(node: Node, bill: Bill) -> Verdict:
    return is_number(node.value)


def _length(shortest: int, longest: int) -> Test:
    return lambda node, bill: shortest <= len(node.value) <= longest


def _code(means: Node) -> set[str]:
    return {code.text for code in means.children.get("PaymentMeansCode", ())}


def _never(node: Node, bill: Bill) -> Verdict:
    return False


CONTEXTS: tuple[Context, ...] = (
    on(
        "Party",
        rule(
            "SE-R-001",
            "BT-31",
            "a VAT number of 14 characters",
            lambda node, bill: len(vat_numbers(node)[0].value) == 14,
        ),
        rule(
            "SE-R-002",
            "BT-31",
            "digits after the SE of a VAT number",
            lambda node, bill: is_number(vat_numbers(node)[0].text[2:14].strip()),
        ),
        under=("AccountingSupplierParty",),
        when=lambda node, bill: _has_swedish_vat(node),
    ),
    on(
        "PartyLegalEntity",
        rule(
            "SE-R-003",
            "BT-30",
            "digits alone in an organisation number",
            lambda node, bill: is_number(node.words("CompanyID")),
        ),
        rule(
            "SE-R-004",
            "BT-30",
            "an organisation number of 10 digits",
            lambda node, bill: len(node.words("CompanyID")) == 10,
        ),
        rule(
            "SE-R-013",
            "BT-30",
            "an organisation number with a right check digit",
            lambda node, bill: is_swedish_number(node.words("CompanyID")),
        ),
        under=_SELLER,
        when=_is_swedish,
    ),
    on(
        "CompanyID",
        rule("SE-R-005", "BT-32", "the words Godkänd för F-skatt", _f_tax),
        under=("PartyTaxScheme", *_SELLER),
        when=_other_tax_of_a_swede,
    ),
    *(
        on(
            name,
            rule("SE-R-006", "BT-119, BT-152", "a rate of 25, 12 or 6", _swedish_rate),
            when=_is_standard_in_sweden,
        )
        for name in ("TaxCategory", "ClassifiedTaxCategory")
    ),
    on(
        "ID",
        rule("SE-R-007", "BT-84", "digits alone in a plusgiro number", _number, "warning"),
        rule("SE-R-010", "BT-84", "a plusgiro number of 2 to 8 digits", _length(2, 8), "warning"),
        under=("PayeeFinancialAccount", "PaymentMeans"),
        when=_swedish_account("SE:PLUSGIRO"),
    ),
    on(
        "ID",
        rule("SE-R-008", "BT-84", "digits alone in a bankgiro number", _number, "warning"),
        rule("SE-R-009", "BT-84", "a bankgiro number of 7 or 8 digits", _length(7, 8), "warning"),
        under=("PayeeFinancialAccount", "PaymentMeans"),
        when=_swedish_account("SE:BANKGIRO"),
    ),
    on(
        "PaymentMeans",
        rule("SE-R-011", "BT-81", "payment means 30 for bankgiro and plusgiro, not 50 or 56", _never, "warning"),
        when=lambda node, bill: bool(_code(node) & {"50", "56"}) and _swedish_seller(bill),
    ),
    on(
        "PaymentMeans",
        rule("SE-R-012", "BT-81", "payment means 30 within Sweden, not 31", _never, "warning"),
        when=lambda node, bill: (
            "31" in _code(node) and not _code(node) & {"50", "56"} and _swedish_seller(bill) and _swedish_buyer(bill)
        ),
    ),
)
