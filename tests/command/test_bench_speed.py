"""`vaxel bench render`, `pipeline` and `peers`: complete figures, and no fast one without its misses beside it."""

import itertools
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from vaxel.bench_outputs import BenchOutput
from vaxel.benches.mixture import mixture, write
from vaxel.benches.plot import bars
from vaxel_engine.intake import read
from vaxel_engine.press import processors

pytestmark = pytest.mark.long
Vaxel = Callable[..., subprocess.CompletedProcess[str]]


def test_a_fast_figure_never_stands_without_hits_and_misses(typed: Vaxel, tmp_path: Path) -> None:
    plot = ("--plot", "ways.svg")
    told = BenchOutput.model_validate_json(
        typed("bench", "render", "--documents", "1", "--lines", "2", "--teach", "0", *plot, "--json").stdout
    )
    assert told.documents == 1
    assert told.cpu_ms is not None
    assert told.reference_cpu_ms is not None
    assert told.ratio is not None
    assert min(told.cpu_ms, told.reference_cpu_ms, told.ratio) > 0
    assert told.hit_rate is not None
    assert sum(told.misses.values()) == round(1 - told.hit_rate)
    assert [size.lines for size in told.sizes] == [2]
    assert told.forms is not None
    for together in (told.forms, told.sizes[0].forms):
        assert together.ratio == pytest.approx(together.cpu_ms / together.pdf_cpu_ms, rel=0.01)
        assert min(together.cpu_ms, together.pdf_cpu_ms) > told.cpu_ms / 4
    assert (tmp_path / "ways.svg").read_text(encoding="utf-8").count("<rect") == 2
    assert {"mailbox_pdf", "email", "web", "sms", "card"} <= {line.kind for line in told.lines}


def test_a_file_goes_from_end_to_end_and_every_stage_has_its_cost(typed: Vaxel, tmp_path: Path) -> None:
    done = typed("bench", "pipeline", "--documents", "10", "--teach", "0", "--plot", "stages.svg", "--json")
    told = BenchOutput.model_validate_json(done.stdout).pipeline
    assert told is not None
    stages = {line.stage: line.cpu_ms for line in told.stages}
    assert list(stages) == ["read", "check", "take in", "route", "render", "parity", "hand over", "archive"]
    assert min(stages[stage] for stage in ("read", "check", "render", "parity", "hand over", "archive")) > 0
    assert told.cpu_ms == pytest.approx(sum(stages.values()) - stages["check"], abs=1)
    assert sum(told.channels.values()) == 10
    assert told.workers == processors()
    assert told.simulators_cpu_ms > 0
    assert told.paper == 10 - told.channels["sms"]
    assert (told.hit_rate, sum(told.misses.values())) == (0, told.paper)
    assert told.miss_cpu_ms is not None
    assert min(told.miss_cpu_ms, told.start_cpu_ms) > 0
    assert told.memory_last_mb > 0
    assert (tmp_path / "stages.svg").read_text(encoding="utf-8").startswith("<svg")


@pytest.mark.browser
def test_peers_set_the_same_bills(vaxel: Vaxel) -> None:
    told = BenchOutput.model_validate_json(
        vaxel("bench", "peers", "--documents", "1", "--lines", "3", "--teach", "0", "--json").stdout
    )
    engines = {line.engine.split()[0]: line for line in told.peers}
    assert {"Vaxel", "WeasyPrint", "Typst", "Chromium"} <= set(engines)
    assert all(line.cpu_ms > 0 and line.pages >= 1 and line.lines == 3 for line in told.peers)


def test_the_mixture_is_the_same_for_its_seed_and_every_bill_is_accepted(tmp_path: Path) -> None:
    assert list(mixture(3, seed=7)) == list(mixture(3, seed=7)) != list(mixture(3, seed=8))
    write(tmp_path / "bills.jsonl", 200)
    with read(tmp_path / "bills.jsonl") as reading:
        lengths = sorted(len(document.invoice.lines) for document in reading if document.invoice is not None)
    assert (len(lengths), len(reading.rejections)) == (200, 0)
    assert lengths[0] == 1
    assert lengths[-1] > 30


def test_no_two_bills_of_the_mixture_say_the_same() -> None:
    bills = list(mixture(20))
    assert all(
        one["invoice"]["totals"] != other["invoice"]["totals"] for one, other in itertools.combinations(bills, 2)
    )


def test_a_plot_has_a_bar_and_a_figure_for_each_name() -> None:
    drawn = bars("Title", [("a & b", 12.3), ("c", 4.0)])
    assert drawn.count("<rect") == 2
    assert "a &amp; b" in drawn
    assert ">12 ms<" in drawn
    assert ">4.0 ms<" in drawn
