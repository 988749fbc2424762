"""Both ways of setting a mailbox PDF measured: hits, misses and what each costs, never one figure alone."""

from dataclasses import replace

import pytest
from tests.engine.compiled.conftest import Workshop

from vaxel_engine.bench_paths import Taking, bench_paths
from vaxel_engine.errors import Misconfigured


def test_hits_and_misses_are_counted_and_each_has_its_cost(workshop: Workshop) -> None:
    known = workshop.documents[0]
    recipient = known.recipient.model_copy(update={"name": "Ольга Петрова"})
    strange = known.model_copy(update={"recipient": recipient})
    taking = Taking(workshop.pack, workshop.setter, taught=4)
    cost = bench_paths(taking, [known, known, strange], warm_up=1)
    assert (cost.documents, cost.hits, dict(cost.misses)) == (2, 1, {"character": 1})
    assert cost.hit_ratio is not None
    assert cost.hit_ratio > 2
    assert cost.hit_cpu_ms is not None
    assert cost.miss_cpu_ms is not None
    assert cost.miss_cpu_ms > cost.hit_cpu_ms > 0


def test_a_published_pack_without_a_program_is_not_measured_as_if_it_had_one(workshop: Workshop) -> None:
    with pytest.raises(Misconfigured, match="vaxel compile nordljus"):
        Taking.of_published(replace(workshop.pack, program=b"damaged"))


def test_what_a_published_pack_was_compiled_to_is_what_is_measured(workshop: Workshop) -> None:
    taught = Taking(workshop.pack, workshop.setter, taught=4)
    assert Taking.of_published(taught.pack).pdf(workshop.documents[0])[1] is None
