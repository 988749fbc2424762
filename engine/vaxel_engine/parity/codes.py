"""QR codes read back from pictures; zxing-cpp stays in here."""

import re
from collections.abc import Iterator

import zxingcpp
from PIL import Image, ImageDraw

_VIEW_BOX = re.compile(r'viewBox="0 0 (\d+) (\d+)"')
_PATH = re.compile(r' d="((?:M\d+ \d+(?:h-?\d+v-?\d+)+(?:h-?\d+)?z)+)"')
_STEP = re.compile(r"M(\d+) (\d+)|([hv])(-?\d+)|z")
_QR = zxingcpp.BarcodeFormats(zxingcpp.BarcodeFormat.QRCode)
_PIXELS = 4
"""Of each module of a code that is drawn from its outline."""


def read_codes(picture: Image.Image) -> tuple[str, ...]:
    """The text of every QR code in a picture."""
    found = zxingcpp.read_barcodes(picture, formats=_QR)
    return tuple(code.text for code in found)


def drawn_codes(html: str) -> Iterator[str]:
    """The text of every QR code that a page draws in SVG, as a path along the borders of its modules."""
    for box in _VIEW_BOX.finditer(html):
        width, height = int(box[1]) * _PIXELS, int(box[2]) * _PIXELS
        path = _PATH.search(html, box.end(), html.find("</svg>", box.end()))
        if path is None:
            continue
        picture = Image.new("L", (width, height), 255)
        pen = ImageDraw.Draw(picture)
        for y, borders in _borders(path[1]).items():
            borders.sort()
            for left, right in zip(borders[::2], borders[1::2], strict=True):  # dark from every odd one to the next
                pen.rectangle((left * _PIXELS, y * _PIXELS, right * _PIXELS - 1, (y + 1) * _PIXELS - 1), fill=0)
        yield from read_codes(picture)


def _borders(path: str) -> dict[int, list[int]]:
    """By row of modules, where the path goes up or down past it."""
    found: dict[int, list[int]] = {}
    x = y = top = 0
    for step in _STEP.finditer(path):
        if step[1] is not None:
            x, y = int(step[1]), int(step[2])
            top = y
        elif step[3] == "h":
            x += int(step[4])
        else:
            to = y + int(step[4]) if step[3] == "v" else top
            for row in range(min(y, to), max(y, to)):
                found.setdefault(row, []).append(x)
            y = to
    return found
