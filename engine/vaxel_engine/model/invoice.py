"""The invoice as EN 16931 means it: BG-1 to BG-32; every field says which business term it is."""

from decimal import Decimal

from pydantic import Field, field_validator

from vaxel_engine.codes import INVOICE_TYPES, PAYMENT_MEANS, UNITS, VAT_CATEGORIES
from vaxel_engine.model.attachment import SupportingDocument
from vaxel_engine.model.base import Amount, CountryCode, CurrencyCode, Date, Exact, Identifier, Many, Name, Text, Value
from vaxel_engine.model.party import Buyer, DeliveryInformation, Payee, SchemedIdentifier, Seller, TaxRepresentative


class Period(Value):
    """From and to, both days included (BG-14, BG-26)."""

    start: Date | None = Field(default=None, description="BT-73, BT-134: the first day")
    end: Date | None = Field(default=None, description="BT-74, BT-135: the last day")


class InvoiceNote(Value):
    """A note that applies to the whole invoice (BG-1)."""

    subject_code: Identifier | None = Field(default=None, description="BT-21: what the note is about, UNCL 4451")
    text: Text = Field(description="BT-22: the note")


class PrecedingInvoice(Value):
    """The invoice that this one corrects or follows (BG-3)."""

    number: Identifier = Field(description="BT-25: its number")
    issue_date: Date | None = Field(default=None, description="BT-26: the day it was issued")


class CreditTransfer(Value):
    """An account to pay to (BG-17)."""

    account_identifier: Identifier = Field(description="BT-84: IBAN, bankgiro, plusgiro or a national account number")
    account_name: Name | None = Field(default=None, description="BT-85: whose account it is")
    service_provider_identifier: Identifier | None = Field(
        default=None, description="BT-86: BIC; SE:BANKGIRO or SE:PLUSGIRO for Swedish giro accounts (SE-R-007..012)"
    )


class DirectDebit(Value):
    """A mandate to draw the amount (BG-19)."""

    mandate_reference: Identifier | None = Field(default=None, description="BT-89: what the payer's mandate is called")
    creditor_identifier: Identifier | None = Field(default=None, description="BT-90: the creditor's number at the bank")
    debited_account: Identifier | None = Field(default=None, description="BT-91: the account it is drawn from")


class PaymentCard(Value):
    """The card it was paid with (BG-18)."""

    account_number: Identifier = Field(
        repr=False, description="BT-87: the last 4 to 6 digits of the card's number, never all of them"
    )
    holder_name: Name | None = Field(default=None, repr=False, description="BT-88: who holds the card")


class PaymentInstructions(Value):
    """How to pay (BG-16)."""

    means_code: Identifier = Field(description="BT-81: UNCL 4461")
    means_text: Name | None = Field(default=None, description="BT-82: the means in words")
    remittance_information: Identifier | None = Field(
        default=None, description="BT-83: what the payer writes, e.g. OCR or KID"
    )
    credit_transfers: Many[CreditTransfer] = Field(default=(), description="BG-17: accounts to pay to")
    card: PaymentCard | None = Field(default=None, description="BG-18: the card it was paid with")
    direct_debit: DirectDebit | None = Field(default=None, description="BG-19: the mandate to draw by")

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
    base_amount: Amount | None = Field(
        default=None, description="BT-93, BT-100, BT-137, BT-142: what the percentage is of"
    )
    percentage: Exact | None = Field(
        default=None, description="BT-94, BT-101, BT-138, BT-143: per cent of the base amount"
    )
    vat: VatCategory | None = Field(default=None, description="BT-95, BT-96, BT-102, BT-103: on the document only")
    reason: Text | None = Field(default=None, description="BT-97, BT-104, BT-139, BT-144: why, in words")
    reason_code: Identifier | None = Field(
        default=None,
        description="BT-98, BT-105, BT-140, BT-145: why, as a code: UNCL 5189 for allowances, UNCL 7161 for charges",
    )


class Price(Value):
    """What one unit costs (BG-29)."""

    net: Exact = Field(description="BT-146: without VAT, after the price discount")
    discount: Exact | None = Field(default=None, description="BT-147: taken off the gross price")
    gross: Exact | None = Field(default=None, description="BT-148: before the price discount")
    base_quantity: Exact | None = Field(default=None, description="BT-149: the quantity the price is for")
    base_quantity_unit: Identifier | None = Field(default=None, description="BT-150: the unit of that quantity")


class ItemAttribute(Value):
    """A property of the item (BG-32)."""

    name: Name = Field(description="BT-160: e.g. colour")
    value: Name = Field(description="BT-161: e.g. blue")


class ItemClassification(Value):
    """What kind of item it is, by a list such as CPV or UNSPSC (BT-158)."""

    code: Identifier = Field(description="BT-158: the code in that list")
    scheme: Identifier = Field(description="BT-158-1: UNCL 7143")
    scheme_version: Identifier | None = Field(default=None, description="BT-158-2")


class Item(Value):
    """What was sold (BG-31)."""

    name: Name = Field(description="BT-153: what it is called")
    description: Text | None = Field(default=None, description="BT-154: what it is, in more words")
    sellers_identifier: Identifier | None = Field(default=None, description="BT-155: the seller's number for it")
    buyers_identifier: Identifier | None = Field(default=None, description="BT-156: the buyer's number for it")
    standard_identifier: SchemedIdentifier | None = Field(
        default=None, description="BT-157: a standard number such as a GTIN, with its ISO 6523 scheme"
    )
    classifications: Many[ItemClassification] = Field(default=(), description="BT-158: the kinds it is of")
    country_of_origin: CountryCode | None = Field(default=None, description="BT-159: where it was made")
    attributes: Many[ItemAttribute] = Field(default=(), description="BG-32: its properties")


class InvoiceLine(Value):
    """One line (BG-25)."""

    identifier: Identifier = Field(description="BT-126: the number of the line")
    note: Text | None = Field(default=None, description="BT-127: a note on the line")
    object_identifier: SchemedIdentifier | None = Field(default=None, description="BT-128: e.g. the metering point")
    quantity: Exact = Field(description="BT-129: how many")
    unit: Identifier = Field(description="BT-130: UN/ECE Recommendation 20 or 21")
    net_amount: Amount = Field(description="BT-131: as stated, never recomputed")
    order_line_reference: Identifier | None = Field(default=None, description="BT-132: the line of the purchase order")
    accounting_reference: Identifier | None = Field(default=None, description="BT-133: where the buyer books it")
    period: Period | None = Field(default=None, description="BG-26: the time the line is for")
    allowances_and_charges: Many[AllowanceOrCharge] = Field(
        default=(), description="BG-27, BG-28: taken off or added on the line"
    )
    price: Price = Field(description="BG-29: what one unit costs")
    vat: VatCategory = Field(description="BG-30: the VAT of the line")
    item: Item = Field(description="BG-31: what was sold")

    @field_validator("unit")
    @classmethod
    def _listed(cls, code: str) -> str:
        if code not in UNITS:
            raise ValueError("is not a unit code of UN/ECE Recommendation 20 or 21")
        return code


class VatBreakdown(Value):
    """Taxable amount and tax of one category and rate (BG-23)."""

    taxable_amount: Amount = Field(description="BT-116: what the tax is on")
    tax_amount: Amount = Field(description="BT-117: the tax")
    category: VatCategory = Field(description="BT-118, BT-119: category and rate")
    exemption_reason: Text | None = Field(default=None, description="BT-120: why no VAT, in words")
    exemption_reason_code: Identifier | None = Field(
        default=None, description="BT-121: why no VAT, as a code of the VATEX list"
    )


class DocumentTotals(Value):
    """The sums as the seller stated them (BG-22)."""

    line_net: Amount = Field(description="BT-106: sum of the lines' net amounts")
    allowances: Amount | None = Field(default=None, description="BT-107: sum of the document's allowances")
    charges: Amount | None = Field(default=None, description="BT-108: sum of the document's charges")
    without_vat: Amount = Field(description="BT-109: the total without VAT")
    vat: Amount | None = Field(default=None, description="BT-110: in the document's currency")
    vat_in_accounting_currency: Amount | None = Field(
        default=None, description="BT-111: the VAT in the currency of BT-6"
    )
    with_vat: Amount = Field(description="BT-112: the total with VAT")
    paid: Amount | None = Field(default=None, description="BT-113: paid beforehand")
    rounding: Amount | None = Field(default=None, description="BT-114: added to round the amount due")
    due: Amount = Field(description="BT-115: amount due for payment")


class References(Value):
    """What the buyer and the seller call the matter (BT-10 to BT-19)."""

    buyer: Identifier | None = Field(default=None, description="BT-10: the buyer's own reference, e.g. a cost centre")
    project: Identifier | None = Field(default=None, description="BT-11: the project")
    contract: Identifier | None = Field(default=None, description="BT-12: the contract")
    purchase_order: Identifier | None = Field(default=None, description="BT-13: the purchase order")
    sales_order: Identifier | None = Field(default=None, description="BT-14: the seller's order")
    receiving_advice: Identifier | None = Field(default=None, description="BT-15: the receiving advice")
    despatch_advice: Identifier | None = Field(default=None, description="BT-16: the despatch advice")
    tender_or_lot: Identifier | None = Field(default=None, description="BT-17: the call for tenders or the lot")
    invoiced_object: SchemedIdentifier | None = Field(
        default=None, description="BT-18: what is invoiced, e.g. a meter or a subscription, with its UNCL 1153 scheme"
    )
    buyer_accounting: Identifier | None = Field(default=None, description="BT-19: where the buyer books it")


class Invoice(Value):
    """An invoice or a credit note (EN 16931-1); in a credit note the amounts are positive and are given back."""

    number: Identifier = Field(description="BT-1: the invoice number")
    issue_date: Date = Field(description="BT-2: the day it was issued")
    type_code: Identifier = Field(default="380", description="BT-3: UNCL 1001")
    currency: CurrencyCode = Field(description="BT-5: ISO 4217; every amount but BT-111 is in it")
    vat_accounting_currency: CurrencyCode | None = Field(
        default=None, description="BT-6: the currency the VAT is accounted in"
    )
    tax_point_date: Date | None = Field(default=None, description="BT-7: the day the VAT becomes due")
    tax_point_date_code: Identifier | None = Field(
        default=None, description="BT-8: what decides that day: UNCL 2005, 3 issue, 35 delivery, 432 payment"
    )
    due_date: Date | None = Field(default=None, description="BT-9: the day to pay by")
    references: References = Field(
        default=References(), description="BT-10 to BT-19: what buyer and seller call the matter"
    )
    payment_terms: Text | None = Field(default=None, description="BT-20: terms of payment in words")
    notes: Many[InvoiceNote] = Field(default=(), description="BG-1: notes on the whole invoice")
    business_process: Name | None = Field(default=None, description="BT-23 (BG-2): the process it is a step of")
    specification: Name | None = Field(default=None, description="BT-24 (BG-2): the rules it follows, e.g. Peppol's")
    preceding_invoices: Many[PrecedingInvoice] = Field(default=(), description="BG-3: invoices it corrects or follows")
    seller: Seller = Field(description="BG-4: who sells")
    buyer: Buyer = Field(description="BG-7: who buys")
    payee: Payee | None = Field(default=None, description="BG-10: who is paid, if not the seller")
    tax_representative: TaxRepresentative | None = Field(default=None, description="BG-11: who pays the seller's VAT")
    delivery: DeliveryInformation | None = Field(default=None, description="BG-13: where and when it was delivered")
    period: Period | None = Field(default=None, description="BG-14: the time the invoice is for")
    payment: Many[PaymentInstructions] = Field(default=(), description="BG-16: how to pay")
    allowances_and_charges: Many[AllowanceOrCharge] = Field(
        default=(), description="BG-20, BG-21: taken off or added on the whole invoice"
    )
    totals: DocumentTotals = Field(description="BG-22: the sums")
    vat_breakdown: Many[VatBreakdown] = Field(default=(), description="BG-23: VAT by category and rate")
    supporting_documents: Many[SupportingDocument] = Field(
        default=(), description="BG-24: documents that support the invoice, by address or attached"
    )
    lines: Many[InvoiceLine] = Field(min_length=1, description="BG-25: the lines")

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
