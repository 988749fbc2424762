"""What a user types, in a process of its own."""

import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest


@pytest.fixture
def vaxel(tmp_path: Path) -> Callable[..., subprocess.CompletedProcess[str]]:
    """Run `vaxel WORDS…` in an empty folder and return what came of it."""

    def run(*words: str | Path, cwd: Path = tmp_path) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [sys.executable, "-m", "vaxel", *map(str, words)],
            cwd=cwd,
            capture_output=True,
            text=True,
            timeout=240,
            check=False,
        )

    return run


@pytest.fixture
def one_document(tmp_path: Path) -> Path:
    """A file with one good record of the samples."""
    source = Path(__file__).parents[2] / "samples/november.json"
    first = json.loads(source.read_text(encoding="utf-8"))["documents"][0]
    file = tmp_path / "one.json"
    file.write_text(json.dumps(first), encoding="utf-8")
    return file
