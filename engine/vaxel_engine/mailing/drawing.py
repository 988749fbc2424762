"""The print check drawn: the pages with the profile's window and zones outlined, and each violation in red."""

from collections.abc import Iterator
from io import BytesIO

import pikepdf

from vaxel_engine.mailing.finding import PrintCheck
from vaxel_engine.mailing.profile import SHEET_HEIGHT, SHEET_WIDTH, Profile, Rectangle

_POINTS = 72 / 25.4
_RED, _ZONE, _WINDOW = "0.8 0.05 0.1", "0.95 0.6 0.1", "0.1 0.35 0.85"


def drawn(pdf: bytes, profile: Profile, check: PrintCheck, *, duplex: bool = True) -> bytes:
    """`pdf` with what must stay clear in orange, the window in blue, and each violation in red with its number.

    Numbers are those of `check.violations`, counted from 1; what has no place stands in the first page's upper left.
    Raises pikepdf.PdfError for what cannot be opened.
    """
    with pikepdf.open(BytesIO(pdf)) as opened:
        for number, page in enumerate(opened.pages, start=1):
            font = page.add_resource(_helvetica(opened), pikepdf.Name.Font, prefix="Vaxel")
            height = float(page.mediabox[3]) - float(page.mediabox[1])
            marks = "".join(_outlines(number, height, profile, duplex=duplex))
            marks += "".join(_violations(number, height, check, str(font)))
            page.contents_add(b"q\n", prepend=True)
            page.contents_add(f"\nQ\nq {marks}Q\n".encode("latin-1", "replace"))
        out = BytesIO()
        opened.save(out, deterministic_id=True)
    return out.getvalue()


def _helvetica(pdf: pikepdf.Pdf) -> pikepdf.Object:
    return pdf.make_indirect(
        pikepdf.Dictionary(
            Type=pikepdf.Name.Font,
            Subtype=pikepdf.Name.Type1,
            BaseFont=pikepdf.Name("/Helvetica-Bold"),
            Encoding=pikepdf.Name.WinAnsiEncoding,
        )
    )


def _outlines(number: int, height: float, profile: Profile, *, duplex: bool) -> Iterator[str]:
    inner = Rectangle.model_construct(
        x=profile.edge, y=profile.edge, width=SHEET_WIDTH - 2 * profile.edge, height=SHEET_HEIGHT - 2 * profile.edge
    )
    yield f"0.5 w [4 3] 0 d {_ZONE} RG {_box(inner, height)}S "
    for zone in profile.clear:
        if zone.holds_on(number, duplex=duplex):
            yield f"{_box(zone, height)}S "
    if number == 1 and profile.window is not None:
        yield f"{_WINDOW} RG {_box(profile.window, height)}S "


def _violations(number: int, height: float, check: PrintCheck, font: str) -> Iterator[str]:
    yield f"[] 0 d 1.5 w {_RED} RG {_RED} rg "
    unplaced = 0
    for at, violation in enumerate(check.violations, start=1):
        if (violation.page or 1) != number:
            continue
        if violation.area is None:
            unplaced += 1
            x, y = 6.0, 4.0 + 5 * unplaced
            words = f"{at}  {violation.what}"
        else:
            yield f"{_box(violation.area, height, wider=0.6)}S "
            x, y, words = violation.area.right + 1.5, violation.area.y + 2.6, str(at)
        x = min(x, SHEET_WIDTH - 6)
        yield f"BT {font} 9 Tf {x * _POINTS:.2f} {height - y * _POINTS:.2f} Td {_text(words)} Tj ET "


def _box(one: Rectangle, height: float, *, wider: float = 0.0) -> str:
    x, y = (one.x - wider) * _POINTS, height - (one.bottom + wider) * _POINTS
    return f"{x:.2f} {y:.2f} {(one.width + 2 * wider) * _POINTS:.2f} {(one.height + 2 * wider) * _POINTS:.2f} re "


def _text(words: str) -> str:
    plain = words.replace("\\", "\\\\").replace("(", "\\(").replace(")", "\\)")
    return f"({plain.replace('–', '-').replace('×', 'x')})"
