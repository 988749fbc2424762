"""How a database is opened: what every connection has, whatever was undone on it before."""

from sqlalchemy import text

from vaxel_ledger.database import connect


def test_what_a_connection_is_set_to_stays_when_its_transaction_is_undone(url: str) -> None:
    engine = connect(url)
    asked, wanted = (
        ("SHOW plan_cache_mode", "force_custom_plan")  # a plan must not outlive the size of its table
        if engine.dialect.name == "postgresql"
        else ("PRAGMA journal_mode", "wal")
    )
    for _ in range(2):  # the same connection, given back and taken once more
        with engine.connect() as connection:
            connection.rollback()
            assert connection.execute(text(asked)).scalar() == wanted
    engine.dispose()
