"""Facts about who writes, to whom, and what the matter is called."""

from dataclasses import dataclass

from vaxel_engine.codes import COUNTRIES
from vaxel_engine.mailing.profile import Profile
from vaxel_engine.model import Document, DocumentKind, Invoice, Language, PostalAddress
from vaxel_engine.packs import Pack, Words
from vaxel_engine.rendering.facts_invoice import shared_object
from vaxel_engine.rendering.formatting import NO_BREAK_SPACE, day, period
from vaxel_engine.rendering.sheet import Sheet

_HOME = "SE"
SHORT_TERMS = 30
"""Characters; longer payment terms are a paragraph of their own."""
_POST_CODE_LAST = frozenset({"GB", "IE", "US", "CA", "AU", "NZ", "IN"})
"""Countries that write the post code after the town (UPU addressing)."""


@dataclass(frozen=True, slots=True)
class Detail:
    """One label with its value.

    label   "Kundnummer"
    value   "1002 3344"
    """

    label: str
    value: str


@dataclass(frozen=True, slots=True)
class RecipientFacts:
    """Who receives.

    name
    customer_number   None where the sender knows none
    address       the whole block for the window, name first, as the post wants it
    size          "" where 10 points fit the mail house's window, else "tight", "tightest" or "tightest cut"
    """

    name: str
    address: tuple[str, ...]
    size: str
    customer_number: str | None


@dataclass(frozen=True, slots=True)
class SellerFacts:
    """Who writes.

    brand      what customers call them
    name       the legal name
    payee      who is paid, where it is another (BG-10)
    address    lines, name not repeated
    telephone, email, website   where questions go
    legal      registration numbers and tax words, each a finished phrase
    help       one sentence that says how to ask
    """

    brand: str
    name: str
    payee: str
    address: tuple[str, ...]
    telephone: str
    email: str
    website: str
    legal: tuple[str, ...]
    help: str


def recipient_facts(document: Document, profile: Profile) -> RecipientFacts:
    """The recipient, with the consignment's own address or else the buyer's (BG-8)."""
    recipient = document.recipient
    address = recipient.postal_address
    if address is None and document.invoice is not None:
        address = document.invoice.buyer.postal_address
    lines = postal_lines(address) if address is not None else ()
    block = (recipient.name, *lines)
    return RecipientFacts(recipient.name, block, Sheet.of(profile).size_for(block), recipient.customer_number)


def postal_lines(address: PostalAddress, *, capitals: bool = True) -> tuple[str, ...]:
    """An address as a Swedish post office reads it: "NNN NN TOWN", the country only abroad, in capitals (UPU)."""
    street = [line for line in (address.line_1, address.line_2, address.line_3) if line]
    code, town = address.post_code, address.city or ""
    town = town.upper() if capitals else town
    if address.country_code == _HOME:
        return (*street, f"{_swedish_post_code(code)} {town}".strip() if code else town)
    if address.country_code in _POST_CODE_LAST:
        place = [
            town,
            *([address.country_subdivision] if address.country_subdivision else []),
            *([code] if code else []),
        ]
        return (*street, *(" ".join(place).strip(),), COUNTRIES[address.country_code].upper())
    return (*street, f"{code or ''} {town}".strip(), COUNTRIES[address.country_code].upper())


def seller_facts(document: Document, pack: Pack, words: Words) -> SellerFacts:
    """The seller as the invoice states it (BG-4), with the brand's ways to ask; for a message the brand alone."""
    contact = pack.contact
    name, address = contact.legal_name, tuple(line for line in contact.address if line != contact.legal_name)
    organisation, vat, tax = contact.organisation_number, contact.vat_number, None
    payee = name
    if document.invoice is not None:
        seller = document.invoice.seller
        name, payee = seller.name, document.invoice.payee.name if document.invoice.payee is not None else seller.name
        address = postal_lines(seller.postal_address, capitals=False)
        if seller.legal_registration_identifier is not None:
            organisation = seller.legal_registration_identifier.value
        vat, tax = seller.vat_identifier or vat, seller.tax_registration_identifier
    legal = [words.fill("seller.organisation_number", number=_organisation_number(organisation))]
    legal += [words.fill("seller.vat_number", number=vat)] if vat else []
    legal += [tax] if tax else []
    return SellerFacts(
        brand=pack.name,
        name=name,
        payee=payee,
        address=address,
        telephone=contact.telephone,
        email=contact.email,
        website=contact.website,
        legal=tuple(legal),
        help=words.fill(
            "help.sentence",
            telephone=contact.telephone.replace(" ", NO_BREAK_SPACE),
            email=contact.email,
            website=contact.website,
        ),
    )


def details(document: Document, words: Words, language: Language) -> tuple[Detail, ...]:
    """What the matter is called, in the order a reader or a bookkeeper asks for it."""
    recipient, invoice = document.recipient, document.invoice
    customer = [("customer_number", recipient.customer_number)]
    if invoice is None:
        return _named(words, [*customer, ("reference", document.reference)])
    kind = document.kind
    number = "credit_note_number" if kind is DocumentKind.CREDIT_NOTE else "number"
    issued = "reminder_date" if kind is DocumentKind.REMINDER else "issue_date"
    pairs: list[tuple[str, str | None]] = [
        (number, invoice.number),
        (issued, day(invoice.issue_date, language).short),
        *customer,
        *_earlier(document, language),
        ("period", period(invoice.period.start, invoice.period.end, language) if invoice.period is not None else None),
        *_buyers(invoice),
    ]
    return _named(words, pairs)


def _earlier(document: Document, language: Language) -> list[tuple[str, str | None]]:
    """The invoice that a reminder or a credit note is about (BG-3)."""
    assert document.invoice is not None  # noqa: S101  # only called with an invoice
    numbers = ", ".join(earlier.number for earlier in document.invoice.preceding_invoices) or None
    match document.kind:
        case DocumentKind.CREDIT_NOTE:
            return [("credits", numbers)]
        case DocumentKind.REMINDER if document.reminder is not None:
            original = day(document.reminder.original_due_date, language).short
            return [("about", numbers), ("original_due_date", original)]
        case _:
            return []


def _buyers(invoice: Invoice) -> list[tuple[str, str | None]]:
    """What the buyer calls the matter, and where it was delivered."""
    delivery = invoice.delivery
    place = delivery.address.line_1 if delivery is not None and delivery.address is not None else None
    point = delivery.location_identifier.value if delivery is not None and delivery.location_identifier else None
    terms = invoice.payment_terms if invoice.payment_terms and len(invoice.payment_terms) <= SHORT_TERMS else None
    return [
        ("place", place),
        ("metering_point", point or shared_object(invoice)),
        ("buyer_reference", invoice.references.buyer),
        ("order", invoice.references.purchase_order),
        ("contract", invoice.references.contract),
        ("payment_terms", terms),
    ]


def _named(words: Words, pairs: list[tuple[str, str | None]]) -> tuple[Detail, ...]:
    return tuple(Detail(words[f"detail.{name}"], value) for name, value in pairs if value)


def _swedish_post_code(code: str) -> str:
    digits = code.replace(" ", "").removeprefix("SE-")
    return f"{digits[:3]} {digits[3:]}" if len(digits) == 5 and digits.isdigit() else code


def _organisation_number(number: str) -> str:
    digits = number.replace("-", "")
    return f"{digits[:6]}-{digits[6:]}" if len(digits) == 10 and digits.isdigit() else number
