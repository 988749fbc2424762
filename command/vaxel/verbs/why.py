"""`vaxel why`: why a document went the way it did, in one sentence and as a tree, in five languages."""

from pathlib import Path

import click
from rich.console import Console
from rich.markup import escape

from vaxel.ledgers import opened
from vaxel.routing_outputs import WhyBranch, WhyOutput
from vaxel.settings import DEFAULT_FILE
from vaxel_channels.routing.telling import Told, tell, tree
from vaxel_channels.routing.words import SPOKEN, Spoken
from vaxel_ledger import Ledger, Why


@click.command("why")
@click.argument("document")
@click.option(
    "--language", type=click.Choice(SPOKEN), default="en", show_default=True, help="In which language it is told."
)
@click.option("--config", type=click.Path(path_type=Path), default=DEFAULT_FILE, show_default=True, help="Settings.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object on standard output.")
def command(document: str, language: Spoken, config: Path, as_json: bool) -> None:
    """Say why DOCUMENT (the sender's reference, or its id in the ledger) took its channel, and why not the others."""
    with opened(config) as (chosen, ledger):
        why = _found(ledger, document, chosen.tenant)
    told = tell(why, language)
    if as_json:
        click.echo(_output(why, told, language).model_dump_json(by_alias=True, indent=2))
        return
    console = Console()
    console.print(f"[bold]{escape(told.document)}[/]  {escape(told.status)}")
    console.print(f"{escape(told.sentence)}\n", soft_wrap=True)
    for line in tree(why, language):
        console.print(escape(line), soft_wrap=True, highlight=False)


def _found(ledger: Ledger, document: str, tenant: str) -> Why:
    ids = ledger.documents(document, tenant)
    try:
        return ledger.why(ids[0] if ids else document)
    except LookupError:
        raise click.ClickException(
            f'the ledger has no document "{document}"; `vaxel report last` lists those of the newest batch'
        ) from None


def _output(why: Why, told: Told, language: Spoken) -> WhyOutput:
    return WhyOutput(
        document=why.document,
        document_id=why.document_id,
        language=language,
        status=told.status,
        sentence=told.sentence,
        tried=tuple(WhyBranch(channel=one.channel, favours=one.favours, sentence=one.sentence) for one in told.tried),
        against=tuple(
            WhyBranch(channel=one.channel, favours=one.favours, sentence=one.sentence) for one in told.against
        ),
        decided=told.decided,
        kept=why.as_json(),
    )
