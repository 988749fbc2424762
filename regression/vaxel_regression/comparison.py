"""Two pictures compared exactly: no tolerance, since a tolerance hides the change that matters."""

import io
from dataclasses import dataclass

from PIL import Image, ImageChops

MM_PER_INCH = 25.4


@dataclass(frozen=True, slots=True)
class Difference:
    """How a picture differs from its reference.

    `box` holds left, top, width and height of the smallest box around every changed pixel, in pixels, within what both
    pictures have; None where they only differ in size. `sentence` says it for a reader.
    """

    sentence: str
    pixels: int
    box: tuple[int, int, int, int] | None


def compare(reference: bytes, actual: bytes, *, dpi: float | None = None) -> Difference | None:
    """Compare two PNG pictures pixel by pixel; None when they show the same.

    Pictures of different size are compared from the top left corner as far as both reach. With `dpi` the place is also
    given in millimetres, as a designer measures a page.
    """
    before, after = _opened(reference), _opened(actual)
    size = (min(before.width, after.width), min(before.height, after.height))
    changed = changed_pixels(before.crop((0, 0, *size)), after.crop((0, 0, *size)))
    bounds = changed.getbbox()
    if bounds is None and before.size == after.size:
        return None
    words: list[str] = []
    if before.size != after.size:
        words.append(f"the size is {_measures(after)}, not {_measures(before)}")
    count, box = 0, None
    if bounds is not None:
        count = changed.histogram()[255]
        box = (bounds[0], bounds[1], bounds[2] - bounds[0], bounds[3] - bounds[1])
        words.append(f"{count} {'pixel differs' if count == 1 else 'pixels differ'} in {_place(box, dpi)}")
    return Difference("; ".join(words), count, box)


def changed_pixels(before: Image.Image, after: Image.Image) -> Image.Image:
    """A mask of two RGB pictures of one size: 255 where any channel differs, else 0."""
    red, green, blue = ImageChops.difference(before, after).split()
    strongest = ImageChops.lighter(ImageChops.lighter(red, green), blue)
    return ImageChops.add(strongest, strongest, scale=1 / 256)  # any difference at all becomes 255


def _opened(picture: bytes) -> Image.Image:
    return Image.open(io.BytesIO(picture), formats=("PNG",)).convert("RGB")


def _measures(picture: Image.Image) -> str:
    return f"{picture.width} × {picture.height} pixels"


def _place(box: tuple[int, int, int, int], dpi: float | None) -> str:
    x, y, width, height = box
    pixels = f"a box of {width} × {height} pixels at {x}, {y}"
    if dpi is None:
        return pixels
    mm = [round(value * MM_PER_INCH / dpi, 1) for value in box]
    return f"{pixels} ({mm[2]} × {mm[3]} mm, {mm[0]} mm from the left, {mm[1]} mm from the top)"
