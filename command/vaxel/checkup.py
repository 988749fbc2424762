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
from vaxel_engine.compiled.using import in_use
from vaxel_engine.errors import Misconfigured, VaxelError
from vaxel_engine.packs import load_published
from vaxel_engine.packs.programs import digest_of, program_place, withdrawn
from vaxel_engine.packs.store import live_version
from vaxel_ledger import webhooks
from vaxel_ledger.database import connect, head, reading, revision

SOON = dt.timedelta(days=30)
"""Before a certificate expires: the time that ordering another takes."""


def examine(chosen: Settings, now: dt.datetime) -> Iterator[Finding]:
    """One finding for the ledger, for each credential that is named elsewhere, and for each certificate."""
    yield from _ledger(chosen)
    yield from _programs(chosen)
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


def _programs(chosen: Settings) -> Iterator[Finding]:
    """Whether each brand's live version has a program, and whether it is used."""
    if not chosen.packs.only_published:
        return
    for brand in sorted({sender.brand for sender in chosen.senders.values()}):
        yield _program(brand, chosen)


def _program(brand: str, chosen: Settings) -> Finding:
    what, store = f"Block program of {brand}", chosen.packs.store
    try:
        version = live_version(brand, store)
        pack = load_published(brand, store, version)
    except VaxelError as error:
        return Finding(what=what, status="missing", found=str(error), remedy=f"vaxel publish {brand}")
    compile_it = f"vaxel compile {brand}"
    if not pack.program:
        found = f"{version} has none, and is set by WeasyPrint"
        return Finding(what=what, status="warning", found=found, remedy=compile_it)
    used = in_use(pack)
    if used.setter is None:
        return Finding(what=what, status="warning", found=used.withdrawn, remedy=compile_it)
    why = withdrawn(program_place(brand, store, version), digest_of(pack.program))
    if why:
        remedy = f"{compile_it} --samples FILE, with a file that holds that document"
        return Finding(what=what, status="warning", found=f"withdrawn: {why}", remedy=remedy)
    every = chosen.rendering.compare_one_in
    compared = {0: "no document is compared", 1: "every document is compared"}.get(
        every, f"one of {every:,} documents is compared"
    )
    return Finding(what=what, status="ok", found=f"{version} is compiled; {compared}")


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
