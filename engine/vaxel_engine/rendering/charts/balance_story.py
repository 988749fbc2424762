"""What a balance says: how much is left to pay, and whether that is more or less than at the beginning."""

import datetime as dt

from vaxel_engine.model import BalanceEventKind, BalanceSeries, Language
from vaxel_engine.packs.words import Words
from vaxel_engine.rendering.charts.days import named
from vaxel_engine.rendering.charts.spec import Chart, Step, Steps, Table
from vaxel_engine.rendering.formatting import figure, money


def balance_chart(series: BalanceSeries, words: Words, language: Language) -> Chart:
    """A balance series as a chart; raises TemplateError when a word of `[charts]` is missing."""
    steps = tuple(
        Step(
            date=event.date,
            date_text=named(event.date, "d MMM", language),
            text=event.text,
            balance=event.balance,
            balance_text=figure(event.balance, language),
            amount_text=figure(event.amount, language),
            payment=event.kind is BalanceEventKind.PAYMENT,
            instalment=event.kind is BalanceEventKind.INSTALMENT,
        )
        for event in series.events
    )
    head = tuple(words[f"balance.{column}"] for column in ("date", "event", "amount", "balance"))
    rows = tuple(
        (step.date_text, step.text, step.amount_text if event.amount else "", step.balance_text)
        for step, event in zip(steps, series.events, strict=True)
    )
    return Chart(
        identifier=series.identifier,
        label=series.label,
        place=None,
        finding=_finding(series, words, language),
        unit=words.get(f"charts.currency.{series.currency}", series.currency),
        table=Table(head, rows),
        shape=Steps(steps, _ticks(series, language), words["charts.payment"], words["charts.instalment"]),
        language=language,
    )


def _finding(series: BalanceSeries, words: Words, language: Language) -> str:
    first, last = series.events[0], series.events[-1]
    amount = money(abs(last.balance), series.currency, language)
    if last.balance == 0:
        return words["charts.balance.settled"]
    if last.balance < 0:
        return words.fill("charts.balance.in_favour", amount=amount)
    if first.balance <= 0 or first.date == last.date:
        return words.fill("charts.balance.only", amount=amount)
    since = named(first.date, "d MMMM", language)
    if first.balance == last.balance:
        return words.fill("charts.balance.same", amount=amount, date=since)
    difference = money(abs(last.balance - first.balance), series.currency, language)
    case = "less" if last.balance < first.balance else "more"
    return words.fill(f"charts.balance.{case}", amount=amount, difference=difference, date=since)


def _ticks(series: BalanceSeries, language: Language) -> tuple[tuple[dt.date, str], ...]:
    """The first of each month within; the first and the last day where no month begins. At most about six."""
    first, last = series.events[0].date, series.events[-1].date
    months = [
        dt.date(at // 12, at % 12 + 1, 1)
        for at in range(first.year * 12 + first.month - 1, last.year * 12 + last.month)
        if first <= dt.date(at // 12, at % 12 + 1, 1)
    ]
    if not months:
        return tuple((date, named(date, "d MMM", language)) for date in sorted({first, last}))
    every = -(-len(months) // 6)
    return tuple((month, named(month, "d MMM", language)) for month in months[::every])
