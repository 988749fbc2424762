"""`vaxel simulators` holds every stand-in up until it is told to end, and says how each is reached."""

import signal
import subprocess
import sys
import tomllib
from collections.abc import Callable, Iterator
from pathlib import Path

import httpx
import pytest

from vaxel.ledger_outputs import SimulatorsOutput
from vaxel_channels.registry import CHANNELS, open_channels

pytestmark = pytest.mark.long
HTTP = httpx.Client(verify=False, trust_env=False)  # noqa: S501 - loopback without TLS; loading certificates takes longer


STOOD_IN_FOR = {name for name, kind in CHANNELS.items() if kind.writes}
"""A bank's channel knows a list, and hands nothing over."""


def held_up(*options: str) -> "subprocess.Popen[str]":
    command = [sys.executable, "-m", "vaxel", "simulators", *options]
    return subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)


def read_until(running: "subprocess.Popen[str]", last: str) -> str:
    assert running.stdout is not None
    read = ""
    for line in running.stdout:
        read += line
        if line.rstrip() == last:
            break
    return read


@pytest.fixture(scope="module")
def standing() -> Iterator[SimulatorsOutput]:
    """The stand-ins held up by a process of its own, which is told to end at last, and does."""
    running = held_up("--json")
    yield SimulatorsOutput.model_validate_json(read_until(running, "}"))
    running.send_signal(signal.SIGTERM)
    assert running.wait(10) == 0


def test_every_stand_in_answers_at_the_address_that_is_printed_and_ends_when_told(standing: SimulatorsOutput) -> None:
    assert {HTTP.get(line.page).status_code for line in standing.stand_ins} == {200}
    assert set(standing.channels) == STOOD_IN_FOR


def test_what_is_printed_for_vaxel_toml_opens_every_channel(tmp_path: Path) -> None:
    running = held_up("--folder", str(tmp_path))
    text = read_until(running, "The stand-ins are held up; Ctrl-C ends them.")
    tables = tomllib.loads(text[text.index("[channel.") : text.index("The stand-ins")])["channel"]
    channels = open_channels(tables, mode="sandbox")
    for channel in channels.values():
        channel.close()
    assert set(channels) == STOOD_IN_FOR
    running.send_signal(signal.SIGINT)
    assert running.wait(10) == 0


def test_a_port_that_is_taken_is_a_sentence(
    standing: SimulatorsOutput, typed: Callable[..., subprocess.CompletedProcess[str]]
) -> None:
    port = standing.stand_ins[0].address.rpartition(":")[2]
    second = typed("simulators", "--first-port", port)
    assert (second.returncode, second.stdout) == (2, "")
    assert f"port {port} on 127.0.0.1 is already in use; choose another port" in second.stderr
