"""Two senders in one `vaxel.toml`, each with its own SMS gateway and its own print house."""

import json
import tomllib
from collections.abc import Collection, Mapping
from pathlib import Path

import pytest
from tests.channels.conftest import LETTER, RECIPIENT

from vaxel import settings
from vaxel.switch import Switch
from vaxel_engine.artifact import Artifact, ArtifactKind
from vaxel_engine.errors import Misconfigured
from vaxel_engine.model import Document
from vaxel_simulators import ElksSimulator, LinkMobilitySimulator

CONFIG = """
[link]
base = "http://127.0.0.1:9/"

[sender.nordljus]
brand = "nordljus"
channels = ["sms", "print"]

[sender.solna]
brand = "nordljus"
identifiers = ["5560000167"]
channels = ["sms", "print"]

[sender.solna.channel.sms]
provider = "link_mobility"
base_url = "{link.url}"
username = "{link.username}"
password = "{link.password}"
platform_id = "{link.platform_id}"
platform_partner_id = "{link.platform_partner_id}"
sender_name = "Solna"

[sender.solna.channel.print]
folder = "solna-drop"

[channel.sms]
base_url = "{elks.url}"
username = "{elks.username}"
password = "{elks.password}"
sender_name = "Nordljus"

[channel.print]
folder = "drop"
"""


def made(
    document: Document, kinds: Collection[ArtifactKind], _link: str | None, _version: Mapping[str, str] | None
) -> Mapping[ArtifactKind, Artifact]:
    bodies = {ArtifactKind.SMS: b"Ditt brev", ArtifactKind.PRINT_PDF: LETTER}
    return {kind: Artifact(kind, bodies.get(kind, b"<!doctype html>")) for kind in kinds}


def letters() -> str:
    def one(sender: str, number: int, **recipient: object) -> dict[str, object]:
        return {
            "kind": "message",
            "reference": f"{sender}-{number}",
            "sender": sender,
            "recipient": {**RECIPIENT, "national_id": None, **recipient},
            "message": {"subject": "Hej", "body": "Ett brev."},
        }

    senders = ("nordljus", "solna", "5560000167")
    documents = [one(sender, 1) for sender in senders] + [one(sender, 2, mobile=None) for sender in senders]
    return json.dumps({"documents": documents})


def test_each_sender_has_its_own_gateway_and_its_own_print_house(tmp_path: Path) -> None:
    with ElksSimulator() as elks, LinkMobilitySimulator() as link:
        table = tomllib.loads(CONFIG.format(elks=elks, link=link))
        chosen = settings.parse(table, source=tmp_path / "vaxel.toml")
        file = tmp_path / "letters.json"
        file.write_text(letters(), encoding="utf-8")
        for folder in ("drop", "solna-drop"):
            (tmp_path / folder).mkdir()
        with Switch(chosen, render=made) as switch:
            batch = switch.send(file)
            assert batch.counts().waiting == 6, batch.report()
        assert [len(elks.arrivals()), len(link.arrivals())] == [1, 2]
    assert [len(list((tmp_path / folder).glob("**/*.pdf"))) for folder in ("drop", "solna-drop")] == [1, 2]


def test_an_account_that_its_sender_does_not_use_is_a_mistake(tmp_path: Path) -> None:
    table = tomllib.loads('[sender.a]\nbrand = "nordljus"\nchannels = ["print"]\n[sender.a.channel]\nsms = {}\n')
    table["channel"] = {"print": {"folder": "drop"}}
    with pytest.raises(Misconfigured, match=r"sender\.a\.channel\.sms: the sender does not use this channel"):
        settings.parse(table, source=tmp_path / "vaxel.toml")


def test_a_mistake_in_an_account_names_its_sender(tmp_path: Path) -> None:
    table = tomllib.loads('[sender.a]\nbrand = "nordljus"\nchannels = ["print"]\n')
    table["sender"]["a"]["channel"] = {"print": {"flder": "drop"}}
    chosen = settings.parse(table, source=tmp_path / "vaxel.toml")
    with pytest.raises(Misconfigured, match=r"sender\.a: \[channel\.print\] has an unknown key `flder`"):
        Switch(chosen)
