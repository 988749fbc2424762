"""Who sells, who buys, who is paid, and where they are: BG-4 to BG-15."""

from pydantic import Field

from vaxel_engine.model.base import CountryCode, Date, Identifier, Many, Name, Text, Value


class SchemedIdentifier(Value):
    """An identifier and the list it comes from."""

    value: Identifier
    scheme: Identifier | None = Field(default=None, description="Code of the scheme, ISO 6523 ICD or EAS")


class PostalAddress(Value):
    """A postal address: of the seller (BG-5), the buyer (BG-8), the tax representative (BG-12), a delivery (BG-15)."""

    line_1: Name | None = Field(default=None, description="BT-35, BT-50, BT-64, BT-75: usually street and number")
    line_2: Name | None = Field(default=None, description="BT-36, BT-51, BT-65, BT-76: a further line")
    line_3: Name | None = Field(default=None, description="BT-162, BT-163, BT-164, BT-165: one more line")
    city: Name | None = Field(default=None, description="BT-37, BT-52, BT-66, BT-77: the city or town")
    post_code: Identifier | None = Field(default=None, description="BT-38, BT-53, BT-67, BT-78: the post code")
    country_subdivision: Name | None = Field(
        default=None, description="BT-39, BT-54, BT-68, BT-79: the part of the country, e.g. a county"
    )
    country_code: CountryCode = Field(description="BT-40, BT-55, BT-69, BT-80: ISO 3166-1 alpha-2")


class PartyContact(Value):
    """Whom to ask (BG-6, BG-9)."""

    point: Name | None = Field(default=None, description="BT-41, BT-56: a person, a department or an office")
    telephone: Identifier | None = Field(default=None, description="BT-42, BT-57: telephone number")
    email: Identifier | None = Field(default=None, description="BT-43, BT-58: e-mail address")


class Party(Value):
    """What seller and buyer have in common."""

    name: Name = Field(description="BT-27, BT-44: the full formal name")
    trading_name: Name | None = Field(default=None, description="BT-28, BT-45: the name it is known by")
    identifiers: Many[SchemedIdentifier] = Field(
        default=(), description="BT-29, BT-46: what the party is called by in lists such as GLN, each with its scheme"
    )
    legal_registration_identifier: SchemedIdentifier | None = Field(
        default=None, description="BT-30, BT-47: number in the official register, e.g. the organisation number"
    )
    vat_identifier: Identifier | None = Field(default=None, description="BT-31, BT-48: VAT number with its country")
    electronic_address: SchemedIdentifier | None = Field(
        default=None, description="BT-34, BT-49: where e-invoices are sent to, with its EAS scheme"
    )
    postal_address: PostalAddress = Field(description="BG-5, BG-8: where the party is")
    contact: PartyContact | None = Field(default=None, description="BG-6, BG-9: whom to ask")


class Seller(Party):
    """The party that sells (BG-4)."""

    tax_registration_identifier: Identifier | None = Field(
        default=None, description='BT-32: in Sweden the words "Godkänd för F-skatt" (SE-R-005)'
    )
    additional_legal_information: Text | None = Field(
        default=None, description="BT-33: what company law wants said, e.g. the seat of the board"
    )


class Buyer(Party):
    """The party that buys (BG-7)."""


class Payee(Value):
    """The party that is paid, where it is not the seller (BG-10)."""

    name: Name = Field(description="BT-59: the payee's name")
    identifier: SchemedIdentifier | None = Field(default=None, description="BT-60: what the payee is called by")
    legal_registration_identifier: SchemedIdentifier | None = Field(
        default=None, description="BT-61: number in the official register"
    )


class TaxRepresentative(Value):
    """The party that pays the seller's VAT (BG-11)."""

    name: Name = Field(description="BT-62: the full name")
    vat_identifier: Identifier = Field(description="BT-63: its VAT number")
    postal_address: PostalAddress = Field(description="BG-12: where it is")


class DeliveryInformation(Value):
    """Where and when goods or services were delivered (BG-13); for energy, the metering point."""

    party_name: Name | None = Field(default=None, description="BT-70: who got it")
    location_identifier: SchemedIdentifier | None = Field(
        default=None, description="BT-71: the place's number, with its ISO 6523 scheme; e.g. a GLN"
    )
    actual_date: Date | None = Field(default=None, description="BT-72: the day of the delivery")
    address: PostalAddress | None = Field(default=None, description="BG-15: the address of the delivery")
