"""The pages behind links: the ledger, the settings and the portal composed; for a WSGI server, or for a sandbox."""

import datetime as dt
from pathlib import Path
from typing import TYPE_CHECKING

from vaxel import settings
from vaxel.paper_wishes import PaperWishes
from vaxel.settings import LinkSettings
from vaxel_channels.contract import Report
from vaxel_engine.errors import Misconfigured
from vaxel_ledger import Ledger, Linked
from vaxel_ledger.states import Status
from vaxel_portal import BankId, BankIdSettings, Doors, portal

if TYPE_CHECKING:
    from flask import Flask


def application(config: str | Path) -> "Flask":
    """The WSGI application of a configuration, e.g. `gunicorn --workers 1 "vaxel.link:application('vaxel.toml')"`.

    One process per address: who sits at which link is kept in its memory.

    Raises:
        Misconfigured: there is no `[link]` with a `base`, or BankID's certificate cannot be read.
    """
    chosen = settings.load(Path(config))
    if chosen.link is None or not chosen.link.base:
        raise Misconfigured(f"{chosen.source} has no [link] with a `base`; write the address that links begin with")
    table = chosen.link.bankid
    bankid = None
    if table is not None:
        bankid = BankId(BankIdSettings(table.certificate, table.authority, base_url=table.base_url))
    place = chosen.ledger
    ledger = Ledger.open(place.url, store=place.artifacts, tenant_key=place.tenant_key)
    secure = chosen.link.base.startswith("https://")
    return pages(ledger, chosen.link, bankid, PaperWishes.of(ledger, chosen), secure=secure)


def pages(ledger: Ledger, link: LinkSettings, bankid: BankId | None, paper: PaperWishes, *, secure: bool) -> "Flask":
    """The pages of one ledger's links."""
    return portal(
        Doors(
            shelf=ledger,
            bankid=bankid,
            opened=lambda linked: _opened(ledger, linked),
            valid=dt.timedelta(days=link.valid_days),
            open_unnamed=link.open_unnamed,
            paper=paper,
            secure=secure,
        )
    )


def _opened(ledger: Ledger, linked: Linked) -> None:
    """Tell the ledger, once per hand-over: *read* is more than the SMS gateway can say."""
    if linked.channel is None or linked.key is None:
        return
    told = Report(
        provider=linked.channel,
        receipt_id=f"opened:{linked.key}",
        status=Status.READ,
        key=linked.key,
        at=dt.datetime.now(dt.UTC),
        reason="The recipient opened it behind the link.",
    )
    ledger.receive([told])
