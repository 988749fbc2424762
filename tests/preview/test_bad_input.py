"""Whatever is saved at the board, it is told with its file and contained; the next save renders."""

import html
import re
import shutil
from collections.abc import Callable, Generator
from dataclasses import dataclass
from pathlib import Path

import pytest
from tests.preview.conftest import ROOT, TOKEN, Following

from vaxel_engine import packs
from vaxel_engine.press import Limits
from vaxel_preview.serving import preview

BANK, PAGE = "packs/base/layouts/bank.html", "packs/base/sections/totals.web.html"
WORDS, BRAND = "packs/base/words.sv.toml", "packs/nordljus/brand.toml"
SAMPLE, FONT, STYLE = "samples/november.json", "packs/base/fonts/Inter-Regular.ttf", "packs/base/css/paper.css"


@dataclass(frozen=True, slots=True)
class Board:
    """A board over copies, and one browser that follows it."""

    folder: Path
    browser: Following


@pytest.fixture(scope="module")
def board(tmp_path_factory: pytest.TempPathFactory) -> Generator[Board]:
    """One board for everything that is bad: each has to leave it as it was. A bomb is met after a second or two."""
    folder = tmp_path_factory.mktemp("board")
    shutil.copytree(packs.packs(), folder / "packs")
    (folder / "samples").mkdir()
    shutil.copy(ROOT / SAMPLE, folder / "samples")
    limits = Limits(seconds=20, processor=2.0, ready=6.0, memory=400)
    with preview([folder / "packs"], [folder / "samples"], "nordljus", 0, token=TOKEN, limits=limits) as served:
        browser = Following(served.url)
        browser.settled()
        yield Board(folder, browser)
        browser.close()


def before(more: str) -> Callable[[bytes], bytes]:
    return lambda good: more.encode() + good


def half(good: bytes) -> bytes:
    """What an editor leaves that was stopped in the middle of a save."""
    return good[: len(good) // 2]


BAD: dict[str, tuple[str, Callable[[bytes], bytes], str]] = {
    "loops for ever": (
        BANK,
        before("\n{% for a in range(90000) %}{% for b in range(90000) %}{% endfor %}{% endfor %}\n"),
        r"base/layouts/bank\.html, line 2 .*took more than",
    ),
    "allocates without end": (
        BANK,
        before(
            "{% macro g(t, n) %}{% if n %}{{ g(t ~ t, n - 1) }}{% else %}{{ t }}{% endif %}{% endmacro %}"
            "{{ g('aa', 40) }}"
        ),
        r"base/layouts/bank\.html.*(memory|characters|took more than)",
    ),
    "includes itself": (
        PAGE,
        before('{% include "sections/totals.web.html" %}'),
        r"totals\.web\.html.*nested too deep",
    ),
    "reads a file of the machine": (BANK, before('{% include "/etc/passwd" %}'), r'no template "/etc/passwd"'),
    "draws a file of the machine": (
        STYLE,
        lambda good: good + b'\nh1 { background: url("file:///etc/passwd") }\n',
        r"only files of the pack",
    ),
    "is a half-written section": (PAGE, half, r"totals\.web\.html, line \d+"),
    "is a half-written file of words": (WORDS, half, r"(words\.(sv|en)\.toml|the word)"),
    "is a half-written brand": (BRAND, lambda good: good + b"\n[tokens.colour\n", r"brand\.toml, line \d+"),
    "is no UTF-8": (WORDS, lambda good: good + b"\n# \xff\xfe\n", r"words\.sv\.toml.*not UTF-8"),
    "is a half-written sample": (SAMPLE, half, r"november\.json"),
    "is a broken font": (FONT, lambda good: good[:2_000], r"Inter-Regular\.ttf.*is no font that can be read"),
}


@pytest.mark.parametrize("what", BAD)
def test_what_is_bad_is_told_and_the_next_save_renders(board: Board, what: str) -> None:
    name, broken, sentence = BAD[what]
    file = board.folder / name
    good = file.read_bytes()
    file.write_bytes(broken(good))
    said = html.unescape(re.sub(r"<[^>]+>", " ", board.browser.broken()["html"]))
    assert re.search(sentence, " ".join(said.split())), said
    assert "Traceback" not in said
    file.write_bytes(good)
    assert board.browser.mended()["failed"] == []
