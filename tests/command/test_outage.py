"""A worker whose PostgreSQL goes away for a minute in the middle of its work; `VAXEL_CAMPAIGN=full`."""

import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable
from pathlib import Path

import pytest

from vaxel_simulators import MailSimulator

SCRIPT = Path(__file__).parents[2] / "scripts/postgresql"
AWAY = 60.0
DOCUMENTS = 30
PATIENCE = 180.0

pytestmark = pytest.mark.skipif(os.environ.get("VAXEL_CAMPAIGN") != "full", reason="two minutes; VAXEL_CAMPAIGN=full")


def postgresql(verb: str, folder: Path, *port: str) -> str:
    done = subprocess.run([SCRIPT, verb, folder, *port], capture_output=True, text=True, check=False, timeout=60)
    if done.returncode == 2:
        pytest.skip(done.stderr)
    return done.stdout.strip()


def wait_for(what: Callable[[], bool]) -> None:
    until = time.monotonic() + PATIENCE
    while not what():
        assert time.monotonic() < until, "it did not come about"
        time.sleep(0.1)


def config(folder: Path, url: str, mail: MailSimulator) -> Path:
    file = folder / "vaxel.toml"
    file.write_text(
        f"""
[ledger]
url = "{url}"
[sender.nordljus]
brand = "nordljus"
channels = ["email"]
[channel.email]
host = "127.0.0.1"
port = {mail.port}
domain = "nordljus.example"
security = "none"
[confirmation_seconds]
email = 1
"""
    )
    return file


def message(n: int) -> dict[str, object]:
    return {
        "kind": "message",
        "reference": f"M-{n:03d}",
        "sender": "nordljus",
        "recipient": {"name": "Elin Forsberg", "email": f"r{n:03d}@example.se"},
        "message": {"subject": "Hej", "body": "Ett brev."},
    }


def test_a_minute_without_postgresql_loses_and_doubles_nothing(tmp_path: Path) -> None:
    folder = Path(tempfile.mkdtemp(prefix="vaxel-outage-"))  # where its own user may go, unlike `tmp_path`
    url = postgresql("start", folder)
    port = url.rsplit(":", 1)[1].partition("/")[0]
    file = tmp_path / "messages.json"
    file.write_text(json.dumps([message(n) for n in range(DOCUMENTS)]))
    vaxel = [sys.executable, "-m", "vaxel"]
    try:
        with MailSimulator() as mail:
            told = config(tmp_path, url, mail)
            subprocess.run([*vaxel, "send", file, "--later", "--config", told], check=True, timeout=60)
            with subprocess.Popen([*vaxel, "worker", "--config", told], stderr=subprocess.PIPE, text=True) as worker:
                wait_for(lambda: len(mail.mails()) >= 5)
                postgresql("stop", folder)
                time.sleep(AWAY)
                during = len(mail.mails())
                postgresql("start", folder, port)
                wait_for(lambda: len(mail.mails()) >= DOCUMENTS)
                time.sleep(5)
                worker.terminate()
                _, words = worker.communicate(timeout=60)
            report = subprocess.run(
                [*vaxel, "report", "last", "--format", "json", "--config", told],
                check=True, capture_output=True, text=True, timeout=60,
            ).stdout  # fmt: skip
    finally:
        postgresql("stop", folder)
        shutil.rmtree(folder)
    assert during < DOCUMENTS
    assert "trying again" in words
    assert {one["status"] for one in json.loads(report)["documents"]} == {"delivered"}
    assert set(Counter(one.recipients for one in mail.mails()).values()) == {1}
