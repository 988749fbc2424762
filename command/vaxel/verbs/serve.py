"""`vaxel serve`: files taken and questions answered over HTTP, for billing systems."""

import threading
from pathlib import Path

import click

from vaxel import http
from vaxel.ledgers import opened
from vaxel.settings import DEFAULT_FILE
from vaxel_api import application, logs, serve
from vaxel_engine.errors import Misconfigured

MB = 1024 * 1024


@click.command("serve")
@click.option("--host", default="127.0.0.1", show_default=True, help="The address to listen on.")
@click.option("--port", default=8090, show_default=True, type=click.IntRange(0, 65_535), help="0: a free one.")
@click.option("--threads", default=8, show_default=True, type=click.IntRange(1, 64), help="Requests at a time.")
@click.option("--body-mb", default=50, show_default=True, type=click.IntRange(1, 2_000), help="MB of one body.")
@click.option("--config", type=click.Path(path_type=Path), default=DEFAULT_FILE, show_default=True, help="Settings.")
def command(host: str, port: int, threads: int, body_mb: int, config: Path) -> None:
    """Take files and answer over HTTP until SIGTERM or Ctrl-C, which lets running requests end.

    What it accepts is durable; `vaxel worker` hands it over. Logs are JSON lines on standard error.
    """
    draining = threading.Event()
    with opened(config) as (chosen, ledger):
        app = application(http.desk(chosen, ledger, body_cap=body_mb * MB), draining=draining)
        logs.begin()
        try:
            serve(
                app,
                host=host,
                port=port,
                threads=threads,
                body_cap=body_mb * MB,
                draining=draining,
                told=lambda at, on: click.echo(f"http://{f'[{at}]' if ':' in at else at}:{on}"),
            )
        except OSError as error:
            raise Misconfigured(
                f"{host}:{port} cannot be listened on ({error.strerror}); choose another with --host and --port"
            ) from error
