"""A program that differs anywhere from the reference path does not pass."""

from dataclasses import replace

from tests.engine.compiled.conftest import Workshop

from vaxel_engine.compiled.compiling import key_of
from vaxel_engine.compiled.gate import Effort, compile_pack, judge
from vaxel_engine.compiled.keeping import unpacked


def test_a_program_that_is_equal_passes(workshop: Workshop) -> None:
    verdict = judge(workshop.setter, workshop.pack, workshop.documents[:2], Effort(0, 0, 0, extremes=False))
    assert verdict.passed
    assert (verdict.compared, verdict.different) == (2, 0)


def test_a_program_with_a_fault_does_not_pass_and_the_place_is_named(workshop: Workshop) -> None:
    gaps = workshop.setter.program.gaps
    before = dict(gaps)
    for key, (gap, kept) in before.items():
        gaps[key] = gap and gap + 0.01, kept  # a margin that is not quite what it was
    verdict = judge(workshop.setter, workshop.pack, workshop.documents[:1], Effort(0, 0, 0, extremes=False))
    gaps.update(before)
    assert not verdict.passed
    assert workshop.documents[0].reference in verdict.found
    assert "/Contents" in verdict.found


def test_a_program_that_sets_nothing_does_not_pass(workshop: Workshop) -> None:
    document = workshop.documents[0]
    stranger = document.model_copy(update={"recipient": document.recipient.model_copy(update={"name": "Ольга"})})
    assert not judge(workshop.setter, workshop.pack, [stranger], Effort(0, 0, 0, extremes=False)).passed


def test_a_pack_is_compiled_and_judged_in_one_go(workshop: Workshop) -> None:
    told: list[tuple[int, int]] = []

    def tell(done: int, of: int) -> None:
        told.append((done, of))

    made, verdict = compile_pack(workshop.pack, workshop.documents[:1], Effort(1, 1, 0, extremes=False), tell=tell)
    assert verdict.passed
    assert [done for done, _ in told] == sorted(done for done, _ in told)
    assert told[-1] == (told[-1][1], told[-1][1]) > (verdict.compared, verdict.compared)
    assert verdict.mixed == verdict.hits + sum(verdict.misses.values()) == 1
    assert unpacked(made, key_of(workshop.pack)) is not None
    assert replace(verdict, compared=0).passed is False
