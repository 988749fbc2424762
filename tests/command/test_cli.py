"""The command line speaks in sentences and exit statuses."""

import json
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from vaxel.cli import VERBS

Vaxel = Callable[..., "subprocess.CompletedProcess[str]"]


def test_help_groups_the_verbs_by_who_uses_them(vaxel: Vaxel) -> None:
    shown = vaxel("--help").stdout
    assert [shown.index(f"{heading}:") for heading in VERBS] == sorted(shown.index(f"{heading}:") for heading in VERBS)
    for verbs in VERBS.values():
        for verb, sentence in verbs.items():
            assert verb in shown
            assert sentence.split(",")[0].split(":")[0] in shown


def test_an_unknown_verb_is_named_and_ends_with_status_2(vaxel: Vaxel) -> None:
    done = vaxel("sned")
    assert done.returncode == 2
    assert "sned" in done.stderr
    assert "Traceback" not in done.stderr


BAD_FILES: dict[str, bytes | None] = {
    "empty.json": b"",
    "folder.json": None,
    "picture.json": b"\x89PNG\r\n\x1a\n" + bytes(64),
    "doctype.xml": b'<?xml version="1.0"?><!DOCTYPE Invoice [<!ENTITY a "b">]><Invoice>&a;</Invoice>',
}


@pytest.mark.parametrize("name", [*BAD_FILES, "absent.json"])
def test_a_file_that_cannot_be_read_gets_one_sentence(vaxel: Vaxel, tmp_path: Path, name: str) -> None:
    body = BAD_FILES.get(name, b"")
    if body is None:
        (tmp_path / name).mkdir()
    elif name in BAD_FILES:
        (tmp_path / name).write_bytes(body)
    done = vaxel("render", name, "--brand", "nordljus", "--out", "out")
    assert done.returncode in {1, 2}
    assert name in done.stderr
    assert "Traceback" not in done.stderr
    assert list((tmp_path / "out").glob("*")) == []


def test_an_output_folder_that_is_a_file_gets_one_sentence_and_nothing_is_written(
    vaxel: Vaxel, tmp_path: Path, one_document: Path
) -> None:
    (tmp_path / "taken").write_text("mine", encoding="utf-8")
    done = vaxel("render", one_document, "--brand", "nordljus", "--out", "taken")
    assert done.returncode == 2
    assert "taken is a file, not a folder" in done.stderr
    assert (tmp_path / "taken").read_text(encoding="utf-8") == "mine"


def test_an_unknown_brand_gets_one_sentence(vaxel: Vaxel, one_document: Path) -> None:
    done = vaxel("render", one_document, "--brand", "nordlius", "--out", "out")
    assert done.returncode == 2
    assert "nordlius" in done.stderr
    assert done.stderr.count("\n") == 1


def test_init_writes_a_configuration_that_is_never_overwritten_by_accident(vaxel: Vaxel, tmp_path: Path) -> None:
    assert vaxel("init").returncode == 0
    (tmp_path / "vaxel.toml").write_text("mine", encoding="utf-8")
    again = vaxel("init")
    assert again.returncode == 2
    assert "--force" in again.stderr
    assert (tmp_path / "vaxel.toml").read_text(encoding="utf-8") == "mine"


def test_a_wrong_brand_stops_the_switch_before_it_could_fail_a_document(
    vaxel: Vaxel, tmp_path: Path, one_document: Path
) -> None:
    vaxel("init")
    text = (tmp_path / "vaxel.toml").read_text(encoding="utf-8")
    (tmp_path / "vaxel.toml").write_text(text.replace('brand = "nordljus"', 'brand = "nordlius"'), encoding="utf-8")
    done = vaxel("send", one_document)
    assert done.returncode == 2
    assert "sender.nordljus.brand" in done.stderr
    assert not (tmp_path / "vaxel-ledger/ledger.sqlite").exists()


def test_the_same_file_again_hands_nothing_over_twice(vaxel: Vaxel, one_document: Path) -> None:
    vaxel("init")
    first, again = (json.loads(vaxel("send", one_document, "--json").stdout) for _ in range(2))
    assert first["in"] == again["in"] == 1
    assert [line["artifacts"] for line in first["documents"]] == [line["artifacts"] for line in again["documents"]]


def test_a_stranger_among_the_senders_is_rejected_with_the_names_that_are_known(
    vaxel: Vaxel, tmp_path: Path, one_document: Path
) -> None:
    vaxel("init")
    record = json.loads(one_document.read_text(encoding="utf-8")) | {"sender": "sydljus"}
    one_document.write_text(json.dumps(record), encoding="utf-8")
    done = vaxel("send", one_document)
    assert done.returncode == 1
    assert "no such sender is set up" in " ".join(done.stdout.split())
