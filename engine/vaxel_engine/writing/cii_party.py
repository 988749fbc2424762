"""Seller, buyer, payee, tax representative and delivery in CII (BG-4 to BG-15)."""

from vaxel_engine.model import (
    Buyer,
    DeliveryInformation,
    PartyContact,
    Payee,
    PostalAddress,
    SchemedIdentifier,
    Seller,
    TaxRepresentative,
)
from vaxel_engine.writing.cii_line import day
from vaxel_engine.writing.markup import group, leaf, schemed

_VAT, _OTHER_TAX = "VA", "FC"  # UNCL 1153: VAT number, fiscal number (BT-32)


def seller(party: Seller) -> str:
    """BG-4."""
    return _party(
        "ram:SellerTradeParty",
        party,
        leaf("ram:Description", party.additional_legal_information),
        _registration(party.tax_registration_identifier, _OTHER_TAX),
    )


def buyer(party: Buyer) -> str:
    """BG-7."""
    return _party("ram:BuyerTradeParty", party, "", "")


def payee(party: Payee | None) -> str:
    """BG-10."""
    if party is None:
        return ""
    return group(
        "ram:PayeeTradeParty",
        number(party.identifier),
        leaf("ram:Name", party.name),
        group("ram:SpecifiedLegalOrganization", schemed("ram:ID", party.legal_registration_identifier)),
    )


def tax_representative(party: TaxRepresentative | None) -> str:
    """BG-11."""
    if party is None:
        return ""
    return group(
        "ram:SellerTaxRepresentativeTradeParty",
        leaf("ram:Name", party.name),
        _address(party.postal_address),
        _registration(party.vat_identifier, _VAT),
    )


def delivery(stated: DeliveryInformation | None) -> str:
    """BG-13."""
    if stated is None:
        return ""
    return group(
        "ram:ShipToTradeParty",
        number(stated.location_identifier),
        leaf("ram:Name", stated.party_name),
        _address(stated.address) if stated.address else "",
    ) + group("ram:ActualDeliverySupplyChainEvent", day("ram:OccurrenceDateTime", stated.actual_date))


def number(identifier: SchemedIdentifier | None) -> str:
    """An identifier: with a scheme as GlobalID, without one as ID."""
    if identifier is None:
        return ""
    return schemed("ram:GlobalID" if identifier.scheme else "ram:ID", identifier)


def _party(tag: str, party: Seller | Buyer, description: str, more_taxes: str) -> str:
    # The schema has all identifiers without a scheme before those with one
    plain = [one for one in party.identifiers if one.scheme is None]
    known = [one for one in party.identifiers if one.scheme is not None]
    return group(
        tag,
        *(number(one) for one in (*plain, *known)),
        leaf("ram:Name", party.name),
        description,
        group(
            "ram:SpecifiedLegalOrganization",
            schemed("ram:ID", party.legal_registration_identifier),
            leaf("ram:TradingBusinessName", party.trading_name),
        ),
        _contact(party.contact),
        _address(party.postal_address),
        group("ram:URIUniversalCommunication", schemed("ram:URIID", party.electronic_address)),
        _registration(party.vat_identifier, _VAT),
        more_taxes,
    )


def _registration(identifier: str | None, scheme: str) -> str:
    return group("ram:SpecifiedTaxRegistration", leaf("ram:ID", identifier, schemeID=scheme))


def _contact(contact: PartyContact | None) -> str:
    if contact is None:
        return ""
    return group(
        "ram:DefinedTradeContact",
        leaf("ram:PersonName", contact.point),
        group("ram:TelephoneUniversalCommunication", leaf("ram:CompleteNumber", contact.telephone)),
        group("ram:EmailURIUniversalCommunication", leaf("ram:URIID", contact.email)),
    )


def _address(address: PostalAddress) -> str:
    return group(
        "ram:PostalTradeAddress",
        leaf("ram:PostcodeCode", address.post_code),
        leaf("ram:LineOne", address.line_1),
        leaf("ram:LineTwo", address.line_2),
        leaf("ram:LineThree", address.line_3),
        leaf("ram:CityName", address.city),
        leaf("ram:CountryID", address.country_code),
        leaf("ram:CountrySubDivisionName", address.country_subdivision),
    )
