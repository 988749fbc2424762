"""Where the sender's totals differ from what came in, nothing leaves until a person says so."""

from collections.abc import Iterator
from decimal import Decimal

import pytest
from tests.ledger.stage import Clock, Letter

from vaxel_engine.errors import Refused
from vaxel_engine.intake.control_totals import ControlTotals
from vaxel_engine.model import Document
from vaxel_ledger import Ledger
from vaxel_ledger.holding import Done, Target
from vaxel_ledger.work import due

TWO = ControlTotals(2)


def ready(ledger: Ledger, clock: Clock) -> int:
    with ledger.reading() as connection:
        return len(due(connection, at=clock(), limit=10))


def test_a_batch_that_agrees_goes_its_way(ledger: Ledger, letter: Letter, clock: Clock) -> None:
    ledger.accept("a" * 64, "two.json", "main", [letter("A-1"), letter("A-2")], totals=lambda: [TWO])
    assert (ready(ledger, clock), ledger.batches()[0].hold) == (2, None)


@pytest.mark.parametrize("stated", [ControlTotals(3), ControlTotals(2, {"SEK": Decimal("1.00")})])
def test_a_batch_that_differs_is_held_whole_with_a_sentence(
    ledger: Ledger, letter: Letter, clock: Clock, stated: ControlTotals
) -> None:
    batch = ledger.accept("a" * 64, "two.json", "main", [letter("A-1"), letter("A-2")], totals=lambda: [TWO, stated])
    line, target = ledger.batches()[0], Target.batch(batch.batch_id)
    assert ready(ledger, clock) == 0
    assert str(line.hold).startswith("the sender's totals differ: ")
    assert ledger.counts(batch.batch_id).waiting == 2
    assert ledger.waits(batch.batch_id)[0].reason == line.hold
    ledger.hold(target, "held by a person")
    for refused in (target, Target.document(ledger.documents("A-1")[0])):
        with pytest.raises(Refused, match="nothing was released"):
            ledger.release(refused)
    assert ready(ledger, clock) == 0
    assert ledger.release(target, despite_totals=True) == Done(2)
    assert ready(ledger, clock) == 2


def test_what_was_announced_is_remembered_when_intake_broke_off(ledger: Ledger, letter: Letter, clock: Clock) -> None:
    def broken() -> Iterator[Document]:
        yield letter("A-1")
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        ledger.accept("a" * 64, "one.json", "main", broken(), totals=lambda: [TWO])
    ledger.accept("a" * 64, "one.json", "main", [letter("A-1")])
    assert ready(ledger, clock) == 0
    assert "2 documents announced and 1 came in" in str(ledger.batches()[0].hold)
