"""What a print house would refuse is refused before it is handed over, with the reason."""

import io
from collections.abc import Callable

import pikepdf
import pytest

from vaxel_channels.contract import Order
from vaxel_channels.print_house.paper import Unprintable, examine
from vaxel_engine.artifact import ArtifactKind

Change = Callable[[pikepdf.Pdf], object]


@pytest.fixture
def letter(make_order: Callable[..., Order]) -> bytes:
    """Two pages of A4 that every printer takes."""
    return make_order().artifacts[ArtifactKind.PRINT_PDF].body


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
    assert examine(letter, max_pages=2).pages == 2


@pytest.mark.parametrize("change", [resize(595, 842), resize(841.89, 595.28, 90), resize(596.5, 841)])
def test_a4_is_a4_within_half_a_millimetre(letter: bytes, change: Change) -> None:
    assert examine(changed(letter, change), max_pages=2).pages == 2


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
    with pytest.raises(Unprintable, match=reason):
        examine(changed(letter, change), max_pages=2)


def test_too_many_pages_are_named(letter: bytes) -> None:
    with pytest.raises(Unprintable, match="has 2 pages and at most 1"):
        examine(letter, max_pages=1)


def test_a_newer_version_is_named(letter: bytes) -> None:
    with pytest.raises(Unprintable, match=r"has version 2\.0"):
        examine(changed(letter, nothing, force_version="2.0"), max_pages=2)


@pytest.mark.parametrize("password", ["", "hush"], ids=["opens for all", "opens for some"])
def test_encryption_is_named(letter: bytes, password: str) -> None:
    locked = changed(letter, nothing, encryption=pikepdf.Encryption(owner="owner", user=password))
    with pytest.raises(Unprintable, match="is encrypted"):
        examine(locked, max_pages=2)


@pytest.mark.parametrize("body", [b"", b"%PDF-1.7\n", b"<html>"])
def test_what_is_no_pdf_is_named(body: bytes) -> None:
    with pytest.raises(Unprintable, match="not a PDF"):
        examine(body, max_pages=2)
