"""All simulators stand in one street, start and stop cleanly, and say in one sentence when a port is busy."""

import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import httpx
import pytest

from vaxel_simulators import (
    ElksSimulator,
    KivraSimulator,
    MailSimulator,
    PrintHouseSimulator,
    SimulatorError,
    Street,
)
from vaxel_simulators.listening import bind

ON_PORT: dict[str, Callable[[int], KivraSimulator | ElksSimulator | MailSimulator | PrintHouseSimulator]] = {
    "kivra": lambda port: KivraSimulator(port=port),
    "elks": lambda port: ElksSimulator(port=port),
    "mail": lambda port: MailSimulator(port=port),
    "mail page": lambda port: MailSimulator(page_port=port),
    "print house page": lambda port: PrintHouseSimulator(page_port=port),
}


@pytest.fixture
def taken_port() -> Iterator[int]:
    with bind("127.0.0.1", 0, "The test") as listener:
        yield int(listener.getsockname()[1])


def test_the_hub_leads_to_every_view_and_back(tmp_path: Path) -> None:
    with Street(tmp_path) as street:
        hub = httpx.get(street.page_url, trust_env=False)
        simulators = (
            street.kivra,
            street.digipost,
            street.my_pages,
            street.bankid,
            street.elks,
            street.mail,
            street.print_house,
            street.chat,
            street.cloud_drive,
        )
        for simulator in simulators:
            assert simulator.page_url in hub.text
            assert street.page_url in httpx.get(simulator.page_url, trust_env=False).text
        assert street.print_house.drop_folder == tmp_path / "print-house"
        assert {simulator.page_url.split(":")[1] for simulator in simulators} == {"//127.0.0.1"}
        assert (street.mail.host, street.mail.port > 0) == ("127.0.0.1", True)


def test_the_street_stops_within_a_second_and_frees_everything() -> None:
    before = threading.active_count()
    street = Street().start()
    ports = [street.kivra.port, street.elks.port, street.mail.port]
    folder = street.print_house.drop_folder
    began = time.monotonic()
    street.stop()
    assert time.monotonic() - began < 1
    assert threading.active_count() <= before
    assert not folder.exists()
    for port in ports:
        bind("127.0.0.1", port, "The test").close()


def test_a_slow_answer_does_not_hold_up_the_stop() -> None:
    with KivraSimulator() as kivra:
        kivra.slow_seconds = 30
        began = time.monotonic()
    assert time.monotonic() - began < 1


@pytest.mark.parametrize("name", list(ON_PORT))
def test_a_busy_port_is_one_clear_sentence(name: str, taken_port: int) -> None:
    with pytest.raises(SimulatorError) as caught:
        ON_PORT[name](taken_port).start()
    assert f"port {taken_port} on 127.0.0.1 is already in use; choose another port" in str(caught.value)


def test_a_street_with_one_busy_port_leaves_nothing_running(taken_port: int) -> None:
    before = threading.active_count()
    with pytest.raises(SimulatorError):
        Street(ports={"hub": taken_port}).start()
    assert threading.active_count() <= before


def test_a_port_that_nobody_has_is_named() -> None:
    with pytest.raises(SimulatorError, match="no port called kivr in the street"):
        Street(ports={"kivr": 1})


def test_a_simulator_that_is_not_running_says_so() -> None:
    for ask in (lambda: KivraSimulator().url, lambda: MailSimulator().port, lambda: Street().page_url):
        with pytest.raises(SimulatorError, match="not running"):
            ask()


def test_a_simulator_can_start_again() -> None:
    mail, kivra = MailSimulator(), KivraSimulator()
    for _ in range(2):
        with mail, kivra:
            assert httpx.get(kivra.page_url, trust_env=False).status_code == 200


def test_a_page_from_elsewhere_cannot_read_here_under_another_name() -> None:
    with Street() as street:
        for simulator in (street.kivra, street.elks, street.mail, street.print_house):
            answer = httpx.get(simulator.page_url, headers={"Host": "elsewhere.example:80"}, trust_env=False)
            assert answer.status_code == 421
