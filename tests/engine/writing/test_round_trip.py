"""What is written says what was read: the same model, by the official schemas and rules."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from tests.engine.writing.officials import Officials

from vaxel_engine.errors import NotCarried
from vaxel_engine.intake import read
from vaxel_engine.model import Document
from vaxel_engine.writing import Written, write_cii, write_ubl

Reread = Callable[[bytes], Document]


Writer = Callable[[Document], Written]
PEPPOL = "urn:fdc:peppol.eu:2017:poacc:billing:3.0"

# What the official documents say and the other format cannot
REFUSED_IN_CII = {
    "CreditNote-Max_content.xml": ("BG-3",),
    "Invoice-Max_content.xml": ("BG-3",),
    "SEFIX_CreditNote-Max_content.xml": ("BG-3",),
    "SEFIX_Invoice-Max_content.xml": ("BG-3",),
    "EN16931_Rabatte.ubl.xml": ("BT-147",),
    "ubl-tc434-example2.xml": ("BT-147",),
}


def valid(corpus: Path, folder: str) -> Iterator[tuple[Path, Document]]:
    for path in sorted((corpus / "valid" / folder).iterdir()):
        (document,) = read(path)
        yield path, document


@pytest.mark.shared
@pytest.mark.parametrize(("folder", "writer"), [("ubl", write_ubl), ("cii", write_cii)])
def test_every_valid_document_comes_back_as_it_was(corpus: Path, reread: Reread, folder: str, writer: Writer) -> None:
    for path, document in valid(corpus, folder):
        assert reread(writer(document).body) == document, path.name


@pytest.mark.shared
def test_ubl_of_every_valid_document_passes_what_its_source_passed(corpus: Path, officials: Officials) -> None:
    for folder in ("ubl", "cii"):
        for path, document in valid(corpus, folder):
            body = write_ubl(document).body
            assert officials.schema_errors(body) == "", path.name
            assert officials.fatal("en-ubl", body) == set(), path.name
            assert document.invoice is not None
            if PEPPOL in (document.invoice.specification or ""):
                stated = officials.expected[f"valid/{folder}/{path.name}"].removeprefix("pep:")
                assert officials.fatal("peppol", body) == set(stated.split(",")) - {""}, path.name


@pytest.mark.shared
def test_cii_of_every_valid_document_passes_or_is_refused_by_term(corpus: Path, officials: Officials) -> None:
    refused: dict[str, tuple[str, ...]] = {}
    for folder in ("ubl", "cii"):
        for path, document in valid(corpus, folder):
            try:
                body = write_cii(document).body
            except NotCarried as error:
                refused[path.name] = error.terms
                continue
            assert officials.schema_errors(body) == "", path.name
            assert officials.fatal("en-cii", body) == set(), path.name

    assert refused == REFUSED_IN_CII


@pytest.mark.parametrize("writer", [write_ubl, write_cii])
def test_generated_documents_come_back_as_they_were(generated: list[Document], reread: Reread, writer: Writer) -> None:
    for document in generated:
        again = reread(writer(document).body)

        assert again.invoice == document.invoice
        assert again.kind is document.kind


@pytest.mark.shared
def test_generated_documents_pass_schema_and_rules(generated: list[Document], officials: Officials) -> None:
    for document in generated:
        for writer, rules in ((write_ubl, ("en-ubl", "peppol")), (write_cii, ("en-cii",))):
            body = writer(document).body
            assert officials.schema_errors(body) == "", document.reference
            for name in rules:
                assert officials.fatal(name, body) == set(), (document.reference, name)
