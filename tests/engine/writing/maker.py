"""Invoices made from a seed, that use every term of EN 16931 and that the official rules take."""

import random
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from vaxel_engine.model import Document

PEPPOL = "urn:cen.eu:en16931:2017#compliant#urn:fdc:peppol.eu:2017:poacc:billing:3.0"
BILLING = "urn:fdc:peppol.eu:2017:poacc:billing:01:1.0"
WORDS = ("Nät & elhandel", "Åsgatan 5 <B>", 'Kvarteret "Björken"', "Fjärrvärme", "Elin Ångström", "Ö-vik", "1 000 kWh")
SCHEMES = ("0007", "0088")
REASONS = {False: ("Rabatt", "95"), True: ("Fakturaavgift", "FC")}

Fields = dict[str, Any]


def cents(amount: Decimal) -> Decimal:
    return amount.quantize(Decimal("0.01"), ROUND_HALF_UP)


def luhn(digits: str) -> str:
    total = 0
    for position, digit in enumerate(reversed(digits)):
        doubled = int(digit) * (2 if position % 2 == 0 else 1)
        total += doubled - 9 if doubled > 9 else doubled
    return digits + str(-total % 10)


def gln(digits: str) -> str:
    total = sum(int(digit) * (3 if position % 2 == 0 else 1) for position, digit in enumerate(reversed(digits)))
    return digits + str(-total % 10)


@dataclass
class Maker:
    """One generated document: a seed decides everything."""

    dice: random.Random
    seed: int

    def maybe(self, value: object, chance: float = 0.5) -> object:
        return value if self.dice.random() < chance else None

    def words(self) -> str:
        return f"{self.dice.choice(WORDS)} {self.dice.randint(1, 9999)}"

    def prose(self) -> str:
        return f"{self.words()}.\n{self.words()}."

    def amount(self, top: int = 90_000) -> Decimal:
        return Decimal(self.dice.randint(1, top)) / 100

    def number(self, length: int) -> str:
        return "".join(str(self.dice.randint(0, 9)) for _ in range(length))

    def day(self) -> date:
        return date(2026, 1, 1) + timedelta(days=self.dice.randint(0, 330))

    def schemed(self, scheme: str | None = None) -> Fields:
        scheme = scheme or self.dice.choice(SCHEMES)
        return {"value": luhn("55" + self.number(7)) if scheme == "0007" else gln(self.number(12)), "scheme": scheme}

    def address(self, country: str) -> Fields:
        return some(
            line_1=self.maybe(self.words()),
            line_2=self.maybe(self.words()),
            line_3=self.maybe(self.words()),
            city=self.maybe("Luleå"),
            post_code=self.maybe("97333"),
            country_subdivision=self.maybe("Norrbotten"),
            country_code=country,
        )

    def contact(self) -> Fields:
        return some(point=self.words(), telephone=self.maybe("+46 920 12 34"), email=self.maybe("a@example.se"))

    def party(self, country: str, vat: bool, most: int) -> Fields:
        identifiers: list[Fields] = [{"value": self.number(6)}][: self.dice.randint(0, 1)]
        identifiers = (identifiers + [self.schemed("0088") for _ in range(self.dice.randint(0, 2))])[:most]
        return some(
            name=self.words(),
            trading_name=self.maybe(self.words()),
            identifiers=identifiers,
            legal_registration_identifier=self.schemed("0007"),
            vat_identifier=f"{country}{luhn('55' + self.number(7))}01" if vat else None,
            electronic_address=self.schemed(),
            postal_address=self.address(country),
            contact=self.maybe(self.contact()),
        )

    def allowance(self, vat: Fields | None = None) -> Fields:
        charge = self.dice.random() < 0.5
        base, percentage = self.amount(), Decimal(self.dice.randint(1, 40)) / 4
        by_share = self.dice.random() < 0.5
        reason, code = REASONS[charge]
        return some(
            is_charge=charge,
            amount=cents(base * percentage / 100) if by_share else self.amount(5000),
            base_amount=base if by_share else None,
            percentage=percentage if by_share else None,
            vat=vat,
            reason=reason,
            reason_code=self.maybe(code),
        )

    def price(self) -> Fields:
        net = Decimal(self.dice.randint(1, 10**7)) / 10_000
        base = self.maybe(Decimal(self.dice.choice((1, 10, 1000))))
        discount = self.maybe(Decimal(self.dice.randint(1, 999)) / 1000)
        return some(
            net=net,
            discount=discount,
            gross=net + discount if isinstance(discount, Decimal) else None,
            base_quantity=base,
            base_quantity_unit="KWH" if base else None,
        )

    def item(self) -> Fields:
        return some(
            name=self.words(),
            description=self.maybe(self.prose()),
            sellers_identifier=self.maybe(self.number(5)),
            buyers_identifier=self.maybe(self.number(5)),
            standard_identifier=self.maybe({"value": gln(self.number(13)), "scheme": "0160"}),
            classifications=[
                some(code=self.number(8), scheme="STI", scheme_version=self.maybe("19.0501"))
                for _ in range(self.dice.randint(0, 2))
            ],
            country_of_origin=self.maybe("NO"),
            attributes=[{"name": self.words(), "value": self.words()} for _ in range(self.dice.randint(0, 2))],
        )

    def line(self, identifier: int, vat: Fields, period: Fields | None) -> Fields:
        price = self.price()
        quantity = Decimal(self.dice.randint(-500, 20_000)) / self.dice.choice((1, 10, 1000))
        entries = [self.allowance() for _ in range(self.dice.choice((0, 0, 1, 2)))]
        net = quantity * price["net"] / price.get("base_quantity", 1) + balance(entries)
        return some(
            identifier=str(identifier),
            note=self.maybe(self.prose()),
            object_identifier=self.maybe({"value": self.number(18), "scheme": "MG"}),
            quantity=quantity,
            unit="KWH",
            net_amount=cents(net),
            order_line_reference=self.maybe(str(identifier)),
            accounting_reference=self.maybe(self.words()),
            period=self.maybe(period),
            allowances_and_charges=entries,
            price=price,
            vat=vat,
            item=self.item(),
        )

    def payment(self, remittance: object) -> list[Fields]:
        kind = self.dice.choice(("iban", "giro", "card", "debit", "none"))
        common = {"remittance_information": remittance}
        if kind == "card":
            card = some(account_number=self.number(6), holder_name=self.maybe(self.words()))
            return [some(means_code="48", card=card, **common)]
        if kind == "debit":
            debit = some(
                mandate_reference=self.number(9),
                creditor_identifier=self.maybe(f"SE97ZZZ{self.number(10)}"),
                debited_account=f"SE{self.number(22)}",
            )
            return [some(means_code="59", direct_debit=debit, **common)]
        if kind == "none":
            return []
        transfer = (
            {"account_identifier": f"SE{self.number(22)}", "service_provider_identifier": "NDEASESS"}
            if kind == "iban"
            else {"account_identifier": self.number(8), "service_provider_identifier": "SE:BANKGIRO"}
        )
        name = self.maybe(self.words())
        accounts = [some(**transfer, account_name=name), some(account_identifier=f"SE{self.number(22)}")]
        text = self.maybe("Betalning")
        return [
            some(means_code="30", means_text=None if at else text, credit_transfers=[account], **common)
            for at, account in enumerate(accounts[: self.dice.randint(1, 2)])
        ]

    def supporting(self) -> Fields:
        attached = {"content": self.dice.randbytes(200), "mime_code": "text/csv", "filename": f"{self.words()}.csv"}
        return some(
            identifier=self.words(),
            description=self.maybe(self.prose()),
            location=self.maybe("https://nordljus.example/tid?a=1&b=2"),
            attached=self.maybe(attached),
        )

    def references(self) -> Fields:
        order = self.maybe(self.number(7))
        return some(
            buyer=self.words(),
            project=self.maybe(self.number(4)),
            contract=self.maybe(self.words()),
            purchase_order=order,
            sales_order=self.maybe(self.number(8)) if order else None,
            receiving_advice=self.maybe(self.number(5)),
            despatch_advice=self.maybe(self.number(5)),
            tender_or_lot=self.maybe(self.number(5)),
            invoiced_object=self.maybe({"value": self.number(18), "scheme": "MG"}),
            buyer_accounting=self.maybe(self.words()),
        )

    def document(self) -> Document:
        credit = self.dice.random() < 0.3
        fields = self.invoice(credit)
        buyer = fields["buyer"]
        return Document.model_validate(
            {
                "kind": "credit_note" if credit else "invoice",
                "reference": fields["number"],
                "sender": "nordljus",
                "recipient": {"name": buyer["name"], "language": "sv"},
                "invoice": fields,
            }
        )

    def invoice(self, credit: bool) -> Fields:
        categories = self.dice.choice(CATEGORIES)
        codes = {one["code"] for one in categories}
        start = self.day()
        period: Fields | None = (
            {"start": start, "end": start + timedelta(days=30)} if self.dice.random() < 0.7 else None
        )
        lines = [
            self.line(number, self.dice.choice(categories), period) for number in range(1, self.dice.randint(2, 7))
        ]
        used = [one for one in categories if any(line["vat"] == one for line in lines)]
        entries = [self.allowance(self.dice.choice(used)) for _ in range(self.dice.choice((0, 1, 3)))]
        payment = self.payment(self.maybe(self.number(12)))
        abroad = self.dice.random() < 0.4
        tax_point = self.dice.choice(({}, {"tax_point_date": self.day()}, {"tax_point_date_code": "35"}))
        breakdown = rows(used, lines, entries)
        totals = self.totals(lines, entries, breakdown)
        if abroad and "O" not in codes:
            totals["vat_in_accounting_currency"] = cents(totals["vat"] * 11)
        return some(
            number=f"G-{self.seed}",
            issue_date=self.day(),
            type_code=self.dice.choice(("381", "396") if credit else ("380", "82", "386", "393")),
            currency="EUR" if abroad else "SEK",
            vat_accounting_currency="SEK" if "vat_in_accounting_currency" in totals else None,
            **tax_point,
            due_date=self.day() if payment or not credit else None,
            references=self.references(),
            payment_terms=self.prose(),
            notes=[some(text=self.prose(), subject_code=self.maybe("AAI"))][: self.dice.randint(0, 1)],
            business_process=BILLING,
            specification=PEPPOL,
            preceding_invoices=[some(number=self.number(8), issue_date=self.maybe(self.day()))][
                : 1 if credit else self.dice.randint(0, 1)
            ],
            seller=some(
                **self.party("SE", "O" not in codes, most=3),
                tax_registration_identifier=self.maybe("Godkänd för F-skatt") if "O" not in codes else None,
                additional_legal_information=self.maybe(self.words()),
            ),
            buyer=self.party("FI", "O" not in codes, most=1),
            payee=self.maybe(
                some(
                    name=f"Faktorbolaget {self.number(4)}",
                    identifier=self.maybe(self.schemed("0088")),
                    legal_registration_identifier=self.maybe(self.schemed("0007")),
                )
            ),
            tax_representative=self.maybe(
                {"name": self.words(), "vat_identifier": "SE559201447501", "postal_address": self.address("SE")}, 0.3
            )
            if "O" not in codes
            else None,
            delivery=some(
                party_name=self.maybe(self.words()),
                location_identifier=self.maybe(self.schemed("0088")),
                actual_date=self.day(),
                address=self.address("FI"),
            ),
            period=period,
            payment=payment,
            allowances_and_charges=entries,
            totals=totals,
            vat_breakdown=breakdown,
            supporting_documents=[self.supporting() for _ in range(self.dice.choice((0, 0, 1, 2)))],
            lines=lines,
        )

    def totals(self, lines: list[Fields], entries: list[Fields], breakdown: list[Fields]) -> Fields:
        line_net = sum((line["net_amount"] for line in lines), Decimal(0))
        allowances = sum((one["amount"] for one in entries if not one["is_charge"]), Decimal(0))
        charges = sum((one["amount"] for one in entries if one["is_charge"]), Decimal(0))
        vat = sum((row["tax_amount"] for row in breakdown), Decimal(0))
        without = line_net - allowances + charges
        paid = self.maybe(self.amount())
        exact = without + vat - (paid if isinstance(paid, Decimal) else 0)
        rounded = exact.quantize(Decimal(1)) if self.dice.random() < 0.3 else exact
        return some(
            line_net=line_net,
            allowances=allowances or None,
            charges=charges or None,
            without_vat=without,
            vat=vat,
            with_vat=without + vat,
            paid=paid,
            rounding=rounded - exact or None,
            due=rounded.quantize(Decimal("0.01")),
        )


CATEGORIES: tuple[tuple[Fields, ...], ...] = (
    ({"code": "S", "rate": Decimal(25)}, {"code": "S", "rate": Decimal("6.00")}, {"code": "S", "rate": Decimal(12)}),
    ({"code": "S", "rate": Decimal(25)}, {"code": "E", "rate": Decimal(0)}, {"code": "Z", "rate": Decimal(0)}),
    ({"code": "AE", "rate": Decimal(0)}, {"code": "S", "rate": Decimal(25)}),
    ({"code": "K", "rate": Decimal(0)},),
    ({"code": "G", "rate": Decimal(0)},),
    ({"code": "O"},),
)
EXEMPTIONS = {
    "E": "VATEX-EU-132",
    "AE": "VATEX-EU-AE",
    "K": "VATEX-EU-IC",
    "G": "VATEX-EU-G",
    "O": "VATEX-EU-O",
}


def some(**fields: object) -> Fields:
    """The fields that hold something."""
    return {name: value for name, value in fields.items() if value is not None and value != []}


def balance(entries: list[Fields]) -> Decimal:
    return sum((one["amount"] if one["is_charge"] else -one["amount"] for one in entries), Decimal(0))


def rows(used: list[Fields], lines: list[Fields], entries: list[Fields]) -> list[Fields]:
    """The VAT breakdown of what is there."""
    breakdown: list[Fields] = []
    for vat in used:
        base = sum((line["net_amount"] for line in lines if line["vat"] == vat), Decimal(0))
        base += balance([one for one in entries if one.get("vat") == vat])
        code = EXEMPTIONS.get(vat["code"])
        breakdown.append(
            some(
                taxable_amount=base,
                tax_amount=cents(base * vat.get("rate", Decimal(0)) / 100) + Decimal(0),  # never -0.00
                category=vat,
                exemption_reason="Undantag <från> skatteplikt" if code else None,
                exemption_reason_code=code,
            )
        )
    return breakdown
