"""`vaxel webhooks`, as an operator types it, with a worker that tells a receiver on this machine."""

import json
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest
from jsonschema import Draft202012Validator
from tests.channels.webhooks.receiver import Receiver

Vaxel = Callable[..., subprocess.CompletedProcess[str]]
SETTINGS = """
[sender.nordljus]
brand = "nordljus"
channels = ["email"]

[channel.email]
host = "127.0.0.1"
port = 1
security = "none"
domain = "nordljus.example"

[webhooks]
allow_loopback = true
"""


def test_a_worker_tells_an_address_what_happened_and_the_log_says_so(
    typed: Vaxel, one_document: Path, tmp_path: Path
) -> None:
    (tmp_path / "vaxel.toml").write_text(SETTINGS, encoding="utf-8")
    schema = json.loads(typed("schema", "--output", "webhooks").stdout)
    with Receiver() as receiver:
        made = json.loads(typed("webhooks", "add", receiver.url, "--type", "document.accepted", "--json").stdout)
        Draft202012Validator(schema).validate(made)  # pyright: ignore[reportUnknownMemberType]
        webhook = made["webhooks"][0]["webhook"]
        typed("send", one_document, "--later")
        assert typed("worker", "--once").returncode == 0
        (message,) = receiver.judged(made["secret"])
        assert message["type"] == "document.accepted"
        typed("webhooks", "try", webhook)
        typed("webhooks", "replay", webhook, "--message", receiver.ids[0])
        typed("worker", "--once")
        assert sorted(receiver.ids[1:])[0] == receiver.ids[0]
        assert "taken, with status 204" in typed("webhooks", "log", webhook).stdout
        assert typed("webhooks", "rotate", webhook).stdout.startswith("whsec_")
    listed = json.loads(typed("webhooks", "list", "--json").stdout)
    assert (listed["webhooks"][0]["delivered"], listed["secret"]) == (2, None)
    typed("webhooks", "disable", webhook)
    assert f"the webhook {webhook}" in typed("status").stdout
    assert "a person stopped it" in " ".join(typed("webhooks", "list").stdout.split())
    assert "goes on" in typed("webhooks", "enable", webhook).stdout
    assert "is gone" in typed("webhooks", "remove", webhook).stdout
    assert "`vaxel webhooks add URL`" in typed("webhooks", "list").stdout


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("add", "https://10.0.0.1/"), "leads to 10.0.0.1, which is not a public address"),
        (("add", "https://93.184.215.14/", "--sender", "nobody"), 'has no sender "nobody"'),
        (("add", "https://93.184.215.14/", "--type", "document.fialed"), "did you mean document.failed?"),
        (("log", "ep1"), 'there is no webhook "ep1"'),
        (("replay", "ep1"), "either --message ID or --after NUMBER"),
    ],
)
def test_what_cannot_be_done_gets_one_sentence(typed: Vaxel, tmp_path: Path, words: tuple[str, ...], said: str) -> None:
    (tmp_path / "vaxel.toml").write_text(SETTINGS, encoding="utf-8")
    done = typed("webhooks", *words)
    assert done.returncode == 2
    assert said in " ".join(done.stderr.split())
