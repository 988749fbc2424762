"""Code lists of the trade, read once from the tables beside this module; each table names its source and version."""

import csv
from collections.abc import Mapping
from importlib.resources import files
from types import MappingProxyType

__all__ = ["COUNTRIES", "CURRENCIES", "INVOICE_TYPES", "PAYMENT_MEANS", "UNITS", "VAT_CATEGORIES"]


def _table(name: str) -> Mapping[str, str]:
    text = (files(__name__) / f"{name}.csv").read_text(encoding="utf-8")
    rows = csv.DictReader(line for line in text.splitlines() if not line.startswith("#"))
    return MappingProxyType({row["code"]: row["name"] for row in rows})


CURRENCIES = _table("currencies")
COUNTRIES = _table("countries")
UNITS = _table("units")
VAT_CATEGORIES = _table("vat_categories")
PAYMENT_MEANS = _table("payment_means")
INVOICE_TYPES = _table("invoice_types")
