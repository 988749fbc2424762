"""What must never be committed is not there: registry addresses, paths of one machine, secrets, over-long modules."""

import re
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
MACHINE_PATH = re.compile(r"(?<![\w.}])/(?:home|root|work|farm|mnt)/")
PRIVATE_KEY = re.compile(r"-----BEGIN (?:[A-Z]+ )?PRIVATE KEY-----")
LONGEST_MODULE = 400
"""Lines at which a second reason to change has usually moved in."""


def tracked() -> list[Path]:
    listed = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, check=False)
    if listed.returncode != 0:
        pytest.skip("not a git checkout: the tracked files cannot be listed")
    return [path for name in listed.stdout.decode().split("\0") if name and (path := ROOT / name).is_file()]


def texts() -> list[tuple[str, str]]:
    found: list[tuple[str, str]] = []
    for path in tracked():
        try:
            found.append((str(path.relative_to(ROOT)), path.read_text(encoding="utf-8")))
        except UnicodeDecodeError:
            continue
    return found


def test_locks_carry_no_address() -> None:
    for lock in (ROOT / "requirements").glob("*.lock"):
        assert "://" not in lock.read_text(encoding="utf-8"), lock.name


def test_locks_pin_every_library_by_hash() -> None:
    for lock in (ROOT / "requirements").glob("*.lock"):
        text = lock.read_text(encoding="utf-8")
        pins = re.findall(r"^[a-z0-9][\w.-]*(?:\[[\w,-]+\])?==\S+[^\\\n]*\\$", text, re.MULTILINE)
        assert len(pins) > 20, lock.name
        assert text.count("--hash=sha256:") >= len(pins), lock.name


def test_no_path_of_one_machine_is_committed() -> None:
    own_name = Path(__file__).name
    assert [name for name, text in texts() if MACHINE_PATH.search(text) and not name.endswith(own_name)] == []


def test_no_private_key_is_committed() -> None:
    own_name = Path(__file__).name
    assert [name for name, text in texts() if PRIVATE_KEY.search(text) and not name.endswith(own_name)] == []


def test_no_module_outgrows_its_subject() -> None:
    long = {name: text.count("\n") for name, text in texts() if name.endswith(".py")}
    assert {name: lines for name, lines in long.items() if lines > LONGEST_MODULE} == {}
