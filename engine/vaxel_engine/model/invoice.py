"""The invoice as EN 16931 means it: BG-1 to BG-32; every field says which business term it is."""

from decimal import Decimal

from pydantic import Field, field_validator

from vaxel_engine.codes import INVOICE_TYPES, PAYMENT_MEANS, UNITS, VAT_CATEGORIES
from vaxel_engine.model.base import Amount, CountryCode, CurrencyCode, Date, Exact, Identifier, Name, Text, Value
from vaxel_engine.model.party import Buyer, DeliveryInformation, Payee, SchemedIdentifier, Seller, TaxRepresentative


class Period(Value):
    """From and to, both days included (BG-14, BG-26)."""

    start: Date | None = Field(default=None, description="BT-73, BT-134")
    end: Date | None = Field(default=None, description="BT-74, BT-135")


class InvoiceNote(Value):
    """A note that applies to the whole invoice (BG-1)."""

    subject_code: Identifier | None = Field(default=None, description="BT-21")
    text: Text = Field(description="BT-22")


class PrecedingInvoice(Value):
    """The invoice that this one corrects or follows (BG-3)."""

    number: Identifier = Field(description="BT-25")
    issue_date: Date | None = Field(default=None, description="BT-26")


class CreditTransfer(Value):
    """An account to pay to (BG-17)."""

    account_identifier: Identifier = Field(description="BT-84: IBAN, bankgiro, plusgiro or a national account number")
    account_name: Name | None = Field(default=None, description="BT-85")
    service_provider_identifier: Identifier | None = Field(
        default=None, description="BT-86: BIC; SE:BANKGIRO or SE:PLUSGIRO for Swedish giro accounts (SE-R-007..012)"
    )


class DirectDebit(Value):
    """A mandate to draw the amount (BG-19)."""

    mandate_reference: Identifier | None = Field(default=None, description="BT-89")
    creditor_identifier: Identifier | None = Field(default=None, description="BT-90")
    debited_account: Identifier | None = Field(default=None, description="BT-91")


class PaymentInstructions(Value):
    """How to pay (BG-16)."""

    means_code: Identifier = Field(description="BT-81: UNCL 4461")
    means_text: Name | None = Field(default=None, description="BT-82")
    remittance_information: Identifier | None = Field(
        default=None, description="BT-83: what the payer writes, e.g. OCR or KID"
    )
    credit_transfers: tuple[CreditTransfer, ...] = Field(default=(), description="BG-17")
    direct_debit: DirectDebit | None = Field(default=None, description="BG-19")

    @field_validator("means_code")
    @classmethod
    def _listed(cls, code: str) -> str:
        if code not in PAYMENT_MEANS:
            raise ValueError("is not a payment means code of UNCL 4461")
        return code


class VatCategory(Value):
    """A VAT category and its rate, as lines, allowances, charges and the breakdown carry it (BG-30)."""

    code: Identifier = Field(description="BT-151, BT-95, BT-102, BT-118: UNCL 5305")
    rate: Exact | None = Field(default=None, description="BT-152, BT-96, BT-103, BT-119: per cent")

    @field_validator("code")
    @classmethod
    def _listed(cls, code: str) -> str:
        if code not in VAT_CATEGORIES:
            raise ValueError("is not a VAT category code of UNCL 5305")
        return code


class AllowanceOrCharge(Value):
    """Something taken off or added, on the document or on a line (BG-20, BG-21, BG-27, BG-28)."""

    is_charge: bool = Field(description="true adds (BG-21, BG-28), false takes off (BG-20, BG-27)")
    amount: Amount = Field(description="BT-92, BT-99, BT-136, BT-141: without VAT")
    base_amount: Amount | None = Field(default=None, description="BT-93, BT-100, BT-137, BT-142")
    percentage: Exact | None = Field(default=None, description="BT-94, BT-101, BT-138, BT-143")
    vat: VatCategory | None = Field(default=None, description="BT-95/96, BT-102/103: on the document only")
    reason: Text | None = Field(default=None, description="BT-97, BT-104, BT-139, BT-144")
    reason_code: Identifier | None = Field(default=None, description="BT-98, BT-105, BT-140, BT-145")


class Price(Value):
    """What one unit costs (BG-29)."""

    net: Exact = Field(description="BT-146: without VAT, after the price discount")
    discount: Exact | None = Field(default=None, description="BT-147")
    gross: Exact | None = Field(default=None, description="BT-148")
    base_quantity: Exact | None = Field(default=None, description="BT-149: the quantity the price is for")
    base_quantity_unit: Identifier | None = Field(default=None, description="BT-150")


class ItemAttribute(Value):
    """A property of the item (BG-32)."""

    name: Name = Field(description="BT-160")
    value: Name = Field(description="BT-161")


class ItemClassification(Value):
    """What kind of item it is, by a list such as CPV or UNSPSC (BT-158)."""

    code: Identifier = Field(description="BT-158")
    scheme: Identifier = Field(description="BT-158-1: UNCL 7143")
    scheme_version: Identifier | None = Field(default=None, description="BT-158-2")


class Item(Value):
    """What was sold (BG-31)."""

    name: Name = Field(description="BT-153")
    description: Text | None = Field(default=None, description="BT-154")
    sellers_identifier: Identifier | None = Field(default=None, description="BT-155")
    buyers_identifier: Identifier | None = Field(default=None, description="BT-156")
    standard_identifier: SchemedIdentifier | None = Field(default=None, description="BT-157")
    classifications: tuple[ItemClassification, ...] = Field(default=(), description="BT-158")
    country_of_origin: CountryCode | None = Field(default=None, description="BT-159")
    attributes: tuple[ItemAttribute, ...] = Field(default=(), description="BG-32")


class InvoiceLine(Value):
    """One line (BG-25)."""

    identifier: Identifier = Field(description="BT-126")
    note: Text | None = Field(default=None, description="BT-127")
    object_identifier: SchemedIdentifier | None = Field(default=None, description="BT-128: e.g. the metering point")
    quantity: Exact = Field(description="BT-129")
    unit: Identifier = Field(description="BT-130: UN/ECE Recommendation 20 or 21")
    net_amount: Amount = Field(description="BT-131: as stated, never recomputed")
    order_line_reference: Identifier | None = Field(default=None, description="BT-132")
    accounting_reference: Identifier | None = Field(default=None, description="BT-133")
    period: Period | None = Field(default=None, description="BG-26")
    allowances_and_charges: tuple[AllowanceOrCharge, ...] = Field(default=(), description="BG-27, BG-28")
    price: Price = Field(description="BG-29")
    vat: VatCategory = Field(description="BG-30")
    item: Item = Field(description="BG-31")

    @field_validator("unit")
    @classmethod
    def _listed(cls, code: str) -> str:
        if code not in UNITS:
            raise ValueError("is not a unit code of UN/ECE Recommendation 20 or 21")
        return code


class VatBreakdown(Value):
    """Taxable amount and tax of one category and rate (BG-23)."""

    taxable_amount: Amount = Field(description="BT-116")
    tax_amount: Amount = Field(description="BT-117")
    category: VatCategory = Field(description="BT-118, BT-119")
    exemption_reason: Text | None = Field(default=None, description="BT-120")
    exemption_reason_code: Identifier | None = Field(default=None, description="BT-121")


class DocumentTotals(Value):
    """The sums as the seller stated them (BG-22)."""

    line_net: Amount = Field(description="BT-106: sum of the lines' net amounts")
    allowances: Amount | None = Field(default=None, description="BT-107")
    charges: Amount | None = Field(default=None, description="BT-108")
    without_vat: Amount = Field(description="BT-109")
    vat: Amount | None = Field(default=None, description="BT-110: in the document's currency")
    vat_in_accounting_currency: Amount | None = Field(default=None, description="BT-111")
    with_vat: Amount = Field(description="BT-112")
    paid: Amount | None = Field(default=None, description="BT-113")
    rounding: Amount | None = Field(default=None, description="BT-114")
    due: Amount = Field(description="BT-115: amount due for payment")


class References(Value):
    """What the buyer and the seller call the matter (BT-10 to BT-19)."""

    buyer: Identifier | None = Field(default=None, description="BT-10")
    project: Identifier | None = Field(default=None, description="BT-11")
    contract: Identifier | None = Field(default=None, description="BT-12")
    purchase_order: Identifier | None = Field(default=None, description="BT-13")
    sales_order: Identifier | None = Field(default=None, description="BT-14")
    receiving_advice: Identifier | None = Field(default=None, description="BT-15")
    despatch_advice: Identifier | None = Field(default=None, description="BT-16")
    tender_or_lot: Identifier | None = Field(default=None, description="BT-17")
    invoiced_object: SchemedIdentifier | None = Field(default=None, description="BT-18")
    buyer_accounting: Identifier | None = Field(default=None, description="BT-19")


class Invoice(Value):
    """An invoice or a credit note (EN 16931-1); in a credit note the amounts are positive and are given back."""

    number: Identifier = Field(description="BT-1")
    issue_date: Date = Field(description="BT-2")
    type_code: Identifier = Field(default="380", description="BT-3: UNCL 1001")
    currency: CurrencyCode = Field(description="BT-5")
    vat_accounting_currency: CurrencyCode | None = Field(default=None, description="BT-6")
    tax_point_date: Date | None = Field(default=None, description="BT-7")
    tax_point_date_code: Identifier | None = Field(default=None, description="BT-8")
    due_date: Date | None = Field(default=None, description="BT-9")
    references: References = Field(default=References(), description="BT-10 to BT-19")
    payment_terms: Text | None = Field(default=None, description="BT-20")
    notes: tuple[InvoiceNote, ...] = Field(default=(), description="BG-1")
    business_process: Name | None = Field(default=None, description="BT-23")
    specification: Name | None = Field(default=None, description="BT-24")
    preceding_invoices: tuple[PrecedingInvoice, ...] = Field(default=(), description="BG-3")
    seller: Seller = Field(description="BG-4")
    buyer: Buyer = Field(description="BG-7")
    payee: Payee | None = Field(default=None, description="BG-10")
    tax_representative: TaxRepresentative | None = Field(default=None, description="BG-11")
    delivery: DeliveryInformation | None = Field(default=None, description="BG-13")
    period: Period | None = Field(default=None, description="BG-14")
    payment: tuple[PaymentInstructions, ...] = Field(default=(), description="BG-16")
    allowances_and_charges: tuple[AllowanceOrCharge, ...] = Field(default=(), description="BG-20, BG-21")
    totals: DocumentTotals = Field(description="BG-22")
    vat_breakdown: tuple[VatBreakdown, ...] = Field(default=(), description="BG-23")
    lines: tuple[InvoiceLine, ...] = Field(min_length=1, description="BG-25")

    @field_validator("type_code")
    @classmethod
    def _listed(cls, code: str) -> str:
        if code not in INVOICE_TYPES:
            raise ValueError("is not an invoice or credit note type code of UNCL 1001")
        return code

    @property
    def nothing_to_pay(self) -> bool:
        """Whether the amount due (BT-115) is zero or in the buyer's favour."""
        return self.totals.due <= Decimal(0)
