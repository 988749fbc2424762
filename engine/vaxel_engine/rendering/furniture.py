"""Envelope furniture: what only a folding and inserting machine looks at; declared here, drawn in print alone."""

from dataclasses import dataclass
from io import BytesIO

import pikepdf

POINTS_PER_MM = 72 / 25.4
SHEET_HEIGHT = 297.0


@dataclass(frozen=True, slots=True)
class Rectangle:
    """A part of the sheet in millimetres from its upper left corner."""

    name: str
    x: float
    y: float
    width: float
    height: float


FOLD_MARK = Rectangle("fold mark", x=5, y=148.4, width=5, height=0.2)
"""Where an A4 sheet is folded once to fit C5; 5 mm from the edge, which printers must leave clear."""

FURNITURE = (FOLD_MARK,)
"""Everything drawn in print and not in the mailbox; pages are equal in pixels outside these rectangles."""

WINDOW = Rectangle("address window", x=15, y=44, width=105, height=35)
"""Safe for every C5 window known here; it holds the address and nothing else, in print and in the mailbox alike."""

INSERTER_ZONE = Rectangle("inserter zone", x=0, y=0, width=15, height=297)
"""Kept free of the document's own content: inserting machines and print houses put their marks there."""

EDGE = 5.0
"""Millimetres that nothing is printed in, on all four sides."""


def add_furniture(pages: bytes) -> bytes:
    """The PDF `pages` with the furniture on every sheet's front, as artifacts that no reader is told about."""
    marks = "".join(
        f"{mark.x * POINTS_PER_MM:.3f} {(SHEET_HEIGHT - mark.y - mark.height) * POINTS_PER_MM:.3f} "
        f"{mark.width * POINTS_PER_MM:.3f} {mark.height * POINTS_PER_MM:.3f} re f "
        for mark in FURNITURE
    )
    drawing = f"\n/Artifact BMC q 0 g {marks}Q EMC\n".encode("ascii")
    with pikepdf.open(BytesIO(pages)) as pdf:
        for page in pdf.pages[::2]:
            page.contents_add(b"q\n", prepend=True)
            page.contents_add(b"\nQ" + drawing)
        printed = BytesIO()
        pdf.save(printed, deterministic_id=True, fix_metadata_version=False)
    return printed.getvalue()
