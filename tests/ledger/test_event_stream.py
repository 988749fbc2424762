"""Events are read on by a cursor: each once, in order, of one sender alone where it is named."""

import datetime as dt
from collections.abc import Iterator

from tests.ledger.stage import Letter

from vaxel_engine.model import Document
from vaxel_ledger import Ledger, api_keys, event_stream
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
    mine = ledger.accept("a" * 64, "one.json", "main", [letter("A-1")], sender="nordljus").batch_id
    ledger.accept("b" * 64, "two.json", "main", [letter("A-2")])
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


def test_the_cursor_passes_no_event_of_a_file_that_is_still_being_taken_in(ledger: Ledger, letter: Letter) -> None:
    seen: list[event_stream.Told] = []

    def slowly() -> Iterator[Document]:
        yield letter("A-1")
        ledger.accept("b" * 64, "two.json", "main", [letter("A-2")], sender="nordljus")
        seen.extend(event_stream.after(ledger.engine, "main", 0, 100, sender="nordljus"))

    ledger.accept("a" * 64, "one.json", "main", slowly(), sender="nordljus")
    seen.extend(event_stream.after(ledger.engine, "main", seen[-1].seq, 100, sender="nordljus"))
    assert [one.seq for one in seen] == sorted({one.seq for one in seen})
    assert [one.kind for one in seen].count("accepted") == 2
    assert [one.kind for one in seen].count("receiving") == 2
