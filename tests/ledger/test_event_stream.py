"""Events are read on by a cursor: each once, in order, of one sender alone where it is named."""

import datetime as dt

from tests.ledger.stage import Letter

from vaxel_ledger import Ledger, api_keys, api_requests, event_stream
from vaxel_ledger.api_keys import KeyState

AT = dt.datetime(2026, 11, 20, 7, 30, tzinfo=dt.UTC)


def test_a_cursor_meets_every_event_once_and_in_order(ledger: Ledger, letter: Letter) -> None:
    ledger.accept("a" * 64, "two.json", "main", [letter("A-1"), letter("A-2")])
    met: list[str] = []
    cursor = 0
    while piece := event_stream.after(ledger.engine, "main", cursor, 2):
        met += [one.kind for one in piece]
        cursor = piece[-1].seq
    assert met == ["receiving", "accepted", "accepted", "received"]
    assert cursor == event_stream.settled(ledger.engine)
    assert event_stream.after(ledger.engine, "another", 0, 10) == []


def test_a_sender_meets_its_own_batches_alone(ledger: Ledger, letter: Letter) -> None:
    mine = ledger.accept("a" * 64, "one.json", "main", [letter("A-1")]).batch_id
    ledger.accept("b" * 64, "two.json", "main", [letter("A-2")])
    with ledger.writing() as connection:
        api_requests.begin(connection, "main", "nordljus", "run-1", "a" * 64, at=AT)
        api_requests.finish(connection, "main", "nordljus", "run-1", mine)
    found = event_stream.after(ledger.engine, "main", 0, 100, sender="nordljus")
    assert {one.batch_id for one in found} == {mine}
    assert event_stream.after(ledger.engine, "main", 0, 100, sender="other") == []


def test_a_key_is_found_by_its_text_alone_and_not_by_another_tenant(ledger: Ledger) -> None:
    with ledger.writing() as connection:
        made = api_keys.create(connection, "main", "nordljus", "test", at=AT, expires_at=AT + dt.timedelta(days=1))
        found = api_keys.holder(connection, "main", made.text)
        assert found == made.key
        assert (made.key.state(AT), made.key.state(AT + dt.timedelta(days=1))) == (KeyState.VALID, KeyState.EXPIRED)
        assert api_keys.holder(connection, "another", made.text) is None
        assert api_keys.holder(connection, "main", made.text[:-1] + "!") is None
