"""`vaxel faults`: workers killed over and over, a provider that fails, and what that did to the documents."""

import click

from vaxel.cli import DONE, SOME_REJECTED_OR_FAILED
from vaxel.ledger_outputs import FaultsOutput


@click.command("faults")
@click.option("--documents", default=300, show_default=True, type=click.IntRange(100), help="How many documents.")
@click.option("--kills", default=30, show_default=True, type=click.IntRange(0), help="How many kills that count.")
@click.option("--database", help="The URL of an empty database; left out, SQLite in a folder of its own.")
@click.option("--seed", default=1, show_default=True, type=int, help="Other moments and other faults.")
@click.option(
    "--sabotage",
    type=click.Choice(["blind-retry", "drop-intent"]),
    help="Break a rule on purpose; the campaign must find it out.",
)
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object on standard output.")
def command(documents: int, kills: int, database: str | None, seed: int, sabotage: str | None, as_json: bool) -> None:
    """Hand documents over while workers are killed and the provider fails, and count what its own ledger says.

    Three workers share texts and text e-mails. A kill counts if its victim held a claimed chunk; every named commit
    point is killed three times besides. Exit status 1 if anything was lost, doubled, sent again blindly, or did not
    close, or if fewer kills counted than were asked for.
    """
    from vaxel.faults import Asked, Sabotage, run  # with the dispatcher behind it, which `--help` does not need

    asked = Asked(documents, kills, database, seed, Sabotage(sabotage) if sabotage else None)
    found = run(asked, lambda sentence: click.echo(sentence, err=True))
    output = FaultsOutput(
        documents=found.documents,
        kills=found.kills,
        lost=found.lost,
        duplicates=found.duplicates,
        unknown=found.unknown,
        resent_blind=found.resent_blind,
        ledger_breaks=found.ledger_breaks,
        seconds=found.seconds,
        at_commit_points=found.at_commit_points,
        faults=found.faults,
        mixed_up=found.mixed_up,
    )
    if found.kills < kills:
        click.echo(f"{found.kills} of {kills} kills counted: there were too few documents for more", err=True)
    click.echo(output.model_dump_json(indent=2) if as_json else output.sentence)
    raise SystemExit(DONE if output.held and found.kills >= kills else SOME_REJECTED_OR_FAILED)
