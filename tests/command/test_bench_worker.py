"""A worker of a measured run that stops says why."""

import multiprocessing
from pathlib import Path

from vaxel.bench_worker import Post, run
from vaxel.benches.mixture import bills
from vaxel_engine import packs


def test_what_stops_a_worker_is_told_as_a_sentence(tmp_path: Path) -> None:
    (first,) = bills(tmp_path / "bills.jsonl", 1)
    ours, theirs = multiprocessing.Pipe()
    run(Post("worker-1", tmp_path, {"print": {"colour": "red"}}, packs.load("nordljus"), first, 10, 10), theirs)
    said = ours.recv()
    assert isinstance(said, str)
    assert "print" in said
