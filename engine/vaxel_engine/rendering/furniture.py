"""Envelope furniture: what only a folding and inserting machine looks at; declared by the profile, drawn in print."""

from io import BytesIO

import pikepdf

from vaxel_engine.mailing.printing import Printing
from vaxel_engine.mailing.profile import SHEET_HEIGHT, Profile

POINTS_PER_MM = 72 / 25.4
A4_POINTS = (595.275591, 841.889764)


def add_furniture(pages: bytes, profile: Profile, printing: Printing) -> bytes:
    """The PDF `pages` with the marks of `profile` on the fronts of its sheets, as artifacts no reader is told about."""
    with pikepdf.open(BytesIO(pages)) as pdf:
        fronts = list(pdf.pages)[:: 2 if printing.duplex else 1]
        for sheet, page in enumerate(fronts, start=1):
            marks = _marks(profile, sheet, len(fronts))
            if marks:
                page.contents_add(b"q\n", prepend=True)
                page.contents_add(b"\nQ\n" + marks)
        if has_blank_back(printing, len(pdf.pages)):
            pdf.add_blank_page(page_size=A4_POINTS)
        printed = BytesIO()
        pdf.save(printed, deterministic_id=True, fix_metadata_version=False)
    return printed.getvalue()


def has_blank_back(printing: Printing, pages: int) -> bool:
    """Whether an empty page is added to `pages`, so that the last sheet has a back."""
    return printing.duplex and printing.blank_back and bool(pages % 2)


def marks_over(profile: Profile, printing: Printing, page: int, pages: int) -> bytes:
    """What is drawn over a page, the first being 0: operators in points, nothing on backs and where no mark stands."""
    if printing.duplex and page % 2:
        return b""
    return _marks(profile, page // 2 + 1, -(-pages // 2)) if printing.duplex else _marks(profile, page + 1, pages)


def _marks(profile: Profile, sheet: int, sheets: int) -> bytes:
    marks = "".join(
        f"{mark.x * POINTS_PER_MM:.3f} {(SHEET_HEIGHT - mark.y - mark.height) * POINTS_PER_MM:.3f} "
        f"{mark.width * POINTS_PER_MM:.3f} {mark.height * POINTS_PER_MM:.3f} re f "
        for mark in profile.mark
        if mark.sheets.has(sheet, sheets)
    )
    return f"/Artifact BMC q 0 g {marks}Q EMC\n".encode("ascii") if marks else b""
