"""The schema: migrations and tables say the same, and no version works on a schema it does not know."""

import datetime as dt
from collections.abc import Callable

import pytest
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from sqlalchemy import insert, inspect, select, text

from vaxel_engine.errors import Misconfigured
from vaxel_ledger import Ledger, tables
from vaxel_ledger.database import connect, head, migrate, reading, revision, schema_problem, writing
from vaxel_ledger.states import BatchState

AT = dt.datetime(2026, 11, 20, 8, 30, tzinfo=dt.timezone(dt.timedelta(hours=1)))
BATCH = {
    "id": "b1",
    "tenant": "main",
    "source_sha256": "a" * 64,
    "source_name": "october.json",
    "state": BatchState.RECEIVED,
    "n": 3,
    "counters": {"in": 3},
    "created_at": AT,
    "updated_at": AT,
}


def test_migrations_make_exactly_the_tables_that_the_code_works_with(url: str) -> None:
    engine = connect(url)
    migrate(engine)
    with reading(engine) as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True, "compare_server_default": True})
        assert compare_metadata(context, tables.metadata) == []
    engine.dispose()


def test_a_database_made_by_the_first_revision_comes_to_head_with_its_rows(url: str) -> None:
    engine = connect(url)
    migrate(engine, "0001")
    with writing(engine) as connection:
        connection.execute(insert(tables.batch).values(BATCH))
    migrate(engine)
    with reading(engine) as connection:
        assert revision(connection) == head()
        batch = tables.batch.c
        assert connection.execute(select(batch.n, batch.counters, batch.created_at)).one() == (3, {"in": 3}, AT)
        assert connection.execute(select(batch.pack_version)).scalar_one() is None
    engine.dispose()


def test_a_batch_that_came_in_over_http_keeps_its_sender(url: str) -> None:
    engine = connect(url)
    migrate(engine, "0005")
    with writing(engine) as connection:
        connection.execute(insert(tables.batch).values(BATCH))
        connection.execute(insert(tables.batch).values({**BATCH, "id": "b2", "source_sha256": "b" * 64}))
        connection.execute(
            text("INSERT INTO api_request VALUES ('main', 'nordljus', 'run-1', 'x', 'b2', '2026-11-20T07:30:00Z')")
        )
    migrate(engine)
    with reading(engine) as connection:
        batch = tables.batch.c
        assert dict(connection.execute(select(batch.id, batch.sender)).all()) == {"b1": None, "b2": "nordljus"}
    engine.dispose()


def test_the_schema_can_be_taken_down_and_made_again(url: str) -> None:
    engine = connect(url)
    migrate(engine)
    migrate(engine, "base")
    with reading(engine) as connection:
        assert set(inspect(connection).get_table_names()) <= {"alembic_version"}
    migrate(engine)
    with reading(engine) as connection:
        assert set(tables.metadata.tables) <= set(inspect(connection).get_table_names())
    engine.dispose()


def test_a_newer_schema_is_refused(open_ledger: Callable[[], Ledger]) -> None:
    with open_ledger() as ledger, ledger.writing() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    with pytest.raises(Misconfigured, match="has the schema 9999, which a newer version of Vaxel made"):
        open_ledger()


def test_an_older_schema_is_refused_with_the_command_that_mends_it() -> None:
    problem = schema_problem("0001", works_with="0002", known={"0001", "0002"})
    assert problem is not None
    assert "`vaxel migrate`" in problem


def test_a_database_of_something_else_is_left_alone(url: str, open_ledger: Callable[[], Ledger]) -> None:
    engine = connect(url)
    with writing(engine) as connection:
        connection.execute(text("CREATE TABLE customers (id INTEGER)"))
    engine.dispose()
    with pytest.raises(Misconfigured, match="other tables than a ledger's"):
        open_ledger()


def test_a_naive_moment_is_refused(ledger: Ledger) -> None:
    naive = dt.datetime(2026, 11, 20, 8, 30)  # noqa: DTZ001
    with pytest.raises(Exception, match="needs a time zone"), ledger.writing() as connection:
        connection.execute(insert(tables.batch).values({**BATCH, "created_at": naive}))


def test_sqlite_survives_a_power_cut_and_waits_for_other_writers(ledger: Ledger) -> None:
    if ledger.engine.dialect.name != "sqlite":
        pytest.skip("PostgreSQL has its own settings")
    with ledger.reading() as connection:
        settings = {
            name: connection.exec_driver_sql(f"PRAGMA {name}").scalar_one()
            for name in ("journal_mode", "synchronous", "busy_timeout", "foreign_keys", "secure_delete")
        }
    assert settings == {
        "journal_mode": "wal",
        "synchronous": 2,  # FULL
        "busy_timeout": 30_000,
        "foreign_keys": 1,
        "secure_delete": 1,
    }


@pytest.mark.parametrize(
    ("url", "says"),
    [
        ("not a url", "is not a database URL"),
        ("sqlite://", "needs a file"),
        ("mysql://host/db", "cannot live in mysql"),
        ("sqlite:////proc/no/such/place/ledger.sqlite", "cannot be made"),
    ],
)
def test_an_address_that_cannot_be_a_ledger_is_told_in_a_sentence(url: str, says: str) -> None:
    with pytest.raises(Misconfigured, match=says):
        Ledger.open(url)
