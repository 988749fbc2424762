"""Documents for the engine's tests, built small and changed by keyword."""

import datetime as dt
from calendar import monthrange
from collections.abc import Callable, Mapping
from decimal import Decimal
from pathlib import Path

import pytest

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
    Message,
    PaymentInstructions,
    PaymentLeg,
    Period,
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
from vaxel_engine.packs import Pack, load, packs

NOVEMBER = Period(start=dt.date(2026, 11, 1), end=dt.date(2026, 11, 30))
STANDARD = VatCategory(code="S", rate=Decimal(25))
USED = (612, 588, 541, 430, 322, 241, 198, 214, 287, 376, 455, 489)
USED_BEFORE = (655, 640, 560, 452, 340, 262, 205, 222, 301, 402, 498, 556)

DocumentBuilder = Callable[..., Document]


def make_line(
    name: str, quantity: str, unit: str, price: str, *, number: str = "1", code: str | None = None
) -> InvoiceLine:
    """One line at 25 % VAT whose amount is quantity times price, rounded to öre."""
    return InvoiceLine(
        identifier=number,
        quantity=Decimal(quantity),
        unit=unit,
        net_amount=(Decimal(quantity) * Decimal(price)).quantize(Decimal("0.01")),
        period=NOVEMBER,
        price=Price(net=Decimal(price)),
        vat=STANDARD,
        item=Item(name=name, sellers_identifier=code),
    )


ENERGY_LINES = (
    make_line("El från vatten och vind", "489", "KWH", "0.6412", number="1", code="EL-RORL-01"),
    make_line("Månadsavgift", "1", "MON", "39.20", number="2", code="EL-AVG"),
    make_line("Elnät, överföring", "489", "KWH", "0.2950", number="3", code="NAT-16A"),
    make_line("Elnät, abonnemang 16 A", "1", "MON", "172.00", number="4", code="NAT-16A-AB"),
    make_line("Energiskatt", "489", "KWH", "0.4390", number="5", code="SKATT"),
)


def make_document(
    *,
    kind: DocumentKind = DocumentKind.INVOICE,
    language: Language = "sv",
    name: str = "Karin Öberg",
    address: PostalAddress | None = None,
    lines: tuple[InvoiceLine, ...] = ENERGY_LINES,
    due: str | None = None,
    paid: str | None = None,
    rounding: bool = True,
    usage: bool = False,
    days: bool = False,
    balance: bool = False,
    number: str = "1002334455",
    message: Message | None = None,
    reference: str = "NL-2026-11-0001",
) -> Document:
    """A document of Nordljus to one customer, with totals that add up."""
    address = address or PostalAddress(line_1="Björkvägen 14 B", post_code="90736", city="Umeå", country_code="SE")
    recipient = Recipient(
        name=name,
        email="karin.oberg@example.se",
        mobile="+46701740605",
        postal_address=address,
        language=language,
        customer_number="40 18 227",
    )
    if kind is DocumentKind.MESSAGE:
        return Document(kind=kind, reference=reference, sender="nordljus", recipient=recipient, message=message)
    return Document(
        kind=kind,
        reference=reference,
        sender="nordljus",
        recipient=recipient,
        payment=PaymentLeg(
            scheme="autogiro", payer_number="4018227", draw_date=dt.date(2026, 12, 28), account_hint="…4521"
        )
        if kind is DocumentKind.DIRECT_DEBIT_NOTICE
        else None,
        reminder=ReminderDetails(original_due_date=dt.date(2026, 11, 30)) if kind is DocumentKind.REMINDER else None,
        invoice=_invoice(kind, name, address, lines, due, paid, rounding, number),
        usage=(_usage(days=days),) if usage else (),
        balance=_balance() if balance else None,
    )


def _invoice(
    kind: DocumentKind,
    name: str,
    address: PostalAddress,
    lines: tuple[InvoiceLine, ...],
    due: str | None,
    paid: str | None,
    rounding: bool,
    number: str,
) -> Invoice:
    net = sum((line.net_amount for line in lines), Decimal(0))
    vat = (net * Decimal("0.25")).quantize(Decimal("0.01"))
    total = net + vat
    rounded = (total.quantize(Decimal(1)) - total) if rounding and due is None else Decimal(0)
    owed = Decimal(due) if due is not None else total + rounded - Decimal(paid or 0)
    return Invoice(
        number=number,
        issue_date=dt.date(2026, 11, 20),
        type_code="381" if kind is DocumentKind.CREDIT_NOTE else "380",
        currency="SEK",
        due_date=dt.date(2026, 12, 20),
        period=NOVEMBER,
        seller=Seller(
            name="Nordljus Energi AB",
            legal_registration_identifier=SchemedIdentifier(value="5592014475"),
            vat_identifier="SE559201447501",
            tax_registration_identifier="Godkänd för F-skatt",
            postal_address=PostalAddress(line_1="Box 271", post_code="90326", city="Umeå", country_code="SE"),
        ),
        buyer=Buyer(name=name, postal_address=address),
        preceding_invoices=(PrecedingInvoice(number="1002301177", issue_date=dt.date(2026, 10, 20)),)
        if kind in (DocumentKind.CREDIT_NOTE, DocumentKind.REMINDER)
        else (),
        payment=(
            PaymentInstructions(
                means_code="30",
                remittance_information=with_control(number, ControlLevel.LENGTH_DIGIT),
                credit_transfers=(
                    CreditTransfer(account_identifier="5050109", service_provider_identifier="SE:BANKGIRO"),
                    CreditTransfer(account_identifier="4123451", service_provider_identifier="SE:PLUSGIRO"),
                ),
            ),
        ),
        totals=DocumentTotals(
            line_net=net,
            without_vat=net,
            vat=vat,
            with_vat=total,
            paid=Decimal(paid) if paid is not None else (total - owed if due is not None and total != owed else None),
            rounding=rounded or None,
            due=owed,
        ),
        vat_breakdown=(VatBreakdown(taxable_amount=net, tax_amount=vat, category=STANDARD),),
        lines=lines,
    )


def _days(start: dt.date, used: int) -> tuple[Decimal, ...]:
    """The days of a month: a little less each day, so that the first is the highest, and together what was used."""
    count = monthrange(start.year, start.month)[1]
    days = [Decimal(used) / count + Decimal(count - 1 - 2 * day) / 10 for day in range(count)]
    rounded = [day.quantize(Decimal("0.1")) for day in days]
    rounded[-1] += used - sum(rounded, Decimal(0))
    return tuple(rounded)


def _usage(*, days: bool) -> UsageSeries:
    months = [dt.date(2025, 12, 1), *(dt.date(2026, month, 1) for month in range(1, 12))]
    return UsageSeries(
        identifier="electricity",
        label="El",
        place="Björkvägen 14 B",
        unit="KWH",
        points=tuple(
            UsagePoint(
                start=start, quantity=Decimal(now), year_before=Decimal(before), days=_days(start, now) if days else ()
            )
            for start, now, before in zip(months, USED, USED_BEFORE, strict=True)
        ),
    )


def _balance() -> BalanceSeries:
    events = (
        (dt.date(2026, 9, 1), BalanceEventKind.OPENING, "Ingående saldo", "0", "812.00"),
        (dt.date(2026, 9, 20), BalanceEventKind.INVOICE, "Faktura 1002290071", "741.00", "1553.00"),
        (dt.date(2026, 9, 30), BalanceEventKind.PAYMENT, "Din betalning", "-812.00", "741.00"),
        (dt.date(2026, 10, 20), BalanceEventKind.INVOICE, "Faktura 1002301177", "902.00", "1643.00"),
        (dt.date(2026, 10, 31), BalanceEventKind.PAYMENT, "Din betalning", "-741.00", "902.00"),
        (dt.date(2026, 11, 12), BalanceEventKind.FEE, "Påminnelseavgift", "60.00", "962.00"),
        (dt.date(2026, 11, 20), BalanceEventKind.CLOSING, "Utgående saldo", "0", "962.00"),
    )
    return BalanceSeries(
        identifier="account",
        label="Ditt konto",
        currency="SEK",
        events=tuple(
            BalanceEvent(date=date, kind=kind, text=text, amount=Decimal(amount), balance=Decimal(balance))
            for date, kind, text, amount, balance in events
        ),
    )


@pytest.fixture(scope="session")
def nordljus() -> Pack:
    """The brand pack of the sample world."""
    return load("nordljus")


@pytest.fixture(scope="session")
def build() -> DocumentBuilder:
    """Builds a document; see `make_document` for what can be asked for."""
    return make_document


@pytest.fixture(scope="session")
def many_lines() -> Callable[[int], tuple[InvoiceLine, ...]]:
    """Builds an invoice's worth of lines."""

    def lines(count: int) -> tuple[InvoiceLine, ...]:
        return tuple(
            make_line(f"El, mätare {at:02d}", "120.5", "KWH", "0.8900", number=str(at), code=f"M-{at:04d}")
            for at in range(1, count + 1)
        )

    return lines


@pytest.fixture
def make_pack(tmp_path_factory: pytest.TempPathFactory) -> Callable[[Mapping[str, str]], Pack]:
    """Writes the files of a brand called "tried" that extends base, and loads it."""

    def make(files: Mapping[str, str]) -> Pack:
        root = tmp_path_factory.mktemp("packs")
        for name, text in {"brand.toml": 'extends = "base"\n', **files}.items():
            path: Path = root / "tried" / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, encoding="utf-8")
        return load("tried", [root, packs()])

    return make


@pytest.fixture(scope="session")
def big_line() -> InvoiceLine:
    """A line whose figures are as long as an invoice of a hospital could have them."""
    return make_line("Fjärrvärme till hela sjukhuset, alla byggnader och kulvertar", "123456789.5", "KWH", "987.654321")
