"""Inspection: each planted fault is found with its file and line, none hides another, the shipped packs are clean."""

import struct
import zlib
from collections.abc import Callable
from pathlib import Path

import pytest

from vaxel_engine.errors import Misconfigured
from vaxel_engine.inspection import PackFinding, Severity, inspect
from vaxel_engine.intake import read
from vaxel_engine.model import Document
from vaxel_engine.packs import load, packs
from vaxel_engine.packs.beginning import first_files
from vaxel_engine.packs.pack import Pack
from vaxel_engine.press import examine

BRAND = 'extends = "base"\nname = "Tried"\n'


def write(folder: Path, files: dict[str, str]) -> Path:
    for name, text in {"brand.toml": BRAND, **files}.items():
        path = folder / "tried" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(text.encode("latin-1") if name.endswith(".png") else text.encode())
    return folder


def wrong(folder: Path) -> list[PackFinding]:
    return [one for one in inspect("tried", [folder, packs()]) if one.severity is Severity.WRONG]


def png(width: int, height: int) -> str:
    """A picture of one bit per pixel that is small on disk."""

    def chunk(kind: bytes, content: bytes) -> bytes:
        return struct.pack(">I", len(content)) + kind + content + struct.pack(">I", zlib.crc32(kind + content))

    rows = zlib.compress(b"\0" * ((width // 8 + 1) * height))
    head = struct.pack(">IIBBBBB", width, height, 1, 0, 0, 0, 0)
    return (b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", rows) + chunk(b"IEND", b"")).decode("latin-1")


FAULTS: dict[str, tuple[dict[str, str], str, int | None, str]] = {
    "a misspelt key of the brand": ({"brand.toml": BRAND + "colours = 1\n"}, "brand.toml", 3, "colours"),
    "a brand that is no TOML": ({"brand.toml": BRAND + "name = Blå\n"}, "brand.toml", 3, "not TOML"),
    "a section that is nowhere": (
        {"brand.toml": BRAND + '[kinds.message]\nsections = ["advert"]\n'},
        "brand.toml",
        4,
        '"advert"',
    ),
    "a section without a text form": (
        {
            "brand.toml": BRAND + '[kinds.message]\nsections = ["letter", "advert"]\n',
            "sections/advert.web.html": "<p>Hej</p>",
        },
        "brand.toml",
        4,
        "no text form",
    ),
    "a section's file in no form": ({"sections/lines.papper.html": "<p></p>"}, "lines.papper.html", None, "no form"),
    "a file where nobody looks": (
        {"section/lines.paper.html": "<p></p>"},
        "section/lines.paper.html",
        None,
        "nothing looks",
    ),
    "a word in one language": ({"words.sv.toml": '[title]\nx = "Y"\n'}, "words.en.toml", None, '"title.x" is missing'),
    "a word that nobody uses": (
        {"words.sv.toml": '[title]\ninvoise = "Y"\n', "words.en.toml": '[title]\ninvoise = "Y"\n'},
        "words.sv.toml",
        2,
        '"title.invoise"',
    ),
    "a word that is no text": ({"words.sv.toml": "[title]\ninvoice = 1\n"}, "words.sv.toml", None, "no text"),
    "an unknown language": ({"words.se.toml": '[title]\ninvoice = "F"\n'}, "words.se.toml", None, "no language"),
    "a slot that nobody fills": (
        {"words.sv.toml": '[to_pay.pay]\nsentence = "Betala {summa}."\n'},
        "words.sv.toml",
        2,
        "{summa}",
    ),
    "a slot where none is filled": ({"words.sv.toml": '[total]\nnet = "{x}"\n'}, "words.sv.toml", 2, "{x}"),
    "pale text on paper": (
        {"brand.toml": BRAND + '[tokens.colour]\nsecondary = "#a0a0a0"\n'},
        "brand.toml",
        4,
        "contrast",
    ),
    "dark text on a dark screen": (
        {"brand.toml": BRAND + '[tokens.dark]\nbrand = "#202020"\n'},
        "brand.toml",
        4,
        "on a dark screen brand",
    ),
    "no colour at all": ({"brand.toml": BRAND + '[tokens.colour]\nink = "black"\n'}, "brand.toml", 4, "no colour"),
    "a colour that nobody uses": (
        {"brand.toml": BRAND + '[tokens.colour]\nbrnad = "#112233"\n'},
        "brand.toml",
        4,
        "brnad",
    ),
    "a letter that no font has": ({"words.sv.toml": '[title]\ninvoice = "請求書"\n'}, "words.sv.toml", 2, "請"),
    "a template that is not closed": (
        {"sections/lines.paper.html": "<p>\n{% if lines %}"},
        "lines.paper.html",
        2,
        "end of template",
    ),
    "a filter that is not there": (
        {"sections/lines.paper.html": "\n{{ title | upperr }}"},
        "lines.paper.html",
        2,
        "upperr",
    ),
    "a fact that is not there": ({"sections/lines.paper.html": "\n{{ titel }}"}, "lines.paper.html", 2, '"titel"'),
    "a field that is not there": ({"sections/lines.web.html": "\n{{ to_pay.amout }}"}, "lines.web.html", 2, "amout"),
    "a word that a template asks for": (
        {"sections/lines.web.html": "{{ words.line.itm }}"},
        "lines.web.html",
        1,
        "line.itm",
    ),
    "a token that is not there": (
        {"css/paper.css": "a { color: {{ tokens.colour.inc }} }"},
        "paper.css",
        1,
        "colour.inc",
    ),
    "an include of nothing": (
        {"sections/lines.web.html": '{% include "sections/x.html" %}'},
        "lines.web.html",
        1,
        "sections/x.html",
    ),
    "MJML that is not closed": (
        {"sections/help.email.mjml": "<mj-section>\n<mj-column>\n</mj-section>"},
        "help.email.mjml",
        2,
        "not MJML",
    ),
    "an element that MJML has not": (
        {"sections/help.email.mjml": "<mj-section><mj-column>\n<mj-txt>Hej</mj-txt></mj-column></mj-section>"},
        "help.email.mjml",
        2,
        "mj-txt",
    ),
    "a mail without a place for sections": (
        {"layouts/email.mjml": "<mjml><mj-body></mj-body></mjml>"},
        "email.mjml",
        None,
        "no place",
    ),
    "a block without a head": ({"blocks/a.md": "Hej"}, "blocks/a.md", 1, "head"),
    "a block for nobody": ({"blocks/a.md": '+++\naudience = ["payy"]\n+++\nHej\n'}, "blocks/a.md", 2, "payy"),
    "a block that ends before it begins": (
        {"blocks/a.md": "+++\nfrom = 2026-12-01\nuntil = 2026-11-01\n+++\nHej\n"},
        "blocks/a.md",
        3,
        "before it begins",
    ),
    "a block without text": ({"blocks/a.md": "+++\n+++\n"}, "blocks/a.md", None, "no words"),
    "a picture that is not there": (
        {"sections/help.web.html": '\n<img src="pack:a.png">'},
        "help.web.html",
        2,
        '"a.png"',
    ),
    "a picture from elsewhere": (
        {"css/paper.css": "a { background: url(https://x.example/a.png) }"},
        "paper.css",
        1,
        "x.example",
    ),
    "a picture that is too large": ({"a.png": png(12_000, 12_000)}, "a.png", None, "12000 × 12000"),
    "a picture that is none": ({"a.png": "hello"}, "a.png", None, "no picture"),
    "a drawing of a million lines": ({"logo.svg": "<svg>" + "<g/>" * 10_001 + "</svg>"}, "logo.svg", None, "elements"),
    "a logo with letters": ({"logo.svg": "<svg>\n<text>Hej</text></svg>"}, "logo.svg", 2, "letters"),
    "type as large as a house": ({"css/paper.css": "\na { font-size: 900px }"}, "paper.css", 2, "900"),
    "cells beyond number": ({"sections/lines.paper.html": '<td colspan="1000000">'}, "lines.paper.html", 1, "1000000"),
    "variables that double": ({"css/web.css": "a { --a: 1; }\nb { --b: var(--a) var(--a); }"}, "web.css", 2, "--b"),
}


@pytest.mark.parametrize("fault", FAULTS)
def test_a_planted_fault_is_found_at_its_place(tmp_path: Path, fault: str) -> None:
    files, file, line, said = FAULTS[fault]
    found = wrong(write(tmp_path, files))
    at_its_place = [one for one in found if one.file.endswith(file) and (line is None or one.line == line)]
    assert [one for one in at_its_place if said in one.what], found
    assert all(one.remedy for one in found)


def test_one_fault_hides_no_other(tmp_path: Path) -> None:
    together = [
        "a word in one language",
        "pale text on paper",
        "a filter that is not there",
        "MJML that is not closed",
        "a block for nobody",
        "a picture that is none",
        "a field that is not there",
        "type as large as a house",
    ]
    files = {name: text for fault in together for name, text in FAULTS[fault][0].items()}
    found = wrong(write(tmp_path, files))
    missed = [fault for fault in together if not any(FAULTS[fault][3] in one.what for one in found)]
    assert missed == []


@pytest.mark.parametrize(
    ("style", "said"),
    [
        ("table { border-collapse: collapse }", "collapsed"),
        ("table { table-layout: auto }", "follow the data"),
        ("p { hyphens: auto }", "hyphenation"),
        ("p { text-align: justify }", "justified"),
        ("p { letter-spacing: 1px }", "spaced"),
        ("p { opacity: 0.5 }", "layer"),
        ("tr:nth-child(2n) { color: #222222 }", "place among others"),
        ("p { float: left }", "floats"),
        ("p::after { content: target-counter(attr(href), page) }", "other pages"),
        ("p { position: running(head) }", "running element"),
        ("@page { @top-center { content: 'x' } }", "margin box without width"),
    ],
)
def test_a_style_that_cannot_be_compiled_is_a_note(tmp_path: Path, style: str, said: str) -> None:
    base = (packs() / "base/css/paper.css").read_text(encoding="utf-8")
    found = inspect("tried", [write(tmp_path, {"css/paper.css": base + style}), packs()])
    assert [one.severity for one in found if said in one.what] == [Severity.NOTE] * sum(
        said in one.what for one in found
    )
    assert any(said in one.what and one.line == base.count("\n") + 1 for one in found)


@pytest.mark.parametrize(
    "line",
    [
        "<p>{{ seller.name }} <b>{{ number }}</b></p>",
        "<p><strong>{{ seller.name }}</strong> {{ number }}</p>",
        '<p><b>{{ seller.name }}</b> till <span class="x">{{ number }}</span></p>',
    ],
)
def test_several_texts_of_data_on_one_line_are_a_note(tmp_path: Path, line: str) -> None:
    base = (packs() / "base/sections/totals.paper.html").read_text(encoding="utf-8")
    found = inspect("tried", [write(tmp_path, {"sections/totals.paper.html": base + line}), packs()])
    assert [(one.severity, one.line) for one in found] == [(Severity.NOTE, base.count("\n") + 1)]
    assert "several texts" in found[0].what


def test_a_comment_is_no_style(tmp_path: Path) -> None:
    base = (packs() / "base/css/paper.css").read_text(encoding="utf-8")
    commented = base + "/* no hyphens: auto;\n no opacity: 1 */"
    assert inspect("tried", [write(tmp_path, {"css/paper.css": commented}), packs()]) == []


def test_a_section_that_a_form_leaves_out_is_a_note(tmp_path: Path) -> None:
    files = {
        "brand.toml": BRAND + '[kinds.message]\nsections = ["letter", "advert"]\n',
        "sections/advert.email.txt": "Hej",
        "sections/advert.web.html": "<p>Hej</p>",
    }
    found = inspect("tried", [write(tmp_path, files), packs()])
    assert [(one.severity, one.line) for one in found] == [(Severity.NOTE, 4)] * 2


def test_what_only_a_document_brings_out_is_found_by_rendering_one(
    tmp_path: Path, build: Callable[..., Document]
) -> None:
    folder = write(tmp_path, {"sections/totals.paper.html": "\n{{ totals[99].amount }}"})
    assert wrong(folder) == []
    found = examine("tried", [folder, packs()], samples=[build()])
    assert [(Path(one.file).name, one.line) for one in found] == [("totals.paper.html", 2)]


@pytest.mark.parametrize("brand", ["base", "nordljus"])
def test_nothing_is_wrong_with_the_packs_that_come_with_vaxel(brand: str, build: Callable[..., Document]) -> None:
    assert [one for one in examine(brand, samples=[build()]) if one.severity is Severity.WRONG] == []


def test_a_letter_to_somebody_without_a_postal_address_needs_no_window() -> None:
    letters = read(Path(__file__).parents[3] / "samples/reminders-and-letters.jsonl")
    nowhere = [one for one in letters if one.recipient.postal_address is None]
    assert nowhere

    assert [one for one in examine("nordljus", samples=nowhere) if one.severity is Severity.WRONG] == []


def test_a_new_brand_is_clean_and_renders_in_both_languages(
    tmp_path: Path, nordljus: Pack, build: Callable[..., Document]
) -> None:
    write(tmp_path, first_files("tried", load("base")))
    documents = [build(usage=True), build(language="en")]
    assert examine("tried", [tmp_path, packs()], samples=documents) == []


@pytest.mark.parametrize("name", ["", "../x", "Två", "a b", "-x", "x" * 41, "CON.toml"])
def test_a_brand_needs_a_name_that_a_folder_can_carry(name: str, nordljus: Pack) -> None:
    with pytest.raises(Misconfigured):
        first_files(name, nordljus)
