"""Valid invoices of the corpus, changed at random: the official validator names the same fatal rules."""

import copy
import csv
import random
from collections.abc import Callable
from pathlib import Path

import pytest
from lxml import etree

from vaxel_engine.intake.xml import Element, parse
from vaxel_engine.rules import Findings
from vaxel_engine.rules.referee import Referee
from vaxel_engine.rules.saxon import NoAnswer

pytestmark = pytest.mark.shared

SEEDS = range(120)
_TEXTS = (
    *("0", "-1", "1", "25", "1.005", "99.999", "12.5", "S", "Z", "E", "AE", "K", "G", "O", "L", "M", "B", "X", "VAT"),
    *("TAX", "SE", "DK", "NO", "DE", "NL", "IS", "IT", "SEK", "EUR", "30", "42", "49", "58", "59", "93", "130"),
    *("380", "381", "384", "true", "false", "2026-01-01", "2030-12-31", "95", "ABL", "VATEX-EU-G", "#AAI#x", " "),
)
_ATTRIBUTES = ("0007", "0088", "0184", "SEPA", "9999", "EUR", "SEK", "KWH", "EA", "XX", "130", "TST")


@pytest.fixture(scope="module")
def valid() -> list[Element]:
    """Small valid invoices and credit notes."""
    folder = _folder()
    with (folder / "MANIFEST.csv").open(encoding="utf-8", newline="") as manifest:
        rows = [row for row in csv.DictReader(manifest) if row["kind"].startswith("valid")]
    names = [row["file"] for row in rows if row["format"].startswith("ubl") and "oioubl" not in row["format"]]
    bodies = [(folder / name).read_bytes() for name in names]
    return [parse(body, "valid") for body in bodies if len(body) < 30_000]


@pytest.fixture(scope="module")
def referee() -> Referee:
    """Both official rule files."""
    return Referee(_folder() / "rules/PEPPOL-EN16931-UBL-2026.5.xslt")


@pytest.fixture(scope="module")
def schemas() -> dict[str, etree.XMLSchema]:
    """UBL's own schemas, by the name of the root."""
    folder = _folder() / "xsd/ubl-2.1/maindoc"
    return {
        name: etree.XMLSchema(etree.parse(str(folder / f"UBL-{name}-2.1.xsd"))) for name in ("Invoice", "CreditNote")
    }


def _folder() -> Path:
    folder = Path(__file__).parents[4] / "shared/corpus/einvoice"
    if not folder.is_dir():
        pytest.skip("the e-invoice corpus does not lie beside this checkout")
    return folder


@pytest.mark.parametrize("seed", SEEDS)
def test_a_changed_invoice_breaks_what_the_official_validator_says(
    valid: list[Element],
    schemas: dict[str, etree.XMLSchema],
    referee: Referee,
    judge: Callable[..., Findings],
    seed: int,
) -> None:
    body = _changed(valid, schemas, random.Random(seed))  # noqa: S311 - a test that can be repeated
    try:
        comparison = referee.compare(parse(body, "changed"), judge(body, peppol=True))
    except NoAnswer:
        pytest.skip("the official validator broke off on this document")
    assert (comparison.only_official, comparison.only_vaxel) == ((), ())


def _changed(valid: list[Element], schemas: dict[str, etree.XMLSchema], chance: random.Random) -> bytes:
    """One to three changes that UBL's schema lets pass."""
    while True:
        root = copy.deepcopy(chance.choice(valid))
        for _ in range(chance.choice((1, 1, 2, 3))):
            _change(root, chance)
        if schemas[root.tag.rpartition("}")[2]].validate(root):
            return etree.tostring(root)


def _change(root: Element, chance: random.Random) -> None:
    element = chance.choice([one for one in root.iter() if one is not root])
    parent = element.getparent()
    assert parent is not None
    match chance.randrange(8):
        case 0 | 1:
            parent.remove(element)
        case 2:
            parent.insert(parent.index(element), copy.deepcopy(element))
        case 3 if element.attrib:
            element.set(chance.choice(sorted(str(name) for name in element.attrib)), chance.choice(_ATTRIBUTES))
        case _:
            if len(element) == 0:
                element.text = chance.choice(_TEXTS)
