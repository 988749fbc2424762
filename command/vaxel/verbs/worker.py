"""`vaxel worker`: hands over what is due for as long as it runs, and ends where everything is committed."""

import datetime as dt
import signal
import threading
from pathlib import Path
from types import FrameType

import click
from sqlalchemy.exc import OperationalError

from vaxel import settings
from vaxel.settings import DEFAULT_FILE
from vaxel.switch import Standing, Switch
from vaxel.tables import moment

LOOK_EVERY = 2.0
"""Seconds between two looks for new batches and reports while nothing is due."""
ASKED_TO_STOP = (signal.SIGTERM, signal.SIGINT)


@click.command("worker")
@click.option("--once", is_flag=True, help="End when nothing is due any more.")
@click.option("--name", default="main", show_default=True, help="This worker; the same at a restart.")
@click.option("--config", type=click.Path(path_type=Path), default=DEFAULT_FILE, show_default=True, help="Settings.")
def command(once: bool, name: str, config: Path) -> None:
    """Hand over what `vaxel send --later` accepted, apply reports, ask about doubts and retry, until it is stopped.

    Beside that it tells the webhooks what happened.

    SIGTERM or Ctrl-C ends it after the hand-overs in hand, with everything committed; a second one ends it at once,
    which loses and doubles nothing either. Any number of
    workers share a ledger, each under a name of its own, on PostgreSQL also from several machines.
    """
    stop = threading.Event()

    def asked(_number: int, _frame: FrameType | None) -> None:
        for number in ASKED_TO_STOP:  # the second one means it
            signal.signal(number, signal.SIG_DFL)
        click.echo("stopping after the hand-overs in hand; once more stops at once", err=True)
        stop.set()

    with Switch(settings.load(config), stopping=stop.is_set, name=name) as switch:
        before = {number: signal.signal(number, asked) for number in ASKED_TO_STOP}
        try:
            postman = switch.postman()
            if once:
                _work(switch, stop, once=True)
                postman.round()
            else:
                with postman:
                    _work(switch, stop, once=False)
        finally:
            for number, handler in before.items():
                signal.signal(number, handler)


def _work(switch: Switch, stop: threading.Event, *, once: bool) -> None:
    before: Standing | None = None
    while not stop.is_set():
        try:
            standing = switch.work()
        except OperationalError as away:  # what is in hand was committed or waits; nothing is begun without the ledger
            click.echo(f"{_now()} the ledger cannot be used ({type(away.orig).__name__}); trying again", err=True)
            stop.wait(LOOK_EVERY)
            continue
        if standing != before:
            click.echo(f"{_now()} {_told(standing)}", err=True)
            before = standing
        if once and not _due_soon(standing):
            return
        stop.wait(LOOK_EVERY)


def _due_soon(standing: Standing) -> bool:
    return standing.next_due is not None and standing.next_due <= dt.datetime.now(dt.UTC)


def _told(standing: Standing) -> str:
    rest = standing.total - standing.done
    again = f", next look {moment(standing.next_due)}" if standing.next_due else ""
    return f"{standing.done:,} of {standing.total:,} handed over or final, {rest:,} to do{again}"


def _now() -> str:
    return f"{dt.datetime.now(dt.UTC):%H:%M:%S}"
