"""Works on a ledger until it kills itself at a commit point; run in a process of its own."""

import datetime as dt
import os
import signal
from collections.abc import Iterator
from pathlib import Path

from tests.channels.dispatcher.stage import AskableStand, Provider, Stand, letter, render

from vaxel_channels.contract import Repeat
from vaxel_channels.dispatcher import Dispatcher, DispatchSettings, SenderPolicy
from vaxel_engine.model import Document
from vaxel_ledger import Ledger

DOCUMENTS = 24
SUB_BATCH = 4
ACCEPTING = "accepting"
"""A commit point of the test's own: a record was read from the source."""


def utc() -> dt.datetime:
    return dt.datetime.now(dt.UTC)


def open_ledger(folder: Path) -> Ledger:
    url = (folder / "url").read_text()
    return Ledger.open(url, store=folder / "artifacts", tenant_key=folder / "tenant.key", clock=utc)


def stand(folder: Path, repeat: Repeat) -> Stand:
    provider = Provider(folder / "taken", repeat is Repeat.DEDUPLICATES)
    kind = AskableStand if repeat is Repeat.CAN_BE_ASKED else Stand
    return kind(provider, repeat=repeat)


def work(folder: Path, repeat: Repeat, point: str = "", occurrence: int = 0) -> None:
    """Accept, resume and dispatch; die when `point` is passed for the `occurrence`th time."""
    passed = 0

    def count(reached: str) -> None:
        nonlocal passed
        passed += reached == point
        if reached == point and passed == occurrence:
            os.kill(os.getpid(), signal.SIGKILL)

    def source() -> Iterator[Document]:
        for n in range(DOCUMENTS):
            count(ACCEPTING)
            yield letter(f"A-{n:02d}")

    settings = DispatchSettings(
        senders={"nordljus": SenderPolicy(("box",))}.get,
        chunk=10,
        sub_batch=SUB_BATCH,
        question_wait=dt.timedelta(0),  # this provider takes in at once
        passed=count,
    )
    with open_ledger(folder) as ledger:
        ledger.accept("a" * 64, "october.json", "main", source())
        with Dispatcher(ledger, {"box": stand(folder, repeat)}, render, utc, settings) as dispatcher:
            dispatcher.settle()
