"""One life of a worker of the campaign: it works until it is killed, or until it kills itself at a commit point."""

import datetime as dt
import os
import signal
import time
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from multiprocessing.synchronize import Event
from pathlib import Path

from sqlalchemy import delete, select, update
from sqlalchemy.exc import OperationalError

from vaxel.faults.doors import opened
from vaxel.faults.mixture import CHANNELS, artifacts
from vaxel.faults.provider import Address
from vaxel_channels.dispatcher import CommitPoint, Dispatcher, DispatchSettings, SenderPolicy
from vaxel_engine.artifact import Artifact, ArtifactKind
from vaxel_engine.errors import VaxelError
from vaxel_engine.model import Document
from vaxel_ledger import Ledger, tables
from vaxel_ledger.states import AttemptState, DocumentState

_IDLE = 0.05
_RENDERING = 0.001
"""Seconds that rendering takes."""
QUESTION_WAIT = 3.0
"""Seconds until a "not here" is believed: longer than this provider takes to take anything in."""


@dataclass(frozen=True, slots=True)
class Place:
    """Where the campaign's ledger and its provider are."""

    url: str
    folder: Path
    provider: Address
    report_url: str = ""

    def open(self) -> Ledger:
        """Open the ledger."""
        return Ledger.open(self.url, store=self.folder / "artifacts", tenant_key=self.folder / "tenant.key")


@dataclass(frozen=True, slots=True)
class Plan:
    """How one life goes."""

    name: str
    blind: bool = False
    drops_intents: bool = False
    only_takes_over: bool = False
    """It looks after what others left behind, and takes nothing new."""
    dies_at: CommitPoint | None = None
    occurrence: int = 1


def live(place: Place, plan: Plan, began: Event) -> None:
    """Work for ever, and say when that begins; whoever started it kills it."""
    passed = 0

    def reached(point: CommitPoint) -> None:
        nonlocal passed
        passed += point is plan.dies_at
        if point is plan.dies_at and passed == plan.occurrence:
            os.kill(os.getpid(), signal.SIGKILL)

    def render(
        document: Document, kinds: Collection[ArtifactKind], _link: str | None, _versions: Mapping[str, str] | None
    ) -> Mapping[ArtifactKind, Artifact]:
        time.sleep(_RENDERING)
        return artifacts(place.folder, document, kinds)

    settings = DispatchSettings(
        senders=lambda _sender: SenderPolicy(CHANNELS),
        executor_id=plan.name,
        chunk=50,
        first_wait=dt.timedelta(milliseconds=100),
        longest_wait=dt.timedelta(seconds=5),
        question_wait=dt.timedelta(seconds=QUESTION_WAIT),
        takeover_after=dt.timedelta(seconds=1.5),
        confirmation={"email": dt.timedelta(seconds=1)},
        passed=reached,
    )
    with place.open() as ledger:
        if plan.drops_intents:
            _forget_intents(ledger, plan.name)
        channels = opened(place.provider, place.report_url, blind=plan.blind)
        with Dispatcher(ledger, channels, render, lambda: dt.datetime.now(dt.UTC), settings) as dispatcher:
            began.set()
            while True:
                try:
                    if plan.only_takes_over:
                        dispatcher.resume()
                    else:
                        dispatcher.collect()
                        dispatcher.settle()
                except (VaxelError, OperationalError):  # as `vaxel worker`: the next round shows
                    time.sleep(_IDLE)
                time.sleep(_IDLE)


def _forget_intents(ledger: Ledger, name: str) -> None:
    """Sabotage: as if this node committed no intent before a hand-over, so that a crash leaves no trace of it."""
    attempt, document = tables.attempt.c, tables.document.c
    own = (attempt.executor_id == name, attempt.state == AttemptState.INTENT)
    with ledger.writing() as connection:
        ids = list(connection.execute(select(attempt.document_id).where(*own)).scalars())
        connection.execute(delete(tables.attempt).where(*own))
        connection.execute(
            update(tables.document)
            .where(document.id.in_(ids), document.state == DocumentState.SENDING)
            .values(state=DocumentState.RENDERED, chunk_id=None)
        )
