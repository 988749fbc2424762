"""The print house over SFTP: every promise of a channel, a pinned server, whole files only."""

import contextlib
import io
import os
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import paramiko
import pytest

from vaxel_channels import conformance
from vaxel_channels.conformance import Fault
from vaxel_channels.conformance_cancel import CANCEL_ROWS
from vaxel_channels.contract import CanBeAsked, Order
from vaxel_channels.print_house import PrintHouse, PrintHouseSettings
from vaxel_engine.errors import Misconfigured, OutcomeUnknown, Unreachable
from vaxel_ledger.states import Status
from vaxel_simulators import Fault as Scripted
from vaxel_simulators import PrintHouseSimulator

MakeSettings = Callable[..., PrintHouseSettings]
MakeOrder = Callable[..., Order]
FAULTS = {Fault.UNPLUGGED, Fault.WRONG_CREDENTIALS, Fault.SILENCE_BEFORE_ACCEPT, Fault.SILENCE_AFTER_ACCEPT}
ROWS = [*conformance.rows(FAULTS), *CANCEL_ROWS]
KILLS = 200 if os.environ.get("VAXEL_CAMPAIGN") == "full" else 4


@pytest.fixture
def simulator(tmp_path: Path) -> Iterator[PrintHouseSimulator]:
    """A print house with a server, that looks into its folder when it is told to."""
    with PrintHouseSimulator(tmp_path / "drop", poll=False, sftp=True) as running:
        yield running


@pytest.fixture
def make_settings(simulator: PrintHouseSimulator) -> MakeSettings:
    """Settings that fit the server; keywords change them."""

    def make(**changes: object) -> PrintHouseSettings:
        server = simulator.sftp
        value: dict[str, object] = {
            "host": server.host,
            "port": server.port,
            "host_key": server.host_key,
            "username": server.username,
            "password": server.password,
            "timeout_seconds": 5.0,
            **changes,
        }
        return PrintHouseSettings(**value)  # type: ignore[arg-type]  # the names are the fields'

    return make


@pytest.fixture
def print_house(make_settings: MakeSettings) -> Iterator[PrintHouse]:
    """The channel to the server."""
    with contextlib.closing(PrintHouse(make_settings())) as channel:
        yield channel


class SftpHarness:
    """The channel, orders for it, and a print house that looks when something is asked of it."""

    retry_after = None

    def __init__(
        self,
        simulator: PrintHouseSimulator,
        make_settings: MakeSettings,
        make_order: MakeOrder,
        private_words: list[str],
        open_until_the_end: contextlib.ExitStack,
    ) -> None:
        self.simulator, self.make_settings, self.make_order = simulator, make_settings, make_order
        self.current, self.stack = make_settings(), open_until_the_end
        self.secrets = [simulator.sftp.password, *private_words]

    def settings(self) -> PrintHouseSettings:
        return self.current

    def channel(self) -> PrintHouse:
        return self.stack.enter_context(contextlib.closing(PrintHouse(self.current)))

    def order(self, *, refused: bool = False) -> Order:
        return self.make_order()

    def script(self, fault: Fault) -> None:
        match fault:
            case Fault.UNPLUGGED:
                self.simulator.sftp.stop()
            case Fault.WRONG_CREDENTIALS:
                self.current = self.make_settings(password="not the password")
            case Fault.SILENCE_BEFORE_ACCEPT:
                self.simulator.script(Scripted.SILENCE_BEFORE_ACCEPT, call="sftp")
            case _:
                self.simulator.script(Scripted.SILENCE_AFTER_ACCEPT, call="sftp")

    def arrivals(self) -> Sequence[bytes]:
        self.simulator.scan()
        assert self.simulator.refused() == []
        return [arrival.body for arrival in self.simulator.arrivals() if arrival.delivered]


@pytest.fixture
def harness(
    simulator: PrintHouseSimulator, make_settings: MakeSettings, make_order: MakeOrder, private_words: list[str]
) -> Iterator[SftpHarness]:
    with contextlib.ExitStack() as stack:
        yield SftpHarness(simulator, make_settings, make_order, private_words, stack)


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row.__name__)
def test_keeps_the_promise(row: conformance.Row, harness: SftpHarness) -> None:
    row(harness)


def test_a_job_is_posted_and_its_answers_come_back_over_the_same_connection(
    print_house: PrintHouse, make_order: MakeOrder, simulator: PrintHouseSimulator
) -> None:
    order = make_order()
    receipt = print_house.send(print_house.prepare(order))
    assert list(print_house.collect()) == []
    simulator.scan()
    simulator.return_letter(order.key, "moved")
    reports = list(print_house.collect())
    assert receipt.status is Status.HANDED_OVER
    assert [(report.key, report.status) for report in reports] == [
        (order.key, Status.DELIVERED),
        (order.key, Status.FAILED),
    ]
    assert reports[1].reason == "The letter came back: the recipient has moved."


def test_a_cut_in_the_middle_of_a_file_leaves_no_job_and_the_next_try_completes_it(
    print_house: PrintHouse, make_order: MakeOrder, simulator: PrintHouseSimulator
) -> None:
    for number in range(KILLS):
        consignment = print_house.prepare(make_order(reference=f"R{number}"))
        simulator.script(Scripted.RESET_MID_ANSWER, call="sftp upload")
        with pytest.raises(Unreachable, match="nothing was handed over"):
            print_house.send(consignment)
        whole = {path.name for path in simulator.drop_folder.iterdir() if path.is_file() and path.suffix != ".part"}
        assert whole == set()
        print_house.send(consignment)
        assert simulator.scan() == 1
    assert len(simulator.posted()) == KILLS
    assert simulator.refused() == []


@pytest.mark.parametrize(("fault", "arrived"), [("SILENCE_AFTER_ACCEPT", True), ("SILENCE_BEFORE_ACCEPT", False)])
def test_what_became_of_a_manifest_whose_answer_was_lost_can_be_asked(
    print_house: PrintHouse, make_order: MakeOrder, simulator: PrintHouseSimulator, fault: str, arrived: bool
) -> None:
    consignment = print_house.prepare(make_order())
    simulator.script(Scripted[fault], call="sftp")
    with pytest.raises(OutcomeUnknown, match="while the manifest of consignment"):
        print_house.send(consignment)
    assert isinstance(print_house, CanBeAsked)
    asked = print_house.ask(consignment)
    assert (asked is not None) == arrived


def test_a_server_with_another_key_gets_nothing(
    make_settings: MakeSettings, make_order: MakeOrder, simulator: PrintHouseSimulator
) -> None:
    other = paramiko.ECDSAKey.generate()
    channel = PrintHouse(make_settings(host_key=f"{other.get_name()} {other.get_base64()}"))
    with pytest.raises(Unreachable, match="its host key is not `host_key`"):
        channel.send(channel.prepare(make_order()))
    channel.close()
    assert [path for path in simulator.drop_folder.iterdir() if path.is_file()] == []


def test_a_key_lets_in_as_well_as_a_password(
    make_settings: MakeSettings, make_order: MakeOrder, simulator: PrintHouseSimulator
) -> None:
    key, pem = paramiko.ECDSAKey.generate(), io.StringIO()
    key.write_private_key(pem)
    simulator.sftp.authorised_key = f"{key.get_name()} {key.get_base64()}"
    channel = PrintHouse(make_settings(password=None, private_key=pem.getvalue()))
    channel.send(channel.prepare(make_order()))
    channel.close()
    assert simulator.scan() == 1


def test_a_directory_that_is_not_there_is_told_and_nothing_is_handed_over(
    make_settings: MakeSettings, make_order: MakeOrder
) -> None:
    channel = PrintHouse(make_settings(directory="elsewhere"))
    with pytest.raises(Unreachable, match="check `host`, `port`, `directory`"):
        channel.send(channel.prepare(make_order()))
    channel.close()


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"folder": Path("drop")}, "not one of `folder` and `host`"),
        ({"host_key": ""}, "lacks `host_key`"),
        ({"password": None}, "not one way in"),
        ({"username": ""}, "not one way in"),
        ({"port": 0}, "`port` is no port"),
        ({"weight_steps": (50, 20)}, "`weight_steps` does not rise"),
        ({"paper_gsm": 0}, "a weight below nothing"),
    ],
)
def test_settings_that_contradict_themselves_are_named(
    make_settings: MakeSettings, changes: dict[str, object], sentence: str
) -> None:
    with pytest.raises(Misconfigured, match=sentence):
        make_settings(**changes)


def test_a_private_key_that_is_none_is_named_and_not_shown(make_settings: MakeSettings) -> None:
    with pytest.raises(
        Misconfigured, match=r"`private_key` is no private key of OpenSSH or PEM without a passphrase\.$"
    ):
        PrintHouse(make_settings(password=None, private_key="hush"))
