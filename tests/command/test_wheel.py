"""What is installed from the wheel does the whole job, without the checkout."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from vaxel.ledger_outputs import DemoOutput

pytestmark = pytest.mark.long

ROOT = Path(__file__).parents[2]


def run(*words: str | Path, cwd: Path) -> str:
    done = subprocess.run([*map(str, words)], cwd=cwd, capture_output=True, text=True, timeout=540, check=False)
    assert done.returncode == 0, done.stderr[-3000:]
    return done.stdout


@pytest.mark.wheel
def test_the_demo_runs_from_a_wheel_in_an_empty_environment(tmp_path: Path) -> None:
    run(sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", tmp_path / "dist", cwd=ROOT)
    (wheel,) = (tmp_path / "dist").glob("*.whl")
    run(sys.executable, "-m", "venv", "--without-pip", tmp_path / "empty", cwd=tmp_path)
    into = ("-m", "pip", "--python", tmp_path / "empty/bin/python")
    pip = (sys.executable, *into, "install", "--quiet", "--disable-pip-version-check", "--no-compile")
    run(*pip, "--no-deps", "--require-hashes", "-r", ROOT / "requirements/runtime.lock", cwd=tmp_path)
    run(*pip, "--no-deps", wheel, cwd=tmp_path)

    words = ("demo", "--all-channels", "--json", "--out", tmp_path / "demo")  # the whole one runs in test_demo
    shown = run(tmp_path / "empty/bin/vaxel", *words, cwd=tmp_path)

    output = DemoOutput.model_validate(json.loads(shown))
    assert output.closes
    assert output.in_ >= 8
    assert (tmp_path / "demo/index.html").exists()
