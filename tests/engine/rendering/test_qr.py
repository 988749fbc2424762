"""QR codes as outlines: what is filled between them is what the code says, module for module."""

import random

import pytest
from PIL import Image, ImageDraw

from vaxel_engine.compiled.pictures import drawn
from vaxel_engine.compiled.program import Picture
from vaxel_engine.compiled.shaping import Run
from vaxel_engine.parity.codes import drawn_codes
from vaxel_engine.rendering.qr import outlines, qr_svg, walk_of


@pytest.mark.parametrize("seed", range(60))
def test_what_the_outlines_hold_is_what_was_dark(seed: int) -> None:
    draw = random.Random(seed)  # noqa: S311 - a pattern, not a secret
    side, share = draw.randint(1, 12), draw.choice((0.3, 0.5, 0.8))
    rows = [[int(draw.random() < share) for _ in range(side)] for _ in range(side)]
    assert filled(outlines(rows, 1), side + 2) == [[0] * (side + 2), *[[0, *row, 0] for row in rows], [0] * (side + 2)]


def test_a_drawn_code_is_read_back() -> None:
    text = '{"uqr":1,"nme":"Nordljus Energi AB","iref":"26110001","due":2218.48,"acc":"505-0109"}'
    assert list(drawn_codes(f"<p>{qr_svg(text)}</p>")) == [text]


def test_a_code_is_drawn_alike_where_its_walk_is_known_and_where_its_path_is_read_again() -> None:
    svgs = [qr_svg("drawn " * many) for many in range(1, 5)]
    picture = Picture("document:qr.svg", 100, 100)
    paths = [svg.split(' d="')[1].split('"')[0] for svg in svgs]
    assert None not in map(walk_of, paths)
    known = [drawn(picture, {picture.address: svg}, _no_words) for svg in svgs]
    for many in range(1, 10):
        qr_svg("others " * many)
    assert set(map(walk_of, paths)) == {None}
    assert [drawn(picture, {picture.address: svg}, _no_words) for svg in svgs] == known


def _no_words(face: int, words: str) -> Run:
    raise AssertionError((face, words))


def filled(path: str, side: int) -> list[list[int]]:
    """The modules that a viewer fills by the even-odd rule: each loop turns over what lies inside it."""
    cells = [[0] * side for _ in range(side)]
    for loop in path.split("z")[:-1]:
        words = loop.replace("M", "M ").replace("h", " h ").replace("v", " v ").split()
        x, y = int(words[1]), int(words[2])
        corners = [(x * 4, y * 4)]
        for letter, length in zip(words[3::2], words[4::2], strict=True):
            x, y = (x + int(length), y) if letter == "h" else (x, y + int(length))
            corners.append((x * 4, y * 4))
        mask = Image.new("1", (side * 4, side * 4))
        ImageDraw.Draw(mask).polygon(corners, fill=1)
        for row in range(side):
            for column in range(side):
                cells[row][column] ^= bool(mask.getpixel((column * 4 + 2, row * 4 + 2)))
    return cells
