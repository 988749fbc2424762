"""What a user types, in a process of its own; or in this one, where only what is said and done matters."""

import contextlib
import io
import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from vaxel.cli import main


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


@pytest.fixture
def typed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[..., subprocess.CompletedProcess[str]]:
    """Run `vaxel WORDS…` in an empty folder like `vaxel` does, and in this process: the same without its start."""
    monkeypatch.chdir(tmp_path)

    def run(*words: str | Path) -> subprocess.CompletedProcess[str]:
        out, err = (io.TextIOWrapper(io.BytesIO(), encoding="utf-8") for _ in range(2))
        monkeypatch.setattr(sys, "argv", ["vaxel", *map(str, words)])
        with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err), pytest.raises(SystemExit) as ended:
            main()
        out.seek(0)
        err.seek(0)
        return subprocess.CompletedProcess(words, int(ended.value.code or 0), out.read(), err.read())

    return run
