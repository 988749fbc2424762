"""A process killed at any commit point loses nothing, and doubles nothing where that can be known."""

import multiprocessing
import signal
from collections import Counter
from pathlib import Path

import pytest
from tests.channels.dispatcher.mortal import ACCEPTING, DOCUMENTS, SUB_BATCH, open_ledger, stand, work
from tests.ledger.stage import KINDS, fresh_database

from vaxel_channels.contract import Repeat
from vaxel_channels.dispatcher import CommitPoint
from vaxel_ledger import Ledger, LedgerLine

PROCESSES = multiprocessing.get_context("forkserver")
PROCESSES.set_forkserver_preload([work.__module__])

POINTS = [
    (ACCEPTING, 20),
    (CommitPoint.FROZEN, 1),
    (CommitPoint.FROZEN, 3),
    (CommitPoint.INTENDED, 2),
    (CommitPoint.HANDED_OVER, 1),
    (CommitPoint.HANDED_OVER, 7),
    (CommitPoint.CONCLUDED, 2),
]


def run(folder: Path, repeat: Repeat, point: str, occurrence: int) -> int | None:
    """Work in another process until it dies, and answer its exit code."""
    process = PROCESSES.Process(target=work, args=(folder, repeat, point, occurrence))
    process.start()
    process.join()
    return process.exitcode


def line(ledger: Ledger) -> LedgerLine:
    (batch,) = ledger.batches()
    return ledger.counts(batch.batch_id)


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize(("point", "occurrence"), POINTS)
@pytest.mark.parametrize("repeat", list(Repeat))
def test_a_kill_loses_nothing_and_doubles_nothing(
    tmp_path: Path, kind: str, repeat: Repeat, point: str, occurrence: int
) -> None:
    with fresh_database(kind, tmp_path) as url:
        (tmp_path / "url").write_text(url)
        assert run(tmp_path, repeat, point, occurrence) == -signal.SIGKILL
        with open_ledger(tmp_path) as ledger:
            assert line(ledger).closes
        work(tmp_path, repeat)
        with open_ledger(tmp_path) as ledger:
            after = line(ledger)
    taken = Counter(key for key, _ in stand(tmp_path, repeat).provider.taken())
    assert after.closes
    assert after.in_ == DOCUMENTS
    assert set(taken.values()) == {1}
    if repeat is Repeat.NEITHER:
        assert after.unknown == after.waiting <= SUB_BATCH
        assert len(taken) >= after.delivered
        assert (after.unknown > 0) == (point in (CommitPoint.INTENDED, CommitPoint.HANDED_OVER))
    else:
        assert after.delivered == len(taken) == DOCUMENTS


@pytest.mark.parametrize("repeat", [Repeat.DEDUPLICATES, Repeat.CAN_BE_ASKED])
def test_many_kills_in_a_row_lose_and_double_nothing(tmp_path: Path, repeat: Repeat) -> None:
    (tmp_path / "url").write_text(f"sqlite:///{tmp_path / 'ledger.sqlite'}")
    for occurrence in (2, 3, 5):
        assert run(tmp_path, repeat, CommitPoint.HANDED_OVER.value, occurrence) == -signal.SIGKILL
    work(tmp_path, repeat)
    taken = Counter(key for key, _ in stand(tmp_path, repeat).provider.taken())
    with open_ledger(tmp_path) as ledger:
        assert line(ledger) == LedgerLine(DOCUMENTS, DOCUMENTS, 0, 0, 0, 0, 0)
    assert (len(taken), set(taken.values())) == (DOCUMENTS, {1})
