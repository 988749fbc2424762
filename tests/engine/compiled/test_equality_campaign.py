"""Hundreds of documents of each shipped pack set both ways, none of which the program has learned from.

In every run 200 of one biller for each pack; in the campaign 2,000 drawn all over. A miss is counted, never as equal.
"""

import os
from collections import Counter
from itertools import chain, count

import pytest
from tests.engine.compiled.customers import bill

from vaxel_engine.compiled import Miss, empty, gather, probe, teach
from vaxel_engine.compiled.extremes import extremes
from vaxel_engine.compiled.gate import differences
from vaxel_engine.compiled.lessons import lessons
from vaxel_engine.model import Document
from vaxel_engine.packs import load

pytestmark = pytest.mark.long
FULL = os.environ.get("VAXEL_CAMPAIGN") == "full"
TAUGHT, WANTED, LEAST = (1_500, 2_000, 0.98) if FULL else (100, 200, 0.5)
"""Documents learned from, documents to be compared, and the share of those tried that the program must set."""
UNSEEN = 1_000_000
"""Where the seeds of what is tried begin."""


def drawn(seed: int, brand: str) -> Document:
    return probe(seed, sender=brand) if FULL else bill(seed, brand)


def lesson(seed: int, brand: str) -> Document:
    """What a program learns from: a bill of one row is rare, and learned in each kind of document."""
    return drawn(seed, brand) if FULL or seed % 3 else bill(seed, brand, rows=1)


@pytest.mark.parametrize("brand", ["nordljus", "base"])
def test_every_document_that_the_program_sets_is_equal_to_the_reference(brand: str) -> None:
    pack = load(brand)
    setter = empty(pack)
    documents = (lesson(seed, brand) for seed in range(TAUGHT))
    if FULL:  # as the gate does
        teach(setter, pack, lessons(pack), stretch=False)
        gather(setter, pack, chain(documents, extremes(pack, 1)))
    else:
        gather(setter, pack, documents, stretch=False)
    outcomes: Counter[str] = Counter()
    unequal: list[str] = []
    seeds = count(UNSEEN)
    while outcomes["equal"] + len(unequal) < WANTED and outcomes.total() < WANTED / LEAST:
        seed = next(seeds)
        try:
            found = differences(setter, pack, drawn(seed, brand))
        except Miss as miss:
            outcomes[f"miss: {miss.reason}"] += 1
        else:
            outcomes["different" if found else "equal"] += 1
            unequal += [f"seed {seed}: {found[0]}"] if found else []
    print(brand, dict(outcomes))
    assert unequal == []
    assert outcomes["equal"] == WANTED, f"of {outcomes.total()} that were tried"
