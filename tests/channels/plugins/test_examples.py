"""The two examples of a channel of one's own are found by their entry points and pass the suite."""

import contextlib
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

import pytest

from vaxel.plug_ins import example_channels
from vaxel_channels import conformance
from vaxel_channels.conformance import Fault
from vaxel_channels.contract import Channel, Order
from vaxel_channels.registry import channel_kind, open_channels
from vaxel_channels.settings import Mode
from vaxel_engine.errors import Misconfigured, Refused
from vaxel_simulators import Fault as Scripted
from vaxel_simulators.chat import ChatSimulator

EXAMPLES = Path(__file__).parents[3] / "docs" / "examples"
CHAT_FAULTS = {
    Fault.SILENCE_BEFORE_ACCEPT: Scripted.SILENCE_BEFORE_ACCEPT,
    Fault.SILENCE_AFTER_ACCEPT: Scripted.SILENCE_AFTER_ACCEPT,
    Fault.HALF_AN_ANSWER: Scripted.RESET_MID_ANSWER,
    Fault.COME_AGAIN: Scripted.TOO_MANY_REQUESTS,
    Fault.SERVER_ERROR: Scripted.SERVER_ERROR_AFTER_ACCEPT,
    Fault.HTML_ANSWER: Scripted.HTML_ANSWER,
}


@pytest.fixture(autouse=True)
def _installed(tmp_path: Path) -> Iterator[None]:
    """Both examples, as pip would leave them: their module, and the entry points of their pyproject.toml."""
    with example_channels(tmp_path / "site"):
        yield


class Harness:
    """What both examples have in common."""

    retry_after: float | None = None

    def __init__(
        self, name: str, table: dict[str, object], make_order: Callable[..., Order], private_words: list[str]
    ) -> None:
        self.name, self.table, self.make_order = name, table, make_order
        self.secrets = [*private_words, *(str(table[key]) for key in table if key == "token")]
        self.open = contextlib.ExitStack()

    def settings(self) -> object:
        return channel_kind(self.name).read(self.table, Mode.LIVE)

    def channel(self) -> Channel:
        return self.open.enter_context(
            contextlib.closing(open_channels({self.name: self.table}, mode="sandbox")[self.name])
        )

    def order(self, *, refused: bool = False) -> Order:
        return self.make_order(recipient={"customer_number": "999999" if refused else "104501"})


class CloudHarness(Harness):
    @property
    def folder(self) -> Path:
        return Path(str(self.table["folder"]))

    def script(self, fault: Fault) -> None:
        assert fault is Fault.UNPLUGGED
        self.folder.rename(self.folder.with_name("unmounted"))

    def arrivals(self) -> Sequence[bytes]:
        return [path.read_bytes() for path in self.folder.glob("*/*.pdf")]


class ChatHarness(Harness):
    retry_after = 2.0

    def __init__(self, simulator: ChatSimulator, *more: Any) -> None:
        super().__init__(*more)
        self.simulator = simulator

    def script(self, fault: Fault) -> None:
        match fault:
            case Fault.UNPLUGGED:
                self.simulator.stop()
            case Fault.WRONG_CREDENTIALS:
                self.table = {**self.table, "token": "another"}
            case _:
                self.simulator.script(CHAT_FAULTS[fault])

    def arrivals(self) -> Sequence[bytes]:
        return [arrival.body for arrival in self.simulator.arrivals()]


@pytest.fixture
def cloud(tmp_path: Path, make_order: Callable[..., Order], private_words: list[str]) -> Iterator[CloudHarness]:
    folder = tmp_path / "cloud"
    folder.mkdir()
    harness = CloudHarness("cloud_folder", {"folder": folder}, make_order, private_words)
    with harness.open:
        yield harness


@pytest.fixture
def chat(make_order: Callable[..., Order], private_words: list[str]) -> Iterator[ChatHarness]:
    with ChatSimulator() as simulator:
        table: dict[str, object] = {"base_url": simulator.url, "token": simulator.token}
        harness = ChatHarness(simulator, "chat", table, make_order, private_words)
        with harness.open:
            yield harness


@pytest.mark.parametrize("row", conformance.rows({Fault.UNPLUGGED}), ids=lambda row: row.__name__)
def test_the_cloud_folder_keeps_the_promise(row: conformance.Row, cloud: CloudHarness) -> None:
    row(cloud)


@pytest.mark.parametrize(
    "row",
    conformance.rows({*CHAT_FAULTS, Fault.UNPLUGGED, Fault.WRONG_CREDENTIALS, Fault.REFUSES_RECIPIENT}),
    ids=lambda row: row.__name__,
)
def test_the_chat_keeps_the_promise(row: conformance.Row, chat: ChatHarness) -> None:
    row(chat)


def test_the_chat_shows_the_words_with_their_link(chat: ChatHarness) -> None:
    channel = chat.channel()
    channel.send(channel.prepare(chat.order()))
    (said,) = chat.simulator.messages()
    assert (said.channel, "https://nordljus.example/d/abc" in said.text) == ("@104501", True)


@pytest.mark.parametrize("customer", [None, "../../etc"])
def test_a_customer_that_is_no_name_of_a_folder_is_refused(cloud: CloudHarness, customer: str | None) -> None:
    with pytest.raises(Refused, match="no customer number"):
        cloud.channel().prepare(cloud.make_order(recipient={"customer_number": customer}))


def test_an_example_is_told_apart_from_a_mistyped_name() -> None:
    with pytest.raises(Misconfigured, match="did you mean chat"):
        channel_kind("chatt")


@pytest.mark.parametrize("example", ["cloud_folder", "chat"])
def test_an_example_is_short_enough_to_teach(example: str) -> None:
    text = (EXAMPLES / example / f"{example}.py").read_text(encoding="utf-8")
    body = text[text.index("class ") :]
    assert len([line for line in body.splitlines() if line.strip()]) <= 60
