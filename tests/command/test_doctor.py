"""The doctor says what is missing, and the one thing to type."""

import json
import subprocess
from collections.abc import Callable
from pathlib import Path

from vaxel import interpreter
from vaxel.outputs import DoctorOutput

Vaxel = Callable[..., "subprocess.CompletedProcess[str]"]


def test_a_machine_that_is_set_up_is_ready(vaxel: Vaxel) -> None:
    done = vaxel("doctor", "--json")
    output = DoctorOutput.model_validate(json.loads(done.stdout))
    assert output.ready, [finding for finding in output.findings if finding.status == "missing"]
    assert done.returncode == 0


def test_a_broken_configuration_is_found_with_its_key(vaxel: Vaxel, tmp_path: Path) -> None:
    vaxel("init")
    text = (tmp_path / "vaxel.toml").read_text(encoding="utf-8")
    (tmp_path / "vaxel.toml").write_text(text.replace('brand = "', 'brnad = "'), encoding="utf-8")
    done = vaxel("doctor")
    assert done.returncode == 2
    assert "did you mean 'brand'?" in " ".join(done.stdout.split())


def test_the_interpreter_is_judged_by_what_it_does() -> None:
    assert isinstance(interpreter.splits_mail_headers(), bool)
    assert isinstance(interpreter.reads_overlapping_zip_entries(), bool)
