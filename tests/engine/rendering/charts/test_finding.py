"""The title of a chart is a sentence that is true of its figures."""

import datetime as dt
from collections.abc import Callable
from decimal import Decimal

import pytest

from vaxel_engine.model import (
    BalanceEvent,
    BalanceEventKind,
    BalanceSeries,
    Document,
    Language,
    Resolution,
    UsagePoint,
    UsageSeries,
)
from vaxel_engine.packs import Pack
from vaxel_engine.rendering.charts import charts_for

DocumentBuilder = Callable[..., Document]


def usage(now: str, before: str | None, *, identifier: str = "el", label: str = "El") -> UsageSeries:
    point = UsagePoint(
        start=dt.date(2026, 11, 1), quantity=Decimal(now), year_before=None if before is None else Decimal(before)
    )
    return UsageSeries(identifier=identifier, label=label, unit="KWH", points=(point,))


def days(quantities: list[str]) -> UsageSeries:
    points = tuple(
        UsagePoint(start=dt.date(2026, 11, at), quantity=Decimal(quantity)) for at, quantity in enumerate(quantities, 1)
    )
    return UsageSeries(identifier="el", label="El", unit="KWH", resolution=Resolution.DAY, points=points)


def balance(*steps: tuple[str, str]) -> BalanceSeries:
    events = [
        BalanceEvent(
            date=dt.date(2026, 9, at),
            kind=BalanceEventKind.OPENING if at == 1 else BalanceEventKind.INVOICE,
            text="Händelse",
            amount=Decimal(amount),
            balance=Decimal(after),
        )
        for at, (amount, after) in enumerate(steps, 1)
    ]
    return BalanceSeries(identifier="konto", label="Konto", currency="SEK", events=tuple(events))


def finding(document: Document, pack: Pack) -> str:
    return charts_for(document, pack.words(document.recipient.language))[0].finding


@pytest.mark.parametrize(
    ("now", "before", "swedish", "english"),
    [
        ("88", "100", "Du använde 12 % mindre än i november förra året",
         "You used 12% less than in November last year"),
        ("119", "100", "Du använde 19 % mer än i november förra året",
         "You used 19% more than in November last year"),
        ("100", "100", "Du använde precis lika mycket som i november förra året",
         "You used exactly as much as in November last year"),
        ("1001", "1000", "Du använde ungefär lika mycket som i november förra året",
         "You used about as much as in November last year"),
        ("412", None, "Du använde 412 kWh i november", "You used 412 kWh in November"),
        ("0", None, "Du använde ingenting i november", "You used nothing in November"),
        ("0", "0", "Du använde ingenting i november", "You used nothing in November"),
        ("0", "50", "Du använde 0 kWh i november, mot 50 kWh i november förra året",
         "You used 0 kWh in November, compared with 50 kWh in November last year"),
        ("50", "0", "Du använde 50 kWh i november, mot 0 kWh i november förra året",
         "You used 50 kWh in November, compared with 0 kWh in November last year"),
        ("1", "900", "Du använde 1 kWh i november, mot 900 kWh i november förra året",
         "You used 1 kWh in November, compared with 900 kWh in November last year"),
        ("900", "100", "Du använde 900 kWh i november, mot 100 kWh i november förra året",
         "You used 900 kWh in November, compared with 100 kWh in November last year"),
    ],
)  # fmt: skip
def test_usage_is_compared_with_the_year_before(
    build: DocumentBuilder, nordljus: Pack, now: str, before: str | None, swedish: str, english: str
) -> None:
    languages: list[tuple[Language, str]] = [("sv", swedish), ("en", english)]
    for language, sentence in languages:
        document = build(language=language).model_copy(update={"usage": (usage(now, before),)})
        assert finding(document, nordljus).replace("\u00a0", " ") == sentence


def test_no_change_is_ever_rounded_to_a_hundred_per_cent_less(build: DocumentBuilder, nordljus: Pack) -> None:
    document = build().model_copy(update={"usage": (usage("2", "999"),)})
    assert "100" not in finding(document, nordljus)


def test_a_december_read_in_january_names_the_year(build: DocumentBuilder, nordljus: Pack) -> None:
    document = build()
    assert document.invoice is not None
    invoice = document.invoice.model_copy(update={"issue_date": dt.date(2027, 1, 8)})
    document = document.model_copy(update={"invoice": invoice, "usage": (usage("88", "100"),)})
    assert finding(document, nordljus) == "Du använde 12\u00a0% mindre än i november 2025"


def test_with_several_series_each_says_which_it_is(build: DocumentBuilder, nordljus: Pack) -> None:
    series = (usage("88", "100", label="Köpt el"), usage("119", "100", identifier="sol", label="Såld solel"))
    document = build().model_copy(update={"usage": series})
    said = [chart.finding.replace("\u00a0", " ") for chart in charts_for(document, nordljus.words("sv"))]
    assert said == [
        "Köpt el: 12 % mindre än i november förra året",
        "Såld solel: 19 % mer än i november förra året",
    ]


@pytest.mark.parametrize(
    ("quantities", "sentence"),
    [
        (["3", "9.5", "4"], "Du använde mest måndag 2 november: 9,5 kWh"),
        (["0", "0"], "Du använde ingenting i november"),
        (["4", "4", "4"], "Du använde lika mycket varje dag: 4 kWh"),
    ],
)
def test_days_say_which_one_stood_out(
    build: DocumentBuilder, nordljus: Pack, quantities: list[str], sentence: str
) -> None:
    document = build().model_copy(update={"usage": (days(quantities),)})
    assert finding(document, nordljus).replace("\u00a0", " ") == sentence


@pytest.mark.parametrize(
    ("steps", "sentence"),
    [
        ([("0", "800"), ("-800", "0")], "Allt är betalt"),
        ([("0", "800"), ("-900", "-100")], "Du har 100,00 kr till godo"),
        ([("0", "800"), ("-300", "500")], "Du har 500,00 kr kvar att betala, 300,00 kr mindre än den 1 september"),
        ([("0", "500"), ("300", "800")], "Du har 800,00 kr kvar att betala, 300,00 kr mer än den 1 september"),
        ([("0", "500"), ("0", "500")], "Du har 500,00 kr kvar att betala, lika mycket som den 1 september"),
        ([("0", "0"), ("500", "500")], "Du har 500,00 kr kvar att betala"),
    ],
)
def test_a_balance_says_what_is_left_to_pay(
    build: DocumentBuilder, nordljus: Pack, steps: list[tuple[str, str]], sentence: str
) -> None:
    document = build().model_copy(update={"balance": balance(*steps)})
    assert finding(document, nordljus).replace("\u00a0", " ") == sentence
