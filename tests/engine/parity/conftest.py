"""Generated documents of every kind, the same ones each time, and what is asked for in a campaign."""

import datetime as dt
import os
import random
from collections.abc import Callable
from decimal import Decimal

import pytest

from vaxel_engine.identifiers.check_digits import luhn_digit
from vaxel_engine.identifiers.ocr import ControlLevel, with_control
from vaxel_engine.model import (
    BalanceEvent,
    BalanceEventKind,
    BalanceSeries,
    Buyer,
    CreditTransfer,
    Document,
    DocumentKind,
    DocumentTotals,
    Invoice,
    InvoiceLine,
    Item,
    Language,
    Payee,
    PaymentInstructions,
    PaymentLeg,
    PostalAddress,
    PrecedingInvoice,
    Price,
    Recipient,
    ReminderDetails,
    SchemedIdentifier,
    Seller,
    UsagePoint,
    UsageSeries,
    VatBreakdown,
    VatCategory,
)

KINDS = (
    DocumentKind.INVOICE,
    DocumentKind.INVOICE,
    DocumentKind.REMINDER,
    DocumentKind.DIRECT_DEBIT_NOTICE,
    DocumentKind.CREDIT_NOTE,
)
NAMES = ("Karin Öberg", "Áilu Eŋŋá", "Margaret O’Sullivan", "Björk & Son AB", "Tomasz Wójcik-Gałczyński")
GOODS = ("El, rörligt pris", "Månadsavgift", "Elnät, överföring", "Energiskatt", "Fjärrvärme", "Bok: elens historia")
CENT = Decimal("0.01")

Generate = Callable[[int], Document]


@pytest.fixture(scope="session")
def full_size() -> bool:
    """Whether the campaign was asked for (`make campaign-parity`); every day a small part of it runs."""
    return os.environ.get("VAXEL_CAMPAIGN") == "full"


@pytest.fixture(scope="session")
def generate() -> Generate:
    """Document number n of the campaign."""
    return generated


def generated(number: int) -> Document:
    """An invoice of some kind with totals that add up, drawn from the seed `number`."""
    draw = random.Random(number)  # noqa: S311  # a draw that can be repeated
    kind = KINDS[number % len(KINDS)]
    language: Language = "sv" if draw.random() < 0.6 else "en"
    customer = str(draw.randrange(100_000, 10_000_000))
    address = PostalAddress(line_1="Björkvägen 14 B", post_code="90736", city="Umeå", country_code="SE")
    name = draw.choice(NAMES)
    recipient = Recipient(
        name=name,
        email="karin.oberg@example.se",
        mobile="+46701740605",
        postal_address=address,
        language=language,
        customer_number=draw.choice((customer, f"{customer[:2]} {customer[2:]}", None)),
    )
    issued = dt.date(2026, 1, 1) + dt.timedelta(days=draw.randrange(365))
    mandate = None
    if kind is DocumentKind.DIRECT_DEBIT_NOTICE:
        drawn = issued + dt.timedelta(days=28)
        mandate = PaymentLeg(scheme="autogiro", payer_number=customer, draw_date=drawn, account_hint="…4521")
    return Document(
        kind=kind,
        reference=f"P-{number:05d}",
        sender="nordljus",
        recipient=recipient,
        payment=mandate,
        reminder=ReminderDetails(original_due_date=issued - dt.timedelta(days=11))
        if kind is DocumentKind.REMINDER
        else None,
        invoice=_invoice(draw, kind, issued, name, address),
        usage=(_usage(draw, issued),) if draw.random() < 0.3 else (),
        balance=_balance(draw, issued) if draw.random() < 0.2 else None,
    )


def _invoice(draw: random.Random, kind: DocumentKind, issued: dt.date, name: str, address: PostalAddress) -> Invoice:
    rates = draw.sample((Decimal(25), Decimal(12), Decimal(6)), k=draw.choice((1, 1, 2, 3)))
    categories = [VatCategory(code="S", rate=rate) for rate in rates]
    if draw.random() < 0.15:
        categories.append(VatCategory(code="E", rate=Decimal(0)))
    count = draw.choice((2, 3, 5, 8, 24))
    lines = tuple(_line(draw, at, categories[at % len(categories)]) for at in range(max(count, len(categories))))
    rows = tuple(_vat(category, lines) for category in categories)
    net = sum((line.net_amount for line in lines), Decimal(0))
    vat = sum((row.tax_amount for row in rows), Decimal(0))
    total = net + vat
    rounding = total.quantize(Decimal(1)) - total if draw.random() < 0.3 else Decimal(0)
    paid = draw.choice((None, None, None, Decimal(draw.randrange(1_000, 9_000)) / 100, total + rounding))
    if kind is not DocumentKind.INVOICE:
        paid = None
    number = str(draw.randrange(10_000_000, 10_000_000_000))
    return Invoice(
        number=number,
        issue_date=issued,
        type_code="381" if kind is DocumentKind.CREDIT_NOTE else "380",
        currency=draw.choice(("SEK", "SEK", "SEK", "EUR", "NOK")),
        due_date=issued + dt.timedelta(days=30),
        seller=Seller(
            name="Nordljus Energi AB",
            legal_registration_identifier=SchemedIdentifier(value="5592014475"),
            vat_identifier="SE559201447501",
            postal_address=PostalAddress(line_1="Meschplan 4", post_code="98131", city="Kiruna", country_code="SE"),
        ),
        payee=Payee(name="Norrbottens Inkasso AB") if draw.random() < 0.1 else None,
        buyer=Buyer(name=name, postal_address=address),
        preceding_invoices=(PrecedingInvoice(number="70023011", issue_date=dt.date(2025, 10, 20)),)
        if kind in (DocumentKind.CREDIT_NOTE, DocumentKind.REMINDER)
        else (),
        payment=(_payment(draw, number),),
        totals=DocumentTotals(
            line_net=net,
            without_vat=net,
            vat=vat,
            with_vat=total,
            paid=paid,
            rounding=rounding or None,
            due=total + rounding - (paid or 0),
        ),
        vat_breakdown=rows,
        lines=lines,
    )


def _line(draw: random.Random, at: int, category: VatCategory) -> InvoiceLine:
    quantity = Decimal(draw.choice((1, draw.randrange(2, 2_000), draw.randrange(1_000, 400_000))))
    price = Decimal(draw.randrange(1_001, 99_999)) / draw.choice((100, 10_000))
    return InvoiceLine(
        identifier=str(at + 1),
        quantity=quantity,
        unit=draw.choice(("KWH", "MON", "C62")),
        net_amount=(quantity * price).quantize(CENT),
        price=Price(net=price),
        vat=category,
        item=Item(name=draw.choice(GOODS)),
    )


def _vat(category: VatCategory, lines: tuple[InvoiceLine, ...]) -> VatBreakdown:
    base = sum((line.net_amount for line in lines if line.vat == category), Decimal(0))
    tax = (base * (category.rate or 0) / 100).quantize(CENT)
    reason = "Undantaget" if category.code == "E" else None
    return VatBreakdown(taxable_amount=base, tax_amount=tax, category=category, exemption_reason=reason)


def _payment(draw: random.Random, number: str) -> PaymentInstructions:
    giro = str(draw.randrange(500_000, 999_999))
    ways = [
        CreditTransfer(account_identifier=giro + luhn_digit(giro), service_provider_identifier="SE:BANKGIRO"),
        CreditTransfer(account_identifier="4123451", service_provider_identifier="SE:PLUSGIRO"),
        CreditTransfer(account_identifier="SE3550000000054910000003", service_provider_identifier="ESSESESS"),
    ]
    reference = with_control(number, draw.choice((ControlLevel.CHECK_DIGIT, ControlLevel.LENGTH_DIGIT)))
    return PaymentInstructions(
        means_code="30",
        remittance_information=draw.choice((reference, reference, f"AVTAL {number[:6]}-B")),
        credit_transfers=tuple(draw.sample(ways, k=draw.choice((1, 1, 2, 3)))),
    )


def _usage(draw: random.Random, issued: dt.date) -> UsageSeries:
    points = tuple(
        UsagePoint(
            start=dt.date(issued.year - 1, month, 1),
            quantity=Decimal(draw.randrange(100, 900)),
            year_before=Decimal(draw.randrange(100, 900)),
        )
        for month in range(1, 13)
    )
    return UsageSeries(identifier="electricity", label="El", unit="KWH", points=points)


def _balance(draw: random.Random, issued: dt.date) -> BalanceSeries:
    owed = Decimal(draw.randrange(10_000, 99_999)) / 100
    day = issued - dt.timedelta(days=90)
    events = [
        BalanceEvent(date=day, kind=BalanceEventKind.OPENING, text="Ingående saldo", amount=Decimal(0), balance=owed)
    ]
    for at in range(1, 4):
        amount = Decimal(draw.randrange(10_000, 99_999)) / 100 * (1 if at % 2 else -1)
        owed += amount
        kind = BalanceEventKind.INVOICE if amount > 0 else BalanceEventKind.PAYMENT
        date = day + dt.timedelta(days=20 * at)
        events.append(BalanceEvent(date=date, kind=kind, text="Rörelse", amount=amount, balance=owed))
    closing = BalanceEventKind.CLOSING
    events.append(BalanceEvent(date=issued, kind=closing, text="Utgående saldo", amount=Decimal(0), balance=owed))
    return BalanceSeries(identifier="account", label="Ditt konto", currency="SEK", events=tuple(events))
