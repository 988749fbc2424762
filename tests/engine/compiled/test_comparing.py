"""Two files are the same where a reader cannot tell them apart by any object, and different where one number moved."""

from collections.abc import Callable
from io import BytesIO

import pikepdf
import pytest

from vaxel_engine.artifact import ArtifactKind
from vaxel_engine.compiled.comparing import compare, normalised
from vaxel_engine.model import Document
from vaxel_engine.packs import Pack
from vaxel_engine.rendering import render

Builder = Callable[..., Document]
Change = Callable[[pikepdf.Pdf], object]


@pytest.fixture(scope="module")
def pages(nordljus: Pack, build: Builder) -> bytes:
    return render(build(), ArtifactKind.MAILBOX_PDF, pack=nordljus).body


def changed(pages: bytes, change: Change) -> bytes:
    with pikepdf.open(BytesIO(pages)) as pdf:
        change(pdf)
        saved = BytesIO()
        pdf.save(saved, fix_metadata_version=False)
    return saved.getvalue()


def test_a_file_is_the_same_in_another_order_and_packing(pages: bytes) -> None:
    with pikepdf.open(BytesIO(pages)) as pdf:
        repacked = BytesIO()
        pdf.save(
            repacked,
            object_stream_mode=pikepdf.ObjectStreamMode.disable,
            compress_streams=False,
            linearize=True,
            fix_metadata_version=False,
        )
    assert compare(pages, repacked.getvalue()) == []


def _operators(old: bytes, new: bytes) -> Change:
    def change(pdf: pikepdf.Pdf) -> None:
        contents = pdf.pages[0].Contents
        before = contents.read_bytes()
        assert old in before
        contents.write(before.replace(old, new, 1))

    return change


def _structure(pdf: pikepdf.Pdf) -> pikepdf.Object:
    return pdf.Root.StructTreeRoot.K[0]


def _lose_an_element(pdf: pikepdf.Pdf) -> None:
    del _structure(pdf).K[0]


def _rename_an_element(pdf: pikepdf.Pdf) -> None:
    _structure(pdf).K[0].S = pikepdf.Name.Sect


def _swap_parents(pdf: pikepdf.Pdf) -> None:
    marked = pdf.Root.StructTreeRoot.ParentTree.Nums[1]
    marked[0], marked[1] = marked[1], marked[0]


def _move_a_link(pdf: pikepdf.Pdf) -> None:
    rectangle = pdf.pages[0].Annots[0].Rect
    rectangle[1] = float(rectangle[1]) + 0.01


def _rename_a_bookmark(pdf: pikepdf.Pdf) -> None:
    pdf.Root.Outlines.First.Title = pikepdf.String("Annan")


def _another_title(pdf: pikepdf.Pdf) -> None:
    pdf.docinfo.Title = pikepdf.String("Annan")


def _another_attachment(pdf: pikepdf.Pdf) -> None:
    attached = pdf.Root.Names.EmbeddedFiles.Names[1].EF.F
    attached.write(attached.read_bytes().replace(b"1002334455", b"1002334456", 1))


def _a_wider_glyph(pdf: pikepdf.Pdf) -> None:
    font = next(iter(pdf.pages[0].Resources.Font.values()))
    widths = font.DescendantFonts[0].W[1]
    widths[0] = int(widths[0]) + 1


def _other_outlines(pdf: pikepdf.Pdf) -> None:
    fonts = pdf.pages[0].Resources.Font
    one, other = (fonts[name].DescendantFonts[0].FontDescriptor for name in list(fonts.keys())[:2])
    one.FontFile2, other.FontFile2 = other.FontFile2, one.FontFile2


def _another_header(pdf: pikepdf.Pdf) -> None:
    for element in pdf.objects:
        if isinstance(element, pikepdf.Dictionary) and element.get("/S") == "/TD":
            headers = element.A.Headers
            headers[0] = pikepdf.String(f"{headers[0]}9")
            return


CHANGES = [
    _operators(b" 12 Tf", b" 12.01 Tf"),
    _operators(b"/MCID 3>>", b"/MCID 2>>"),
    _operators(b"EMC", b"ET"),
    *(_lose_an_element, _rename_an_element, _swap_parents, _move_a_link, _rename_a_bookmark, _another_title),
    *(_another_attachment, _a_wider_glyph, _other_outlines, _another_header),
]


@pytest.mark.parametrize("change", CHANGES)
def test_every_planted_change_is_found(pages: bytes, change: Change) -> None:
    assert compare(pages, changed(pages, change))


def test_a_change_is_told_with_its_path_and_both_sides(pages: bytes) -> None:
    (found,) = compare(pages, changed(pages, _another_title))
    assert str(found).startswith("/Info/Title: 'Faktura 1002334455")
    assert found.found == "'Annan'"


def test_adjustments_of_zero_between_letters_do_not_count() -> None:
    assert normalised(b"[<0054>0<0391>0<06ef>-16<01fb>0] TJ") == b"[<0054039106ef>-16<01fb>] TJ"


def test_the_last_digit_is_noise_and_the_one_before_is_not(pages: bytes) -> None:
    with pikepdf.open(BytesIO(pages)) as pdf:
        before = pdf.pages[0].Contents.read_bytes()
    place = next(
        line for line in before.split(b"\n") if line.endswith(b" Tm") and len(line.split()[5].split(b".")[-1]) == 6
    )
    for added, same in ((0.000001, True), (0.00001, False)):
        number = place.split()[5]
        moved = place.replace(number, b"%.6f" % (float(number) + added))
        assert (compare(pages, changed(pages, _operators(place, moved))) == []) is same
