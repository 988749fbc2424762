"""Tables without rows, and parts without anything in them: equal to the reference path, or left to it."""

import re

import pytest
from tests.engine.compiled.conftest import Workshop

from vaxel_engine.compiled import Miss, Reason, compare
from vaxel_engine.compiled.learning import learn
from vaxel_engine.rendering import Rendering
from vaxel_engine.rendering.paper import source_of, typesetter

_ROWS = re.compile(r'(<table class="lines">.*?<tbody>).*?(</tbody>)', re.DOTALL)
_MAIN = re.compile(r"<main>.*</main>", re.DOTALL)


def test_a_table_without_rows_has_the_elements_that_the_reference_gives_it(workshop: Workshop) -> None:
    html, pictures, identifier = source_of(Rendering.of(workshop.documents[0], workshop.pack))
    without = _ROWS.sub(r"\1 \2", html)
    setting = workshop.pack.once(typesetter)
    with pytest.raises(Miss):
        workshop.setter.pdf(without, pictures, identifier)
    learn(workshop.setter.program, without, pictures, setting, workshop.setter.types)
    written = workshop.setter.pdf(without, pictures, identifier)
    assert compare(setting.pdf(without, pictures, identifier), written) == []
    assert compare(workshop.reference(workshop.documents[0]), workshop.compiled(workshop.documents[0])) == []


def test_a_part_without_anything_in_it_is_left_to_the_reference_path(workshop: Workshop) -> None:
    html, pictures, identifier = source_of(Rendering.of(workshop.documents[0], workshop.pack))
    with pytest.raises(Miss) as missed:
        workshop.setter.pdf(_MAIN.sub("<main> </main>", html), pictures, identifier)
    assert missed.value.reason is Reason.SHAPE
    assert "<main>" in missed.value.what
