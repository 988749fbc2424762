"""`vaxel demo`: the main job on real input, with every provider played by a local stand-in."""

import time
from pathlib import Path

import click
from rich.console import Console

from vaxel.cli import DONE, LEDGER_DOES_NOT_CLOSE, SOME_REJECTED_OR_FAILED
from vaxel.demo import Demo
from vaxel.outputs import LedgerOutput
from vaxel.progress import progress
from vaxel.tables import show_ledger

BROKEN_ON_PURPOSE = 2
"""Records of the samples that must be rejected; fewer or more is a fault."""


@click.command("demo")
@click.option("--out", type=click.Path(path_type=Path), default=Path("out/demo"), show_default=True, help="Where to.")
@click.option("--keep", is_flag=True, help="Hold the stand-ins up afterwards, and look at what the recipients got.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object on standard output.")
def command(out: Path, keep: bool, as_json: bool) -> None:
    """One file in, every artifact out, each document handed over to a local stand-in of its provider."""
    with Demo(out) as demo:
        with progress("Handing over") as step:
            demo.send(step)
        with progress("Waiting for receipts"):
            output = demo.receive()
        with progress("Laying the artifacts side by side"):
            index = demo.show(output)
        console = Console(stderr=as_json)
        if as_json:
            click.echo(output.model_dump_json(by_alias=True, indent=2))
        else:
            show_ledger(output, console)
            console.print(f"\nEvery artifact side by side:  {index.resolve()}", soft_wrap=True)
        if keep:
            _hold(demo)
        elif not as_json:
            console.print("What the recipients got:      vaxel demo --keep  (then open the pages it names)")
    raise SystemExit(_status(output))


def _hold(demo: Demo) -> None:
    console = Console(stderr=True)
    console.print()
    for page in demo.pages:
        console.print(f"{page.what:<18}{page.url}", soft_wrap=True)
    console.print("\nThe stand-ins are held up; Ctrl-C ends them.")
    try:
        while True:
            time.sleep(3600)
    except KeyboardInterrupt:
        console.print("Ended.")


def _status(output: LedgerOutput) -> int:
    if not output.closes:
        return LEDGER_DOES_NOT_CLOSE
    if output.rejected != BROKEN_ON_PURPOSE or output.failed or output.unknown:
        return SOME_REJECTED_OR_FAILED
    return DONE
