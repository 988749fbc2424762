"""What the ledger's tests share: a clock, and fresh databases, on PostgreSQL too where VAXEL_TEST_POSTGRES names it."""

import datetime as dt
import os
import secrets
from collections.abc import Callable, Generator
from contextlib import contextmanager
from pathlib import Path

from sqlalchemy import create_engine, make_url, text

from vaxel_engine.model import Document
from vaxel_ledger import Decision, Reason

POSTGRES = os.environ.get("VAXEL_TEST_POSTGRES")
"""E.g. postgresql+psycopg://test@127.0.0.1:5433/postgres; the user must be allowed to create databases."""

KINDS = ("sqlite", "postgresql") if POSTGRES else ("sqlite",)


START = dt.datetime(2026, 11, 20, 7, 30, tzinfo=dt.UTC)
ROUTE = Decision(
    order=("kivra", "print"),
    sentence="Kivra reaches the recipient",
    reasons={"kivra": Reason(True, "priority", "Kivra reaches the recipient")},
)


class Clock:
    """Stands still until it is moved."""

    def __init__(self) -> None:
        self.now = START

    def __call__(self) -> dt.datetime:
        return self.now

    def forward(self, **by: float) -> dt.datetime:
        self.now += dt.timedelta(**by)
        return self.now


Letter = Callable[..., Document]
"""Makes a message with a reference, and with what is said of its recipient."""


@contextmanager
def fresh_database(kind: str, folder: Path) -> Generator[str]:
    """The address of a database that nobody else uses."""
    if kind == "sqlite" or POSTGRES is None:
        yield f"sqlite:///{folder / 'ledger.sqlite'}"
        return
    name = f"vaxel_{secrets.token_hex(6)}"
    server = create_engine(POSTGRES, isolation_level="AUTOCOMMIT")
    with server.connect() as connection:
        connection.execute(text(f"CREATE DATABASE {name}"))
    try:
        yield make_url(POSTGRES).set(database=name).render_as_string(hide_password=False)
    finally:
        with server.connect() as connection:
            connection.execute(text(f"DROP DATABASE {name} WITH (FORCE)"))
        server.dispose()
