"""`vaxel serve`, its keys and the example with curl, as an operator and a billing system type them."""

import csv
import json
import os
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

Vaxel = Callable[..., "subprocess.CompletedProcess[str]"]
SCRIPT = Path(__file__).parents[2] / "docs/examples/curl/bill.sh"


def test_the_curl_example_renders_sends_and_fetches_the_report(
    typed: Vaxel, one_document: Path, tmp_path: Path
) -> None:
    typed("init")
    made = json.loads(typed("keys", "create", "nordljus", "--name", "billing", "--days", "30", "--json").stdout)
    with subprocess.Popen(
        [sys.executable, "-m", "vaxel", "serve", "--port", "0"],
        cwd=tmp_path,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    ) as server:
        assert server.stdout is not None
        known = {**os.environ, "VAXEL_URL": server.stdout.readline().strip(), "VAXEL_KEY": made["secret"]}
        words = ["sh", str(SCRIPT), str(one_document), str(tmp_path / "out")]
        once = {**known, "VAXEL_TRIES": "0"}
        sent = subprocess.run(words, env=once, capture_output=True, text=True, timeout=120, check=False)
        assert sent.returncode == 0, sent.stdout + sent.stderr
        assert typed("worker", "--once").returncode == 0
        again = subprocess.run(words, env=once, capture_output=True, text=True, timeout=120, check=False)
        server.send_signal(signal.SIGTERM)
        assert server.wait(60) == 0
    assert again.stdout == sent.stdout  # the same batch
    assert (tmp_path / "out/proof.pdf").read_bytes().startswith(b"%PDF-")
    (row,) = csv.DictReader((tmp_path / "out/report.csv").read_text(encoding="utf-8").splitlines())
    assert row["status"] in ("delivered", "handed over")
    told = [json.loads(line) for line in typed("events", "--json").stdout.splitlines()]
    fetched = json.loads((tmp_path / "out/events.json").read_text(encoding="utf-8"))["events"]
    assert [(one["seq"], one["kind"]) for one in told] == [(one["seq"], one["kind"]) for one in fetched]
    assert told[0]["kind"] == "receiving"


def test_keys_are_listed_without_their_secret_and_revoked(typed: Vaxel) -> None:
    typed("init")
    text = typed("keys", "create", "nordljus").stdout.strip()
    key = text.split("_")[1]
    assert "opens nothing any more" in typed("keys", "revoke", key).stdout
    (line,) = json.loads(typed("keys", "list", "--json").stdout)["keys"]
    assert (line["key"], line["state"], line["sender"]) == (key, "revoked", "nordljus")
    assert text.split("_", 2)[2] not in typed("keys", "list").stdout


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("keys", "create", "nobody"), 'has no sender "nobody"; its senders are nordljus'),
        (("keys", "revoke", "abc"), 'there is no key "abc"'),
        (("serve", "--host", "192.0.2.1", "--port", "0"), "192.0.2.1:0 cannot be listened on"),
    ],
)
def test_what_cannot_be_done_gets_one_sentence(typed: Vaxel, words: tuple[str, ...], said: str) -> None:
    typed("init")
    done = typed(*words)
    assert done.returncode == 2
    assert said in " ".join(done.stderr.split())
    assert "Traceback" not in done.stderr
