"""Generated bills for measuring: as mixed as a month's, new data in every one, the same ones for the same seed."""

import copy
import datetime as dt
import json
import random
import tomllib
from collections.abc import Iterator, Sequence
from decimal import ROUND_HALF_UP, Decimal
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Any

from vaxel.samples import samples
from vaxel_engine.identifiers.check_digits import luhn_digit
from vaxel_engine.identifiers.ocr import ControlLevel, with_control
from vaxel_engine.intake import read
from vaxel_engine.model import Document

_MEDIAN_LINES, _SPREAD, _MOST_LINES = 7.0, 0.9, 60
_IN_THE_REGISTER = "238"
"""Serial numbers that are allotted to nobody, and that the mailbox's stand-in knows (Skatteverket's test numbers)."""
_CENT = Decimal("0.01")
_VAT = Decimal("0.25")


def mixture(documents: int, *, seed: int = 1, lines: int | None = None) -> Iterator[dict[str, Any]]:
    """Yield so many invoices as JSON values: 1 to 60 lines, most of them few, or `lines` in each.

    Half of the people are Swedish, the others of the other Nordic countries or with names of languages that are spoken
    there; most have a chart of usage, some a balance, notes and long descriptions.
    """
    chance = random.Random(seed)  # noqa: S311  # nothing secret is drawn
    for number in range(1, documents + 1):
        yield _invoice(chance, 30_000_000 + number, lines or _lines(chance))


def write(path: Path, documents: int, *, seed: int = 1, lines: int | None = None) -> None:
    """The same as a file, JSON Lines; memory is that of one document."""
    with path.open("w", encoding="utf-8") as file:
        for document in mixture(documents, seed=seed, lines=lines):
            file.write(json.dumps(document, ensure_ascii=False) + "\n")


def bills(path: Path, documents: int, *, seed: int = 1, lines: int | None = None) -> list[Document]:
    """The same, written to `path` and read back as any file is."""
    if not documents:
        return []
    write(path, documents, seed=seed, lines=lines)
    with read(path) as reading:
        return list(reading)


def _lines(chance: random.Random) -> int:
    return max(1, min(_MOST_LINES, round(chance.lognormvariate(0, _SPREAD) * _MEDIAN_LINES)))


def _invoice(chance: random.Random, number: int, lines: int) -> dict[str, Any]:
    pattern, stock = copy.deepcopy(chance.choice(_patterns())), _stock()
    people = stock["people"]
    person = chance.choices(people, [one["share"] for one in people])[0]
    name = f"{chance.choice(person['first'])} {chance.choice(person['last'])}"
    code, city = chance.choice(person["places"])
    street = f"{chance.choice(person['streets'])} {chance.randint(1, 240)}{chance.choice(['', '', 'A', ' B lgh 1203'])}"
    address = {"line_1": street, "post_code": code, "city": city, "country_code": person["country"]}
    reference = with_control(str(number), ControlLevel.LENGTH_DIGIT)
    invoice = pattern["invoice"]
    pattern["reference"] = f"MIX-{number}"
    pattern["recipient"] = {
        "name": name,
        **_reached(chance, number),
        "postal_address": address,
        "language": chance.choices(["sv", "en"], [9, 1])[0],
        "customer_number": str(100_000 + number),
    }
    invoice["number"] = str(number)
    invoice["buyer"] = {"name": name, "postal_address": address}
    invoice["lines"] = [_line(chance, str(position)) for position in range(1, lines + 1)]
    notes = stock["notes"]
    invoice["notes"] = [{"text": text} for text in notes["texts"] if chance.randrange(100) < notes["share"] // 2]
    for payment in invoice["payment"]:
        payment["remittance_information"] = reference
    _add_up(invoice)
    for series in pattern.get("usage", ()):
        for point in series["points"]:
            _vary(chance, point)
    return pattern


def _vary(chance: random.Random, point: dict[str, Any]) -> None:
    """Another month's usage: what is measured by the day or in steps is another in each."""
    factor = chance.uniform(0.7, 1.4)
    point["quantity"] = round(float(point["quantity"]) * factor, 2)
    if "days" in point:
        point["days"] = [round(day * factor * chance.uniform(0.9, 1.1), 1) for day in point["days"]]
        point["quantity"] = round(sum(point["days"]))


def _reached(chance: random.Random, number: int) -> dict[str, Any]:
    """By what one can be reached beside paper: two in five have a mailbox, one in three mail, one in ten a phone."""
    match chance.choices(("mailbox", "mail", "phone", "paper"), (40, 33, 10, 17))[0]:
        case "mailbox":
            born = dt.date(1930, 1, 1) + dt.timedelta(days=number % 27_000)
            plain = f"{born:%Y%m%d}{_IN_THE_REGISTER}"
            return {"national_id": {"country_code": "SE", "value": plain + luhn_digit(plain[2:])}}
        case "mail":
            return {"email": f"kund.{number}@example.se"}
        case "phone":
            return {"mobile": f"+4670174{number % 10_000:04d}"}
        case _:
            return {}


def _line(chance: random.Random, identifier: str) -> dict[str, Any]:
    goods = _stock()["goods"]
    unit, most = chance.choice(goods["units"])
    quantity = Decimal(chance.randint(1, most))
    price = Decimal(chance.randint(1, 400_000 // most)) / Decimal(1000)
    item = {"name": chance.choice(goods["names"])}
    if chance.randrange(100) < 30:
        item["description"] = chance.choice(goods["descriptions"])
    return {
        "identifier": identifier,
        "quantity": str(quantity),
        "unit": unit,
        "net_amount": str((quantity * price).quantize(_CENT, ROUND_HALF_UP)),
        "period": {"start": "2026-10-01", "end": "2026-10-31"},
        "price": {"net": str(price)},
        "vat": {"code": "S", "rate": "25"},
        "item": item,
    }


def _add_up(invoice: dict[str, Any]) -> None:
    net = sum((Decimal(line["net_amount"]) for line in invoice["lines"]), Decimal(0))
    vat = (net * _VAT).quantize(_CENT, ROUND_HALF_UP)
    amounts = {"line_net": net, "without_vat": net, "vat": vat, "with_vat": net + vat, "due": net + vat}
    invoice["totals"] = {name: str(amount) for name, amount in amounts.items()}
    category = {"code": "S", "rate": "25"}
    invoice["vat_breakdown"] = [{"taxable_amount": str(net), "tax_amount": str(vat), "category": category}]


@cache
def _patterns() -> Sequence[dict[str, Any]]:
    """Invoices among the samples whose sum is that of their lines alone, with and without charts."""
    found: list[dict[str, Any]] = []
    for path in samples():
        if path.suffix == ".json":
            told = json.loads(path.read_text(encoding="utf-8"))
            found += [one for one in told["documents"] if one.get("kind") == "invoice" and _plain(one["invoice"])]
    return found


def _plain(invoice: dict[str, Any]) -> bool:
    totals = invoice["totals"]
    simple = {"line_net", "without_vat", "vat", "with_vat", "due"}
    codes = {payment.get("means_code") for payment in invoice.get("payment", ())}
    return set(totals) == simple and invoice["currency"] == "SEK" and codes == {"30"} and totals["due"][:1] != "-"


@cache
def _stock() -> dict[str, Any]:
    text = files("vaxel.benches").joinpath("mixture.toml").read_text(encoding="utf-8")
    return tomllib.loads(text)
