"""The preview runs all day: after hundreds of saves it holds, with its presses, what it held after the first ones."""

import os
import re
import subprocess
import sys
import time
from collections.abc import Callable, Generator
from contextlib import contextmanager
from pathlib import Path

import pytest
from tests.preview.conftest import Following

from vaxel.process_tree import memory_mb

FULL = os.environ.get("VAXEL_CAMPAIGN") == "full"
SAVES, LEVEL = (500, 50) if FULL else (10, 5)
PAPER_EVERY = 10 if FULL else 4
"""Pages take ten times as long to make as all the rest."""


@contextmanager
def serving(packs: Path, samples: Path) -> Generator[tuple[str, int]]:
    """A preview in a process of its own: its address with the token, and the process."""
    command = [sys.executable, "-m", "vaxel", "preview", "--packs", str(packs), "--samples", str(samples)]
    command += ["--brand", "nordljus", "--port", "0"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as server:
        try:
            assert server.stdout is not None
            found = re.search(r"http://\S+", server.stdout.readline())
            assert found is not None
            yield found[0].rstrip(";"), server.pid
        finally:
            server.terminate()


def saver(packs: Path) -> Callable[[int], None]:
    """Saves a word, a section of the page, of the mail, and now and then one of paper, each time another text."""
    files = [
        packs / "base" / name for name in ("words.sv.toml", "sections/totals.web.html", "sections/totals.email.mjml")
    ]
    paper = packs / "base" / "sections" / "totals.paper.html"
    texts = {file: file.read_text(encoding="utf-8") for file in (*files, paper)}

    def save(number: int) -> None:
        file = paper if number % PAPER_EVERY == 0 else files[number % len(files)]
        old, new = (
            ('[sms]\npay = "', f'[sms]\npay = "{number} ')
            if file.suffix == ".toml"
            else ("{{ row.label }}", f"{{{{ row.label }}}} {number}")
        )
        assert old in texts[file]
        file.write_text(texts[file].replace(old, new), encoding="utf-8")

    return save


def held(pid: int) -> float:
    """MB of the server and its presses when nobody waits: the least of a moment, since the press makes ready then."""
    levels: list[float] = []
    for wait in (3.5, 0.3, 0.3):
        time.sleep(wait)
        levels.append(memory_mb(pid))
    return min(levels)


@pytest.mark.skipif(sys.platform != "linux", reason="measured from /proc")
def test_memory_stays_at_its_level_however_often_is_saved(own_packs: Path, own_samples: Path) -> None:
    levels: dict[int, float] = {}
    with serving(own_packs, own_samples) as (address, pid):
        url, _, token = address.partition("?token=")
        browser = Following(url, token=token)
        browser.settled()
        save = saver(own_packs)
        for number in range(1, SAVES + 1):
            save(number)
            browser.told_until_settled()
            if number in (LEVEL, SAVES) or number % 100 == 0:
                levels[number] = held(pid)
        browser.close()
    print(levels)
    assert levels[SAVES] <= 1.2 * levels[LEVEL] + (0 if FULL else 40), levels  # a few saves still fill what is kept
