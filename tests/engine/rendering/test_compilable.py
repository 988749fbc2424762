"""Layouts of paper, as laid out, can be compiled later: heights known, columns fixed, one text of data on a line."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from weasyprint.document import Document as LaidOut

from vaxel_engine.artifact import ArtifactKind
from vaxel_engine.model import Document, DocumentKind, InvoiceLine, Message
from vaxel_engine.packs import Pack
from vaxel_engine.rendering import render

Builder = Callable[..., Document]
Lines = Callable[[int], tuple[InvoiceLine, ...]]
Boxes = list[Any]
MARKDOWN = {"notice", "notices", "letter"}
"""Classes whose insides a writer words in Markdown; a bold word there is the writer's own."""
TABLES = "## Priser\n\n| | I dag | Sedan |\n|---|---|---|\n| Abonnemang | 390 kr | 401 kr |\n\nHej då."


@pytest.fixture(scope="module")
def letters(nordljus: Pack, build: Builder, many_lines: Lines) -> list[Boxes]:
    """The pages of one of each kind, a long one and one with everything, as WeasyPrint lays them out."""
    kinds = [kind for kind in DocumentKind if kind not in (DocumentKind.FINISHED_PDF, DocumentKind.MESSAGE)]
    documents = [
        *(build(kind=kind) for kind in kinds),
        build(lines=many_lines(60), usage=True, balance=True),
        build(kind=DocumentKind.MESSAGE, message=Message(subject="Priser", body=TABLES)),
    ]
    laid_out: list[Boxes] = []
    write: Any = getattr(LaidOut, "write_pdf")  # noqa: B009 - WeasyPrint has no types

    def observed(self: Any, *given: Any, **named: Any) -> Any:
        laid_out.append([page._page_box for page in self.pages])
        return write(self, *given, **named)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(LaidOut, "write_pdf", observed)
        for document in documents:
            render(document, ArtifactKind.PRINT_PDF, pack=nordljus)
    assert len(laid_out) >= len(documents)
    return laid_out


def test_whatever_flows_is_whole_or_a_box_of_boxes(letters: list[Boxes]) -> None:
    loose = {
        box.element_tag
        for letter in letters
        for box in _flowing(letter)
        if _holds_lines(box) and not any(one.style["break_inside"] == "avoid" for one in _around(box))
    }
    assert loose == set()


def test_columns_have_the_widths_of_the_style_sheet(letters: list[Boxes]) -> None:
    tables = [box for letter in letters for box in _named(letter, "TableBox")]
    assert tables
    assert {(box.style["table_layout"], box.style["border_collapse"]) for box in tables} == {("fixed", "separate")}


def test_one_text_stands_on_a_line(letters: list[Boxes]) -> None:
    for letter in letters:
        for line in _named(letter, "LineBox"):
            texts = [box for box in _inline(line) if type(box).__name__ == "TextBox" and box.text.strip()]
            around = [one.element.get("class") or "" for one in _around(line) if one.element is not None]
            in_words = any(MARKDOWN & set(classes.split()) for classes in around)
            assert len(texts) < 2 or in_words, [box.text for box in texts]


def test_what_repeats_on_each_page_has_a_place_that_no_text_moves(letters: list[Boxes]) -> None:
    for letter in letters:
        for page in letter:
            for margin in (box for box in page.children if type(box).__name__ == "MarginBox" and box.children):
                assert margin.style["width"] != "auto", margin.at_keyword
                lines = 2 if margin.at_keyword == "@bottom-left" else 1  # the seller, and what the law wants said
                assert sum(1 for _ in _named([margin], "LineBox")) <= lines, margin.at_keyword


def test_no_layer_hides_in_a_block(letters: list[Boxes]) -> None:
    for letter in letters:
        for box in (one for page in letter for one in page.descendants()):
            assert box.style["opacity"] == 1
            assert box.style["transform"] == ()
            assert box.style["float"] == "none"
            assert box.style["hyphens"] != "auto"
            assert box.style["text_align_all"] != "justify"


def _flowing(pages: Boxes) -> Iterator[Any]:
    """Blocks of the main flow: in no margin box and not placed by their position."""
    for page in pages:
        for root in (box for box in page.children if type(box).__name__ != "MarginBox"):
            for box in _inside(root, ()):
                if not any(one.style["position"] in ("absolute", "fixed") for one in _around(box)):
                    yield box


def _inside(box: Any, around: tuple[Any, ...]) -> Iterator[Any]:
    box.boxes_around = around
    yield box
    for child in getattr(box, "children", ()):
        yield from _inside(child, (*around, box))


def _around(box: Any) -> tuple[Any, ...]:
    return (*box.boxes_around, box)


def _holds_lines(box: Any) -> bool:
    return any(type(child).__name__ == "LineBox" for child in getattr(box, "children", ()))


def _named(pages: Boxes, name: str) -> Iterator[Any]:
    for page in pages:
        for box in _inside(page, ()):
            if type(box).__name__ == name:
                yield box


def _inline(line: Any) -> Iterator[Any]:
    """What stands on the line itself: a box with a width of its own keeps its text to itself."""
    for child in line.children:
        if type(child).__name__ in ("TextBox", "InlineBox"):
            yield child
            yield from _inline(child) if type(child).__name__ == "InlineBox" else ()
