"""What a configuration relies on, looked at without handing anything over: ledger, credentials, certificates."""

import datetime as dt
import os
from collections.abc import Iterator, Mapping
from pathlib import Path

from cryptography import x509
from sqlalchemy import inspect
from sqlalchemy.exc import SQLAlchemyError

from vaxel.outputs import Finding
from vaxel.settings import Settings
from vaxel_engine.errors import Misconfigured
from vaxel_ledger import webhooks
from vaxel_ledger.database import connect, head, reading, revision

SOON = dt.timedelta(days=30)
"""Before a certificate expires: the time that ordering another takes."""


def examine(chosen: Settings, now: dt.datetime) -> Iterator[Finding]:
    """One finding for the ledger, for each credential that is named elsewhere, and for each certificate."""
    yield from _ledger(chosen)
    for place, table in _tables(chosen):
        yield from _credentials(place, table)
    for place, path in _files(chosen):
        yield from _certificates(place, path, now)


def _tables(chosen: Settings) -> Iterator[tuple[str, Mapping[str, object]]]:
    """Every table of a channel, for all senders and for one, with its name in the file."""
    for name, table in chosen.channels.items():
        yield f"[channel.{name}]", table
    for sender, own in chosen.senders.items():
        for name, table in own.channel.items():
            yield f"[sender.{sender}.channel.{name}]", table


def _ledger(chosen: Settings) -> Iterator[Finding]:
    what = "Ledger"
    try:
        engine = connect(chosen.ledger.url)
    except Misconfigured as error:
        yield Finding(what=what, status="missing", found=str(error), remedy="correct [ledger] url")
        return
    try:
        if engine.dialect.name == "sqlite" and not Path(engine.url.database or "").exists():
            yield Finding(what=what, status="ok", found="not there yet; the first `vaxel send` makes it")
            return
        with reading(engine) as connection:
            found, empty = revision(connection), not inspect(connection).get_table_names()
            silent = webhooks.disabled(connection, chosen.tenant) if found == head() else ()
    except SQLAlchemyError as error:
        yield Finding(
            what=what,
            status="missing",
            found=f"cannot be reached ({type(error).__name__})",
            remedy="start its database, or correct [ledger] url",
        )
        return
    finally:
        engine.dispose()
    if found == head() or empty:
        yield Finding(what=what, status="ok", found="reached, with this version's schema" if found else "empty")
    else:
        yield Finding(
            what=what,
            status="missing",
            found=f"has the schema {found}, and this version works with {head()}",
            remedy="take a backup and run `vaxel migrate`; or install the newer version, where its schema is newer",
        )
    for one in silent:
        remedy = f"mend what it says, then `vaxel webhooks enable {one.id}`; or `vaxel webhooks remove {one.id}`"
        yield Finding(what=f"Webhook {one.id}", status="warning", found=f"disabled, {one.why}", remedy=remedy)


def _credentials(place: str, table: Mapping[str, object]) -> Iterator[Finding]:
    for key, value in table.items():
        what, named = f"{place} {key}", str(value)
        if key.endswith("_env"):
            there = bool(os.environ.get(named))
            yield Finding(
                what=what,
                status="ok" if there else "missing",
                found=f"{named} is set" if there else f"{named} is not set in the environment",
                remedy=None if there else f"set {named} where the worker is started",
            )
        elif key.endswith("_file"):
            there = os.access(named, os.R_OK) and Path(named).is_file()
            yield Finding(
                what=what,
                status="ok" if there else "missing",
                found=f"{named} can be read" if there else f"{named} cannot be read",
                remedy=None if there else "put the file there, or let this user read it",
            )


def _files(chosen: Settings) -> Iterator[tuple[str, Path]]:
    if chosen.link is not None and chosen.link.bankid is not None:
        for key, path in (
            ("certificate", chosen.link.bankid.certificate),
            ("authority", chosen.link.bankid.authority),
        ):
            if path is not None:
                yield f"[link.bankid] {key}", path
    for place, table in _tables(chosen):
        for key, value in table.items():
            if key.endswith("_file"):
                yield f"{place} {key}", Path(str(value))


def _certificates(place: str, path: Path, now: dt.datetime) -> Iterator[Finding]:
    try:
        content = path.read_bytes()
    except OSError as error:
        if place.startswith("[link"):  # a channel's was told as a credential
            found = f"{path} cannot be read ({error.strerror})"
            yield Finding(what=place, status="missing", found=found, remedy="put the file there")
        return
    if b"-----BEGIN CERTIFICATE-----" not in content:
        return
    what = f"Certificate of {place}"
    try:
        ends = min(one.not_valid_after_utc for one in x509.load_pem_x509_certificates(content))
    except ValueError:
        yield Finding(what=what, status="missing", found=f"{path} is no certificate in PEM", remedy="replace the file")
        return
    if ends <= now:
        yield Finding(
            what=what, status="missing", found=f"expired on {ends:%Y-%m-%d}", remedy="order and put in another"
        )
    elif ends - now <= SOON:
        left = (ends - now).days
        found = f"expires on {ends:%Y-%m-%d}, in {left} days"
        yield Finding(what=what, status="warning", found=found, remedy="order another now, and put it in before")
    else:
        yield Finding(what=what, status="ok", found=f"valid until {ends:%Y-%m-%d}")
