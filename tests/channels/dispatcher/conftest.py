"""A stage for the dispatcher: a ledger on a real database, channels by name, a clock that stands still until moved."""

from collections.abc import Generator
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from tests.channels.dispatcher.stage import Provider, Stand, letter, render
from tests.ledger.stage import KINDS, Clock, fresh_database

from vaxel_channels.contract import Channel
from vaxel_channels.dispatcher import Dispatcher, DispatchSettings, SenderPolicy
from vaxel_engine.model import Document
from vaxel_ledger import Ledger, LedgerLine, ReportLine


@dataclass
class Stage:
    """The dispatcher's world; channels are put on it before `open`."""

    ledger: Ledger
    clock: Clock
    folder: Path
    channels: dict[str, Channel] = field(default_factory=dict[str, Channel])
    batch_id: str = ""
    opened: list[Dispatcher] = field(default_factory=list[Dispatcher])

    def provider(self, name: str = "box", *, deduplicates: bool = False) -> Provider:
        return Provider(self.folder / f"{name}.taken", deduplicates)

    def stand(self, name: str = "box") -> Stand:
        stand = Stand(self.provider(name), name)
        self.channels[name] = stand
        return stand

    def accept(self, *documents: Document) -> None:
        self.batch_id = self.ledger.accept("a" * 64, "october.json", "main", documents or [letter("A-1")]).batch_id

    def open(self, **settings: object) -> Dispatcher:
        policy = SenderPolicy(tuple(self.channels))
        senders = settings.pop("senders", {"nordljus": policy}.get)
        told = DispatchSettings(senders=senders, **settings)  # type: ignore[arg-type]
        dispatcher = Dispatcher(self.ledger, self.channels, render, self.clock, told)
        self.opened.append(dispatcher)
        return dispatcher

    @property
    def line(self) -> LedgerLine:
        return self.ledger.counts(self.batch_id)

    @property
    def report(self) -> list[ReportLine]:
        return self.ledger.report(self.batch_id)

    @property
    def only(self) -> ReportLine:
        (line,) = self.report
        return line


@pytest.fixture(params=KINDS)
def stage(request: pytest.FixtureRequest, tmp_path: Path) -> Generator[Stage]:
    clock = Clock()
    with (
        fresh_database(str(request.param), tmp_path) as url,
        Ledger.open(url, store=tmp_path / "artifacts", tenant_key=tmp_path / "tenant.key", clock=clock) as ledger,
    ):
        one = Stage(ledger, clock, tmp_path)
        yield one
        for dispatcher in one.opened:
            dispatcher.close()
