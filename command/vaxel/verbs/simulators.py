"""`vaxel simulators`: every provider's stand-in at once, held up for channels that are tried by hand."""

import json
import signal
import sys
import tempfile
import threading
from contextlib import ExitStack
from pathlib import Path

import click
from rich.console import Console
from rich.table import Table

from vaxel.files import write_whole
from vaxel.ledger_outputs import SimulatorsOutput, StandInLine
from vaxel.stand_ins import tables_for
from vaxel_channels.registry import is_channel
from vaxel_engine.errors import Misconfigured
from vaxel_simulators import SimulatorError, Street
from vaxel_simulators.street import PORTS


@click.command("simulators")
@click.option(
    "--first-port",
    type=click.IntRange(1024, 65_500),
    help="Use this port and those after it, so that a configuration keeps its addresses; free ones without.",
)
@click.option("--folder", type=click.Path(path_type=Path), help="Where the print house keeps its drop folder.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object on standard output, then hold them up.")
def command(first_port: int | None, folder: Path | None, as_json: bool) -> None:
    """Hold a local stand-in of every provider up until Ctrl-C, and say where each is and how a channel reaches it."""
    ports = {name: first_port + place for place, name in enumerate(PORTS)} if first_port else None
    ended = threading.Event()
    for sign in (signal.SIGTERM, signal.SIGINT):
        signal.signal(sign, lambda _number, _frame: ended.set())
    try:
        with ExitStack() as up:
            place = folder or Path(up.enter_context(tempfile.TemporaryDirectory(prefix="vaxel-simulators-")))
            street = up.enter_context(Street(place, ports=ports))
            told = _told(street)
            if as_json:
                click.echo(told.model_dump_json(indent=2))
            else:
                _show(told, place)
            sys.stdout.flush()
            ended.wait()
    except SimulatorError as error:
        raise Misconfigured(str(error)) from error
    Console(stderr=True).print("Ended.")


def _told(street: Street) -> SimulatorsOutput:
    house, mail = street.print_house, street.mail
    lines = (
        ("Kivra", street.kivra.url, street.kivra.page_url),
        ("Digipost", street.digipost.url, street.digipost.page_url),
        ("My pages", street.my_pages.url, street.my_pages.page_url),
        ("E-mail", f"smtp://{mail.host}:{mail.port}", mail.page_url),
        ("SMS (46elks)", street.elks.url, street.elks.page_url),
        ("Print house", str(house.drop_folder), house.page_url),
        ("BankID", street.bankid.rp_url, street.bankid.page_url),
        ("Chat", street.chat.url, street.chat.page_url),
        ("Cloud drive", str(street.cloud_drive.folder), street.cloud_drive.page_url),
    )
    return SimulatorsOutput(
        street=street.page_url,
        stand_ins=tuple(StandInLine(name=name, address=address, page=page) for name, address, page in lines),
        channels={
            name: {key: value for key, value in table.items() if isinstance(value, str | int | float) and value != ""}
            for name, table in tables_for(street, "").items()
            if is_channel(name)
        },
    )


def _show(told: SimulatorsOutput, place: Path) -> None:
    console = Console()
    table = Table(box=None, pad_edge=False, header_style="bold")
    for heading in ("provider", "a channel reaches it at", "what its recipients see"):
        table.add_column(heading, overflow="fold")
    for line in told.stand_ins:
        table.add_row(line.name, line.address, line.page)
    console.print(table)
    console.print(f"\nAll of them: {told.street}\n\nFor vaxel.toml:\n", soft_wrap=True)
    for name, keys in told.channels.items():
        click.echo(f"[channel.{name}]")
        for key, value in keys.items():
            if "\n" in str(value):  # a key in PEM stands in a file of its own
                file = place / f"{name}.pem"
                write_whole(file, str(value).encode())
                key, value = f"{key}_file", str(file)
            click.echo(f"{key} = {json.dumps(value, ensure_ascii=False)}")
        click.echo()
    console.print("The stand-ins are held up; Ctrl-C ends them.")
