"""The campaign: thousands of documents set both ways, and the everyday share of them."""

import os
from collections import Counter

from vaxel_engine.compiled import Miss, empty, gather, probe
from vaxel_engine.compiled.gate import differences
from vaxel_engine.packs import Pack

FULL = os.environ.get("VAXEL_CAMPAIGN") == "full"
TAUGHT, TRIED = (1_000, 2_000) if FULL else (6, 4)


def test_every_document_that_the_program_sets_is_equal_to_the_reference(nordljus: Pack) -> None:
    setter = empty(nordljus)
    gather(setter, nordljus, (probe(seed) for seed in range(TAUGHT)), stretch=FULL)
    outcomes: Counter[str] = Counter()
    unequal: list[str] = []
    tried = range(1_000_000, 1_000_000 + TRIED) if FULL else range(TRIED)
    for seed in tried:
        try:
            found = differences(setter, nordljus, probe(seed))
        except Miss as miss:
            outcomes[f"miss: {miss.reason}"] += 1
            continue
        outcomes["different" if found else "equal"] += 1
        unequal += [f"seed {seed}: {found[0]}"] if found else []
    print(dict(outcomes))
    assert unequal == []
    assert outcomes["equal"] >= (0.98 * TRIED if FULL else TRIED)
