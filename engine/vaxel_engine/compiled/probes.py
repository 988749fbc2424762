"""Documents to try a program with: a realistic mix by seed, and each with its hard cases on purpose."""

import datetime as dt
import random
from decimal import Decimal

from vaxel_engine.compiled.letters import letter
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
    InvoiceNote,
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

NAMES = (
    *("Karin Öberg", "Nils Åkesson", "Þórunn Guðmundsdóttir", "Søren Kjærgaard", "Aino Mäkelä", "Ingebjørg Hålogaland"),
    *(
        "Zoë Vuković-Đorđević",
        "Łukasz Wójcik",
        "Ayşe Yıldırım",
        "Nguyễn Thị Hồng Ánh",
        "José-María Núñez",
        "Ana Popović",
    ),
    *("Bostadsrättsföreningen Björkhagens Samfällighet och Parkeringsgemenskap u.p.a.", "Ek & Lind HB", "Bo Ek"),
    *("Maximiliane-Alexandra von Hohenstein-Weissenburg", "Šárka Dvořáková", "Ģirts Kalniņš", "Dženana Ćatić"),
)
STREETS = (
    "Björkvägen",
    "Storgatan",
    "Östra Ågatan",
    "Kungsgatan",
    "Nørrebrogade",
    "Karl Johans gate",
    "Mannerheimintie",
)
CITIES = (("90736", "Umeå"), ("41107", "Göteborg"), ("98131", "Kiruna"), ("11122", "Stockholm"), ("59230", "Vadstena"))
ITEMS = (
    *(
        "El från vatten och vind",
        "Månadsavgift",
        "Elnät, överföring",
        "Elnät, abonnemang 16 A",
        "Energiskatt",
        "Fjärrvärme",
    ),
    *(
        "Vatten, förbrukning",
        "Bredband 500/500",
        "Hyra av mätare",
        "Serviceavgift för avläsning",
        "Påslag",
        "Avhämtning",
    ),
)
LONGER = (
    " enligt prislista för privatkunder, giltig från den 1 januari",
    " inklusive avläsning och överföring av mätvärden till elleverantören samt rapportering varje timme",
    ", mätare 735 999 100 012 345 678, utbytt på plats med slutavläsning av den gamla mätaren och ny plombering",
)
UNITS = ("KWH", "MON", "C62", "DAY", "MTQ", "HUR")
RATES = ("25", "12", "6", "0")
SENTENCES = (
    "Vi har bytt ut din mätare mot en ny som läses av på distans.",
    "Från och med årsskiftet gäller **nya priser** för elnät och överföring i hela kommunen.",
    "Läs mer på [vår sida](https://nordljus.example/priser) eller ring oss, så berättar vi.",
    "Du behöver inte göra någonting.",
)
_DAY = dt.date(2026, 11, 20)
_MANDATE = PaymentLeg(scheme="autogiro", payer_number="4018227", draw_date=dt.date(2026, 12, 28), account_hint="…4521")


def probe(
    seed: int,
    *,
    kind: DocumentKind | None = None,
    lines: int | None = None,
    usage: bool | None = None,
    balance: bool | None = None,
    language: Language | None = None,
    sender: str = "nordljus",
) -> Document:
    """One document of a realistic mix; what is asked for is as it is asked, the rest as the seed says."""
    dice = random.Random(seed)  # noqa: S311  # reproducible, not secret
    weights = {DocumentKind.INVOICE: 78, DocumentKind.REMINDER: 7, DocumentKind.CREDIT_NOTE: 5}
    weights |= {DocumentKind.DIRECT_DEBIT_NOTICE: 6, DocumentKind.MESSAGE: 4}
    drawn = dice.choices(list(weights), list(weights.values()))[0]
    kind = kind or drawn
    name, street = (
        dice.choice(NAMES),
        f"{dice.choice(STREETS)} {dice.randint(1, 199)}{dice.choice(('', ' B', ', lgh 1203'))}",
    )
    post_code, city = dice.choice(CITIES)
    address = PostalAddress(
        line_1=street if dice.random() < 0.8 else f"c/o {dice.choice(NAMES)}",
        line_2=None if dice.random() < 0.8 else street,
        post_code=post_code,
        city=city,
        country_code="SE",
    )
    spoken: Language = language or ("en" if dice.random() < 0.2 else "sv")
    recipient = Recipient(
        name=name,
        email="kund@example.se",
        postal_address=address,
        language=spoken,
        customer_number=str(dice.randint(10_000, 99_999_999)) if dice.random() < 0.9 else None,
    )
    reference = f"PROBE-{seed:07d}"
    if kind is DocumentKind.MESSAGE:
        parts = [dice.choice(SENTENCES) for _ in range(dice.randint(1, 6))]
        body = letter(dice) if dice.random() < 0.7 else "\n\n".join(parts)
        message = Message(subject=dice.choice(("Nya priser", "Avbrott i din gata", "Välkommen som kund")), body=body)
        return Document(kind=kind, reference=reference, sender=sender, recipient=recipient, message=message)
    count = lines if lines is not None else min(60, max(1, round(dice.lognormvariate(2.1, 0.9))))
    invoice = _invoice(dice, kind, seed, name, address, count)
    usage = dice.random() < 0.35 if usage is None else usage
    balance = dice.random() < 0.08 if balance is None else balance
    return Document(
        kind=kind,
        reference=reference,
        sender=sender,
        recipient=recipient,
        payment=PaymentLeg(
            scheme="autogiro", payer_number="4018227", draw_date=dt.date(2026, 12, 28), account_hint="…4521"
        )
        if kind is DocumentKind.DIRECT_DEBIT_NOTICE
        else None,
        reminder=ReminderDetails(original_due_date=dt.date(2026, 10, 31)) if kind is DocumentKind.REMINDER else None,
        invoice=invoice,
        usage=_usages(dice) if usage else (),
        balance=_balance(dice) if balance else None,
    )


def like(sample: Document, seed: int) -> Document:
    """A probe of a sample's kind with its charts, and now and then its notes, its ways of payment and its currency."""
    one = probe(seed, kind=sample.kind, sender=sample.sender)
    if one.invoice is None or sample.invoice is None:
        return one
    dice = random.Random(f"like {seed}")  # noqa: S311  # reproducible, not secret
    notes = [InvoiceNote(text=_note(dice)) for _ in range(dice.choices((0, 1, 2, 3), (40, 35, 18, 7))[0])]
    changed: dict[str, object] = {"notes": (*(sample.invoice.notes if dice.random() < 0.5 else ()), *notes)}
    if sample.invoice.payment and dice.random() < 0.7:
        changed |= {"payment": sample.invoice.payment, "currency": sample.invoice.currency}
    invoice = one.invoice.model_copy(update=changed)
    usage = tuple(_varied(dice, series) for series in sample.usage)
    return one.model_copy(update={"usage": usage, "balance": sample.balance, "invoice": invoice})


def _note(dice: random.Random) -> str:
    """A note of one to six lines beside the totals."""
    words = (
        " ".join(SENTENCES).replace("**", "").replace("[", "").replace("](https://nordljus.example/priser)", "").split()
    )
    begins = dice.randrange(len(words))
    return " ".join((words * 2)[begins : begins + dice.randint(3, 36)])


def _varied(dice: random.Random, series: UsageSeries) -> UsageSeries:
    """Another household's usage in the same steps."""
    points: list[UsagePoint] = []
    for point in series.points:
        factor = Decimal(dice.randint(70, 140)) / 100
        days = tuple((day * factor * dice.randint(90, 110) / 100).quantize(Decimal("0.1")) for day in point.days)
        quantity = sum(days, Decimal(0)) if days else (point.quantity * factor).quantize(Decimal("0.01"))
        points.append(point.model_copy(update={"days": days, "quantity": quantity}))
    return series.model_copy(update={"points": tuple(points)})


def _line(dice: random.Random, number: int, rate: str, coded: bool) -> InvoiceLine:
    name = dice.choice(ITEMS)
    chance = dice.random()
    if chance < 0.25:
        name += dice.choice(LONGER)
    quantity = Decimal(dice.randint(1, 9_999)) / dice.choice((1, 10, 100)) if dice.random() < 0.7 else Decimal(1)
    price = Decimal(dice.randint(1, 49_999)) / dice.choice((100, 10_000))
    return InvoiceLine(
        identifier=str(number),
        quantity=quantity,
        unit=dice.choice(UNITS),
        net_amount=(quantity * price).quantize(Decimal("0.01")),
        period=Period(start=dt.date(2026, 11, 1), end=dt.date(2026, 11, 30)) if dice.random() < 0.6 else None,
        price=Price(net=price),
        vat=VatCategory(code="S" if rate != "0" else "Z", rate=Decimal(rate)),
        item=Item(
            name=name,
            description=dice.choice(LONGER).strip(" ,") if dice.random() < 0.15 else None,
            sellers_identifier=f"ART-{dice.randint(1, 9999):04d}" if coded else None,
        ),
    )


def _invoice(
    dice: random.Random, kind: DocumentKind, seed: int, name: str, address: PostalAddress, count: int
) -> Invoice:
    rates = dice.sample(RATES, dice.choices((1, 2, 3), (80, 15, 5))[0])
    coded = dice.random() < 0.5
    lines = tuple(_line(dice, number, dice.choice(rates), coded) for number in range(1, count + 1))
    vat: list[VatBreakdown] = []
    for rate in rates:
        of_rate = [line for line in lines if line.vat.rate == Decimal(rate)]
        if of_rate:
            taxable = sum((line.net_amount for line in of_rate), Decimal(0))
            tax = (taxable * Decimal(rate) / 100).quantize(Decimal("0.01"))
            vat.append(VatBreakdown(taxable_amount=taxable, tax_amount=tax, category=of_rate[0].vat))
    net = sum((line.net_amount for line in lines), Decimal(0))
    tax = sum((one.tax_amount for one in vat), Decimal(0))
    total = net + tax
    rounding = total.quantize(Decimal(1)) - total if dice.random() < 0.6 else Decimal(0)
    paid = (total / 2).quantize(Decimal("0.01")) if dice.random() < 0.05 else None
    number = str(1_000_000_000 + seed * 7)
    return Invoice(
        number=number,
        issue_date=_DAY - dt.timedelta(days=dice.randint(0, 300)),
        type_code="381" if kind is DocumentKind.CREDIT_NOTE else "380",
        currency="SEK",
        due_date=_DAY + dt.timedelta(days=dice.randint(10, 60)),
        period=Period(start=dt.date(2026, 11, 1), end=dt.date(2026, 11, 30)) if dice.random() < 0.8 else None,
        seller=Seller(
            name="Nordljus Energi AB",
            legal_registration_identifier=SchemedIdentifier(value="5592014475"),
            vat_identifier="SE559201447501",
            tax_registration_identifier="Godkänd för F-skatt",
            postal_address=PostalAddress(line_1="Box 271", post_code="90326", city="Umeå", country_code="SE"),
        ),
        buyer=Buyer(name=name, postal_address=address),
        preceding_invoices=(PrecedingInvoice(number=str(1_000_000_000 + seed), issue_date=_DAY),)
        if kind in (DocumentKind.CREDIT_NOTE, DocumentKind.REMINDER)
        else (),
        payment=(
            PaymentInstructions(
                means_code="30",
                remittance_information=with_control(number, ControlLevel.LENGTH_DIGIT),
                credit_transfers=(
                    CreditTransfer(account_identifier="5050109", service_provider_identifier="SE:BANKGIRO"),
                    CreditTransfer(account_identifier="4123451", service_provider_identifier="SE:PLUSGIRO"),
                )[: dice.randint(1, 2)],
            ),
        ),
        totals=DocumentTotals(
            line_net=net,
            without_vat=net,
            vat=tax,
            with_vat=total,
            paid=paid,
            rounding=rounding or None,
            due=total + rounding - (paid or 0),
        ),
        vat_breakdown=tuple(vat),
        lines=lines,
    )


def _usages(dice: random.Random) -> tuple[UsageSeries, ...]:
    """Mostly one series of a year and the same month the year before; a chart of few steps is another picture."""
    names = (("electricity", "El"), ("water", "Vatten"))[: dice.choice((1, 1, 1, 1, 2))]
    return tuple(_usage(dice, identifier, label) for identifier, label in names)


def _usage(dice: random.Random, identifier: str, label: str) -> UsageSeries:
    size = dice.choice((10, 100, 1000, 10_000))
    newest = 2026 * 12 + 9  # counted in months
    months = range(newest - dice.choice((13, 13, 13, 13, 13, 12, 12, 6, 2, 1)) + 1, newest + 1)
    starts = [dt.date(month // 12, month % 12 + 1, 1) for month in months]
    return UsageSeries(
        identifier=identifier,
        label=label,
        unit=dice.choice(("KWH", "MTQ")),
        points=tuple(
            UsagePoint(
                start=start,
                quantity=Decimal(dice.randint(size // 2, size * 5)),
                year_before=Decimal(dice.randint(size // 2, size * 5)),
            )
            for start in starts
        ),
    )


def _balance(dice: random.Random) -> BalanceSeries:
    balance = Decimal(dice.randint(0, 200_000)) / 100
    events: list[BalanceEvent] = []

    def happens(day: dt.date, kind: BalanceEventKind, text: str, amount: Decimal) -> None:
        nonlocal balance
        balance += amount
        events.append(BalanceEvent(date=day, kind=kind, text=text, amount=amount, balance=balance))

    happens(dt.date(2026, 8, 1), BalanceEventKind.OPENING, "Ingående saldo", Decimal(0))
    for at in range(dice.randint(1, 7)):
        day = dt.date(2026, 8, 10) + dt.timedelta(days=14 * at)
        if at % 2:
            happens(day, BalanceEventKind.PAYMENT, "Din betalning", -balance)
        else:
            charged = Decimal(dice.randint(10_000, 200_000)) / 100
            happens(day, BalanceEventKind.INVOICE, f"Faktura {dice.randint(10**9, 10**10)}", charged)
    happens(_DAY, BalanceEventKind.CLOSING, "Utgående saldo", Decimal(0))
    return BalanceSeries(identifier="account", label="Ditt konto", currency="SEK", events=tuple(events))
