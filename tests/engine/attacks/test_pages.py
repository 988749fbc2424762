"""Pages: what no typesetter ends is met by a bound at once or ended at a limit, and the next document is rendered."""

import os
import struct
import time
import zlib
from collections.abc import Callable, Mapping

import pytest

from vaxel_engine.artifact import ArtifactKind
from vaxel_engine.errors import TemplateError, Unrenderable
from vaxel_engine.model import Document
from vaxel_engine.packs import Pack, packs
from vaxel_engine.press import Press
from vaxel_engine.rendering import render
from vaxel_engine.rendering.bounds import LONGEST_WORD, MOST_ROWS, beyond_bounds, picture_beyond_bounds, surely_within

DocumentBuilder = Callable[..., Document]
PackMaker = Callable[[Mapping[str, str]], Pack]
SECTION = "sections/totals.paper.html"
FULL = os.environ.get("VAXEL_CAMPAIGN") == "full"


def png(width: int, height: int) -> bytes:
    """A picture that says it is large, and is small on disk: one bit for each pixel, all alike."""

    def chunk(kind: bytes, content: bytes) -> bytes:
        return struct.pack(">I", len(content)) + kind + content + struct.pack(">I", zlib.crc32(kind + content))

    rows = zlib.compress(b"\0" * ((width // 8 + 2) * height), 9)
    head = struct.pack(">IIBBBBB", width, height, 1, 0, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", rows) + chunk(b"IEND", b"")


BEYOND = {
    "a page without end": ("x " * 1_000_001, "characters"),
    "elements in each other": ("<div>" * 101, "deeper than 100"),
    "elements in each other, closed": ("<b>" * 5_000 + "</b>" * 5_000, "deeper than 100"),
    "flexible boxes in each other": ("<div style='display: flex'>" * 8, "boxes"),
    "grids in each other": ("<div style='display:inline-grid'>" * 14, "boxes"),
    "a table without end": ("<table>" + "<tr><td>1</td></tr>" * 10_000 + "</table>", "10,000 rows"),
    "a cell as wide as a million": ("<table><tr><td colspan=1000000>1</table>", "spans 1,000,000"),
    "a cell as high as a million": ("<table><tr><td rowspan='1000000'>1</table>", "spans 1,000,000"),
    "a column as wide as a million": ("<table><colgroup><col span=1000000></table>", "spans 1,000,000"),
    "a word without end": ("x" * 100_000, "word"),
    "a word without end, in Swedish": ("<p lang=sv style='hyphens: auto'>" + "å" * 1_001, "word"),
    "marks on marks": ("e" + "\u0301" * 9, "combining"),
    "marks without end": ("Z" + "\u0337\u0361" * 100_000, "word"),
}


@pytest.mark.parametrize("attack", BEYOND)
def test_what_is_beyond_all_letters_is_met_at_once(attack: str) -> None:
    html, said = BEYOND[attack]
    started = time.process_time()
    found = list(beyond_bounds(html))
    assert time.process_time() - started < 1
    assert any(said in one for one in found), found


def test_a_page_within_bounds_is_not_told_off() -> None:
    page = "<p>" * 500 + "<table>" + "<tr><td colspan=3>ord ord" * 1_000 + "</table>" + "<br>" * 500
    assert list(beyond_bounds(page)) == []


def test_a_bound_names_the_layout_and_the_document(make_pack: PackMaker, build: DocumentBuilder) -> None:
    pack = make_pack({SECTION: "<div>" * 120 + "</div>" * 120})
    with pytest.raises(TemplateError, match=r"nests elements deeper than 100; flatten it .document NL-2026-11-0001"):
        render(build(), ArtifactKind.MAILBOX_PDF, pack=pack)


USES = "".join(f'<g id="g{n}">' + f'<use href="#g{n - 1}"/>' * 10 + "</g>" for n in range(1, 7))
PICTURES = {
    "twelve thousand pixels square": ("a.png", png(12_000, 12_000), "pixels"),
    "twenty thousand pixels square": ("a.png", png(20_000, 20_000), "too large"),
    "no picture at all": ("a.png", b"hello", "no picture"),
    "a picture of another kind": ("a.jpg", b"BM" + bytes(100), "no picture"),
    "a drawing that repeats itself a million times": (
        "a.svg",
        f'<svg><g id="g0"><rect/></g>{USES}</svg>'.encode(),
        "use",
    ),
    "a drawing of a hundred thousand elements": ("a.svg", b"<svg>" + b"<g/>" * 100_000 + b"</svg>", "elements"),
    "a drawing with a path of a million steps": (
        "a.svg",
        b'<svg><path d="' + b"L1 1" * 1_000_000 + b'"/></svg>',
        "path",
    ),
    "a drawing with entities": ("a.svg", b'<!DOCTYPE svg [<!ENTITY a "aaaa">]><svg>&a;</svg>', "document type"),
    "a drawing that reads a file": ("a.svg", b'<!DOCTYPE s SYSTEM "file:///etc/passwd"><svg/>', "document type"),
}


@pytest.mark.parametrize("attack", PICTURES)
def test_a_picture_that_would_take_gigabytes_is_told_from_its_head(attack: str) -> None:
    name, content, said = PICTURES[attack]
    started = time.process_time()
    found = picture_beyond_bounds(name, content)
    assert time.process_time() - started < 1
    assert found is not None
    assert said in found


def test_a_drawing_that_uses_itself_is_drawn_once() -> None:
    assert (
        picture_beyond_bounds("a.svg", b'<svg><g id="a"><use href="#b"/></g><g id="b"><use href="#a"/></g></svg>')
        is None
    )


STYLE = (packs() / "base/css/paper.css").read_text(encoding="utf-8")
ENDED: Mapping[str, Mapping[str, str]] = {
    "a page of three millimetres": {
        SECTION: "<p>" + "ord " * 2_000 + "</p>",
        "css/paper.css": STYLE + "\n@page { size: 3mm 3mm !important; margin: 0 !important }",
    },
    "type as large as a continent": {SECTION: "<p style='font-size: 1e9px'>x</p>"},
    "letters a continent apart": {SECTION: "<p style='letter-spacing: 1e9px'>x x</p>"},
    "flexible boxes by a class": {
        SECTION: "<div class=f>" * 20 + "x" + "</div>" * 20,
        "css/paper.css": STYLE + "\n.f { display: flex }",
    },
    "variables that double": {
        "css/paper.css": STYLE
        + "\n:root { --a0: 1px; "
        + "".join(f"--a{n}: var(--a{n - 1}) var(--a{n - 1}); " for n in range(1, 26))
        + "} p { margin: var(--a25) }"
    },
    "grids by a class": {
        SECTION: "<div class=f>" * 16 + "x" + "</div>" * 16,
        "css/paper.css": STYLE + "\n.f { display: grid }",
    },
    "ten thousand rules": {
        SECTION: "<i>x</i>" * 9_000,
        "css/paper.css": STYLE + "".join(f"\n.a{n} > i ~ i:not(.b{n}) {{ color: red }}" for n in range(4_000)),
    },
    "a gradient of a hundred thousand": {
        SECTION: "<p style='background: linear-gradient(" + ", ".join(["red", "blue"] * 9_000) + ")'>x</p>"
    },
    "footnotes without end": {
        SECTION: "<i>x</i>" * 9_000,
        "css/paper.css": STYLE + "\ni { float: footnote }",
    },
    "negations in negations": {"css/paper.css": STYLE + "\n" + ":not(" * 300 + "p" + ")" * 300 + "{ color: red }"},
    "headings without end": {SECTION: "".join(f"<h2 id=h{n}><a href=#h{n}>x</a></h2>" for n in range(5_000))},
}
EVERYDAY = ("type as large as a continent", "variables that double")


@pytest.mark.parametrize("attack", ENDED if FULL else EVERYDAY)
def test_what_no_typesetter_ends_is_ended_and_the_next_document_is_rendered(
    attack: str, press: Press, make_pack: PackMaker, build: DocumentBuilder, nordljus: Pack
) -> None:
    with pytest.raises(Unrenderable) as caught:
        press.render(build(), ArtifactKind.MAILBOX_PDF, pack=make_pack(ENDED[attack]))
    assert "Traceback" not in str(caught.value)
    assert press.render(build(), ArtifactKind.SMS, pack=nordljus).body


def test_a_page_that_is_within_its_bounds_at_a_glance_is_within_them() -> None:
    long, marks = "x" * (LONGEST_WORD + 1), "\u0301" * 9
    for around in ("", " ", "<p>å ", "ab\n" * 700, "a " * 1_300 + "b"):
        for beyond in (long, f"a{marks}", "<tr>" * (MOST_ROWS + 1)):
            assert not surely_within(f"{around}{beyond}")
            assert not surely_within(f"{beyond} {around}")
        assert surely_within(f"{around}\n{long[1:]} {around} a{marks[1:]}")
        assert list(beyond_bounds(f"{around} {long[1:]} {around}")) == []
