"""Finished PDFs come in with an index: in a ZIP, or as one large PDF that is split; a page never reaches another."""

import json
import zipfile
from collections.abc import Callable, Iterable
from io import BytesIO
from pathlib import Path

import pikepdf
import pytest

from vaxel_engine.errors import Unreadable
from vaxel_engine.intake import Reading, read
from vaxel_engine.model import Document

Pack = Callable[[Iterable[tuple[str, bytes | str]]], Path]
HEADER = "file,title,reference,sender,name,email,line_1,post_code,city,country_code\n"


def pdf(*texts: str) -> bytes:
    """One sheet for each text."""
    written = BytesIO()
    with pikepdf.new() as made:
        font = pikepdf.Dictionary(Type=pikepdf.Name.Font, Subtype=pikepdf.Name.Type1, BaseFont=pikepdf.Name.Helvetica)
        for text in texts:
            page = made.add_blank_page(page_size=(595, 842))
            page.Resources = pikepdf.Dictionary(Font=pikepdf.Dictionary(F=font))
            page.Contents = pikepdf.Stream(made, f"BT /F 12 Tf 50 700 Td ({text}) Tj ET".encode())
        made.save(written, deterministic_id=True)
    return written.getvalue()


@pytest.fixture
def pack(tmp_path: Path) -> Pack:
    def into(entries: Iterable[tuple[str, bytes | str]]) -> Path:
        path = tmp_path / "october.zip"
        with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
            for name, body in entries:
                archive.writestr(name, body)
        return path

    return into


def exhausted(path: Path) -> tuple[Reading, list[Document]]:
    reading = read(path)
    return reading, list(reading)


def rows(*markers: str, column: str = "marker") -> str:
    return "".join(
        json.dumps(
            {"file": "all.pdf", column: marker, "title": "T", "reference": f"R{at}", "sender": "s"}
            | {"recipient": {"name": "A"}}
        )
        + "\n"
        for at, marker in enumerate(markers, 1)
    )


def test_a_row_becomes_a_document_with_every_address(pack: Pack) -> None:
    pages = pdf("hej")
    index = HEADER + "a.pdf,Årsbesked,A-1,nordljus,Elin Forsberg,elin@example.se,Björkstigen 14,97333,Luleå,SE\n"
    reading, (document,) = exhausted(pack([("letters/index.csv", "\ufeff" + index), ("letters/a.pdf", pages)]))

    assert reading.format == "zip"
    assert document.pdf is not None
    assert (document.pdf.title, document.pdf.content, document.reference) == ("Årsbesked", pages, "A-1")
    assert document.recipient.email == "elin@example.se"
    assert document.recipient.postal_address is not None
    assert document.recipient.postal_address.city == "Luleå"


def test_a_broken_row_costs_itself_alone(pack: Pack) -> None:
    index = HEADER.replace(",", ";") + (
        '"a.pdf;T;A-1;s;Elin;;;;;\n'  # a quotation mark that is never closed
        "a.pdf;T;A-2;s;Elin;;;;;\n"
        "a.pdf;T;A-3;s;Elin;no-address;;;;\n"
        "b.pdf;T;A-4;s;Elin;;;;;\n"
        "a.pdf;T\n"
    )
    reading, documents = exhausted(pack([("index.csv", index), ("a.pdf", pdf("hej"))]))

    assert [document.reference for document in documents] == ["A-2"]
    assert [(one.record, one.line, one.path) for one in reading.rejections] == [
        (1, 2, "index.csv"),
        (3, 4, "index.csv:email"),
        (4, 5, "index.csv:file"),
        (5, 6, "index.csv"),
    ]


def test_a_file_that_no_row_names_is_told(pack: Pack) -> None:
    index = HEADER + "a.pdf,T,A-1,s,Elin,,,,,\n"
    reading, _ = exhausted(pack([("index.csv", index), ("a.pdf", pdf("hej")), ("198001012387.pdf", pdf("du"))]))

    assert (reading.counts.accepted, reading.counts.rejected) == (1, 1)
    assert "a file that the index does not name" in str(reading.rejections[0])
    assert "198001012387" not in str(reading.rejections[0])


def test_a_large_pdf_is_split_where_markers_stand(pack: Pack) -> None:
    pages = pdf("Faktura 11 sida 1", "Faktura 11 sida 2", "Faktura 12 sida 1", "Faktura 13", "mer")
    reading, documents = exhausted(pack([("index.jsonl", rows("Faktura 11", "Faktura 12", "13")), ("all.pdf", pages)]))

    assert reading.rejections == []
    assert [_pages(document) for document in documents] == [2, 1, 2]


def test_a_large_pdf_is_split_by_page_numbers(tmp_path: Path) -> None:
    (tmp_path / "october.pdf").write_bytes(pdf("a", "b", "c"))
    index = "pages,title,reference,sender,name\n1-2,T,A,s,Elin\n3,T,B,s,Bo\n"
    (tmp_path / "october.index.csv").write_text(index, encoding="utf-8")
    reading, documents = exhausted(tmp_path / "october.pdf")

    assert reading.format == "finished-pdf"
    assert [_pages(document) for document in documents] == [2, 1]


def test_a_missing_marker_takes_no_page_to_another(pack: Pack) -> None:
    reading, documents = exhausted(
        pack([("index.jsonl", rows("one", "tvo", "three")), ("all.pdf", pdf("one", "two", "three"))])
    )

    assert documents == []
    assert "a marker that stands on no page" in str(reading.rejections[1])


def test_a_page_that_two_rows_claim_goes_to_neither(pack: Pack) -> None:
    reading, documents = exhausted(
        pack([("index.jsonl", rows("1-2", "2", "3", column="pages")), ("all.pdf", pdf("a", "b", "c"))])
    )

    assert [document.reference for document in documents] == ["R3"]
    assert all("another row has too" in str(one) for one in reading.rejections)


def test_pages_that_no_row_has_are_told(pack: Pack) -> None:
    reading, _ = exhausted(pack([("index.jsonl", rows("2", column="pages")), ("all.pdf", pdf("a", "b", "c", "d"))]))

    assert [one.path for one in reading.rejections] == ["all.pdf:page 1", "all.pdf:pages 3–4"]


@pytest.mark.parametrize("wrong", ["0", "3-2", "1-99", "x", "1-9999999"])
def test_pages_that_are_none_are_refused(pack: Pack, wrong: str) -> None:
    reading, documents = exhausted(pack([("index.jsonl", rows(wrong, column="pages")), ("all.pdf", pdf("a"))]))

    assert documents == []
    assert reading.rejections[0].path == "index.jsonl:/pages"


def test_each_e_invoice_of_an_archive_is_read_by_its_own_format(pack: Pack, samples: Path) -> None:
    names = ["peppol-invoice.xml", "reminders-and-letters.jsonl", "november.json"]
    reading, documents = exhausted(
        pack([*((f"in/{name}", (samples / name).read_bytes()) for name in names), ("note.txt", "hej")])
    )

    assert (len(documents), reading.counts.rejected) == (1 + 10 + 19, 3)
    assert [one.path.partition(":")[0] for one in reading.rejections] == [
        "in/reminders-and-letters.jsonl",
        "in/november.json",
        "note.txt",
    ]
    assert reading.rejections[-1].record == reading.counts.read


def test_pdfs_without_an_index_are_not_guessed_about(pack: Pack) -> None:
    with pytest.raises(Unreadable, match=r"add index\.csv"):
        read(pack([("a.pdf", pdf("hej"))]))


def test_a_column_that_does_not_exist_is_named(pack: Pack) -> None:
    with pytest.raises(Unreadable, match="the column “titel”"):
        read(pack([("index.csv", "file,titel\n"), ("a.pdf", pdf("hej"))]))


def _pages(document: Document) -> int:
    assert document.pdf is not None
    with pikepdf.open(BytesIO(document.pdf.content)) as made:
        return len(made.pages)
