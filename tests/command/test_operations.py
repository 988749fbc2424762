"""Accepting now and handing over later: worker, status, pause and report, as an operator types them."""

import csv
import io
import json
import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from importlib.resources import files
from pathlib import Path

import pytest
from jsonschema import Draft202012Validator
from lxml import etree

Vaxel = Callable[..., subprocess.CompletedProcess[str]]
SAMPLES = Path(__file__).parents[2] / "samples"


@pytest.fixture
def three_documents(tmp_path: Path) -> Path:
    """Two good records and one with a currency that does not exist."""
    documents = json.loads((SAMPLES / "november.json").read_text(encoding="utf-8"))["documents"]
    good = [documents[16], {**documents[16], "reference": "NL-TWO"}]
    bad = json.loads(json.dumps(documents[17]))
    file = tmp_path / "three.json"
    file.write_text(json.dumps({"documents": [*good, bad]}), encoding="utf-8")
    return file


def test_what_is_accepted_for_later_is_handed_over_by_a_worker_and_reported(
    typed: Vaxel, three_documents: Path, tmp_path: Path
) -> None:
    typed("init")
    toml = tmp_path / "vaxel.toml"
    toml.write_text('prices = "prices.toml"\n' + toml.read_text(encoding="utf-8"), encoding="utf-8")
    shutil.copy(str(files("vaxel") / "example_prices.toml"), tmp_path / "prices.toml")
    later = typed("send", three_documents, "--later")
    assert later.returncode == 1  # one was rejected
    assert "2 wait, 1 rejected" in later.stdout
    standing = json.loads(typed("status", "last", "--json").stdout)["batches"][0]
    assert (standing["in"], standing["waiting"], standing["rejected"]) == (3, 2, 1)
    assert standing["waits"][0]["documents"] == 2

    worked = typed("worker", "--once")
    assert worked.returncode == 0, worked.stderr
    assert "of 2 handed over or final" in worked.stderr

    standing = json.loads(typed("status", "three.json", "--json").stdout)["batches"][0]
    assert standing["delivered"] + standing["waiting"] == 2
    assert sum(way["documents"] for way in standing["went"]) == 2
    told = typed("status", "last").stdout
    assert "the ledger closes" in " ".join(told.split())
    assert "three.json" in typed("status").stdout

    rows = list(csv.DictReader(io.StringIO(typed("report", "last").stdout)))
    assert [row["document"] for row in rows] == ["NL-26110017", "NL-TWO", "three.json#3"]
    assert [row["status"] for row in rows][-1] == "rejected"
    assert [bool(row["cost"]) and row["currency"] == "SEK" for row in rows] == [True, True, False]
    report = json.loads(typed("report", "last", "--json").stdout)
    schema = json.loads(typed("schema", "--output", "report").stdout)
    Draft202012Validator(schema).validate(report)  # pyright: ignore[reportUnknownMemberType]
    assert report["in"] == len(report["documents"]) == 3
    assert typed("report", "last", "--format", "xml", "--out", tmp_path / "out.xml").returncode == 0
    root = etree.parse(tmp_path / "out.xml").getroot()
    assert (root.get("in"), len(root)) == ("3", 3)
    assert root[0].get("recipient") == rows[0]["recipient"]


def test_a_paused_channel_waits_and_goes_on(typed: Vaxel, one_document: Path) -> None:
    typed("init")
    typed("send", one_document, "--later")
    channel = json.loads(typed("status", "--json").stdout)
    assert channel["paused"] == []
    for name in ("kivra", "email", "sms", "print_house"):
        typed("pause", name)
    assert typed("pause", "kivra", "--drain").stdout == "kivra is drained.\n"
    assert json.loads(typed("status", "--json").stdout)["draining"] == ["kivra"]
    typed("pause", "kivra")
    held = json.loads(typed("status", "--json").stdout)["paused"]
    assert len(held) >= 3
    assert typed("worker", "--once").returncode == 0
    (standing,) = json.loads(typed("status", "last", "--json").stdout)["batches"]
    assert standing["waiting"] == 1
    assert "is paused" in standing["waits"][0]["reason"]
    assert "1 documents waited" in "".join(typed("pause", name, "--resume").stdout for name in held)
    assert typed("worker", "--once").returncode == 0
    assert "is paused" not in typed("status", "last").stdout


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("pause", "pigeon"), 'has no channel "pigeon"; its channels are'),
        (("status", "october.json"), 'the ledger has no batch "october.json"'),
        (("report", "last"), 'the ledger has no batch "last"'),
    ],
)
def test_what_is_not_there_gets_one_sentence(typed: Vaxel, words: tuple[str, ...], said: str) -> None:
    typed("init")
    done = typed(*words)
    assert done.returncode == 2
    assert said in " ".join(done.stderr.split())
    assert "Traceback" not in done.stderr


def test_an_empty_ledger_says_what_to_do(typed: Vaxel) -> None:
    typed("init")
    done = typed("status")
    assert done.returncode == 0
    assert "vaxel send" in done.stdout


def test_a_worker_that_is_told_to_end_ends_well(typed: Vaxel, tmp_path: Path) -> None:
    typed("init")
    worker = subprocess.Popen(
        [sys.executable, "-m", "vaxel", "worker"],
        cwd=tmp_path,
        stderr=subprocess.PIPE,
        text=True,
        env={**os.environ, "PYTHONUNBUFFERED": "1"},
    )
    assert worker.stderr is not None
    assert "handed over or final" in worker.stderr.readline()
    began = time.monotonic()
    worker.send_signal(signal.SIGTERM)
    _, rest = worker.communicate(timeout=60)
    assert worker.returncode == 0, rest
    assert time.monotonic() - began < 30
    assert "stopping after the hand-overs in hand" in rest
