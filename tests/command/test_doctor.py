"""The doctor says what is missing, and the one thing to type."""

import json
import platform
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from vaxel import interpreter
from vaxel.outputs import DoctorOutput

Vaxel = Callable[..., "subprocess.CompletedProcess[str]"]


def test_a_machine_that_is_set_up_is_ready(typed: Vaxel) -> None:
    done = typed("doctor", "--json")
    output = DoctorOutput.model_validate(json.loads(done.stdout))
    assert output.ready, [finding for finding in output.findings if finding.status == "missing"]
    assert done.returncode == 0


def test_a_broken_configuration_is_found_with_its_key(typed: Vaxel, tmp_path: Path) -> None:
    typed("init")
    text = (tmp_path / "vaxel.toml").read_text(encoding="utf-8")
    (tmp_path / "vaxel.toml").write_text(text.replace('brand = "', 'brnad = "'), encoding="utf-8")
    done = typed("doctor")
    assert done.returncode == 2
    assert "did you mean 'brand'?" in " ".join(done.stdout.split())


@pytest.mark.skipif(sys.version_info < (3, 13), reason="older interpreters may have the faults, or be patched")
def test_an_interpreter_with_the_fixes_is_called_sound() -> None:
    assert not interpreter.splits_mail_headers()
    assert not interpreter.reads_overlapping_zip_entries()


@pytest.mark.skipif(platform.python_version() != "3.11.7", reason="3.11.7 is known to have both faults")
def test_an_interpreter_with_the_faults_is_found_out() -> None:
    assert interpreter.splits_mail_headers()
    assert interpreter.reads_overlapping_zip_entries()
