"""Code lists of the trade, read once from the tables beside this module; each table names its source and version."""

import csv
from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from types import MappingProxyType

__all__ = [
    "COUNTRIES",
    "CURRENCIES",
    "INVOICE_TYPES",
    "PAYMENT_MEANS",
    "UNITS",
    "VAT_CATEGORIES",
    "accepted",
    "members",
]


def _rows(name: str) -> list[dict[str, str]]:
    text = (files(__name__) / f"{name}.csv").read_text(encoding="utf-8")
    return list(csv.DictReader(line for line in text.splitlines() if not line.startswith("#")))


def _table(name: str) -> Mapping[str, str]:
    return MappingProxyType({row["code"]: row["name"] for row in _rows(name)})


@cache
def members(name: str) -> frozenset[str]:
    """Return all codes of the table `name`."""
    return frozenset(row["code"] for row in _rows(name))


@cache
def accepted(name: str, by: str, kind: str | None = None) -> frozenset[str]:
    """Return the codes of the table `name` that "en", "peppol" or "self_billing" takes, for one `kind` of document."""
    return frozenset(
        row["code"]
        for row in _rows(name)
        if by in row["accepted"].split() and (kind is None or row["kind"] in (kind, "either"))
    )


CURRENCIES = _table("currencies")
COUNTRIES = _table("countries")
UNITS = _table("units")
VAT_CATEGORIES = _table("vat_categories")
PAYMENT_MEANS = _table("payment_means")
INVOICE_TYPES = _table("invoice_types")
