"""`vaxel preview`: the designers' page."""

import getpass
import threading
from contextlib import closing
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

import click

from vaxel.samples import samples
from vaxel_engine import packs
from vaxel_engine.artifact import ArtifactKind
from vaxel_engine.errors import Misconfigured
from vaxel_engine.press import Press

if TYPE_CHECKING:
    from vaxel.preview_reasons import ChannelReasons
    from vaxel_engine.model import Document
    from vaxel_preview.findings import Reasons


@click.command("preview")
@click.option(
    "--packs",
    "own_packs",
    type=click.Path(path_type=Path),
    help="Your folder of brand packs. Default: the packs that come with Vaxel.",
)
@click.option(
    "--samples",
    "own_samples",
    type=click.Path(path_type=Path),
    help="A sample file or a folder of them. Default: the samples that come with Vaxel.",
)
@click.option("--brand", help="The brand to begin with. Default: the first one.")
@click.option(
    "--port", type=click.IntRange(0, 65535), help="The port on this machine. Default: 8400, or the next free one."
)
@click.option(
    "--baselines", type=click.Path(path_type=Path), help="What was reviewed. Default: beside your folder of packs."
)
@click.option("--store", type=click.Path(path_type=Path), help="The folder of published packs. Default: the settings'.")
@click.option(
    "--test-smtp", metavar="HOST:PORT", help="A mail server for test e-mails. Default: a mailbox on this machine."
)
@click.option("--test-to", multiple=True, metavar="ADDRESS", help="Who may get them; may be given several times.")
@click.option("--by", help="In whose name things are approved here. Default: the name you are logged in with.")
def command(
    own_packs: Path | None,
    own_samples: Path | None,
    brand: str | None,
    port: int | None,
    baselines: Path | None,
    store: Path | None,
    test_smtp: str | None,
    test_to: tuple[str, ...],
    by: str | None,
) -> None:
    """Show every artifact of a sample document side by side, refreshed when a template is saved.

    With your own packs they are approved, published and rolled back here as well.

    Prints the address and stays until Ctrl-C. Nothing leaves this machine but tests through a server
    that you name, and no other machine can look.
    """
    for option, place in (("--packs", own_packs), ("--samples", own_samples)):
        if place is not None and not place.exists():
            raise Misconfigured(f"{option}: {place} does not exist; name a folder that does")
    if own_packs is not None and not own_packs.is_dir():
        raise Misconfigured(f"--packs: {own_packs} is a file; name the folder that holds the packs' folders")
    Press().begin(ArtifactKind)  # a second on another core, while the server itself is loaded
    from vaxel.test_sends import LocalSinks, MailServer
    from vaxel_preview.review_settings import ReviewDesk
    from vaxel_preview.serving import DEFAULT_PORT, preview

    roots = (packs.packs(),) if own_packs is None else (own_packs, packs.packs())
    places = samples() if own_samples is None else (own_samples,)
    desk = None
    if own_packs is not None:
        beside = own_packs.resolve().parent / "baselines"
        desk = ReviewDesk(own_packs, tuple(places), baselines or beside, store or _store(), by or getpass.getuser())
    sinks = LocalSinks()
    if (test_smtp is None) != (not test_to):
        raise Misconfigured("--test-smtp and --test-to go together: a mail server, and who may get tests through it")
    courier = sinks if test_smtp is None else MailServer(test_smtp, test_to, sinks)
    with closing(sinks), preview(roots, places, brand, port, desk=desk, courier=courier, tell=_reasons_of) as address:
        moved = f" (port {DEFAULT_PORT} is taken)" if address.moved else ""
        click.echo(f"Preview at {address.entry}{moved}; Ctrl-C ends it.")
        try:
            threading.Event().wait()
        except KeyboardInterrupt:
            click.echo("Ended.", err=True)


def _reasons_of(document: "Document") -> "Reasons":
    """Why a document takes its channel; the switch is loaded when somebody asks, so that the start stays quick."""
    try:
        return _told()(document)
    except ModuleNotFoundError as error:
        raise Misconfigured("the switch is not installed here; pip install 'vaxel[switch]' brings it") from error


@cache
def _told() -> "ChannelReasons":
    from vaxel.preview_reasons import ChannelReasons

    return ChannelReasons()


def _store() -> Path:
    from vaxel import settings
    from vaxel.settings import DEFAULT_FILE, PacksSettings

    return (settings.load(DEFAULT_FILE).packs if DEFAULT_FILE.exists() else PacksSettings()).store
