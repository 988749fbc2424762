"""A table of any length: it breaks where a reader can follow, and says on either side what it has come to."""

import os
from collections.abc import Callable, Mapping
from decimal import Decimal
from typing import Any

import pytest

from vaxel_engine.artifact import ArtifactKind
from vaxel_engine.errors import TemplateError
from vaxel_engine.model import Document, DocumentKind, InvoiceLine
from vaxel_engine.packs import Pack
from vaxel_engine.rendering import render, typesetting

Builder = Callable[..., Document]
Lines = Callable[[int], tuple[InvoiceLine, ...]]
PageReader = Callable[[bytes], list[Any]]
TO_NEXT, FROM_BEFORE = "Transport till nästa sida ", "Transport från föregående sida "


@pytest.fixture
def pages(nordljus: Pack, build: Builder, read_pages: PageReader) -> Callable[..., list[Any]]:
    """The pages of a document, built by keyword."""

    def read(**asked: Any) -> list[Any]:
        return read_pages(render(build(**asked), ArtifactKind.MAILBOX_PDF, pack=nordljus).body)

    return read


def test_later_pages_say_whose_they_are_and_repeat_the_head(pages: Callable[..., list[Any]], many_lines: Lines) -> None:
    read = pages(lines=many_lines(70))
    assert len(read) == 3
    for number, page in enumerate(read, start=1):
        assert f"Sida {number} av 3" in page.text
        assert "Det här betalar du för" in page.text
    for page in read[1:]:
        assert "Faktura1002334455tillKarinÖberg" in page.text_within(15, 10, 195, 20)


def test_each_page_carries_forward_what_its_lines_have_come_to(
    pages: Callable[..., list[Any]], many_lines: Lines
) -> None:
    read = pages(lines=many_lines(70))
    so_far = Decimal(0)
    for number, page in enumerate(read):
        assert (FROM_BEFORE + _figure(so_far) in page.text.replace("\u00a0", " ")) == (number > 0)
        so_far += page.text.count("El, mätare") * Decimal("107.24")
        last = number == len(read) - 1
        assert (TO_NEXT + _figure(so_far) in page.text.replace("\u00a0", " ")) == (not last)
        assert page.text.count("Transport") == (number > 0) + (not last)


@pytest.mark.parametrize("count", [1, 20, 21, 22, 23])
def test_no_page_carries_only_totals(pages: Callable[..., list[Any]], many_lines: Lines, count: int) -> None:
    read = pages(lines=many_lines(count))
    last = next(page for page in read if "Summa utan moms" in page.text)
    assert last.text.count("El, mätare") >= min(count, 2)
    assert len(read) == 1 or count > 15
    assert ("Transport" in read[0].text) == (len(read) > 1)


def test_without_lines_there_is_no_table_and_nothing_is_carried(
    nordljus: Pack, build: Builder, read_pages: PageReader
) -> None:
    document = build()
    assert document.invoice is not None
    bare = document.model_copy(update={"invoice": document.invoice.model_copy(update={"lines": ()})})
    (page,) = read_pages(render(bare, ArtifactKind.MAILBOX_PDF, pack=nordljus).body)
    assert "Summa utan moms" in page.text
    assert "Transport" not in page.text
    assert "Det här betalar du för" not in page.text


def test_a_reminder_of_many_lines_begins_its_table_on_page_one(
    pages: Callable[..., list[Any]], many_lines: Lines
) -> None:
    first, *_ = pages(lines=many_lines(12), kind=DocumentKind.REMINDER)
    assert first.text.count("El, mätare") >= 10


def test_every_line_of_very_many_is_there_and_they_add_up_from_page_to_page(
    pages: Callable[..., list[Any]], many_lines: Lines
) -> None:
    count = 900 if os.environ.get("VAXEL_CAMPAIGN") == "full" else 150
    read = pages(lines=many_lines(count))
    assert sum(page.text.count("El, mätare") for page in read) == count
    assert all(page.text.count("El, mätare") for page in read)
    assert f"Sida {len(read)} av {len(read)}" in read[-1].text
    assert FROM_BEFORE + _figure(Decimal("107.24") * (count - read[-1].text.count("El, mätare"))) in read[
        -1
    ].text.replace("\u00a0", " ")


def _figure(amount: Decimal) -> str:
    return f"{amount:,.2f}".replace(",", " ").replace(".", ",")


def test_more_pages_than_any_letter_has_are_refused(
    build: Builder, make_pack: Callable[[Mapping[str, str]], Pack], monkeypatch: pytest.MonkeyPatch
) -> None:
    assert typesetting.MOST_PAGES == 500
    monkeypatch.setattr(typesetting, "MOST_PAGES", 20)  # setting 500 takes ten seconds
    twenty = "{% for n in range(COUNT) %}<p style='break-before: page'>1{% endfor %}"
    pack = make_pack({"sections/totals.paper.html": twenty.replace("COUNT", "21")})
    with pytest.raises(TemplateError, match=r"2\d pages; 20 are the most"):
        render(build(), ArtifactKind.MAILBOX_PDF, pack=pack)
    pack = make_pack({"sections/totals.paper.html": twenty.replace("COUNT", "10")})
    assert render(build(), ArtifactKind.MAILBOX_PDF, pack=pack).body
