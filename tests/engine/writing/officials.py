"""The official schemas and rules, out of the corpus; nothing of it is in this repository."""

import csv
from dataclasses import dataclass
from pathlib import Path

from lxml import etree

from vaxel_engine.rules.saxon import RuleFiles

_SHEETS = {
    "en-ubl": "EN16931-UBL-1.3.16.xslt",
    "peppol": "PEPPOL-EN16931-UBL-2026.5.xslt",
    "en-cii": "EN16931-CII-1.3.16.xslt",
}


@dataclass(frozen=True)
class Officials:
    """Compiled schemas and rules, and what the official validators said of each file of the corpus."""

    rules: dict[str, RuleFiles]
    schemas: dict[str, etree.XMLSchema]
    expected: dict[str, str]

    def schema_errors(self, body: bytes) -> str:
        """What the schema finds wrong; empty for a valid document."""
        root = etree.fromstring(body)
        schema = self.schemas[etree.QName(root).localname]
        return "" if schema.validate(root) else str(schema.error_log)

    def fatal(self, name: str, body: bytes) -> frozenset[str]:
        """The ids of the rules that the document breaks."""
        return self.rules[name].fatal_ids(etree.fromstring(body), 1)


def compiled(corpus: Path) -> Officials:
    """Compile everything once."""
    ubl = corpus / "xsd" / "ubl-2.1" / "maindoc"
    files = {
        "Invoice": ubl / "UBL-Invoice-2.1.xsd",
        "CreditNote": ubl / "UBL-CreditNote-2.1.xsd",
        "CrossIndustryInvoice": next((corpus / "xsd" / "cii-d16b").rglob("CrossIndustryInvoice_100pD16B.xsd")),
    }
    with (corpus / "MANIFEST.csv").open(encoding="utf-8", newline="") as manifest:
        expected = {row["file"]: row["expected_fatal"] for row in csv.DictReader(manifest)}
    return Officials(
        {name: RuleFiles([corpus / "rules" / sheet]) for name, sheet in _SHEETS.items()},
        {name: etree.XMLSchema(etree.parse(path)) for name, path in files.items()},
        expected,
    )
