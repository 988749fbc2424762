"""Stated sums are compared with computed ones, exactly; every difference is a warning and none rejects."""

from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from vaxel_engine.intake import read
from vaxel_engine.model import Invoice
from vaxel_engine.totals import check


@pytest.fixture
def stated() -> dict[str, Any]:
    """The UBL sample's invoice, with allowances and charges on both levels, paid in part and rounded."""
    (document,) = read(Path(__file__).parents[3] / "samples" / "peppol-invoice.xml")
    assert document.invoice is not None
    return document.invoice.model_dump(mode="json")


def findings(stated: dict[str, Any]) -> list[tuple[str, str]]:
    return [(finding.id, finding.path) for finding in check(Invoice.model_validate(stated))]


def test_an_invoice_that_adds_up_has_no_findings(stated: dict[str, Any]) -> None:
    assert findings(stated) == []


@pytest.mark.parametrize(
    ("name", "ids"),
    [
        ("line_net", ["VX-BT-106", "VX-BT-109"]),
        ("allowances", ["VX-BT-107", "VX-BT-109"]),
        ("charges", ["VX-BT-108", "VX-BT-109"]),
        ("without_vat", ["VX-BT-109", "VX-BT-112"]),
        ("vat", ["VX-BT-110", "VX-BT-112"]),
        ("with_vat", ["VX-BT-112", "VX-BT-115"]),
        ("paid", ["VX-BT-115"]),
        ("rounding", ["VX-BT-115"]),
        ("due", ["VX-BT-115"]),
    ],
)
def test_a_cent_off_is_found_where_it_is_and_is_used(stated: dict[str, Any], name: str, ids: list[str]) -> None:
    stated["totals"][name] = str(Decimal(stated["totals"][name]) + Decimal("0.01"))

    assert [finding for finding, _ in findings(stated)] == ids


def test_a_line_a_cent_off_is_found(stated: dict[str, Any]) -> None:
    stated["lines"][0]["net_amount"] = str(Decimal(stated["lines"][0]["net_amount"]) + Decimal("0.01"))

    assert findings(stated)[0] == ("VX-BT-131", "/invoice/lines/0/net_amount")


def test_a_tax_that_the_official_rules_let_pass_is_found(stated: dict[str, Any]) -> None:
    row = stated["vat_breakdown"][0]
    row["tax_amount"] = str(Decimal(row["tax_amount"]) + Decimal("0.99"))

    assert ("VX-BT-117", "/invoice/vat_breakdown/0/tax_amount") in findings(stated)


def test_a_rate_without_its_row_is_found(stated: dict[str, Any]) -> None:
    stated["lines"][0]["vat"]["rate"] = "12"

    assert [finding for finding, _ in findings(stated)] == ["VX-BT-116", "VX-BT-116"]


def test_a_finding_says_both_figures(stated: dict[str, Any]) -> None:
    stated["totals"]["due"] = "1.00"

    (finding,) = check(Invoice.model_validate(stated))

    assert (finding.term, finding.severity, finding.stated) == ("BT-115", "warning", Decimal("1.00"))
    assert finding.message == f"The amount due (BT-115) is stated as 1.00; its parts make {finding.computed}"


@pytest.mark.parametrize(
    ("quantity", "price", "net"),
    [
        ("1", "2.675", "2.68"),  # a float would say 2.67
        ("-1", "2.505", "-2.51"),  # half away from zero
        ("-1", "2.505", "-2.50"),  # half towards plus infinity, as XPath rounds
        ("3", "0.1", "0.30"),
        ("1000000000000", "0.000000000001", "1.00"),
    ],
)
def test_halves_may_be_rounded_as_trade_or_as_xpath_does(
    stated: dict[str, Any], quantity: str, price: str, net: str
) -> None:
    stated["lines"][2] |= {"quantity": quantity, "price": {"net": price}, "net_amount": net}

    assert "/invoice/lines/2/net_amount" not in [path for _, path in findings(stated)]


@pytest.mark.parametrize(
    ("quantity", "price", "net"), [("1", "2.675", "2.67"), ("-1", "2.505", "-2.52"), ("1", "0.004", "0.01")]
)
def test_other_roundings_are_found(stated: dict[str, Any], quantity: str, price: str, net: str) -> None:
    stated["lines"][2] |= {"quantity": quantity, "price": {"net": price}, "net_amount": net}

    assert "/invoice/lines/2/net_amount" in [path for _, path in findings(stated)]


def test_a_price_for_nothing_is_told_not_divided_by(stated: dict[str, Any]) -> None:
    stated["lines"][0]["price"]["base_quantity"] = "0"

    assert findings(stated) == [("VX-BT-149", "/invoice/lines/0/price/base_quantity")]
