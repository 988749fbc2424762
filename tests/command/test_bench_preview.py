"""`vaxel bench preview` saves files and waits, as a designer does, until a real browser has painted what changed."""

import os
import subprocess
import sys

import pytest

from vaxel.bench_outputs import BenchOutput

pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(
        os.environ.get("VAXEL_CAMPAIGN") != "full", reason="half a minute of both cores; make campaign-preview runs it"
    ),
]


def test_every_kind_of_pane_is_waited_for_and_a_shared_word_reaches_exactly_the_panes_that_show_it() -> None:
    words = [sys.executable, "-m", "vaxel", "bench", "preview", "--saves", "1", "--json"]
    ran = subprocess.run(words, capture_output=True, text=True, timeout=600, check=False)
    assert ran.returncode == 0, ran.stderr
    measured = BenchOutput.model_validate_json(ran.stdout).preview
    assert measured is not None
    assert {line.what for line in measured.waits} == {
        "first start to usable board",
        "first start to every pane",
        "page",
        "page at the bank",
        "e-mail",
        "SMS",
        "print PDF, visible page",
        "bare render",
        "bare raster",
        "bare swap",
        "board of a 3-page invoice",
        "every pane of a shared word",
    }
    assert {"print_pdf", "mailbox_pdf", "email", "web", "bank"} <= set(measured.refreshed)
    assert (measured.refreshed_in_vain, measured.missed) == ((), ())
