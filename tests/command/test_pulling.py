"""Customer pages fetch what waits for them, signed; each account sees its own senders' documents and no others."""

import base64
import hashlib
import json
import tomllib
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

import httpx
import pytest
from tests.channels.conftest import LETTER, RECIPIENT

from vaxel import settings
from vaxel.pulling import desks
from vaxel.switch import Switch
from vaxel_channels.my_pages.pulling import signed_call
from vaxel_engine.artifact import Artifact, ArtifactKind
from vaxel_engine.errors import Misconfigured
from vaxel_engine.model import Document
from vaxel_simulators import MyPagesSimulator
from vaxel_simulators.listening import HttpServer
from vaxel_simulators.my_pages.pulling import Puller

OTHER = f"whsec_{base64.b64encode(b'the secret of the pages of solna').decode()}"
CONFIG = """
[sender.nordljus]
brand = "nordljus"
channels = ["my_pages"]

[sender.solna]
brand = "nordljus"
identifiers = ["5560000167"]
channels = ["my_pages"]

[sender.solna.channel.my_pages]
secret = "{other}"
pull = true

[channel.my_pages]
secret = "{secret}"
pull = true
"""


def made(
    document: Document, kinds: Collection[ArtifactKind], _link: str | None, _version: Mapping[str, str] | None
) -> Mapping[ArtifactKind, Artifact]:
    bodies = {ArtifactKind.MAILBOX_PDF: LETTER, ArtifactKind.CARD: json.dumps({"title": document.reference}).encode()}
    return {kind: Artifact(kind, bodies[kind]) for kind in kinds}


@dataclass
class Scene:
    """A switch whose pages pull, the desk that they come to, and the pages."""

    switch: Switch
    url: str
    pages: MyPagesSimulator
    folder: Path

    def send(self, *senders: str) -> None:
        letters = [
            {
                "kind": "message",
                "reference": f"{sender}-{number}",
                "sender": sender,
                "recipient": {**RECIPIENT, "customer_number": "104501"},
                "message": {"subject": "Hej", "body": "Ett brev."},
            }
            for number, sender in enumerate(senders)
        ]
        file = self.folder / f"{'-'.join(senders)}.json"
        file.write_text(json.dumps({"documents": letters}), encoding="utf-8")
        self.batch = self.switch.send(file)

    def status(self) -> list[str]:
        self.switch.work()
        return [str(line.status) for line in self.batch.report()]

    @property
    def puller(self) -> Puller:
        return Puller(self.pages, self.url)


@pytest.fixture
def scene(tmp_path: Path) -> Iterator[Scene]:
    with MyPagesSimulator() as pages:
        table = tomllib.loads(CONFIG.format(secret=pages.secret, other=OTHER))
        chosen = settings.parse(table, source=tmp_path / "vaxel.toml")
        with Switch(chosen, render=made) as switch:
            server = HttpServer(desks(chosen, switch.ledger), host="127.0.0.1", port=0, who="the desk")
            yield Scene(switch, server.url, pages, tmp_path)
            server.stop()


def test_what_waits_is_fetched_once_and_delivered_when_the_pages_show_it(scene: Scene) -> None:
    scene.send("nordljus", "nordljus")
    assert scene.status() == ["handed over", "handed over"]
    shown = scene.puller.pull()
    assert [one.key for one in scene.pages.documents()] == shown
    assert [one.value["reference"] for one in scene.pages.documents()] == ["nordljus-0", "nordljus-1"]
    assert scene.status() == ["delivered", "delivered"]
    assert scene.puller.pull() == []
    assert scene.puller.tell(shown[0], "opened") == 204
    assert scene.status() == ["read", "delivered"]


def test_an_account_sees_its_own_senders_documents_alone(scene: Scene) -> None:
    scene.send("nordljus", "solna", "5560000167")
    assert len(scene.puller.pull()) == 1
    assert scene.status() == ["delivered", "handed over", "handed over"]
    theirs = Puller(scene.pages, f"{scene.url}/sender/solna")
    assert theirs.call("GET", "/documents?after=").status_code == 401  # signed with another account's secret
    scene.pages.secret = OTHER
    keys = [one["id"] for one in theirs.call("GET", "/documents?after=").json()["documents"]]
    assert len(keys) == 2
    assert scene.puller.call("GET", f"/documents/{keys[0]}").status_code == 401
    assert theirs.pull() == keys
    assert scene.status() == ["delivered"] * 3


def test_what_was_taken_back_is_not_shown(scene: Scene) -> None:
    scene.send("nordljus")
    (key,) = [one["id"] for one in scene.puller.call("GET", "/documents?after=").json()["documents"]]
    fetched = scene.puller.call("GET", f"/documents/{key}")
    assert fetched.status_code == 200
    document = scene.switch.ledger.documents("nordljus-0")[0]
    assert scene.switch._dispatcher.cancel(document)  # pyright: ignore[reportPrivateUsage] - the verb is not there yet
    assert scene.puller.tell(key, "shown") == 410
    assert scene.puller.pull() == []
    assert scene.status() == ["cancelled"]


def test_a_call_that_is_not_signed_for_itself_learns_nothing(scene: Scene) -> None:
    scene.send("nordljus")
    key = base64.b64decode(scene.pages.secret.removeprefix("whsec_"))
    good = signed_call(key, "GET /documents?after=", b"", scene.pages.clock())
    wrong = [
        {},
        {**good, "webhook-signature": "v1,AAAA"},
        {**good, "webhook-id": hashlib.sha256(b"another").hexdigest()},
        {**good, "webhook-timestamp": str(int(good["webhook-timestamp"]) - 400)},
        signed_call(key, "GET /documents", b"", scene.pages.clock()),
        signed_call(b"k" * 32, "GET /documents?after=", b"", scene.pages.clock()),
    ]
    url = f"{scene.url}/documents?after="
    answers = [httpx.get(url, headers=one, trust_env=False) for one in wrong]
    assert {answer.status_code for answer in answers} == {401}
    assert {answer.json()["error"] for answer in answers} == {"unsigned"}
    assert httpx.get(url, headers=good, trust_env=False).status_code == 200


def test_a_call_that_the_interface_has_not_is_a_sentence(scene: Scene) -> None:
    nobody = f"/documents/{'0' * 64}"
    calls = [
        ("GET", nobody, b"", 404),
        ("GET", "/other", b"", 404),
        ("DELETE", nobody, b"", 405),
        ("POST", nobody, b'{"state": "shown"}', 404),
        ("POST", nobody, b"a" * 10_001, 413),
    ]
    for method, target, body, status in calls:
        answer = scene.puller.call(method, target, body)
        assert (answer.status_code, answer.json()["reason"].endswith(".")) == (status, True)


def test_a_state_that_the_interface_has_not_changes_nothing(scene: Scene) -> None:
    scene.send("nordljus")
    (one,) = scene.puller.call("GET", "/documents?after=").json()["documents"]
    assert scene.puller.tell(one["id"], "lost") == 422
    assert scene.status() == ["handed over"]


def test_pages_are_pushed_to_or_fetch_and_not_both(tmp_path: Path) -> None:
    for keys in ('base_url = "https://a.example"\npull = true', ""):
        table = tomllib.loads(f'[sender.a]\nbrand = "nordljus"\nchannels = ["my_pages"]\n[channel.my_pages]\n{keys}')
        table["channel"]["my_pages"]["secret"] = OTHER
        with pytest.raises(Misconfigured, match="`base_url` and `pull`"):
            Switch(settings.parse(table, source=tmp_path / "vaxel.toml"))


def test_where_nobody_pulls_the_desk_says_so(scene: Scene, tmp_path: Path) -> None:
    table = tomllib.loads('[sender.a]\nbrand = "nordljus"\nchannels = ["print"]\n[channel.print]\nfolder = "drop"\n')
    with pytest.raises(Misconfigured, match=r"no \[channel\.my_pages\] with `pull = true`"):
        desks(settings.parse(table, source=tmp_path / "vaxel.toml"), scene.switch.ledger)
