"""What a billing run can get wrong: nothing moves that should not, and the sentence says what to do."""

import json
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from vaxel import settings
from vaxel.stand_ins import StandIns
from vaxel_channels.contract import Report
from vaxel_engine.errors import Misconfigured
from vaxel_ledger import Ledger
from vaxel_ledger.states import Status

Vaxel = Callable[..., subprocess.CompletedProcess[str]]
SAMPLES = Path(__file__).parents[2] / "samples"


def standing(typed: Vaxel) -> dict[str, object]:
    (batch,) = json.loads(typed("status", "last", "--json").stdout)["batches"]
    found: dict[str, object] = batch
    return found


def test_a_batch_whose_totals_differ_is_held_whole(typed: Vaxel, one_document: Path) -> None:
    typed("init")
    sent = typed("send", one_document, "--later", "--control-documents", "2", "--control-sum", "SEK=1.00")
    said = " ".join(sent.stderr.split())
    assert sent.returncode == 1
    assert "2 documents announced and 1 came in; 1.00 SEK announced and" in said
    assert "--despite-totals` lets it go" in said
    assert typed("worker", "--once").returncode == 0
    assert standing(typed)["waiting"] == 1
    assert "nothing was released" in " ".join(typed("release", "last").stderr.split())
    assert "1 document released" in typed("release", "last", "--despite-totals").stdout


def test_totals_that_are_none_are_refused_before_anything_is_taken_in(typed: Vaxel, one_document: Path) -> None:
    typed("init")
    for words in (("--control-documents", "many"), ("--control-sum", "1250")):
        sent = typed("send", one_document, *words)
        assert (sent.returncode, "what was stated beside the file" in sent.stderr) == (2, True)
    assert json.loads(typed("status", "--json").stdout)["batches"] == []


def test_a_batch_in_which_every_record_is_broken_closes_with_a_reason_each(typed: Vaxel, tmp_path: Path) -> None:
    typed("init")
    documents = json.loads((SAMPLES / "november.json").read_text(encoding="utf-8"))["documents"][:3]
    for document in documents:
        document["kind"] = "parcel"
    (tmp_path / "broken.json").write_text(json.dumps({"documents": documents}), encoding="utf-8")
    sent = typed("send", "broken.json", "--later")
    assert (sent.returncode, "0 wait, 3 rejected" in sent.stdout) == (1, True)
    assert typed("worker", "--once").returncode == 0
    batch = standing(typed)
    assert (batch["in"], batch["rejected"], batch["waiting"], batch["state"]) == (3, 3, 0, "done")
    reasons = [one["reason"] for one in json.loads(typed("report", "last", "--json").stdout)["documents"]]
    assert [f"record {number}" in reason for number, reason in enumerate(reasons, start=1)] == [True] * 3


def test_a_report_of_an_unknown_document_is_kept_and_shown(typed: Vaxel, tmp_path: Path) -> None:
    typed("init")
    place = settings.load(tmp_path / "vaxel.toml").ledger
    with Ledger.open(place.url, store=place.artifacts, tenant_key=place.tenant_key) as ledger:
        assert ledger.receive([Report("kivra", "r1", Status.DELIVERED, reference="not-ours", raw=b"{}")]) == 1
        with ledger.writing() as connection:
            connection.exec_driver_sql("UPDATE receipt_inbox SET received_at = '2026-11-01T00:00:00.000000Z'")
    said = " ".join(typed("status").stdout.split())
    assert "1 report of kivra names no document of this ledger, the newest of 2026-11-01" in said
    assert "they are kept" in said


def test_two_processes_do_not_each_hold_the_stand_ins(typed: Vaxel, tmp_path: Path) -> None:
    typed("init")
    chosen = settings.load(tmp_path / "vaxel.toml")
    place = chosen.ledger
    with (
        Ledger.open(place.url, store=place.artifacts, tenant_key=place.tenant_key) as ledger,
        StandIns(chosen, ledger),
        pytest.raises(Misconfigured, match="another process holds the stand-ins"),
    ):
        StandIns(chosen, ledger)
