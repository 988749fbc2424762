"""The guide tells of every option, every class of change and every file of a case."""

import re
from pathlib import Path

import pytest

from vaxel_regression import observation
from vaxel_regression.changes import Change
from vaxel_regression.oracles import Oracle

ROOT = Path(__file__).parents[2]
GUIDE = (ROOT / "docs" / "regression.md").read_text(encoding="utf-8")


def test_every_option_is_told(pytestconfig: pytest.Config) -> None:
    options = {name.replace("_", "-") for name in vars(pytestconfig.option) if name.startswith("vaxel_")}
    assert options == set(re.findall(r"^\| `--(vaxel-[a-z]+(?:-[a-z]+)*)", GUIDE, re.MULTILINE))


def test_every_class_of_change_is_told() -> None:
    assert [change for change in Change if change.value not in GUIDE.lower()] == []


def test_every_oracle_is_told() -> None:
    assert [oracle for oracle in Oracle if f"| {oracle} | " not in GUIDE] == []


def test_every_file_of_a_case_is_told() -> None:
    written = re.findall(r'"([a-z0-9]+\.(?:txt|json|yml|xml))"', Path(observation.__file__).read_text(encoding="utf-8"))
    assert {name for name in written if f"`{name}`" not in GUIDE} == set()
