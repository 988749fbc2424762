"""The shipped packs are approved as they are: who changes one looks at it and signs it with the same commit."""

from pathlib import Path

import pytest

from vaxel_engine.errors import Unapproved
from vaxel_engine.packs.approvals import read_approvals, signature, state_of
from vaxel_engine.packs.reading import layers
from vaxel_regression.matrix import brands

PACKS = Path(__file__).parents[2] / "templates"


@pytest.mark.parametrize("brand", brands(PACKS))
def test_the_shipped_packs_are_approved_as_they_are(brand: str) -> None:
    state = state_of(layers(brand, [PACKS]))
    if read_approvals(PACKS / brand).board(state.engines) is None:
        pytest.skip(f"NOT COMPARED: nobody approved {brand} as the engines of this machine draw it")
    try:
        signature(brand, PACKS / brand, state)
    except Unapproved as stale:
        pytest.fail(f"{stale}; here: review `git diff`, then `make approvals`", pytrace=False)
