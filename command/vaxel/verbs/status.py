"""`vaxel status`: how each batch stands, and what the rest of one waits for."""

from pathlib import Path

import click
from rich.console import Console
from rich.markup import escape
from rich.table import Table

from vaxel.cli import DONE, LEDGER_DOES_NOT_CLOSE
from vaxel.ledger_outputs import AlarmLine, BatchStanding, StatusOutput, WaitsLine, WentLine
from vaxel.ledgers import batch_named, opened
from vaxel.settings import DEFAULT_FILE
from vaxel.tables import moment
from vaxel_ledger import Ledger, alarms, inbox, webhooks
from vaxel_ledger.holding import TOTALS_DIFFER
from vaxel_ledger.ledger import BatchLine

SHOWN = 20


@click.command("status")
@click.argument("batch", required=False)
@click.option("--config", type=click.Path(path_type=Path), default=DEFAULT_FILE, show_default=True, help="Settings.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object on standard output.")
def command(batch: str | None, config: Path, as_json: bool) -> None:
    """Show how the newest batches stand; of one BATCH (its id, its file's name, or "last") also what went which way.

    Nothing is worked on and nobody is disturbed: a worker may run at the same time.
    """
    with opened(config) as (chosen, ledger):
        if batch is None:
            ours = [one for one in ledger.batches() if one.tenant == chosen.tenant][:SHOWN]
            standings = tuple(_standing(ledger, one) for one in ours)
        else:
            standings = (_standing(ledger, batch_named(ledger, batch, chosen.tenant), whole=True),)
        with ledger.reading() as connection:
            silent = tuple(one.sentence for one in webhooks.disabled(connection, chosen.tenant))
            alarmed = alarms.standing(connection, chosen.tenant)
            strangers = tuple(map(_stranger, inbox.unmatched(connection, at=ledger.clock())))
        output = StatusOutput(
            paused=tuple(sorted(ledger.paused())),
            draining=tuple(sorted(ledger.draining())),
            webhooks=silent,
            alarms=tuple(AlarmLine(what=one.what, since=one.since, sentence=one.sentence) for one in alarmed),
            reports=strangers,
            batches=standings,
        )
    if as_json:
        click.echo(output.model_dump_json(by_alias=True, indent=2))
    elif batch is None:
        _show_all(output)
    else:
        _show_one(output)
    raise SystemExit(DONE if all(one.closes for one in output.batches) else LEDGER_DOES_NOT_CLOSE)


def _stranger(one: inbox.Unmatched) -> str:
    reports = (
        f"1 report of {one.provider} names" if one.number == 1 else f"{one.number:,} reports of {one.provider} name"
    )
    return (
        f"{reports} no document of this ledger, the newest of {one.newest:%Y-%m-%d %H:%M} UTC; "
        "they are kept: see that no other system sends through the same account"
    )


def _standing(ledger: Ledger, one: BatchLine, *, whole: bool = False) -> BatchStanding:
    went = ledger.went(one.batch_id) if whole else ()
    waits = ledger.waits(one.batch_id) if whole else ()
    return BatchStanding(
        batch=one.batch_id,
        file=one.source_name,
        state=one.state.value,
        held=one.hold,
        accepted_at=one.created_at,
        **ledger.counts(one.batch_id).as_json(),
        went=tuple(WentLine(channel=way.channel, status=way.status.value, documents=way.documents) for way in went),
        waits=tuple(WaitsLine(reason=why.reason, documents=why.documents, next_due=why.next_due) for why in waits),
    )


def _show_all(output: StatusOutput) -> None:
    console = Console()
    if not output.batches:
        console.print("The ledger has no batch yet; `vaxel send FILE` makes the first.")
    else:
        table = Table(box=None, pad_edge=False, header_style="bold")
        table.add_column("file, batch", overflow="ellipsis", no_wrap=True, min_width=24, max_width=40)
        for name in ("in", "delivered", "waiting", "failed", "rejected", "cancelled"):
            table.add_column(name, justify="right", no_wrap=True, min_width=len(name))
        for one in output.batches:
            numbers = (one.in_, one.delivered, one.waiting, one.failed, one.rejected, one.cancelled)
            told = "" if one.closes else "  [red]does NOT close[/]"
            told += "  [yellow]held[/]" if one.held else ""
            table.add_row(
                f"{escape(one.file)}{told}\n[dim]{one.batch}[/]",
                *(f"{number:,}" if number else "–" for number in numbers),
            )
        console.print(table)
    _show_notes(output, console)


def _show_one(output: StatusOutput) -> None:
    console, (one,) = Console(), output.batches
    console.print(f"[bold]{escape(one.file)}[/]  {one.batch}, accepted {one.accepted_at:%Y-%m-%d %H:%M} UTC\n")
    if one.held:
        option = " --despite-totals" if one.held.startswith(TOTALS_DIFFER) else ""
        console.print(f"[yellow]held[/]: {escape(one.held)}; vaxel release {one.batch}{option} lets it go on.\n")
    if one.went:
        table = Table(box=None, pad_edge=False, header_style="bold")
        for name in ("channel", "last hand-over"):
            table.add_column(name, no_wrap=True)
        table.add_column("documents", justify="right")
        for way in one.went:
            table.add_row(escape(way.channel), escape(way.status), f"{way.documents:,}")
        console.print(table)
        console.print()
    for why in one.waits:
        again = f", looked at again {moment(why.next_due)}" if why.next_due else ""
        console.print(f"{why.documents:,} waiting: {escape(why.reason)}[dim]{again}[/]")
    if one.waits:
        console.print()
    console.print(f"[bold]{escape(one.sentence)}[/]")
    _show_notes(output, console)


def _show_notes(output: StatusOutput, console: Console) -> None:
    for alarm in output.alarms:
        console.print(f"\n[red]Alarm[/] since {alarm.since:%Y-%m-%d %H:%M} UTC: {escape(alarm.sentence)}.")
    for channel in output.draining:
        console.print(
            f"\n[yellow]{escape(channel)} is drained[/]; vaxel pause {escape(channel)} --resume lets new ones in."
        )
    for channel in output.paused:
        console.print(
            f"\n[yellow]{escape(channel)} is paused[/]; vaxel pause {escape(channel)} --resume lets it go on."
        )
    for sentence in (*output.webhooks, *output.reports):
        console.print(f"\n[yellow]note[/] {escape(sentence)}")
