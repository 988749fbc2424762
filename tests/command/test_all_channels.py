"""`vaxel demo --all-channels`: every channel carries a document, and its recipient's page shows it."""

from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
from tests.command.test_demo import unseen

from vaxel.demo import Demo, every_channel_name
from vaxel.ledger_outputs import LedgerOutput

HTTP = httpx.Client(verify=False, trust_env=False)  # noqa: S501 - loopback without TLS; loading certificates takes longer
SHOWS = {
    "kivra": "Faktura 26110201",
    "digipost": "Invoice 26110205",
    "my_pages": "NL-ALL-MY-PAGES",
    "email": "elin.forsberg@example.se",
    "sms": "+46701740605",
    "print": "/letterbox/0",
    "chat": "@104501",
    "cloud_folder": "/drive/104501/",
}
"""What the page of each channel's recipients says of the document that came this way."""


@pytest.fixture(scope="module")
def ran(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Demo, LedgerOutput]]:
    with Demo(tmp_path_factory.mktemp("demo") / "out", every_channel=True) as demo:
        demo.send(unseen)
        yield demo, demo.receive()


def test_every_channel_that_there_is_carried_one(ran: tuple[Demo, LedgerOutput]) -> None:
    demo, output = ran
    carried = demo.carried(output)
    assert {line.channel for line in carried} == set(every_channel_name()) == set(SHOWS)
    assert {line.status for line in carried} == {"delivered"}
    assert output.closes


@pytest.mark.parametrize("channel", SHOWS)
def test_its_recipients_page_shows_it(ran: tuple[Demo, LedgerOutput], channel: str) -> None:
    demo, output = ran
    (line,) = [line for line in demo.carried(output) if line.channel == channel]
    assert SHOWS[channel] in HTTP.get(line.page).text


def test_the_configuration_it_leaves_names_every_channel(ran: tuple[Demo, LedgerOutput]) -> None:
    text = (ran[0].out / "vaxel.toml").read_text(encoding="utf-8")
    assert [name for name in every_channel_name() if f"[channel.{name}]" not in text] == []


def test_its_samples_are_one_document_for_each_channel() -> None:
    folder = Path(__file__).parents[2] / "samples"
    assert "channels/every-channel.json" in (folder / "README.md").read_text(encoding="utf-8")
