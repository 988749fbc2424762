"""Limits: what takes too much is ended there, says where it was, and the next document is rendered."""

import time
from collections.abc import Callable, Iterator, Mapping

import pytest

from vaxel_engine.artifact import ArtifactKind
from vaxel_engine.errors import TemplateError, Unrenderable
from vaxel_engine.model import Document
from vaxel_engine.packs import Pack
from vaxel_engine.press import Limits, Press

DocumentBuilder = Callable[..., Document]
PackMaker = Callable[[Mapping[str, str]], Pack]

ENDLESS = "<p>\n{% for a in range(90000) %}\n{% for b in range(90000) %}{% endfor %}{% endfor %}"
GROWING = (
    "{% macro grow(text, times) %}{% if times %}\n{{ grow(text ~ text, times - 1) }}{% endif %}{% endmacro %}"
    "{{ grow('xxxxxxxxxxxxxxxx', 40) }}"
)


@pytest.fixture(autouse=True)
def the_next_document_is_rendered(press: Press, nordljus: Pack, build: DocumentBuilder) -> Iterator[None]:
    """After each bomb, and before each."""
    assert press.render(build(), ArtifactKind.SMS, pack=nordljus).body
    yield
    assert press.render(build(), ArtifactKind.SMS, pack=nordljus).body


def test_a_loop_without_end_is_ended_in_its_line(press: Press, make_pack: PackMaker, build: DocumentBuilder) -> None:
    pack = make_pack({"sections/help.web.html": ENDLESS})
    with pytest.raises(
        TemplateError, match=r"took more than 2 s of processor time .document NL-2026-11-0001 as web"
    ) as caught:
        press.render(build(), ArtifactKind.WEB, pack=pack)
    assert caught.value.file.endswith("tried/sections/help.web.html")
    assert caught.value.line == 3


def test_what_documents_share_has_a_limit_of_its_own_and_is_counted_to_none(
    make_pack: PackMaker, build: DocumentBuilder
) -> None:
    pack = make_pack({"css/paper.css": ENDLESS})
    with pytest.raises(TemplateError, match=r"took more than 1 s of processor time") as caught:
        Press(Limits(ready=1.0)).render(build(), ArtifactKind.MAILBOX_PDF, pack=pack)
    assert caught.value.file.endswith("tried/css/paper.css")


def test_a_limit_on_the_clock_is_met_in_time_and_in_its_line(
    patient: Press, make_pack: PackMaker, build: DocumentBuilder
) -> None:
    loop = "{% if recipient.name == 'Bomb' %}" + ENDLESS + "{% endif %}"
    pack = make_pack({"sections/help.web.html": loop})
    patient.render(build(), ArtifactKind.WEB, pack=pack)  # what is shared is there: the clock is the document's
    press = Press(Limits(seconds=1.5, processor=60))
    started = time.monotonic()
    with pytest.raises(TemplateError, match=r"took more than 1\.5 s .document") as caught:
        press.render(build(name="Bomb"), ArtifactKind.WEB, pack=pack)
    assert 1.5 <= time.monotonic() - started < 6  # half a second on a quiet machine
    assert caught.value.line == 3


def test_text_that_doubles_meets_the_limit_of_memory_in_its_line(
    press: Press, make_pack: PackMaker, build: DocumentBuilder
) -> None:
    pack = make_pack({"sections/help.web.html": GROWING})
    with pytest.raises(TemplateError, match="took more than 300 MB of memory") as caught:
        press.render(build(), ArtifactKind.WEB, pack=pack)
    assert caught.value.line == 2


def test_a_bomb_at_compile_time_is_ended_too(press: Press, make_pack: PackMaker, build: DocumentBuilder) -> None:
    bomb = "{{ '" + "a" * 32 + "'" + f"|replace('a', '{'a' * 32}')" * 9 + " }}"
    with pytest.raises(TemplateError, match="took more than") as caught:
        press.render(build(), ArtifactKind.WEB, pack=make_pack({"sections/help.web.html": bomb}))
    assert caught.value.file.endswith("tried/sections/help.web.html")


def test_pages_that_cannot_be_set_in_time_say_what_was_going_on(
    press: Press, make_pack: PackMaker, build: DocumentBuilder
) -> None:
    long = "<p>{% for time in range(9) %}" + "ord " * 40_000 + "{% endfor %}</p>"
    with pytest.raises(
        Unrenderable,
        match="NL-2026-11-0001 as mailbox_pdf took more than 2 s of processor time while ",
    ):
        press.render(build(), ArtifactKind.MAILBOX_PDF, pack=make_pack({"sections/totals.paper.html": long}))


def test_a_published_pack_loses_its_worker_and_not_the_next_document(
    press: Press, make_pack: PackMaker, build: DocumentBuilder
) -> None:
    loop = "{% if recipient.name == 'Bomb' %}" + ENDLESS + "{% endif %}"
    pack = make_pack({"sections/help.web.html": loop})
    object.__setattr__(pack, "published", True)
    done = [press.render(build(name="Karin"), ArtifactKind.WEB, pack=pack).sha256]
    with pytest.raises(TemplateError, match="processor time"):
        press.render(build(name="Bomb"), ArtifactKind.WEB, pack=pack)
    done.append(press.render(build(name="Karin"), ArtifactKind.WEB, pack=pack).sha256)
    assert done[0] == done[1]
