"""A mapping file is checked before anything is read; each fault names file, line and key."""

from pathlib import Path

import pytest

from vaxel_engine.errors import Misconfigured
from vaxel_engine.intake.mapping import load

GOOD = (Path(__file__).parents[4] / "samples" / "mapping" / "fakturor.toml").read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ("invoice.issue_date", "invoice.isue_date", "line 37, fields.invoice.isue_date: names “isue_date”"),
        ('format = "csv"', 'format = "xls"', 'line 4, input.format: is "csv" or "xml"'),
        ('encoding = "iso-8859-1"', 'encoding = "latin-99"', "line 5, input.encoding: is no encoding"),
        ('encoding = "iso-8859-1"', 'encoding = "utf-32"', "line 5, input.encoding: is no encoding"),
        ('decimal = ","', 'decimal = "komma"', "line 7, input.decimal: is one character"),
        ('thousands = " "', 'thousands = ","', "line 8, input.thousands: is the same as decimal"),
        ('date = "YYYY-MM-DD"', 'date = "today"', "line 9, input.date: is no way to write a day"),
        ("group_by", "grupp", "line 10, input.grupp: there is no such setting"),
        ('codes = "kinds"', 'codes = "sorts"', "line 26, fields.kind: there is no table"),
        ('{ constant = "SEK" }', "{ constant = 1.5 }", "line 39, fields.invoice.currency: is a text"),
        ('{ constant = "SEK" }', "{ fixed = 1 }", "fields.invoice.currency.fixed: names “fixed”"),
        ("invoice.payment.1.means_code", "invoice.payment.means_code", "line 49, fields.invoice.payment.means_code"),
        ("invoice.vat_breakdown.1.tax_amount", "invoice.vat_breakdown.0.tax_amount", "positions run from 1 to 100"),
        ('net_amount = "Radbelopp"\n', "", r"nothing fills invoice\.lines\.net_amount \(BT-131\)"),
        ('[each."invoice.lines"]', '[each."invoice.seller"]', "each.invoice.seller"),
        ("kind = {", "kind = = {", "line 26, column 8: is not valid TOML"),
    ],
)
def test_a_fault_names_line_and_key(tmp_path: Path, old: str, new: str, words: str) -> None:
    assert old in GOOD
    (tmp_path / "by.toml").write_text(GOOD.replace(old, new, 1), encoding="utf-8")

    with pytest.raises(Misconfigured, match=words):
        load(tmp_path / "by.toml")


def test_a_table_nested_without_end_is_told(tmp_path: Path) -> None:
    (tmp_path / "by.toml").write_text(GOOD + f"\n[fields.{'a.' * 2_000}a]\nx = 1\n", encoding="utf-8")

    with pytest.raises(Misconfigured, match="nested deeper than any field"):
        load(tmp_path / "by.toml")


def test_a_mapping_that_is_not_there_is_told(tmp_path: Path) -> None:
    with pytest.raises(Misconfigured, match=r"none\.toml: the mapping file cannot be read"):
        load(tmp_path / "none.toml")
