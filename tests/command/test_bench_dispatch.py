"""`vaxel bench dispatch` hands everything over and tells what it cost, and what a second worker brings."""

import os

import pytest
from click.testing import CliRunner

from vaxel.bench_outputs import BenchOutput
from vaxel.cli import cli


def bench(*words: str) -> BenchOutput:
    ran = CliRunner().invoke(cli, ["bench", "dispatch", "--json", *words])
    assert ran.exit_code == 0, ran.output
    return BenchOutput.model_validate_json(ran.stdout)


def test_dispatching_has_its_cost_at_the_beginning_and_at_the_end() -> None:
    line = bench("--documents", "200", "--chunk", "10").dispatch
    assert line is not None
    assert (line.documents, line.chunk, line.database) == (200, 10, "SQLite")
    assert min(line.cpu_ms, line.first_ms, line.last_ms) > 0


@pytest.mark.skipif(os.environ.get("VAXEL_CAMPAIGN") != "full", reason="seconds of two processors")
def test_several_workers_are_compared_with_one() -> None:
    line = bench("--documents", "100", "--chunk", "10", "--workers", "2", "--render-ms", "1", "--repeat", "1").workers
    assert line is not None
    assert (line.workers, line.times > 0) == (2, True)
