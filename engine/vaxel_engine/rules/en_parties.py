"""EN 16931: what must be said of seller, buyer, payee, tax representative, delivery and payment."""

from vaxel_engine.codes import members
from vaxel_engine.rules.node import Bill, Node
from vaxel_engine.rules.predicates import attributed, filled, has
from vaxel_engine.rules.rule import Context, Verdict, on, rule

_SELLER = ("Party", "AccountingSupplierParty")
_BUYER = ("Party", "AccountingCustomerParty")
_COUNTRY = filled("Country", "IdentificationCode")
# Greece writes EL in VAT identifiers. BR-CO-09 looks for the first two characters anywhere in the list, so it lets an
# absent or a one-letter identifier pass.
_VAT_PREFIXES = f" {' '.join(sorted(members('countries') | {'EL'}))} "
_CREDIT_TRANSFERS = ("30", "58")  # UNCL 4461: credit transfer, SEPA credit transfer


def vat_identifier(party: Node) -> bool:
    """Whether the party states a VAT identifier."""
    return any(scheme.is_vat and scheme.has("CompanyID") for scheme in party.children.get("PartyTaxScheme", ()))


def _can_be_identified(supplier: Node, bill: Bill) -> Verdict:
    return any(
        vat_identifier(party)
        or party.has("PartyLegalEntity", "CompanyID")
        or any(one.attribute("schemeID") != "SEPA" for one in party.all("PartyIdentification", "ID"))
        for party in supplier.children.get("Party", ())
    )


def _is_not_the_seller(payee: Node, bill: Bill) -> Verdict:
    seller = bill.root.all("AccountingSupplierParty", "Party")
    names = {one.text for party in seller for one in party.all("PartyName", "Name")}
    identifiers = {one.text for party in seller for one in party.all("PartyIdentification", "ID")}
    return (
        payee.has("PartyName", "Name")
        and not any(one.text in names for one in payee.all("PartyName", "Name"))
        and not any(one.text in identifiers for one in payee.all("PartyIdentification", "ID"))
    )


def _begins_with_a_country(scheme: Node, bill: Bill) -> Verdict:
    number = scheme.first("CompanyID")
    return number is None or number.text[:2] in _VAT_PREFIXES


def _is_paid_by_transfer(account: Node, bill: Bill) -> bool:
    means = account.parent
    return means is not None and any(
        code.text in _CREDIT_TRANSFERS for code in means.children.get("PaymentMeansCode", ())
    )


def _names_the_account(means: Node, bill: Bill) -> Verdict:
    return means.words("PaymentMeansCode") not in _CREDIT_TRANSFERS or means.has("PayeeFinancialAccount", "ID")


def _card_is_masked(number: Node, bill: Bill) -> Verdict:
    return len(number.value) <= 10


CONTEXTS: tuple[Context, ...] = (
    on(
        "AccountingSupplierParty",
        rule(
            "BR-CO-26",
            "BT-29, BT-30, BT-31",
            "a seller identifier, its legal registration or its VAT identifier",
            _can_be_identified,
        ),
    ),
    on(
        "EndpointID",
        rule("BR-62", "BT-34", "the scheme of the electronic address", attributed("schemeID")),
        under=_SELLER,
    ),
    on(
        "EndpointID",
        rule("BR-63", "BT-49", "the scheme of the electronic address", attributed("schemeID")),
        under=_BUYER,
    ),
    on("PostalAddress", rule("BR-09", "BT-40", "the seller's country code", _COUNTRY), under=_SELLER),
    on("PostalAddress", rule("BR-11", "BT-55", "the buyer's country code", _COUNTRY), under=_BUYER),
    on(
        "PostalAddress",
        rule("BR-20", "BT-69", "the tax representative's country code", _COUNTRY),
        under=("TaxRepresentativeParty",),
    ),
    on(
        "Address",
        rule("BR-57", "BT-80", "the country code of the delivery address", has("Country", "IdentificationCode")),
        under=("DeliveryLocation", "Delivery"),
    ),
    on(
        "TaxRepresentativeParty",
        rule("BR-18", "BT-62", "the tax representative's name", filled("PartyName", "Name")),
        rule("BR-19", "BG-12", "the tax representative's postal address", has("PostalAddress")),
        rule("BR-56", "BT-63", "the tax representative's VAT identifier", lambda node, bill: vat_identifier(node)),
    ),
    on(
        "PayeeParty",
        rule("BR-17", "BT-59", "the payee's name, the payee being another than the seller", _is_not_the_seller),
    ),
    on(
        "PartyTaxScheme",
        rule(
            "BR-CO-09",
            "BT-31, BT-48, BT-63",
            "a VAT identifier that begins with a country code",
            _begins_with_a_country,
        ),
        when=lambda node, bill: node.is_vat,
    ),
    on(
        "PaymentMeans",
        rule("BR-49", "BT-81", "a payment means code", has("PaymentMeansCode")),
        rule("BR-61", "BT-84", "the account to pay to, since it is paid by credit transfer", _names_the_account),
    ),
    on(
        "PayeeFinancialAccount",
        rule("BR-50", "BT-84", "the account to pay to", filled("ID")),
        under=("PaymentMeans",),
        when=_is_paid_by_transfer,
    ),
    on(
        "PrimaryAccountNumberID",
        rule("BR-51", "BT-87", "no more than the first six and last four digits of a card", _card_is_masked, "warning"),
        under=("CardAccount", "PaymentMeans"),
    ),
)
