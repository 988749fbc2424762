"""The two PDFs, looked at as a reader, a bank, a print house and another machine look at them."""

import hashlib
import json
import subprocess
import sys
from collections.abc import Callable, Mapping
from decimal import Decimal
from io import BytesIO
from pathlib import Path
from typing import Any

import pikepdf
import pytest
import zxingcpp
from PIL import Image

from vaxel_engine.artifact import ArtifactKind
from vaxel_engine.errors import TemplateError, Unrenderable
from vaxel_engine.model import Document, DocumentKind, InvoiceLine, Message
from vaxel_engine.packs import Pack
from vaxel_engine.rendering import render, render_all
from vaxel_engine.rendering.typesetting import AllowList

Builder = Callable[..., Document]
Lines = Callable[[int], tuple[InvoiceLine, ...]]
Paper = Callable[..., bytes]
PageReader = Callable[[bytes], list[Any]]
PackMaker = Callable[[Mapping[str, str]], Pack]
EDGE, INSERTER_ZONE = 5, 15

LETTER = Message(
    subject="Nya avgifter från 1 mars", body="Hej,\n\nden **1 mars** byter vi *avgifter*:\n\n- abonnemang\n- överföring"
)


def test_the_edges_and_the_inserters_zone_stay_clear(
    build: Builder, paper: Paper, read_pages: PageReader, many_lines: Lines
) -> None:
    for page in read_pages(paper(build(lines=many_lines(46)))):
        assert min(glyph.left for glyph in page.glyphs) >= INSERTER_ZONE
        assert min(glyph.top for glyph in page.glyphs) >= EDGE
        assert max(glyph.right for glyph in page.glyphs) <= 210 - EDGE
        assert max(glyph.bottom for glyph in page.glyphs) <= 297 - EDGE


def test_amount_and_day_are_the_largest_and_stand_together_in_the_upper_right(
    build: Builder, paper: Paper, read_pages: PageReader
) -> None:
    page = read_pages(paper(build()))[0]
    largest = max(glyph.size for glyph in page.glyphs)
    big = [glyph for glyph in page.glyphs if glyph.size > largest - 0.1]
    assert "".join(glyph.character for glyph in big) == "1105,00kr20december2026"
    assert all(glyph.left > 105 and glyph.bottom < 99 for glyph in big)


def test_nothing_is_smaller_than_seven_points(build: Builder, paper: Paper, read_pages: PageReader) -> None:
    for page in read_pages(paper(build(usage=True, balance=True))):
        assert min(glyph.size for glyph in page.glyphs) >= 7


def test_the_payment_part_has_its_place_and_the_order_of_the_banks_form(
    build: Builder, paper: Paper, read_pages: PageReader, many_lines: Lines
) -> None:
    for document in (build(), build(lines=many_lines(46))):
        part = read_pages(paper(document))[0].text_within(15, 219, 155, 268.5)
        places = [
            part.index(word)
            for word in ("505-0109", "100233445525", "kronor", "öre", "20december2026", "NordljusEnergiAB")
        ]
        assert places == sorted(places)


def test_the_qr_code_fills_in_the_payment(
    build: Builder, paper: Paper, pictures: Callable[[bytes], list[Image.Image]]
) -> None:
    (code,) = zxingcpp.read_barcodes(pictures(paper(build(due="1104.60")))[0])
    said = json.loads(code.text, parse_float=Decimal)
    assert list(said)[:2] == ["uqr", "tp"]
    assert said["acc"] == "505-0109"
    assert said["iref"] == "100233445525"
    assert said["due"] == Decimal("1104.6")
    assert said["ddt"] == "20261220"


def test_the_qr_code_has_its_quiet_zone(
    build: Builder, paper: Paper, pictures: Callable[[bytes], list[Image.Image]]
) -> None:
    page = pictures(paper(build()))[0].convert("L")
    (code,) = zxingcpp.read_barcodes(page)
    corners = code.position.top_left, code.position.bottom_right
    left, top, right, bottom = corners[0].x, corners[0].y, corners[1].x, corners[1].y
    module = (right - left) / (17 + 4 * 9)  # version 9 has 53 modules
    quiet = round(3.5 * module)  # four modules, less what the edge of a pixel takes
    for strip in (
        (left - quiet, top - quiet, right + quiet, top - 2),
        (left - quiet, bottom + 2, right + quiet, bottom + quiet),
        (left - quiet, top - quiet, left - 2, bottom + quiet),
        (right + 2, top - quiet, right + quiet, bottom + quiet),
    ):
        darkest, _ = page.crop(strip).getextrema()
        assert isinstance(darkest, int)
        assert darkest > 250


def test_each_kind_says_in_its_place_what_is_to_be_done(build: Builder, paper: Paper, read_pages: PageReader) -> None:
    said = {
        "Dras från ditt konto": build(kind=DocumentKind.DIRECT_DEBIT_NOTICE),
        "Du får tillbaka": build(kind=DocumentKind.CREDIT_NOTE),
        "Inget att betala": build(due="0"),
        "You get back": build(due="-120.50", language="en"),
    }
    for words, document in said.items():
        (page,) = read_pages(paper(document))
        assert words.replace(" ", "") in page.text_within(105, 40, 200, 99)
        assert "505-0109" not in page.text


def test_a_reminder_says_which_invoice_it_is_about(build: Builder, paper: Paper, read_pages: PageReader) -> None:
    text = read_pages(paper(build(kind=DocumentKind.REMINDER)))[0].text.replace("\n", " ")
    assert "Vi har inte fått din betalning av faktura 1002301177, som skulle ha betalats senast den 30 november" in text
    assert "505-0109" in text


def test_a_message_is_a_letter(build: Builder, paper: Paper, read_pages: PageReader) -> None:
    (page,) = read_pages(paper(build(kind=DocumentKind.MESSAGE, message=LETTER)))
    assert "Nya avgifter från 1 mars" in page.text
    assert "den 1 mars byter vi avgifter:" in page.text
    assert "**" not in page.text


def test_long_figures_stay_on_their_line(
    build: Builder, paper: Paper, read_pages: PageReader, big_line: InvoiceLine
) -> None:
    (page,) = read_pages(paper(build(lines=(big_line,))))
    assert "152 415 789 508,00 kr" in page.text.replace("\u00a0", " ")
    assert max(glyph.right for glyph in page.glyphs) <= 195.5


def test_it_is_a_tagged_archive_file_with_language_and_title(build: Builder, paper: Paper) -> None:
    for kind in (ArtifactKind.MAILBOX_PDF, ArtifactKind.PRINT_PDF):
        with pikepdf.open(BytesIO(paper(build(language="en"), kind))) as pdf:
            assert str(pdf.Root.Lang) == "en"
            assert pdf.Root.MarkInfo.Marked
            metadata = pdf.open_metadata()
            assert (metadata["pdfaid:part"], metadata["pdfaid:conformance"]) == ("3", "A")
            assert metadata["dc:title"] == "Invoice 1002334455 – Nordljus"
            assert not pdf.is_encrypted
            assert "/OpenAction" not in pdf.Root


def test_only_the_packs_fonts_are_used_and_all_are_inside(build: Builder, paper: Paper) -> None:
    with pikepdf.open(BytesIO(paper(build(usage=True)))) as pdf:
        descriptors = [
            item
            for item in pdf.objects
            if isinstance(item, pikepdf.Dictionary) and item.get("/Type") == "/FontDescriptor"
        ]
        assert descriptors
        for descriptor in descriptors:
            assert "Inter" in str(descriptor.FontName)
            assert "/FontFile2" in descriptor or "/FontFile3" in descriptor


def test_another_process_writes_the_same_bytes(build: Builder, paper: Paper, tmp_path: Path) -> None:
    document = build(usage=True)
    (tmp_path / "document.json").write_text(document.model_dump_json(), encoding="utf-8")
    code = (
        "import hashlib, pathlib, sys\n"
        "from vaxel_engine.artifact import ArtifactKind\n"
        "from vaxel_engine.model import Document\n"
        "from vaxel_engine.packs import load\n"
        "from vaxel_engine.rendering import render\n"
        "document = Document.model_validate_json(pathlib.Path(sys.argv[1]).read_bytes())\n"
        "print(render(document, ArtifactKind.PRINT_PDF, pack=load('nordljus')).sha256)\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", code, str(tmp_path / "document.json")],
        env={"PYTHONHASHSEED": "7", "PYTHONPATH": ":".join(sys.path), "TZ": "Asia/Tokyo", "LC_ALL": "C.UTF-8"},
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout.strip() == hashlib.sha256(paper(document, ArtifactKind.PRINT_PDF)).hexdigest()


def test_a_character_that_no_font_has_is_refused_by_name(build: Builder, nordljus: Pack) -> None:
    with pytest.raises(Unrenderable, match=r"U\+6F22"):
        render(build(name="漢字"), ArtifactKind.MAILBOX_PDF, pack=nordljus)


def test_decomposed_letters_are_set_as_the_letters_they_are(
    build: Builder, nordljus: Pack, read_pages: PageReader
) -> None:
    pdf = render(build(name="A\u030asa O\u0308berg"), ArtifactKind.MAILBOX_PDF, pack=nordljus).body
    assert "Åsa Öberg" in read_pages(pdf)[0].text


@pytest.mark.parametrize(
    "hostile",
    [
        '<img src="{}">',
        '<object data="{}"></object>',
        '<link rel="attachment" href="{}">',
        '<a rel="attachment" href="{}">x</a>',
        "<style>@import url({});</style>",
        "<style>@color-profile --x {{ src: url({}) }}</style>",
        '<svg><image href="{}"/></svg>',
    ],
)
def test_what_is_outside_the_pack_is_never_read(
    build: Builder, make_pack: PackMaker, tmp_path: Path, hostile: str
) -> None:
    secret = tmp_path / "secret.txt"
    secret.write_text("geheimnis-4711")
    pack = make_pack({"sections/totals.paper.html": hostile.format(f"file://{secret}")})
    with pytest.raises(TemplateError, match=r"secret\.txt"):
        render(build(), ArtifactKind.MAILBOX_PDF, pack=pack)


def test_the_allow_list_answers_with_nothing_and_never_raises() -> None:
    fetcher = AllowList({"pack:logo.svg": (b"<svg/>", "image/svg+xml")})
    assert fetcher.fetch("pack:logo.svg").read() == b"<svg/>"
    for address in ("file:///etc/hostname", "http://127.0.0.1:9/", "ftp://x", "data:text/html,x", "pack:../logo.svg"):
        assert fetcher.fetch(address).read() == b""
    assert len(fetcher.refused) == 5


def test_both_pdfs_of_one_rendering_are_set_once(build: Builder, nordljus: Pack) -> None:
    both = render_all(build(), [ArtifactKind.MAILBOX_PDF, ArtifactKind.PRINT_PDF], pack=nordljus)
    assert both[ArtifactKind.PRINT_PDF].body != both[ArtifactKind.MAILBOX_PDF].body
    assert both == render_all(build(), [ArtifactKind.PRINT_PDF, ArtifactKind.MAILBOX_PDF], pack=nordljus)
