"""Paragraphs that a style sheet lets end on the next page are divided where WeasyPrint divides them."""

from collections import Counter
from collections.abc import Callable, Mapping

import pytest
from tests.engine.compiled.conftest import Workshop
from tests.engine.compiled.test_flows import letter

from vaxel_engine.compiled import compare, empty, teach
from vaxel_engine.model import Document
from vaxel_engine.packs import Pack, packs
from vaxel_engine.rendering import Rendering
from vaxel_engine.rendering.paper import source_of

LINE = "Ett stycke med **ord** som fortsätter på nästa rad, eftersom det inte är slut än, och på nästa. "
TAUGHT = f"{LINE}\n\n" * 40 + f"## Rubrik\n\n{LINE}\n\n{LINE}"

MakePack = Callable[[Mapping[str, str]], Pack]


@pytest.fixture
def divided(make_pack: MakePack) -> Workshop:
    """The program of a brand whose paragraphs may be divided, two lines on either side at least."""
    style = (packs() / "base" / "css" / "paper.css").read_text(encoding="utf-8")
    pack = make_pack({"css/paper.css": f"{style}\n.letter p {{ break-inside: auto; orphans: 2; widows: 3 }}\n"})
    setter = empty(pack)
    taught = letter(TAUGHT)
    assert teach(setter, pack, [taught], stretch=False).left == {}
    return Workshop(pack, setter, (taught,))


def parts(workshop: Workshop, document: Document) -> list[list[int]]:
    """For each paragraph that stands on several pages, how many lines it has on each."""
    _, pages = workshop.setter.laid(source_of(Rendering.of(document, workshop.pack))[0])
    found: dict[int, list[int]] = {}
    for page in pages:
        for placed in page:
            found.setdefault(id(placed.block), []).append(len(placed.feet))
    return [lines for lines in found.values() if len(lines) > 1]


def test_paragraphs_are_divided_as_the_reference_divides_them(divided: Workshop) -> None:
    """Over one end and over several ends of pages, and before a heading that stays with what follows it."""
    letters = [letter(LINE * 110)]
    letters += [letter(f"{LINE * 4}\n\n" * 8 + f"{LINE * lines}\n\n## Rubrik\n\n{LINE * 9}") for lines in (11, 13)]
    ways = Counter[int]()
    for document in letters:
        assert compare(divided.reference(document), divided.compiled(document)) == []
        for lines in parts(divided, document):
            assert lines[0] >= 2
            assert lines[-1] >= 3
            ways[len(lines)] += 1
    assert ways[2] >= 2
    assert max(ways) >= 3
