"""Seller, buyer, payee, tax representative and delivery in UBL (BG-4 to BG-15)."""

from vaxel_engine.model import (
    Buyer,
    DeliveryInformation,
    Invoice,
    PartyContact,
    PostalAddress,
    SchemedIdentifier,
    Seller,
    TaxRepresentative,
)
from vaxel_engine.writing.markup import group, leaf, schemed
from vaxel_engine.writing.target import Target

_VAT = "VAT"
_OTHER_TAX = "TAX"  # BT-32: any scheme but VAT; Norway's rule asks for this one (NO-R-002)


def seller(invoice: Invoice, target: Target) -> str:
    """BG-4; where the seller is paid himself, the bank's name for him (BT-90) is among his identifiers."""
    party = invoice.seller
    creditor = _creditor(invoice, target) if invoice.payee is None else None
    return group(
        "cac:AccountingSupplierParty",
        _party(
            party,
            (*party.identifiers, creditor) if creditor else party.identifiers,
            _tax_scheme(party.tax_registration_identifier, _OTHER_TAX),
            leaf("cbc:CompanyLegalForm", party.additional_legal_information),
        ),
    )


def buyer(party: Buyer) -> str:
    """BG-7."""
    return group("cac:AccountingCustomerParty", _party(party, party.identifiers, "", ""))


def payee(invoice: Invoice, target: Target) -> str:
    """BG-10."""
    party = invoice.payee
    if party is None:
        return ""
    return group(
        "cac:PayeeParty",
        _identification(party.identifier),
        _identification(_creditor(invoice, target)),
        group("cac:PartyName", leaf("cbc:Name", party.name)),
        group("cac:PartyLegalEntity", schemed("cbc:CompanyID", party.legal_registration_identifier)),
    )


def tax_representative(party: TaxRepresentative | None) -> str:
    """BG-11."""
    if party is None:
        return ""
    return group(
        "cac:TaxRepresentativeParty",
        group("cac:PartyName", leaf("cbc:Name", party.name)),
        _address("cac:PostalAddress", party.postal_address),
        _tax_scheme(party.vat_identifier, _VAT),
    )


def delivery(stated: DeliveryInformation | None) -> str:
    """BG-13."""
    if stated is None:
        return ""
    return group(
        "cac:Delivery",
        leaf("cbc:ActualDeliveryDate", stated.actual_date),
        group(
            "cac:DeliveryLocation",
            schemed("cbc:ID", stated.location_identifier),
            _address("cac:Address", stated.address) if stated.address else "",
        ),
        group("cac:DeliveryParty", group("cac:PartyName", leaf("cbc:Name", stated.party_name))),
    )


def _party(party: Seller | Buyer, identifiers: tuple[SchemedIdentifier, ...], more_taxes: str, legal_form: str) -> str:
    return group(
        "cac:Party",
        schemed("cbc:EndpointID", party.electronic_address),
        *(_identification(one) for one in identifiers),
        group("cac:PartyName", leaf("cbc:Name", party.trading_name)),
        _address("cac:PostalAddress", party.postal_address),
        _tax_scheme(party.vat_identifier, _VAT),
        more_taxes,
        group(
            "cac:PartyLegalEntity",
            leaf("cbc:RegistrationName", party.name),
            schemed("cbc:CompanyID", party.legal_registration_identifier),
            legal_form,
        ),
        _contact(party.contact),
    )


def _identification(identifier: SchemedIdentifier | None) -> str:
    return group("cac:PartyIdentification", schemed("cbc:ID", identifier))


def _tax_scheme(identifier: str | None, scheme: str) -> str:
    if identifier is None:
        return ""
    return group(
        "cac:PartyTaxScheme", leaf("cbc:CompanyID", identifier), group("cac:TaxScheme", leaf("cbc:ID", scheme))
    )


def _address(tag: str, address: PostalAddress) -> str:
    return group(
        tag,
        leaf("cbc:StreetName", address.line_1),
        leaf("cbc:AdditionalStreetName", address.line_2),
        leaf("cbc:CityName", address.city),
        leaf("cbc:PostalZone", address.post_code),
        leaf("cbc:CountrySubentity", address.country_subdivision),
        group("cac:AddressLine", leaf("cbc:Line", address.line_3)),
        group("cac:Country", leaf("cbc:IdentificationCode", address.country_code)),
    )


def _contact(contact: PartyContact | None) -> str:
    if contact is None:
        return ""
    return group(
        "cac:Contact",
        leaf("cbc:Name", contact.point),
        leaf("cbc:Telephone", contact.telephone),
        leaf("cbc:ElectronicMail", contact.email),
    )


def _creditor(invoice: Invoice, target: Target) -> SchemedIdentifier | None:
    """BT-90, of which UBL has one for the whole invoice, among the identifiers of whoever is paid (scheme SEPA)."""
    debits = [means.direct_debit for means in invoice.payment if means.direct_debit is not None]
    stated = {debit.creditor_identifier for debit in debits}
    if len(stated) > 1:
        target.no_place("BT-90", "the mandates name different creditors, or not all of them one")
    first = next((debit.creditor_identifier for debit in debits if debit.creditor_identifier), None)
    return SchemedIdentifier(value=first, scheme="SEPA") if first else None
