"""From a month to its days and to the lines that charge it."""

from collections.abc import Callable
from decimal import Decimal

from vaxel_engine.model import Document
from vaxel_engine.packs import Pack
from vaxel_engine.rendering import Rendering
from vaxel_engine.rendering.charts import Bars
from vaxel_engine.rendering.charts.month_days import months_of
from vaxel_engine.rendering.page_months import page_months


def test_each_month_has_its_days_its_sentence_and_its_lines(build: Callable[..., Document], nordljus: Pack) -> None:
    document = build(usage=True, days=True)
    newest, before, *_ = months_of(document, document.usage[0], nordljus.words("sv"))
    assert (newest.name, newest.quantity, newest.at) == ("November 2026", "489\u00a0kWh", 11)
    assert newest.finding == "Du använde 12\u00a0% mindre än i november förra året"
    assert newest.lines == (0, 1, 2, 3, 4)
    assert (before.name, before.lines) == ("Oktober 2026", ())
    assert newest.days is not None
    assert isinstance(newest.days.shape, Bars)
    assert sum(bar.value for bar in newest.days.shape.bars) == Decimal(489)
    assert newest.days.finding == "Du använde mest söndag 1 november: 19,2\u00a0kWh"


def test_lines_of_another_meter_are_not_the_months(build: Callable[..., Document], nordljus: Pack) -> None:
    document = build(usage=True, days=True)
    assert document.invoice is not None
    here, other = ({"value": number} for number in ("735999100000000011", "735999100000000028"))
    first, second, *rest = (line.model_dump() for line in document.invoice.lines)
    tree = document.model_dump()
    tree["invoice"]["lines"] = [first | {"object_identifier": here}, second | {"object_identifier": other}, *rest]
    tree["usage"][0]["metering_point"] = here["value"]
    document = Document.model_validate(tree)
    assert months_of(document, document.usage[0], nordljus.words("sv"))[0].lines == (0, 2, 3, 4)


def test_a_series_without_days_has_no_months_to_open(build: Callable[..., Document], nordljus: Pack) -> None:
    assert page_months(Rendering.of(build(usage=True), nordljus)) == {}
