"""The database under the ledger: how it is opened, which schema it must have, and how a transaction begins."""

import functools
from collections.abc import Collection, Generator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, Engine, create_engine, event, inspect, make_url
from sqlalchemy.exc import ArgumentError, OperationalError, SQLAlchemyError

from vaxel_engine.errors import Misconfigured

_READS = "vaxel_reads"

_PRAGMAS = (
    "PRAGMA journal_mode=WAL",
    "PRAGMA synchronous=FULL",  # NORMAL may lose the last commits at a power cut
    "PRAGMA busy_timeout=30000",
    "PRAGMA foreign_keys=ON",
    "PRAGMA secure_delete=ON",  # what erasure deletes must not stay in free pages
)


def connect(url: str) -> Engine:
    """Make an engine for `sqlite:///…` or `postgresql+psycopg://…`; nothing is read or written yet.

    Raises:
        Misconfigured: the address is of another kind, or its driver is not installed.
    """
    try:
        parsed = make_url(url)
    except ArgumentError as error:
        raise Misconfigured(
            "the ledger's address is not a database URL; write e.g. sqlite:///vaxel.db or postgresql+psycopg://host/name"
        ) from error
    match parsed.get_backend_name():
        case "sqlite":
            if not parsed.database or parsed.database == ":memory:":
                raise Misconfigured("the ledger needs a file, and sqlite was given none; write e.g. sqlite:///vaxel.db")
            engine = create_engine(parsed)
            event.listen(engine, "connect", _set_pragmas)
            event.listen(engine, "begin", _begin)
            return engine
        case "postgresql":
            try:
                engine = create_engine(parsed)
            except ModuleNotFoundError as error:
                raise Misconfigured(
                    f"the ledger's address needs {error.name}, which is not installed; pip install 'vaxel[postgres]'"
                ) from error
            event.listen(engine, "connect", _plan_anew)
            return engine
        case other:
            raise Misconfigured(f"the ledger cannot live in {other}; use sqlite or postgresql+psycopg")


def _set_pragmas(dbapi_connection: Any, _record: Any) -> None:
    dbapi_connection.isolation_level = None  # the driver must not begin by itself; `_begin` does
    cursor = dbapi_connection.cursor()
    for pragma in _PRAGMAS:
        cursor.execute(pragma)
    cursor.close()


def _plan_anew(dbapi_connection: Any, _record: Any) -> None:
    # A plan that is kept from when a table was empty reads the whole of it, ever longer, until statistics are gathered.
    dbapi_connection.execute("SET plan_cache_mode TO force_custom_plan")
    dbapi_connection.commit()  # else the setting is undone with the transaction


def _begin(connection: Connection) -> None:
    # A writer takes the lock at once: a reader that turns writer half-way fails without waiting for busy_timeout.
    reads = connection.get_execution_options().get(_READS, False)
    connection.exec_driver_sql("BEGIN" if reads else "BEGIN IMMEDIATE")


@contextmanager
def writing(engine: Engine) -> Generator[Connection]:
    """One transaction that writes: committed at the end, undone by an exception."""
    with engine.begin() as connection:
        yield connection


@contextmanager
def reading(engine: Engine) -> Generator[Connection]:
    """One transaction that only reads, and sees one moment throughout."""
    level = {} if engine.dialect.name == "sqlite" else {"isolation_level": "REPEATABLE READ"}
    with engine.connect().execution_options(**{_READS: True}, **level) as connection, connection.begin():
        yield connection


@contextmanager
def told(doing: str, then: str) -> Generator[None]:
    """Say in a sentence that the database went away, or had no room, in the middle of something.

    Raises:
        Misconfigured: it did.
    """
    try:
        yield
    except OperationalError as error:
        raise Misconfigured(
            f"the ledger could not be written while {doing} ({error.orig}); see that it can be reached and that its "
            f"disk has room, then {then}"
        ) from error


@functools.cache
def _script() -> ScriptDirectory:
    return ScriptDirectory(str(Path(__file__).parent / "migrations"))


def head() -> str:
    """The revision of the schema that this version of Vaxel works with."""
    newest = _script().get_current_head()
    assert newest is not None  # noqa: S101  # the package always carries its first revision
    return newest


def revision(connection: Connection) -> str | None:
    """The revision of the schema in the database; None where there is none yet."""
    return MigrationContext.configure(connection).get_current_revision()


def migrate(engine: Engine, to: str = "head") -> None:
    """Bring the schema to a revision, in one transaction; harmless where it is there already."""
    config = Config()
    config.set_main_option("script_location", (Path(__file__).parent / "migrations").as_posix().replace("%", "%%"))
    with writing(engine) as connection:
        config.attributes["connection"] = connection
        if to == "base":
            command.downgrade(config, to)
        else:
            command.upgrade(config, to)


def check_schema(engine: Engine) -> None:
    """Make the schema in an empty database, and see that any other is the one this version works with.

    Raises:
        Misconfigured: the schema is older, newer or not the ledger's, or the database cannot be reached.
    """
    name = engine.url.render_as_string(hide_password=True)
    try:
        with reading(engine) as connection:
            found, tables = revision(connection), inspect(connection).get_table_names()
    except SQLAlchemyError as error:
        raise Misconfigured(
            f"the ledger at {name} cannot be opened ({type(error).__name__}); check that the place exists"
        ) from error
    if found is None and not tables:
        migrate(engine)
        return
    known = {script.revision for script in _script().walk_revisions()}
    problem = schema_problem(found, works_with=head(), known=known)
    if problem is not None:
        raise Misconfigured(f"the ledger at {name} {problem}")


def schema_problem(found: str | None, *, works_with: str, known: Collection[str]) -> str | None:
    """What is wrong with the schema of a database that is not empty, as the end of a sentence; None if nothing."""
    if found == works_with:
        return None
    if found is None:
        return "is a database with other tables than a ledger's; give the ledger one of its own"
    if found in known:
        return (
            f"has the older schema {found}, this version works with {works_with}; take a backup and run `vaxel migrate`"
        )
    return (
        f"has the schema {found}, which a newer version of Vaxel made; this version works with {works_with}, "
        "so install the newer one"
    )
