"""A fiftieth of `make campaign-formats` on every run: whatever the input, it is read, rejected or called unreadable."""

import subprocess
import sys

import pytest
from tests.campaigns.formats import chosen
from tests.campaigns.mutations import mutated
from tests.campaigns.seeds import ROOT, Seed, seeds

from vaxel_engine.intake import FORMATS, read

EVERYDAY = 406
"""A fiftieth of the full size, the same number for each seed."""


def test_every_format_has_a_seed() -> None:
    assert {form.name for form in FORMATS} <= {seed.format for seed in seeds()}


@pytest.mark.parametrize("seed", seeds(), ids=lambda seed: str(seed.files[0][0]))
def test_every_seed_is_read_as_its_format(seed: Seed, tmp_path_factory: pytest.TempPathFactory) -> None:
    folder = tmp_path_factory.mktemp("seed")
    for name, body in seed.files:
        (folder / name).write_bytes(body)
    reading = read(folder / seed.files[0][0], mapping=folder / seed.mapping if seed.mapping else None)

    assert sum(1 for _ in reading) > 0
    assert seed.mapping or reading.format == seed.format


def test_the_same_number_makes_the_same_input() -> None:
    first, again, other = (mutated(*chosen(number, seeds(), campaign=1)) for number in (0, 0, len(seeds())))

    assert first == again
    assert first != other


def test_no_mutated_input_breaks_a_reader() -> None:
    ran = subprocess.run(
        [sys.executable, "-m", "tests.campaigns.formats", "--inputs", str(EVERYDAY)],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )

    assert ran.returncode == 0, ran.stdout + ran.stderr
    assert f"{EVERYDAY} inputs" in ran.stdout
    assert "0 faults" in ran.stdout
