"""The switch: settings, ledger, channels, packs and dispatcher composed; what `vaxel.open_switch` opens."""

import datetime as dt
import time
from collections.abc import Callable, Collection, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from decimal import Decimal
from importlib.resources import as_file, files
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Self

from vaxel import settings
from vaxel.brands import Brands
from vaxel.presses import press_of
from vaxel.program_watch import ProgramWatch
from vaxel.progress import Step
from vaxel.sender_rules import policies
from vaxel.settings import SenderSettings, Settings
from vaxel.stand_ins import StandIns
from vaxel.taking_in import TakingIn
from vaxel_channels.accounts import Accounts, open_accounts
from vaxel_channels.contract import Capped, Channel, Consignment, Suppresses
from vaxel_channels.dispatcher import Dispatcher, DispatchSettings, Render
from vaxel_channels.dispatcher.settings import never
from vaxel_channels.planning import Planner, piece_of
from vaxel_channels.prices import Prices
from vaxel_channels.prices import load as load_prices
from vaxel_channels.ramps import Ramps
from vaxel_channels.registers import Registers
from vaxel_channels.routing import SenderPolicy
from vaxel_channels.webhooks import Postman
from vaxel_engine.artifact import Artifact, ArtifactKind
from vaxel_engine.errors import Misconfigured
from vaxel_engine.intake.control_totals import ControlTotals
from vaxel_engine.mailing import Printing
from vaxel_engine.model import Document
from vaxel_engine.parity import sampled
from vaxel_engine.press import Check
from vaxel_ledger import Ledger, LedgerLine, ReportLine, Why
from vaxel_ledger.ledger import utc_now
from vaxel_ledger.work import progress

if TYPE_CHECKING:
    from vaxel_simulators import Street

POLL = 0.2
"""Seconds between two looks for receipts while somebody waits."""


@dataclass(frozen=True, slots=True)
class Batch:
    """One file that was handed to the switch."""

    id: str
    repeated: bool
    """The same file was accepted before; nothing of it was handed over again."""
    switch: "Switch"

    def wait(self, patience: dt.timedelta = dt.timedelta(0)) -> None:
        """Work until each document is final or waits for the outside; then wait up to `patience` for receipts."""
        self.switch.wait([self], patience=patience)

    def counts(self) -> LedgerLine:
        """The ledger's line at this moment: in = delivered + waiting + failed + rejected + cancelled."""
        return self.switch.ledger.counts(self.id)

    def report(self) -> list[ReportLine]:
        """One line per record of the file, in its order: document, channel, status, reason, artifacts."""
        return self.switch.ledger.report(self.id)


@dataclass(frozen=True, slots=True)
class Standing:
    """How far everything in the ledger is."""

    done: int
    """Documents that are handed over or final."""
    total: int
    next_due: dt.datetime | None
    """When there is something to do by itself; None if all that waits, waits for the outside."""


class Switch:
    """Takes files, and hands each document over through its smartest channel. Use as a context manager.

    `render` replaces the ordinary rendering, e.g. by one that also keeps a copy of every artifact; once `stopping`
    answers true, the work ends where everything is committed. Several on one ledger need a `name` each.
    """

    def __init__(
        self,
        chosen: Settings,
        *,
        render: Render | None = None,
        stopping: Callable[[], bool] = never,
        name: str = "main",
    ) -> None:
        self.settings = chosen
        self._stopping, self._name = stopping, name
        self._brands = Brands(chosen)
        self._brands.check()
        self._policies = policies(chosen)
        self._price_list: Prices | None = None
        self._press = press_of(chosen.rendering)
        self._render = render or self._with_the_brand
        self._step: Step | None = None
        self._seen: set[str] = set()
        with ExitStack() as opening:
            place = chosen.ledger
            self.ledger = opening.enter_context(
                Ledger.open(place.url, store=place.artifacts, tenant_key=place.tenant_key)
            )
            self._stand_ins = opening.enter_context(StandIns(chosen, self.ledger))
            self._programs = ProgramWatch(self.ledger, chosen.tenant, self._brands, self._press.tally, utc_now)
            self.channels = self._accounts()
            opening.callback(self.channels.close)
            self._check_profiles()
            self.taking_in = TakingIn(chosen, self.ledger, self._brands)
            self._dispatcher = opening.enter_context(
                Dispatcher(self.ledger, self.channels, self._rendered, utc_now, self._dispatch_settings())
            )
            self._dispatcher.resume()
            self._opened = opening.pop_all()

    @classmethod
    def open(cls, config: Path) -> Self:
        """Open the switch that a configuration file describes.

        Raises:
            Misconfigured: the configuration is absent or wrong, or a channel cannot be opened.
        """
        return cls(settings.load(config))

    def close(self) -> None:
        """Close channels, stop stand-ins, release the ledger; harmless when repeated."""
        self._opened.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    @property
    def street(self) -> "Street | None":
        """The stand-ins of the sandbox, where the configuration asked for them."""
        return self._stand_ins.street

    def send(
        self,
        file: str | Path,
        *,
        mapping: str | Path | None = None,
        step: Step | None = None,
        priority: int = 0,
        hold: bool = False,
        totals: ControlTotals | None = None,
    ) -> Batch:
        """Accept the documents of `file`, durable from here on, and begin to hand them over.

        The same bytes again answer with the first batch, and nothing is handed over twice. `mapping` says what the
        columns of a CSV or the elements of XML mean; the same file by another mapping is another batch, in which the
        documents that were accepted before are rejected by their references. A batch of a lower `priority` goes before
        others. With `hold` nothing of it leaves until a person releases it, nor where what came in differs from
        `totals`, or from those that the file carries.

        Raises:
            Misconfigured: the mapping is wrong.
            Unreadable: the file cannot be read at all. Broken records are rejections in the batch's report.
        """
        accepted = self.taking_in.accept(file, mapping, priority=priority, hold=hold, totals=totals)
        batch = Batch(accepted.batch_id, accepted.repeated, self)
        if step is not None:
            step(0, batch.counts().waiting)
        self._step = step
        try:
            self._dispatcher.dispatch(batch.id)
            self._programs.look(now=True)
        finally:
            self._step = None
            self._seen.clear()
        return batch

    def wait(self, batches: Sequence[Batch], *, patience: dt.timedelta = dt.timedelta(0)) -> None:
        """Work until each document of the batches is final or waits for the outside; see `Batch.wait`."""
        end = time.monotonic() + patience.total_seconds()
        while True:
            self._dispatcher.collect()
            self._dispatcher.settle()
            if all(batch.counts().waiting == 0 for batch in batches) or time.monotonic() >= end:
                self._programs.look(now=True)
                return
            time.sleep(POLL)

    def work(self) -> Standing:
        """Do everything that is due at this moment, of all batches: fetch and apply reports, hand over, ask, retry."""
        self._dispatcher.collect()
        self._dispatcher.settle()
        self._programs.look(now=True)
        with self.ledger.reading() as connection:
            done, total = progress(connection)
        return Standing(done, total, self._dispatcher.next_due())

    def postman(self) -> Postman:
        """Who tells the webhooks what happened; a worker keeps one beside its own work."""
        allowed = self.settings.webhooks.allow_loopback
        return Postman(self.ledger, self.settings.tenant, allow_loopback=allowed, clock=utc_now)

    def why(self, reference: str) -> Why | None:
        """All reasons for and against each channel of the newest document with this reference; None for no such."""
        found = self.ledger.documents(reference, self.settings.tenant)
        return self.ledger.why(found[0]) if found else None

    def prices(self, file: Path | None = None) -> Prices:
        """What documents cost: by a file, else the settings', else the example prices that come with Vaxel.

        Raises:
            Misconfigured: the file is wrong, or lacks the price of a channel that a sender uses, or of a weight.
        """
        used = {name for sender in self.settings.senders.values() for name in sender.channels}
        capabilities = {name: channel.capabilities for name, channel in self.channels.each()}
        weighed = {name: capabilities[name].weighs for name in used if capabilities[name].weighs}
        if file is not None or self.settings.prices is not None:
            return load_prices(file or Path(str(self.settings.prices)), sorted(used), weighed=weighed)
        with as_file(files("vaxel") / "example_prices.toml") as examples:
            return load_prices(examples, (), weighed={})

    def planner(self, prices: Prices, *, complete: bool = False) -> Planner:
        """Say what would become of documents; nothing is kept and nothing handed over. See `vaxel.plans`."""
        ramps, tenant = Ramps(self.ledger, self.ledger.clock), self.settings.tenant
        return Planner(
            ledger=self.ledger,
            tenant=tenant,
            channels=self.channels,
            policy=self._policy,
            render=self._with_the_brand,
            prices=prices,
            registers=Registers(self.ledger.clock),
            pack_version=self._brands.live_versions(),
            link=f"{base.rstrip('/')}/{'0' * 43}" if (base := self._stand_ins.link_base) else None,
            complete=complete,
            stopped=lambda policy: ramps.stopped(tenant, policy),
        )

    def _prices_once(self) -> Prices:
        self._price_list = self._price_list or self.prices()
        return self._price_list

    def _priced(self, _sender: str) -> tuple[Mapping[str, Decimal], str]:
        prices = self._prices_once()
        return prices.beginning(), prices.currency

    def _cost(self, consignment: Consignment) -> tuple[Decimal, str] | None:
        """What a hand-over costs by the operator's own prices; the example prices are nobody's bill."""
        if self.settings.prices is None:
            return None
        prices = self._prices_once()
        return prices.of(piece_of(consignment)), prices.currency

    def _dispatch_settings(self) -> DispatchSettings:
        return DispatchSettings(
            senders=self._policy,
            link_for=self._link,
            prices=self._priced,
            cost=self._cost,
            stopping=self._stopping,
            services=self.settings.services,
            executor_id=self._name,
            register_wait=dt.timedelta(seconds=self.settings.dispatch.register_wait),
            takeover_after=dt.timedelta(seconds=self.settings.dispatch.takeover_after),
            confirmation={
                channel: dt.timedelta(seconds=seconds)
                for channel, seconds in self.settings.confirmation_seconds.items()
            },
        )

    def _policy(self, sender: str) -> SenderPolicy | None:
        if sender in self._policies:
            return self._policies[sender]
        named = (name for name, one in self.settings.senders.items() if sender in one.identifiers)
        return self._policies.get(next(named, ""))

    def _link(self, document_id: str) -> str | None:
        base = self._stand_ins.link_base
        return f"{base.rstrip('/')}/{self.ledger.link_token(document_id)}" if base else None

    def _rendered(
        self,
        document: Document,
        kinds: Collection[ArtifactKind],
        link: str | None,
        pack_version: Mapping[str, str] | None,
    ) -> Mapping[ArtifactKind, Artifact]:
        artifacts = self._render(document, kinds, link, pack_version)
        self._programs.look()
        if self._step is not None and document.reference not in self._seen:  # a fallback renders once more
            self._seen.add(document.reference)
            self._step()
        return artifacts

    def _with_the_brand(
        self,
        document: Document,
        kinds: Collection[ArtifactKind],
        link: str | None,
        pack_version: Mapping[str, str] | None,
    ) -> Mapping[ArtifactKind, Artifact]:
        sender = self.settings.sender(document.sender)
        assert sender is not None  # noqa: S101 - strangers were rejected at intake
        pack = self._brands.pack(sender.brand, pack_version)
        complete = sampled(document, self.settings.rendering.read_back_one_in)
        return self._press.render_all(
            document,
            kinds,
            pack=pack,
            link=link,
            printing=self._printing(sender, document.sender),
            check=Check.COMPLETE if complete else Check.BULK,
        )

    def _accounts(self) -> Accounts:
        """Open every channel, with the lists it keeps to; a day's cap is each account's own."""
        shared, own = open_accounts(self._stand_ins.channels, self._stand_ins.own, mode=self.settings.mode)
        for channel in shared.values():
            self._told(channel, channel.capabilities.name)
        for sender, channels in own.items():
            for channel in channels.values():
                self._told(channel, f"{channel.capabilities.name}/{sender}")
        return Accounts(
            shared,
            {
                known: own[name]
                for name, sender in self.settings.senders.items()
                if name in own
                for known in (name, *sender.identifiers)
            },
        )

    def _told(self, channel: Channel, account: str) -> None:
        tenant = self.settings.tenant
        if isinstance(channel, Suppresses):
            channel.use_suppression(self.ledger.suppression(tenant, channel.capabilities.name))
        if isinstance(channel, Capped):
            channel.use_allowance(self.ledger.allowance(tenant, account))

    def _check_profiles(self) -> None:
        """A letter set for one mail house's window does not fit another's envelope."""
        for name, sender in self.settings.senders.items():
            profile = self._brands.pack(sender.brand, None).profile.name
            for channel in sender.channels:
                wanted = self.channels.of(name)[channel].capabilities.profile
                if wanted not in (None, profile):
                    raise Misconfigured(
                        f'{self.settings.source}, sender.{name}: the brand "{sender.brand}" is set for the mail house '
                        f'"{profile}" and [channel.{channel}] holds letters against "{wanted}"; name the same one in '
                        f"brand.toml (`[paper] profile`) and in [channel.{channel}] (`profile`)"
                    )

    def _printing(self, sender: SenderSettings, name: str) -> Printing | None:
        """How the print house of a sender prints; None where paper is not among its channels."""
        channels = self.channels.of(name)
        allowed = (channels[one].capabilities.printing for one in sender.channels if one in channels)
        return next((printing for printing in allowed if printing is not None), None)
