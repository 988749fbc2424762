"""Each oracle finds what it is for, in a real PDF or a real page, and leaves alone what is as it should be."""

from io import BytesIO
from pathlib import Path
from typing import Any

import pikepdf
import pytest
import weasyprint

from vaxel_engine import intake, packs
from vaxel_engine.artifact import Artifact, ArtifactKind
from vaxel_engine.mailing import shipped
from vaxel_engine.rendering import Rendering
from vaxel_regression.boxes import Box, Sheet
from vaxel_regression.browser import Camera
from vaxel_regression.oracles import Fault, Oracle, on_paper, paper, read_faults, said_otherwise, written
from vaxel_regression.oracles.screen import accessible, cut_by_gmail, laid_out
from vaxel_regression.pages import Drawn, drawn_pages

ROOT = Path(__file__).parents[2]
WORD = "position: absolute; white-space: nowrap; "


@pytest.fixture(scope="module")
def elin() -> Rendering:
    """The first sample with the shipped brand."""
    return Rendering.of(next(iter(intake.read(ROOT / "samples/november.json"))), packs.load("nordljus"))


def drawn(body: str) -> tuple[bytes, tuple[Drawn, ...]]:
    """An A4 page of HTML as PDF, and taken apart."""
    html = f"<style>@page {{ size: A4; margin: 20mm }} body {{ margin: 0; font: 12pt sans-serif }}</style>{body}"
    page: Any = weasyprint.HTML(string=html)  # no types
    made = page.write_pdf()
    assert isinstance(made, bytes)
    return made, drawn_pages(made)


def changed(pdf: bytes, *lost: str, size: tuple[int, int, int, int] | None = None) -> bytes:
    """The PDF without some of what its catalog says, or with a first page of another size in points."""
    out = BytesIO()
    with pikepdf.open(BytesIO(pdf)) as opened:
        for key in lost:
            del opened.Root[key]
        if size is not None:
            opened.pages[0].mediabox = pikepdf.Array(size)
        opened.save(out)
    return out.getvalue()


def sheets(body: str) -> list[Sheet]:
    return [page.sheet for page in drawn(body)[1]]


def said(faults: object) -> list[str]:
    return [fault.sentence for fault in faults]  # type: ignore[attr-defined]  # any iterable of faults


def test_words_beyond_the_page_are_found() -> None:
    over = sheets(f"<p>Inside<p style='{WORD}left: 175mm; top: 0'>Total 2 218,48 kr")
    assert said(paper.outside(over))[0].startswith("“Total 2 218,48 kr” reaches beyond page 1")
    assert list(paper.outside(sheets("<p>Inside"))) == []


def test_words_that_are_cut_off_are_found() -> None:
    cut = "<div style='width: 20mm; height: 6mm; overflow: hidden; white-space: nowrap'>A name that goes on</div>"
    _, pages = drawn(cut)
    assert "“A name that goes on” on page 1 is cut off by" in said(paper.clipped(pages))[0]
    assert list(paper.clipped(drawn(cut.replace("20mm", "120mm"))[1])) == []


def test_words_over_other_words_are_found() -> None:
    over = f"<p style='{WORD}left: 0; top: 0'>Att betala</p><p style='{WORD}left: 5mm; top: 1mm'>Betala senast</p>"
    assert "are printed over each other on page 1" in said(paper.overlapping(sheets(over)))[0]
    assert list(paper.overlapping(sheets("<p style='line-height: 1.2'>Att betala<br>Ögda gåtfulla<br>Åhörare"))) == []


def test_a_character_that_no_font_has_is_found() -> None:
    pdf, _ = drawn("<p>Nordljus \ue123 AB")
    assert said(paper.missing_glyphs(pdf)) == ["1 character is drawn as an empty box on page 1: no font has it"]
    assert list(paper.missing_glyphs(drawn("<p>Nordljus AB")[0])) == []


def test_a_total_without_a_line_above_it_is_found() -> None:
    def page(number: int, *words: str) -> Sheet:
        boxes = tuple(Box(word, 20, 20 + 5 * at, 30, 3, "Inter 9", "#000000") for at, word in enumerate(words))
        return Sheet(f"page {number}", 210, 297, boxes)

    names = {"El": "row", "Elnät": "row", "125,00": "total"}
    alone = paper.orphaned([page(1, "El", "Elnät"), page(2, "125,00")], names)
    assert said(alone) == ["the total stands on page 2, all of its lines on the pages before"]
    assert list(paper.orphaned([page(1, "El"), page(2, "Elnät", "125,00")], names)) == []


def test_what_stands_where_the_mail_house_works_is_found() -> None:
    profile = shipped()["c5-safe"]
    place = "<p style='position: absolute; left: {}mm; top: {}mm'>{}</p>"
    in_zone = sheets(place.format(-18, 100, "Hm") + "<p>Well")
    assert said(paper.keep_clear(in_zone, profile, ("Elin",), printed=True))[0] == (
        "“Hm” stands in the inserter zone on page 1"
    )
    in_window = sheets(place.format(5, 35, "Elin") + place.format(30, 35, "Kundnummer 104501"))
    assert said(paper.keep_clear(in_window, profile, ("Elin",), printed=True)) == [
        "“Kundnummer 104501” shows in the address window"
    ]


def test_a_pdf_that_a_screen_reader_cannot_go_through_is_found(elin: Rendering) -> None:
    pdf = elin.artifact(ArtifactKind.MAILBOX_PDF).body
    assert list(paper.badly_built(pdf)) == []
    told = said(paper.badly_built(changed(pdf, "/Lang", "/StructTreeRoot")))
    assert told == ["the document has no language (Lang)", "there is no structure tree"]


def test_a_letter_that_the_mail_house_would_send_back_is_found(elin: Rendering) -> None:
    pdf, profile = elin.artifact(ArtifactKind.PRINT_PDF).body, shipped()["c5-safe"]
    assert list(paper.sent_back(pdf, profile)) == []
    (fault, *_) = paper.sent_back(changed(pdf, size=(0, 0, 612, 792)), profile)
    assert (fault.oracle, "page 1" in fault.sentence) == (Oracle.PRINT_CHECK, True)


def test_every_pdf_case_is_asked_about_its_structure_and_a_printed_one_by_the_print_check(elin: Rendering) -> None:
    for kind, oracles in (
        (ArtifactKind.PRINT_PDF, {Oracle.STRUCTURE, Oracle.PRINT_CHECK}),
        (ArtifactKind.MAILBOX_PDF, {Oracle.STRUCTURE}),
    ):
        body = elin.artifact(kind).body
        broken = Artifact(kind, changed(body, "/Lang", size=(0, 0, 612, 792)))
        assert {fault.oracle for fault in on_paper(elin, broken, drawn_pages(body))} == oracles
        assert list(on_paper(elin, Artifact(kind, body), drawn_pages(body))) == []


def test_a_reference_that_no_bank_takes_is_found_as_it_is_read(elin: Rendering) -> None:
    web = elin.artifact(ArtifactKind.WEB)
    assert list(said_otherwise(elin, web)) == []
    wrong = Artifact(web.kind, web.body.replace(b"26110 00106", b"26110 00107").replace(b"2611000106", b"2611000107"))
    assert wrong.body != web.body
    found = {fault.oracle for fault in said_otherwise(elin, wrong)}
    assert Oracle.CHECK_DIGIT in found


def test_a_fact_that_is_said_otherwise_is_found(elin: Rendering) -> None:
    sms = elin.artifact(ArtifactKind.SMS)
    wrong = Artifact(sms.kind, sms.body.replace(b"2 218,48", b"2 218,49"))
    assert {fault.oracle for fault in said_otherwise(elin, wrong)} == {Oracle.PARITY}


@pytest.mark.browser
@pytest.mark.parametrize(
    ("body", "oracle", "words"),
    [
        ("<p style='white-space: nowrap'>" + "ord " * 60, Oracle.OUTSIDE, "beyond the edge of the screen"),
        ("<div style='width: 60px; overflow: hidden; white-space: nowrap'>Att betala senast", Oracle.CLIPPED, "is cut"),
        ("<p>Att betala</p><p style='margin-top: -36px'>Senast nu", Oracle.OVERLAP, "are over each other"),
    ],
)
def test_a_page_that_is_laid_out_badly_is_found(body: str, oracle: Oracle, words: str, browser: Camera) -> None:
    with browser.page(390) as page:
        page.set_content(body)
        (fault,) = laid_out(page, "390 px")
        assert (fault.oracle, words in fault.sentence) == (oracle, True)
        page.set_content("<p>Att betala</p><p>Senast nu")
        assert list(laid_out(page, "390 px")) == []


@pytest.mark.browser
def test_what_axe_finds_is_told_with_its_place(browser: Camera) -> None:
    with browser.page(390) as page:
        page.set_content("<html lang=sv><title>x</title><main><h1>x</h1><p style='color: #bbb'>Pale<img src=data:,>")
        told = said(accessible(page, "390 px", part=False))
        assert [sentence.partition(":")[0] for sentence in told] == ["color-contrast", "image-alt"]
        assert page.locator("[data-contrast]").count() == 0
        page.set_content("<p>En del av ett mejlprogram")
        assert list(accessible(page, "600 px", part=True)) == []


@pytest.mark.browser
def test_one_pale_text_among_many_that_look_alike_is_found_and_a_chart_is_left_as_it_was(browser: Camera) -> None:
    rows = "<tr><td>El<td style='background: #fff'>1" * 9 + "<tr style='background: #555'><td>Elnät<td>2"
    chart = "<svg role=img aria-label=x width=9 height=9><title>x</title><rect width=9 height=9 /></svg>"
    body = f"<html lang=sv><title>x</title><main><h1>x</h1><table><tr><th>a<th>b{rows}</table>{chart}"
    with browser.page(390) as page:
        page.set_content(body)
        before = page.content()
        (told,) = said(accessible(page, "390 px", part=False))
        assert told.startswith("color-contrast")
        assert "Elnät" in told or "<td>2" in told
        assert page.content() == before


def test_a_mail_that_gmail_would_cut_is_found() -> None:
    assert said(cut_by_gmail("x" * 102_001))[0].startswith("the mail has 102,001 bytes of HTML")
    assert list(cut_by_gmail("x" * 102_000)) == []


def test_what_was_found_is_kept_and_read_again() -> None:
    faults = [Fault(Oracle.OVERLAP, "“a” and “b: c”\nare over each other")]
    assert read_faults(written(faults)) == (Fault(Oracle.OVERLAP, "“a” and “b: c” are over each other"),)
    assert read_faults(written([])) == ()
    assert read_faults("oracles 0\n") is None
