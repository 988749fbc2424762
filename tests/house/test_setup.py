"""Setting up without root says what to type, once, instead of failing somewhere in the middle."""

import os
import shutil
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]


def stand_in(folder: Path, name: str, says: str) -> None:
    """A command of the system that this machine answers otherwise."""
    (folder / name).write_text(f"#!/bin/sh\n{says}\n", encoding="utf-8")
    (folder / name).chmod(0o755)


@pytest.mark.parametrize("sudo", ["exit 1", None])
def test_without_root_the_missing_packages_are_told_and_nothing_is_made(tmp_path: Path, sudo: str | None) -> None:
    folder = tmp_path / "bin"
    folder.mkdir()
    stand_in(folder, "id", "echo 1000")
    stand_in(folder, "dpkg-query", "exit 1")
    stand_in(folder, "apt-get", "echo apt-get was called; exit 1")
    if sudo is not None:
        stand_in(folder, "sudo", sudo)
    for name in ("bash", "dirname", "grep", "cat"):
        (folder / name).symlink_to(shutil.which(name) or name)
    (tmp_path / "scripts").mkdir()
    shutil.copy(ROOT / "scripts/setup", tmp_path / "scripts/setup")
    known = {**os.environ, "PATH": str(folder)}
    done = subprocess.run(
        [str(folder / "bash"), "scripts/setup"], cwd=tmp_path, capture_output=True, text=True, env=known, check=False
    )
    assert done.returncode == 2
    told = done.stderr.splitlines()
    assert told[0] == "These system libraries are missing; type this once, then make again:"
    assert told[1].split() == [
        *("sudo", "apt-get", "install", "-y"),
        *("libpango-1.0-0", "libpangoft2-1.0-0", "libharfbuzz-subset0", "chromium-headless-shell"),
    ]
    assert not (tmp_path / ".venv").exists()
