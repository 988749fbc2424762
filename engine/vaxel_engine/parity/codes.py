"""QR codes read back from pictures; zxing-cpp stays in here."""

import re
from collections.abc import Iterator

import zxingcpp
from PIL import Image, ImageDraw

_VIEW_BOX = re.compile(r'viewBox="0 0 (\d+) (\d+)"')
_RUN = re.compile(r"M(\d+) (\d+)h(\d+)v1h-\d+z")
_QR = zxingcpp.BarcodeFormats(zxingcpp.BarcodeFormat.QRCode)
_PIXELS = 4
"""Of each module of a code that is drawn from its outline."""


def read_codes(picture: Image.Image) -> tuple[str, ...]:
    """The text of every QR code in a picture."""
    found = zxingcpp.read_barcodes(picture, formats=_QR)
    return tuple(code.text for code in found)


def drawn_codes(html: str) -> Iterator[str]:
    """The text of every QR code that a page draws as a path of rows of modules, in SVG."""
    for box in _VIEW_BOX.finditer(html):
        width, height = int(box[1]) * _PIXELS, int(box[2]) * _PIXELS
        end = html.find("</svg>", box.end())
        runs = _RUN.findall(html, box.end(), end)
        if not runs:
            continue
        picture = Image.new("L", (width, height), 255)
        pen = ImageDraw.Draw(picture)
        for x, y, length in ((int(x) * _PIXELS, int(y) * _PIXELS, int(length) * _PIXELS) for x, y, length in runs):
            pen.rectangle((x, y, x + length - 1, y + _PIXELS - 1), fill=0)
        yield from read_codes(picture)
