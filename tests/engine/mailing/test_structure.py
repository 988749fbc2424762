"""What a print house refuses for its structure is named, by what a letter of two pages becomes when it is changed."""

import io
from collections.abc import Callable
from pathlib import Path

import pikepdf
import pytest

from vaxel_engine.mailing import chosen
from vaxel_engine.mailing.check import check_print
from vaxel_engine.mailing.finding import PrintCheck

Change = Callable[[pikepdf.Pdf], object]


@pytest.fixture(scope="module")
def letter() -> bytes:
    """Two pages of A4 that every printer takes."""
    return (Path(__file__).parents[2] / "channels" / "letter.pdf").read_bytes()


def examine(pdf: bytes, max_pages: int = 2, profile: str = "c5-safe") -> PrintCheck:
    return check_print(pdf, chosen(profile).model_copy(update={"max_pages": max_pages}), pictures=False)


def refused(pdf: bytes, max_pages: int = 2) -> str:
    return " | ".join(one.sentence for one in examine(pdf, max_pages).refused)


def changed(letter: bytes, change: Change, **options: pikepdf.Encryption | str) -> bytes:
    written = io.BytesIO()
    with pikepdf.open(io.BytesIO(letter)) as pdf:
        change(pdf)
        pdf.save(written, **options)  # type: ignore[arg-type]  # one signature for two options
    return written.getvalue()


def resize(width: float, height: float, turn: int = 0) -> Change:
    def change(pdf: pikepdf.Pdf) -> None:
        pdf.pages[1].mediabox = pikepdf.Array([0, 0, width, height])
        pdf.pages[1].obj["/Rotate"] = turn

    return change


def set_root(name: str) -> Change:
    def change(pdf: pikepdf.Pdf) -> None:
        pdf.Root[name] = pikepdf.Dictionary(S=pikepdf.Name("/JavaScript"), JS=pikepdf.String("app.alert(1)"))

    return change


def add_script(pdf: pikepdf.Pdf) -> None:
    pdf.Root["/Names"] = pikepdf.Dictionary(JavaScript=pikepdf.Dictionary(Names=pikepdf.Array([])))


def use_a_loose_font(pdf: pikepdf.Pdf) -> None:
    font = pikepdf.Dictionary(
        Type=pikepdf.Name("/Font"), Subtype=pikepdf.Name("/Type1"), BaseFont=pikepdf.Name("/Helvetica")
    )
    pdf.pages[0].resources["/Font"]["/Loose"] = pdf.make_indirect(font)


def nothing(_pdf: pikepdf.Pdf) -> None:
    """Leave it as it is."""


def test_a_letter_can_be_printed(letter: bytes) -> None:
    check = examine(letter)
    assert (check.pages, check.sheets, check.violations) == (2, 1, ())


@pytest.mark.parametrize("change", [resize(595, 842), resize(841.89, 595.28, 90), resize(596.5, 841)])
def test_a4_is_a4_within_half_a_millimetre(letter: bytes, change: Change) -> None:
    assert refused(changed(letter, change)) == ""


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        (resize(612, 792), "not A4 portrait on page 2"),
        (resize(841.89, 595.28), "not A4 portrait on page 2"),
        (resize(595.28, 841.89, 90), "not A4 portrait on page 2"),
        (set_root("/OpenAction"), "a script, a form or an action"),
        (set_root("/AA"), "a script, a form or an action"),
        (set_root("/AcroForm"), "a script, a form or an action"),
        (add_script, "a script, a form or an action"),
        (use_a_loose_font, "a font on page 1 that is not embedded"),
    ],
    ids=["letter", "landscape", "turned", "open action", "other action", "form", "script", "loose font"],
)
def test_what_printers_refuse_is_named(letter: bytes, change: Change, reason: str) -> None:
    assert reason in refused(changed(letter, change))


def test_too_many_pages_are_named(letter: bytes) -> None:
    assert "has 2 pages and at most 1 are taken" in refused(letter, max_pages=1)


def test_a_newer_version_is_named(letter: bytes) -> None:
    assert "has version 2.0" in refused(changed(letter, nothing, force_version="2.0"))


def test_several_faults_are_told_at_once(letter: bytes) -> None:
    def change(pdf: pikepdf.Pdf) -> None:
        use_a_loose_font(pdf)
        resize(612, 792)(pdf)
        add_script(pdf)

    assert [one.rule for one in examine(changed(letter, change, force_version="2.0"), 1).refused] == [
        "version",
        "pages",
        "active",
        "font",
    ]
    assert [one.rule for one in examine(changed(letter, change)).refused] == [
        "active",
        "font",
        "page_size",
        "font",
    ]


def test_a_font_in_what_the_page_draws_counts(letter: bytes) -> None:
    def change(pdf: pikepdf.Pdf) -> None:
        font = pikepdf.Dictionary(
            Type=pikepdf.Name("/Font"), Subtype=pikepdf.Name("/Type1"), BaseFont=pikepdf.Name("/Helvetica")
        )
        form = pikepdf.Stream(pdf, b"BT /F 9 Tf (x) Tj ET")
        form.Type, form.Subtype, form.BBox = pikepdf.Name.XObject, pikepdf.Name.Form, pikepdf.Array([0, 0, 9, 9])
        form.Resources = pikepdf.Dictionary(Font=pikepdf.Dictionary(F=font))
        pdf.pages[1].resources["/XObject"] = pikepdf.Dictionary(Drawn=form)

    letter = changed(letter, change)
    assert "uses a font on page 2 that is not embedded (Helvetica)" in refused(letter)
    assert examine(letter, profile="digipost").refused == ()


def test_digiposts_bleed_is_inwards_only(letter: bytes) -> None:
    smaller, larger = changed(letter, resize(567, 814)), changed(letter, resize(600, 850))
    assert [len(examine(pdf, profile="digipost").refused) for pdf in (smaller, larger)] == [0, 1]


@pytest.mark.parametrize("password", ["", "hush"], ids=["opens for all", "opens for some"])
def test_encryption_is_named(letter: bytes, password: str) -> None:
    locked = changed(letter, nothing, encryption=pikepdf.Encryption(owner="owner", user=password))
    assert "is encrypted" in refused(locked)


@pytest.mark.parametrize("body", [b"", b"%PDF-1.7\n", b"<html>"])
def test_what_is_no_pdf_is_named(body: bytes) -> None:
    assert refused(body) == "The PDF is not a PDF that can be read; print it anew."
