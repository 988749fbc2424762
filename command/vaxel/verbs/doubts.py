"""`vaxel doubts`: hand-overs whose outcome nobody knows, and what a person found out about one."""

from pathlib import Path

import click

from vaxel.ledger_outputs import DoubtLine, DoubtsOutput
from vaxel.ledgers import opened
from vaxel.settings import DEFAULT_FILE
from vaxel.tables import moment
from vaxel_ledger import Ledger

LISTED = 1_000


@click.command("doubts")
@click.argument("document", required=False)
@click.option("--arrived", "found", flag_value="arrived", help="DOCUMENT arrived: it is delivered.")
@click.option("--lost", "found", flag_value="lost", help="DOCUMENT did not arrive: the next channel is tried.")
@click.option("--config", type=click.Path(path_type=Path), default=DEFAULT_FILE, show_default=True, help="Settings.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object on standard output.")
def command(document: str | None, found: str | None, config: Path, as_json: bool) -> None:
    """List hand-overs whose outcome nobody knows; with DOCUMENT (its reference or id), say what became of it.

    Nothing of the kind is ever handed over again by itself. Look into the provider's own log, then say what you found.
    """
    if (document is None) != (found is None):
        raise click.ClickException("name a document and say --arrived or --lost, or neither; nothing was changed")
    with opened(config) as (chosen, ledger):
        if document is not None:
            _settle(ledger, chosen.tenant, document, arrived=found == "arrived")
        listed, number = ledger.doubts(chosen.tenant, limit=LISTED)
    lines = tuple(
        DoubtLine(
            document=one.reference,
            document_id=one.document_id,
            batch=one.batch_id,
            channel=one.channel,
            since=one.since,
            reason=one.reason,
            asked_again_at=one.asked_again_at,
        )
        for one in listed
    )
    if as_json:
        click.echo(DoubtsOutput(doubts=lines, in_all=number).model_dump_json(indent=2))
        return
    for one in lines:
        again = f"; asked again {moment(one.asked_again_at)}" if one.asked_again_at else ""
        click.echo(f"{moment(one.since)}  {one.document}  {one.channel}  {one.reason}{again}")
    if number > len(lines):
        click.echo(f"… and {number - len(lines):,} more")
    click.echo(f"{number:,} outcome unknown.")


def _settle(ledger: Ledger, tenant: str, named: str, *, arrived: bool) -> None:
    documents = ledger.documents(named, tenant) or ledger.documents_by_id(named, tenant)
    if not documents:
        raise click.ClickException(f'the ledger has no document "{named}"; nothing was changed')
    if not any(ledger.settle_doubt(one, arrived=arrived) for one in documents):
        raise click.ClickException(f"the outcome of {named} is not unknown; nothing was changed")
    if arrived:
        click.echo(f"{named} is delivered.", err=True)
    else:
        click.echo(f"{named} goes to the next channel, where there is one; a worker takes it there.", err=True)
