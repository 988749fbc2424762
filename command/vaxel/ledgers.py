"""The ledger that a configuration names, opened without channels: for whoever looks, and for what only writes there."""

from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path

import click

from vaxel import settings
from vaxel.settings import Settings
from vaxel_ledger import Ledger
from vaxel_ledger.holding import Target
from vaxel_ledger.ledger import BatchLine


@contextmanager
def opened(config: Path) -> Generator[tuple[Settings, Ledger]]:
    """The settings and the open ledger.

    Raises:
        Misconfigured: the configuration, the database or the key is not one to work with.
    """
    chosen = settings.load(config)
    place = chosen.ledger
    with Ledger.open(place.url, store=place.artifacts, tenant_key=place.tenant_key) as ledger:
        yield chosen, ledger


def batch_named(ledger: Ledger, name: str, tenant: str) -> BatchLine:
    """The batch with an id, or the newest of a file; "last" is the newest of all.

    Raises:
        click.ClickException: there is none, said in one sentence.
    """
    ours = [one for one in ledger.batches() if one.tenant == tenant]
    if name == "last" and ours:
        return ours[0]
    found = next((one for one in ours if name in (one.batch_id, one.source_name)), None)
    if found is None:
        raise click.ClickException(
            f'the ledger has no batch "{name}"; `vaxel status` lists them, and "last" is the newest'
        )
    return found


def target_named(ledger: Ledger, name: str, tenant: str) -> tuple[Target, str]:
    """The batch or the document with a name, and what it is called: ids, a file's name, "last", a sender's reference.

    Raises:
        click.ClickException: there is none, or a batch and a document have this name.
    """
    found: list[tuple[Target, str]] = []
    ours = [one for one in ledger.batches() if one.tenant == tenant]
    batch = next((one for one in ours if name in (one.batch_id, one.source_name)), None)
    if name == "last" and ours:
        batch = ours[0]
    if batch is not None:
        found.append((Target.batch(batch.batch_id), f"batch {batch.batch_id} ({batch.source_name})"))
    documents = ledger.documents(name, tenant) or ledger.documents_by_id(name, tenant)
    if documents:
        found.append((Target.document(documents[0]), f"document {documents[0]}"))
    match found:
        case [one]:
            return one
        case []:
            raise click.ClickException(
                f'the ledger has no batch and no document "{name[:60]}"; `vaxel status` lists batches, '
                "and a document goes by its reference"
            )
        case _:
            raise click.ClickException(f'both a batch and a document are called "{name[:60]}"; name it by its id')
