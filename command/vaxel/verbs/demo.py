"""`vaxel demo`: the main job on real input, with every provider played by a local stand-in."""

import time
from pathlib import Path

import click
from rich.console import Console
from rich.markup import escape

from vaxel.cli import DONE, LEDGER_DOES_NOT_CLOSE, SOME_REJECTED_OR_FAILED
from vaxel.demo import Demo, every_channel_name
from vaxel.ledger_outputs import DemoOutput, LedgerOutput, PlannedLine
from vaxel.progress import progress
from vaxel.routing_outputs import PlanOutput
from vaxel.tables import show_ledger
from vaxel.verbs.plan import show_plan

BROKEN_ON_PURPOSE = 2
"""Records of the samples that must be rejected; fewer or more is a fault."""


@click.command("demo")
@click.option("--out", type=click.Path(path_type=Path), default=Path("out/demo"), show_default=True, help="Where to.")
@click.option("--keep", is_flag=True, help="Hold the stand-ins up afterwards, and look at what the recipients got.")
@click.option("--all-channels", is_flag=True, help="One document through each channel that there is, and its page.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object on standard output.")
def command(out: Path, keep: bool, all_channels: bool, as_json: bool) -> None:
    """One file in, every artifact out, each document handed over to a local stand-in of its provider."""
    with Demo(out, every_channel=all_channels) as demo:
        planned = None
        if not all_channels:
            with progress("Planning"):
                planned = demo.plan()
        with progress("Handing over") as step:
            demo.send(step)
        with progress("Waiting for receipts"):
            ledger = demo.receive()
            carried = demo.carried(ledger) if all_channels else ()
            output = DemoOutput(
                **dict(ledger),
                channels=carried,
                planned=_planned(planned) if planned else None,
                explained=() if all_channels else demo.explained(),
            )
        with progress("Laying the artifacts side by side"):
            index = demo.show(output)
        console = Console(stderr=as_json)
        if as_json:
            click.echo(output.model_dump_json(by_alias=True, indent=2))
        else:
            if planned is not None:
                console.rule("[bold]vaxel plan[/]", align="left")
                show_plan(planned, console)
                console.rule("[bold]the run[/]", align="left")
            show_ledger(output, console)
            _show_why(output, console)
            for line in output.channels:
                console.print(f"{line.channel:<14}{line.status:<14}{line.page}", soft_wrap=True)
            console.print(f"\nEvery artifact side by side:  {index.resolve()}", soft_wrap=True)
        if keep:
            _hold(demo)
        elif not as_json:
            console.print("What the recipients got:      vaxel demo --keep  (then open the pages it names)")
    if all_channels and {line.channel for line in output.channels} != set(every_channel_name()):
        raise SystemExit(SOME_REJECTED_OR_FAILED)
    raise SystemExit(_status(output, broken=0 if all_channels else BROKEN_ON_PURPOSE))


def _planned(planned: PlanOutput) -> PlannedLine:
    return PlannedLine(
        file=planned.file,
        documents=planned.documents,
        mix={line.channel: line.documents for line in planned.mix},
        amount=str(planned.amount),
        currency=planned.currency,
        prices=planned.prices,
    )


def _show_why(output: DemoOutput, console: Console) -> None:
    if output.explained:
        console.rule("[bold]vaxel why[/]", align="left")
    for line in output.explained:
        console.print(f"[bold]{escape(line.document)}[/] {escape(line.what)}")
        for told in line.tree:
            console.print(f"  {escape(told)}", soft_wrap=True, highlight=False)


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


def _status(output: LedgerOutput, *, broken: int) -> int:
    if not output.closes:
        return LEDGER_DOES_NOT_CLOSE
    if output.rejected != broken or output.failed or output.unknown:
        return SOME_REJECTED_OR_FAILED
    return DONE
