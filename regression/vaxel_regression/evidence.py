"""A failure as one picture: reference, actual and difference side by side, for whoever has to decide."""

import io

from PIL import Image

from vaxel_regression.comparison import changed_pixels
from vaxel_regression.pages import png

_GAP, _DESK, _MARK = 16, (214, 212, 208), (214, 32, 32)
_NOWHERE = (255, 0, 254)
_PALE = 0.82
"""How far the unchanged part fades, so that the changed one is seen at once."""


def side_by_side(reference: bytes | None, actual: bytes) -> bytes:
    """One PNG: reference, actual, and the actual faded with changed pixels red; without a reference, the actual."""
    after = Image.open(io.BytesIO(actual), formats=("PNG",)).convert("RGB")
    if reference is None:
        return png(after)
    before = Image.open(io.BytesIO(reference), formats=("PNG",)).convert("RGB")
    size = (max(before.width, after.width), max(before.height, after.height))
    mask = changed_pixels(_on_canvas(before, size), _on_canvas(after, size))
    faded = Image.blend(_on_canvas(after, size), Image.new("RGB", size, (255, 255, 255)), _PALE)
    faded.paste(Image.new("RGB", size, _MARK), mask=mask)
    panels = (before, after, faded)
    sheet = Image.new("RGB", (3 * size[0] + 4 * _GAP, size[1] + 2 * _GAP), _DESK)
    for at, panel in enumerate(panels):
        sheet.paste(panel, (_GAP + at * (size[0] + _GAP), _GAP))
    return png(sheet)


def _on_canvas(picture: Image.Image, size: tuple[int, int]) -> Image.Image:
    """The picture at the top left of a canvas in a colour it does not have, so that missing parts count as changed."""
    canvas = Image.new("RGB", size, _NOWHERE)
    canvas.paste(picture, (0, 0))
    return canvas
