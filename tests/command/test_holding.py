"""`vaxel hold`, `release` and `cancel`, as an operator types them."""

import json
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest
from jsonschema import Draft202012Validator

Vaxel = Callable[..., subprocess.CompletedProcess[str]]


def test_a_batch_is_held_released_and_cancelled_by_its_name(typed: Vaxel, one_document: Path) -> None:
    typed("init")
    sent = typed("send", one_document, "--hold")
    assert sent.returncode == 0
    assert "Nothing of it leaves until `vaxel release" in sent.stdout
    assert "held when it was sent" in " ".join(typed("status", "last").stdout.split())
    assert "held" in typed("status").stdout
    assert "1 document released." in typed("release", "one.json").stdout
    assert "nothing of it was held." in typed("release", "last").stdout
    reference = json.loads(one_document.read_text(encoding="utf-8"))["reference"]
    held = json.loads(typed("hold", reference, "--why", "the customer called", "--json").stdout)
    schema = json.loads(typed("schema", "--output", "hold").stdout)
    Draft202012Validator(schema).validate(held)  # pyright: ignore[reportUnknownMemberType]
    (batch,) = json.loads(typed("status", "last", "--json").stdout)["batches"]
    assert (batch["held"], batch["waits"][0]["reason"]) == (None, "held by a person: the customer called")
    assert "1 document cancelled." in typed("cancel", held["target"].removeprefix("document ")).stdout
    assert json.loads(typed("report", "last", "--json").stdout)["documents"][0]["status"] == "cancelled"


def test_a_senders_documents_are_held_by_its_setting(typed: Vaxel, one_document: Path, tmp_path: Path) -> None:
    typed("init")
    toml = tmp_path / "vaxel.toml"
    toml.write_text(toml.read_text(encoding="utf-8").replace("[sender.nordljus]", "[sender.nordljus]\nhold = true"))
    typed("send", one_document, "--later")
    assert "its sender's documents are held" in " ".join(typed("status", "last").stdout.split())
    assert "1 document released." in typed("release", "last").stdout


@pytest.mark.parametrize("verb", ["hold", "release", "cancel"])
def test_what_is_not_there_gets_one_sentence(typed: Vaxel, verb: str) -> None:
    typed("init")
    done = typed(verb, "october.json")
    assert done.returncode == 2
    assert 'no batch and no document "october.json"' in " ".join(done.stderr.split())
