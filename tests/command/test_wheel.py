"""What is installed from the wheel does the whole job, without the checkout."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from vaxel.ledger_outputs import DemoOutput

ROOT = Path(__file__).parents[2]


def run(*words: str | Path, cwd: Path) -> str:
    done = subprocess.run([*map(str, words)], cwd=cwd, capture_output=True, text=True, timeout=540, check=False)
    assert done.returncode == 0, done.stderr[-3000:]
    return done.stdout


@pytest.mark.wheel
def test_the_demo_runs_from_a_wheel_in_an_empty_environment(tmp_path: Path) -> None:
    run(sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", tmp_path / "dist", cwd=ROOT)
    (wheel,) = (tmp_path / "dist").glob("*.whl")
    run(sys.executable, "-m", "venv", tmp_path / "empty", cwd=tmp_path)
    python = tmp_path / "empty/bin/python"
    pip = (python, "-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--no-compile")
    run(*pip, "--no-deps", "--require-hashes", "-r", ROOT / "requirements/runtime.lock", cwd=tmp_path)
    run(*pip, "--no-deps", wheel, cwd=tmp_path)

    shown = run(tmp_path / "empty/bin/vaxel", "demo", "--json", "--out", tmp_path / "demo", cwd=tmp_path)

    output = DemoOutput.model_validate(json.loads(shown))
    assert output.closes
    assert output.in_ >= 24
    assert output.rejected == 2
    assert (tmp_path / "demo/index.html").exists()
