"""`vaxel new mapping` and `--mapping`: from a sample to documents at the command line."""

import json
from pathlib import Path

import pytest
from click.testing import CliRunner

from vaxel.cli import cli

SAMPLES = Path(__file__).parents[2] / "samples" / "mapping"


def test_a_draft_is_written_and_what_is_missing_is_listed(tmp_path: Path) -> None:
    out = tmp_path / "drafted.toml"

    done = CliRunner().invoke(cli, ["new", "mapping", str(SAMPLES / "fakturor.csv"), "--out", str(out)])

    assert done.exit_code == 1
    assert "not placed: Anteckning" in done.stderr
    assert "needed and not found: invoice.seller.name (BT-27)" in done.stderr
    assert 'invoice.number = "Fakturanr"' in out.read_text(encoding="utf-8")


def test_a_mapping_that_is_there_is_not_overwritten(tmp_path: Path) -> None:
    out = tmp_path / "mine.toml"
    out.write_text("mine", encoding="utf-8")

    done = CliRunner().invoke(cli, ["new", "mapping", str(SAMPLES / "export.xml"), "--out", str(out)])

    assert "was not touched" in str(done.exception)
    assert out.read_text(encoding="utf-8") == "mine"


@pytest.mark.parametrize(
    ("name", "readable"), [("fakturor.csv", [True, True, True, False]), ("export.xml", [True] * 3)]
)
def test_check_reads_by_a_mapping(name: str, readable: list[bool]) -> None:
    file = SAMPLES / name

    done = CliRunner().invoke(cli, ["check", "--json", "--mapping", str(file.with_suffix(".toml")), str(file)])

    assert [json.loads(line)["readable"] for line in done.stdout.splitlines()] == readable


def test_render_reads_by_a_mapping(tmp_path: Path) -> None:
    file, rules = SAMPLES / "export.xml", SAMPLES / "export.toml"
    wanted = [
        "render",
        str(file),
        "--mapping",
        str(rules),
        "--brand",
        "nordljus",
        "--artifact",
        "sms",
        "--out",
        str(tmp_path),
    ]

    done = CliRunner().invoke(cli, wanted)

    assert done.exit_code in (0, 1), done.output
    assert "Read 3" in done.stdout
