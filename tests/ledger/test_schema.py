"""The schema: migrations and tables say the same, and no version works on a schema it does not know."""

import datetime as dt
import json
from collections.abc import Callable, Mapping
from importlib import import_module
from pkgutil import iter_modules

import pytest
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from sqlalchemy import Connection, MetaData, Table, insert, inspect, select, text

import vaxel_ledger
from vaxel_engine.errors import Misconfigured
from vaxel_ledger import Ledger, tables
from vaxel_ledger.counts import counts
from vaxel_ledger.database import connect, head, migrate, reading, revision, schema_problem, writing
from vaxel_ledger.outcomes import Outcome, conclude
from vaxel_ledger.states import BatchState, DocumentState, Status
from vaxel_ledger.transitions import state_of

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
    for module in iter_modules(vaxel_ledger.__path__, "vaxel_ledger."):
        import_module(module.name)  # each says which tables are its own
    engine = connect(url)
    migrate(engine)
    with reading(engine) as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True, "compare_server_default": True})
        assert compare_metadata(context, tables.metadata) == []
    engine.dispose()


FIRST: Mapping[str, Mapping[str, object]] = {
    "batch": {**BATCH, "state": "received", "counters": '{"in": 3}'},
    "dek": {"id": "b1-1", "tenant": "main", "kek_id": "k", "wrapped": b"wrapped"},
    "artifact": {
        "sha": "s1", "tenant": "main", "document_id": "b1-1", "kind": "document", "media": "application/json",
        "size": 2, "pack": "s1", "offset": 0, "length": 2, "plain_hmac": "h", "sealed_sha256": b"x", "dek_id": "b1-1",
    },
    "document": {
        "id": "b1-1", "tenant": "main", "batch_id": "b1", "record": 1, "ext_id": "A-1", "kind": "invoice", "prio": 0,
        "state": "awaiting", "chan_ix": 0, "delivery_no": 1, "artifact_sha": "s1", "recipient": b"sealed",
        "link_sha256": "l1", "dek_id": "b1-1",
        "route": '{"order": ["kivra"], "sentence": "Kivra", "unanswered": [], "reasons": {}}',
    },
    "attempt": {
        "id": 7, "document_id": "b1-1", "seq": 1, "channel": "kivra", "delivery_no": 1, "idem_key": "key-1",
        "state": "handed_over", "status": "handed over", "tries": 1, "consignment_sha": "s1", "executor_id": "main",
    },
    "event": {"seq": 9, "batch_id": "b1", "document_id": "b1-1", "kind": "accepted", "actor": "intake", "data": "{}"},
    "rejection": {
        "id": 3, "batch_id": "b1", "position": 2, "file": "october.json", "record": 2, "path": "/", "found": "x",
        "remedy": "y",
    },
    "receipt_inbox": {"provider": "kivra", "receipt_id": "r1", "status": "delivered", "applied": "pending"},
}  # fmt: skip
"""A row of each kind as the first revision kept it; moments are filled in."""
MOMENTS = {
    "batch": ("created_at", "updated_at"),
    "dek": ("created_at",),
    "artifact": ("created_at",),
    "document": ("created_at", "updated_at"),
    "attempt": ("t_intent",),
    "event": ("t",),
    "rejection": ("created_at",),
    "receipt_inbox": ("received_at",),
}


def test_a_database_made_by_the_first_revision_comes_to_head_with_its_rows(url: str) -> None:
    engine = connect(url)
    migrate(engine, "0001")
    kept: dict[str, dict[str, object]] = {}
    with writing(engine) as connection:
        for name, told in FIRST.items():
            table = Table(name, MetaData(), autoload_with=connection)
            row = {**told, **dict.fromkeys(MOMENTS[name], _moment(connection))}
            if connection.dialect.name == "postgresql":
                row |= {
                    column: json.loads(str(row[column])) for column in ("counters", "data", "route") if column in row
                }
            connection.execute(insert(table).values(row))
            kept[name] = dict(connection.execute(select(table)).mappings().one())
    migrate(engine)
    with reading(engine) as connection:
        assert revision(connection) == head()
        for name, before in kept.items():
            table = Table(name, MetaData(), autoload_with=connection)
            after = dict(connection.execute(select(table)).mappings().one())
            assert {column: after[column] for column in before} == before, name
        batch = tables.batch.c
        assert connection.execute(select(batch.n, batch.counters, batch.pack_version)).one() == (3, {"in": 3}, None)
    with writing(engine) as connection:  # and the rows are worked on with this version's code
        outcome = Outcome("key-1", Status.DELIVERED)
        conclude(connection, [outcome], at=AT, actor="test")
        assert state_of(connection, "b1-1") is DocumentState.DELIVERED
        assert counts(connection, "b1").delivered == 1
    engine.dispose()


def _moment(connection: Connection) -> object:
    return AT if connection.dialect.name == "postgresql" else "2026-11-20T07:30:00.000000Z"


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
