"""Who sells, who buys, who is paid, and where they are: BG-4 to BG-15."""

from pydantic import Field

from vaxel_engine.model.base import CountryCode, Date, Identifier, Name, Text, Value


class SchemedIdentifier(Value):
    """An identifier and the list it comes from."""

    value: Identifier
    scheme: Identifier | None = Field(default=None, description="Code of the scheme, ISO 6523 ICD or EAS")


class PostalAddress(Value):
    """A postal address (BG-5, BG-8, BG-12, BG-15)."""

    line_1: Name | None = Field(default=None, description="BT-35, BT-50: usually street and number")
    line_2: Name | None = Field(default=None, description="BT-36, BT-51")
    line_3: Name | None = Field(default=None, description="BT-162, BT-163")
    city: Name | None = Field(default=None, description="BT-37, BT-52")
    post_code: Identifier | None = Field(default=None, description="BT-38, BT-53")
    country_subdivision: Name | None = Field(default=None, description="BT-39, BT-54")
    country_code: CountryCode = Field(description="BT-40, BT-55")


class PartyContact(Value):
    """Whom to ask (BG-6, BG-9)."""

    point: Name | None = Field(default=None, description="BT-41, BT-56")
    telephone: Identifier | None = Field(default=None, description="BT-42, BT-57")
    email: Identifier | None = Field(default=None, description="BT-43, BT-58")


class Party(Value):
    """What seller and buyer have in common."""

    name: Name = Field(description="BT-27, BT-44: the full formal name")
    trading_name: Name | None = Field(default=None, description="BT-28, BT-45")
    identifiers: tuple[SchemedIdentifier, ...] = Field(default=(), description="BT-29, BT-46")
    legal_registration_identifier: SchemedIdentifier | None = Field(default=None, description="BT-30, BT-47")
    vat_identifier: Identifier | None = Field(default=None, description="BT-31, BT-48")
    electronic_address: SchemedIdentifier | None = Field(default=None, description="BT-34, BT-49")
    postal_address: PostalAddress = Field(description="BG-5, BG-8")
    contact: PartyContact | None = Field(default=None, description="BG-6, BG-9")


class Seller(Party):
    """The party that sells (BG-4)."""

    tax_registration_identifier: Identifier | None = Field(
        default=None, description='BT-32: in Sweden the words "Godkänd för F-skatt" (SE-R-005)'
    )
    additional_legal_information: Text | None = Field(default=None, description="BT-33")


class Buyer(Party):
    """The party that buys (BG-7)."""


class Payee(Value):
    """The party that is paid, where it is not the seller (BG-10)."""

    name: Name = Field(description="BT-59")
    identifier: SchemedIdentifier | None = Field(default=None, description="BT-60")
    legal_registration_identifier: SchemedIdentifier | None = Field(default=None, description="BT-61")


class TaxRepresentative(Value):
    """The party that pays the seller's VAT (BG-11)."""

    name: Name = Field(description="BT-62")
    vat_identifier: Identifier = Field(description="BT-63")
    postal_address: PostalAddress = Field(description="BG-12: BT-64 to BT-69, BT-164")


class DeliveryInformation(Value):
    """Where and when goods or services were delivered (BG-13); for energy, the metering point."""

    party_name: Name | None = Field(default=None, description="BT-70")
    location_identifier: SchemedIdentifier | None = Field(default=None, description="BT-71")
    actual_date: Date | None = Field(default=None, description="BT-72")
    address: PostalAddress | None = Field(default=None, description="BG-15")
