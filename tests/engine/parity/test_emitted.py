"""Parity of what the writers emitted: quick, never wrong about what is right, and what is wrong goes nowhere."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path

import pytest

from vaxel_engine.artifact import ArtifactKind
from vaxel_engine.errors import Mismatched
from vaxel_engine.intake import read
from vaxel_engine.model import Document
from vaxel_engine.packs import Pack
from vaxel_engine.parity import demand, sampled, stands
from vaxel_engine.press import Check, Press
from vaxel_engine.rendering import Rendering, kinds_of
from vaxel_engine.rendering.rendering import WRITERS

SAMPLES = Path(__file__).parents[3] / "samples"
WITHOUT_PAGES = [kind for kind in ArtifactKind if not kind.endswith("pdf") and kind is not ArtifactKind.EMAIL]

DocumentBuilder = Callable[..., Document]
PackMaker = Callable[[Mapping[str, str]], Pack]


@pytest.fixture
def written_by(monkeypatch: pytest.MonkeyPatch) -> Callable[[str], None]:
    """Puts a wrong writer in the place of the one for SMS."""

    def put(name: str) -> None:
        monkeypatch.setitem(WRITERS, ArtifactKind.SMS, ("tests.engine.parity.wrong_writer", name))

    return put


def test_every_fact_of_every_sample_stands_in_what_was_emitted(nordljus: Pack) -> None:
    suspicious: list[str] = []
    for file in sorted(SAMPLES.glob("*.json")):
        for document in read(file):
            rendering = Rendering.of(document, nordljus)
            for kind in kinds_of(document):
                if kind in WITHOUT_PAGES:
                    rendering.artifact(kind)
                    if not stands(rendering, kind):
                        suspicious.append(f"{document.reference} {kind}")
    assert suspicious == []


@pytest.mark.parametrize("kind", [ArtifactKind.MAILBOX_PDF, ArtifactKind.EMAIL])
def test_a_letter_with_everything_stands_in_what_was_emitted(
    kind: ArtifactKind, nordljus: Pack, build: DocumentBuilder
) -> None:
    rendering = Rendering.of(build(usage=True, balance=True, language="en"), nordljus)
    rendering.artifact(kind)
    assert stands(rendering, kind)


def test_a_writer_that_says_another_amount_is_stopped(
    written_by: Callable[[str], None], nordljus: Pack, build: DocumentBuilder
) -> None:
    written_by("another_amount")
    rendering = Rendering.of(build(), nordljus)
    with pytest.raises(Mismatched, match="NL-2026-11-0001: amount due in sms") as caught:
        demand(rendering, [rendering.artifact(ArtifactKind.SMS)], complete=False)
    assert "1105.00" in str(caught.value)


def test_what_stands_beside_the_right_amount_is_found_by_reading_back(
    written_by: Callable[[str], None], nordljus: Pack, build: DocumentBuilder
) -> None:
    written_by("one_amount_more")
    rendering = Rendering.of(build(), nordljus)
    made = [rendering.artifact(ArtifactKind.SMS)]
    demand(rendering, made, complete=False)
    with pytest.raises(Mismatched, match=r"different: 9105\.00"):
        demand(rendering, made, complete=True)


def test_a_view_that_says_another_amount_is_stopped(nordljus: Pack, build: DocumentBuilder) -> None:
    rendering = Rendering.of(build(), nordljus)
    assert rendering.facts.to_pay is not None
    wrong = replace(rendering, facts=replace(rendering.facts, to_pay=replace(rendering.facts.to_pay, amount="2,00 kr")))
    with pytest.raises(Mismatched, match=r"to_pay\.amount would say '2,00 kr', the document says '1105\.00'"):
        demand(wrong, [wrong.artifact(ArtifactKind.CARD)], complete=False)


def test_a_template_that_exchanges_an_amount_is_stopped_at_the_press(
    make_pack: PackMaker, build: DocumentBuilder
) -> None:
    source = (SAMPLES.parent / "templates/base/sections/totals.web.html").read_text(encoding="utf-8")
    pack = make_pack({"sections/totals.web.html": source.replace("row.amount", "row.amount|replace('2', '3')")})
    press = Press()
    with pytest.raises(Mismatched, match=r"in web .page. is different|in web .page. is missing"):
        press.render(build(), ArtifactKind.WEB, pack=pack)
    assert press.render(build(), ArtifactKind.WEB, pack=pack, check=Check.NONE).body


def test_a_spelling_of_ones_own_is_read_back_and_not_condemned(make_pack: PackMaker, build: DocumentBuilder) -> None:
    source = (SAMPLES.parent / "templates/base/sections/totals.web.html").read_text(encoding="utf-8")
    split = "{{ row.amount|replace(',', '<!-- -->,') }}"
    pack = make_pack({"sections/totals.web.html": source.replace("{{ row.amount }}", split)})
    assert Press().render(build(), ArtifactKind.SMS, pack=pack).body


def test_one_in_so_many_is_sampled_and_always_the_same_ones(build: DocumentBuilder) -> None:
    document = build()
    many = [document.model_copy(update={"reference": f"R-{number}"}) for number in range(20_000)]
    chosen = [one.reference for one in many if sampled(one, 100)]
    assert 140 < len(chosen) < 260
    assert chosen == [one.reference for one in many if sampled(one, 100)]
    assert all(sampled(one, 1) for one in many[:100])
    assert not any(sampled(one, 0) for one in many)
