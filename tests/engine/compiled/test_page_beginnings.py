"""Where a page begins with a block that never began one, its margin is dropped or kept as WeasyPrint does it."""

import re
from collections.abc import Callable, Mapping

import pytest
from tests.engine.compiled.conftest import an_invoice
from tests.engine.compiled.test_flows import letter

from vaxel_engine.compiled import Miss, compare, empty, teach
from vaxel_engine.compiled.openings import opened
from vaxel_engine.compiled.program import Role
from vaxel_engine.compiled.reading import Block
from vaxel_engine.compiled.searching import facts_of, forget, paper_of, used_by
from vaxel_engine.compiled.setting import Setter
from vaxel_engine.packs import Pack, packs
from vaxel_engine.rendering import Rendering
from vaxel_engine.rendering.paper import source_of, typesetter

ROW = re.compile(r"<tr data-carried=.*?</tr>\s*", re.DOTALL)
RULE = ".totals, .lines .last { break-before: auto }"


def beginning(setter: Setter, html: str) -> Block | None:
    """What the last page begins with; None where a row fits its page by less than can be told."""
    try:
        return setter.laid(html)[1][-1][0].block
    except Miss:
        return None


def test_a_table_of_a_bill_that_begins_a_page_keeps_its_margin(make_pack: Callable[[Mapping[str, str]], Pack]) -> None:
    pack = with_totals_that_may_begin_a_page(make_pack)
    setter = empty(pack)
    taught = an_invoice(3, 30)
    assert teach(setter, pack, [taught], stretch=False).left == {}
    html, pictures, identifier = source_of(Rendering.of(taught.model_copy(update={"sender": pack.brand}), pack))
    row = list(ROW.finditer(html))[9]
    longer = next(
        one
        for one in (html[: row.end()] + row[0] * more + html[row.end() :] for more in range(1, 60))
        if (begins := beginning(setter, one)) is not None and begins.markup.startswith('<table class="totals"')
    )
    first = beginning(setter, longer)
    assert first is not None
    assert first.place.edges is not None
    assert first.place.edges.above
    assert not any(number == first.place.number for number, _ in setter.program.starts)
    expected = pack.once(typesetter).pdf(longer, pictures, identifier)
    assert compare(expected, setter.pdf(longer, pictures, identifier)) == []


def test_a_table_of_a_letter_that_begins_a_page_has_none(nordljus: Pack) -> None:
    """Pages of letters have no name, and WeasyPrint keeps margins at the top of pages with a name alone."""
    table = "| Dag | Tid |\n|---|---|\n| måndag | 8 |\n| tisdag | 9 |\n"
    setter = empty(nordljus)
    taught = letter(f"Ett stycke.\n\n{table}\n" + "Ett stycke.\n\n" * 45)
    assert teach(setter, nordljus, [taught], stretch=False).left == {}
    papers = (
        source_of(Rendering.of(letter("Ett stycke.\n\n" * more + f"{table}\nEtt stycke."), nordljus))
        for more in range(20, 60)
    )
    paper = next(
        one for one in papers if (begins := beginning(setter, one[0])) and begins.frame.place.role is Role.HEAD
    )
    assert compare(nordljus.once(typesetter).pdf(*paper), setter.pdf(*paper)) == []


def test_what_was_compared_at_the_top_of_no_page_begins_none(make_pack: Callable[[Mapping[str, str]], Pack]) -> None:
    pack = with_totals_that_may_begin_a_page(make_pack)
    setter = empty(pack)
    taught = an_invoice(3, 30)
    assert teach(setter, pack, [taught], stretch=False).left == {}
    paper = paper_of(taught.model_copy(update={"sender": pack.brand}), pack)
    longer = opened(setter, [paper], facts_of(setter.program) - used_by(setter, paper))
    assert longer
    forget(setter.program, facts_of(setter.program) - used_by(setter, paper))
    for one in longer:
        with pytest.raises(Miss, match="begins a page"):
            setter.laid(one.html)
    assert setter.laid(paper.html)[1]


def with_totals_that_may_begin_a_page(make_pack: Callable[[Mapping[str, str]], Pack]) -> Pack:
    style = (packs() / "base" / "css" / "paper.css").read_text(encoding="utf-8")
    return make_pack({"css/paper.css": f"{style}\n{RULE}\n"})
