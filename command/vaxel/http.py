"""The HTTP service composed: settings, ledger, packs and report writers behind `vaxel_api`."""

import datetime as dt
from pathlib import Path

import vaxel
from vaxel.brands import Brands
from vaxel.presses import press_of
from vaxel.reports import WRITERS
from vaxel.settings import Settings
from vaxel.taking_in import TakingIn
from vaxel_api import Desk
from vaxel_channels.webhooks import judge
from vaxel_engine.artifact import Artifact, ArtifactKind
from vaxel_engine.intake.control_totals import ControlTotals
from vaxel_engine.model import Document
from vaxel_ledger import Accepted, Ledger


def desk(chosen: Settings, ledger: Ledger, *, body_cap: int) -> Desk:
    """What the service works with.

    Raises:
        Misconfigured: a sender's pack is wrong or not published.
    """
    brands = Brands(chosen)
    brands.check()
    taking_in = TakingIn(chosen, ledger, brands)
    press = press_of(chosen.rendering)

    def take_in(path: Path, sender: str, hold: bool, totals: ControlTotals | None) -> Accepted:
        return taking_in.accept(path, only=sender, hold=hold, totals=totals)

    def render(document: Document, kind: ArtifactKind, sender: str) -> Artifact:
        return press.render(document, kind, pack=brands.pack(chosen.senders[sender].brand, None))

    def judge_webhook(url: str) -> None:
        judge(url, allow_loopback=chosen.webhooks.allow_loopback)

    return Desk(
        ledger=ledger,
        tenant=chosen.tenant,
        take_in=take_in,
        belongs=taking_in.belongs,
        render=render,
        judge_webhook=judge_webhook,
        reports=WRITERS,
        clock=lambda: dt.datetime.now(dt.UTC),
        version=vaxel.__version__,
        body_cap=body_cap,
    )
