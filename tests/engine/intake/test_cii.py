"""CII D16B: what it states comes through as it came, and is the same invoice as its UBL twin."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import cast

import pikepdf
import pytest

from vaxel_engine.errors import Unreadable
from vaxel_engine.intake import read
from vaxel_engine.model import DocumentKind, Invoice

Write = Callable[[str | bytes], Path]

TWINS = {
    "01.01a-INVOICE_ubl.xml": "01.01a-INVOICE_uncefact.xml",
    "01.04a-INVOICE_ubl.xml": "01.04a-INVOICE_uncefact.xml",
    "EN16931_Einfach.ubl.xml": "EN16931_Einfach.cii.xml",
    "EN16931_Rabatte.ubl.xml": "EN16931_Rabatte.cii.xml",
}
# The UBL of the last two was made by another program, which wrote less, or more, than stood in the CII
TOLD_OTHERWISE = {
    "EN16931_Einfach.ubl.xml": {
        "business_process",
        "specification",
        "seller.trading_name",
        "buyer.trading_name",
        "seller.identifiers",  # two in the CII
        "price.gross",
    },
    "EN16931_Rabatte.ubl.xml": {
        "business_process",
        "specification",
        "seller.trading_name",
        "buyer.trading_name",
        "price.gross",
    },
}


def only_invoice(path: Path) -> Invoice:
    reading = read(path)
    (document,) = reading
    assert reading.rejections == []
    assert document.invoice is not None
    return document.invoice


def leaves(value: object, name: str = "") -> Iterator[tuple[str, object]]:
    if isinstance(value, dict):
        for key, inner in cast("dict[str, object]", value).items():
            yield from leaves(inner, f"{name}.{key}" if name else key)
    elif isinstance(value, tuple):
        for position, inner in enumerate(cast("tuple[object, ...]", value)):
            yield from leaves(inner, f"{name}[{position}]")
    elif value is not None:
        yield name, value


@pytest.mark.shared
@pytest.mark.parametrize("ubl", TWINS)
def test_the_same_invoice_in_ubl_and_cii_is_the_same_model(corpus: Path, ubl: str) -> None:
    one = dict(leaves(only_invoice(corpus / "valid" / "ubl" / ubl).model_dump()))
    other = dict(leaves(only_invoice(corpus / "valid" / "cii" / TWINS[ubl]).model_dump()))

    differing = {name for name in one.keys() | other.keys() if one.get(name) != other.get(name)}
    told = TOLD_OTHERWISE.get(ubl, set())
    assert {name for name in differing if not any(words in name for words in told)} == set()
    assert all(any(words in name for name in differing) for words in told)


@pytest.mark.shared
def test_every_valid_cii_is_read(corpus: Path) -> None:
    left: set[str] = set()
    for path in sorted((corpus / "valid" / "cii").iterdir()):
        reading = read(path)
        assert len(list(reading)) == 1, path.name
        left.update(found.rpartition("/")[2] for found in reading.not_carried)

    # Two documents state another base quantity for the gross price than for the net price: EN 16931 has one
    assert left == {"ram:NetPriceProductTradePrice"}


@pytest.fixture
def cii(corpus: Path) -> str:
    return (corpus / "valid" / "cii" / "EN16931_Rabatte.cii.xml").read_text(encoding="utf-8")


@pytest.mark.shared
def test_a_credit_notes_type_makes_it_one(cii: str, write: Write) -> None:
    (document,) = read(write(cii.replace("<ram:TypeCode>380<", "<ram:TypeCode>381<")))

    assert document.kind is DocumentKind.CREDIT_NOTE


@pytest.mark.shared
def test_a_rejection_names_the_place_in_the_file(cii: str, write: Write) -> None:
    reading = read(write(cii.replace('format="102">2018', 'format="102">18', 1)))

    assert list(reading) == []
    assert reading.rejections[0].term == "BT-2"
    assert reading.rejections[0].path == "/rsm:CrossIndustryInvoice/rsm:ExchangedDocument/ram:IssueDateTime"
    assert reading.rejections[0].line is not None


@pytest.mark.shared
def test_what_en_16931_does_not_have_is_told(cii: str, write: Write) -> None:
    reading = read(write(cii.replace("<ram:TypeCode>380<", "<ram:Name>RECHNUNG</ram:Name><ram:TypeCode>380<")))
    list(reading)

    assert reading.not_carried == {"/rsm:CrossIndustryInvoice/rsm:ExchangedDocument/ram:Name": 1}


def pdf_with(folder: Path, **attached: bytes) -> Path:
    path = folder / "invoice.pdf"
    with pikepdf.new() as pdf:
        pdf.add_blank_page()
        for name, content in attached.items():
            pdf.attachments[name] = pikepdf.AttachedFileSpec(
                pdf, content, description="", filename=name, mime_type="", creation_date="", mod_date=""
            )
        pdf.save(path)
    return path


@pytest.mark.shared
@pytest.mark.parametrize("name", ["factur-x.xml", "zugferd-invoice.xml", "xrechnung.xml"])
def test_the_invoice_in_a_pdf_is_read(cii: str, tmp_path: Path, write: Write, name: str) -> None:
    path = pdf_with(tmp_path, **{name: cii.encode(), "note.txt": b"more"})

    assert read(path).format == "factur-x"
    assert only_invoice(path) == only_invoice(write(cii))


def test_two_invoices_in_one_pdf_are_refused(tmp_path: Path) -> None:
    path = pdf_with(tmp_path, **{"factur-x.xml": b"<a/>", "xrechnung.xml": b"<a/>"})

    with pytest.raises(Unreadable, match=r"carries 2 invoices"):
        read(path)


def test_an_xml_that_is_no_cii_is_refused(tmp_path: Path) -> None:
    with pytest.raises(Unreadable, match=r"no CII invoice"):
        read(pdf_with(tmp_path, **{"factur-x.xml": b"<Invoice/>"}))


def test_a_bomb_in_a_pdf_is_refused(tmp_path: Path) -> None:
    with pytest.raises(Unreadable, match=r"larger than 32 MB"):
        read(pdf_with(tmp_path, **{"factur-x.xml": b" " * (33 * 1024 * 1024)}))
