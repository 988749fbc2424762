"""Totals and the notices beside them are known apart: any totals stand with any notices, the higher of them decides."""

import re
from collections.abc import Callable, Mapping

import pytest
from tests.engine.compiled.conftest import DOCUMENTS, Workshop

from vaxel_engine.compiled import Miss, compare, empty, teach
from vaxel_engine.compiled.learning import learn
from vaxel_engine.compiled.setting import Setter
from vaxel_engine.packs import Pack, packs
from vaxel_engine.rendering import Rendering
from vaxel_engine.rendering.paper import source_of, typesetter

FIGURES = re.compile(r'<div class="figures">.*?</table>\s*</div>', re.DOTALL)
NOTICE = re.compile(r'<div class="notice">.*?</div>', re.DOTALL)

MakePack = Callable[[Mapping[str, str]], Pack]


def papers(pack: Pack) -> list[tuple[str, dict[str, str], bytes]]:
    """What the taught invoices are set from."""
    return [source_of(Rendering.of(one, pack)) for one in DOCUMENTS]


def differences(setter: Setter, pack: Pack, paper: tuple[str, dict[str, str], bytes]) -> list[str]:
    return [str(one) for one in compare(pack.once(typesetter).pdf(*paper), setter.pdf(*paper))]


def show(setter: Setter, pack: Pack, html: str, pictures: dict[str, str]) -> None:
    """Let a program learn from one paper."""
    assert learn(setter.program, html, pictures, pack.once(typesetter), setter.types) == []


def with_notices(html: str, how_often: int) -> str:
    """A document that says its first notice so many times."""
    found = NOTICE.search(html)
    assert found is not None
    return html[: found.start()] + found[0] * how_often + html[found.end() :]


@pytest.fixture
def styled(make_pack: MakePack) -> Callable[[str], tuple[Setter, Pack]]:
    """The program of a brand with one more rule, and the brand."""

    def taught(rule: str) -> tuple[Setter, Pack]:
        style = (packs() / "base" / "css" / "paper.css").read_text(encoding="utf-8")
        blocks = {
            f"blocks/{one.name}": one.read_text(encoding="utf-8") for one in (packs() / "nordljus" / "blocks").iterdir()
        }
        pack = make_pack({"css/paper.css": f"{style}\n{rule}\n", **blocks})
        setter = empty(pack)
        teach(setter, pack, DOCUMENTS[:2], stretch=False)
        return setter, pack

    return taught


def test_totals_of_one_document_stand_beside_the_notices_of_another(workshop: Workshop) -> None:
    (one, pictures, identifier), (other, _, _), *_ = papers(workshop.pack)
    left, right = FIGURES.search(one), FIGURES.search(other)
    assert left is not None
    assert right is not None
    assert left[0] != right[0]
    mixed = one.replace(left[0], right[0])
    assert differences(workshop.setter, workshop.pack, (mixed, pictures, identifier)) == []


def test_notices_that_are_higher_than_the_totals_say_how_high_the_box_is(workshop: Workshop) -> None:
    """More of them than any document had that was learned from: no notice, and no number of them, is new."""
    html, pictures, identifier = papers(workshop.pack)[1]
    show(workshop.setter, workshop.pack, with_notices(html, 2), pictures)
    for how_often in (2, 3, 5):
        paper = with_notices(html, how_often), pictures, identifier
        assert differences(workshop.setter, workshop.pack, paper) == []


def test_margins_of_notices_collapse(styled: Callable[[str], tuple[Setter, Pack]]) -> None:
    setter, pack = styled(".sum .notice { margin: 3mm 0 2mm } .sum .notice p { margin-bottom: 4mm }")
    html, pictures, identifier = papers(pack)[1]
    show(setter, pack, with_notices(html, 2), pictures)
    assert differences(setter, pack, (with_notices(html, 3), pictures, identifier)) == []


def test_a_background_is_as_high_as_its_parts(styled: Callable[[str], tuple[Setter, Pack]]) -> None:
    setter, pack = styled(".sum { background: #eeeeee; border: 0; padding-bottom: 1mm }")
    html, pictures, identifier = papers(pack)[1]
    show(setter, pack, with_notices(html, 2), pictures)
    assert differences(setter, pack, (with_notices(html, 4), pictures, identifier)) == []


def test_a_border_below_parts_is_left_to_the_reference(styled: Callable[[str], tuple[Setter, Pack]]) -> None:
    setter, pack = styled(".sum { border-bottom: 1pt solid black; padding-bottom: 1mm }")
    with pytest.raises(Miss, match="write it on another box"):
        setter.pdf(*papers(pack)[1])


def test_a_notice_that_something_hangs_out_of_is_left_to_the_reference(
    styled: Callable[[str], tuple[Setter, Pack]],
) -> None:
    setter, pack = styled(".sum .notice { height: 5mm }")
    with pytest.raises(Miss, match="hangs out below it"):
        setter.pdf(*papers(pack)[1])


def test_parts_that_do_not_hang_from_one_line_are_known_as_one(
    styled: Callable[[str], tuple[Setter, Pack]],
) -> None:
    setter, pack = styled(".sum .notices { margin-top: 2mm }")
    assert differences(setter, pack, papers(pack)[1]) == []
