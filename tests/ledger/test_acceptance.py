"""Taking in: every record is a document or a rejection, once, whatever happens in between."""

from collections.abc import Callable, Iterator

import pytest
from sqlalchemy import func, select
from tests.ledger.stage import Letter

from vaxel_engine.errors import Rejected, Unreadable
from vaxel_engine.model import Document
from vaxel_ledger import Ledger, LedgerLine, acceptance, tables
from vaxel_ledger.states import Status
from vaxel_ledger.work import due, load

SHA = "a" * 64


def test_the_same_file_again_answers_with_the_first_batch(ledger: Ledger, letter: Letter) -> None:
    first = ledger.accept(SHA, "october.json", "main", [letter("A-1")])
    again = ledger.accept(SHA, "renamed.json", "main", [letter("A-1")])
    assert (first.repeated, again.repeated) == (False, True)
    assert again.batch_id == first.batch_id
    assert len(ledger.documents("A-1")) == 1


def test_the_same_file_of_another_tenant_is_another_batch(ledger: Ledger, letter: Letter) -> None:
    first = ledger.accept(SHA, "october.json", "main", [letter("A-1")])
    other = ledger.accept(SHA, "october.json", "other", [letter("A-1")])
    assert other.batch_id != first.batch_id
    assert ledger.counts(other.batch_id).waiting == 1


def test_the_same_reference_again_is_a_rejection_that_names_the_first_document(ledger: Ledger, letter: Letter) -> None:
    ledger.accept(SHA, "october.json", "main", [letter("A-1")])
    (first,) = ledger.documents("A-1")
    second = ledger.accept("b" * 64, "november.json", "main", [letter("A-1"), letter("A-2")])
    assert ledger.counts(second.batch_id).rejected == 1
    (rejected,) = [line for line in ledger.report(second.batch_id) if line.status is Status.REJECTED]
    assert first in rejected.reason
    assert "november.json, record 1, /reference" in rejected.reason


def test_the_same_reference_twice_in_one_file_is_taken_once(ledger: Ledger, letter: Letter) -> None:
    batch = ledger.accept(SHA, "october.json", "main", [letter("A-1"), letter("A-1")])
    line = ledger.counts(batch.batch_id)
    assert (line.in_, line.waiting, line.rejected) == (2, 1, 1)


def test_a_cancelled_batch_lets_its_file_come_again(ledger: Ledger, letter: Letter) -> None:
    first = ledger.accept(SHA, "october.json", "main", [letter("A-1")])
    assert ledger.cancel_batch(first.batch_id) == 1
    again = ledger.accept(SHA, "october.json", "main", [letter("A-1")])
    assert ledger.counts(first.batch_id).cancelled == 1
    assert ledger.counts(again.batch_id) == LedgerLine(1, 0, 1, 0, 0, 0, 0)


def test_rejections_are_counted_and_told_beside_the_documents(
    ledger: Ledger, letter: Letter, broken: Callable[[int], Rejected]
) -> None:
    batch = ledger.accept(SHA, "october.json", "main", [letter("A-1"), broken(2), letter("A-3")])
    line = ledger.counts(batch.batch_id)
    assert line == LedgerLine(in_=3, delivered=0, waiting=2, failed=0, rejected=1, cancelled=0, unknown=0)
    assert [row.document for row in ledger.report(batch.batch_id)] == ["A-1", "october.json#2", "A-3"]


def test_an_interrupted_file_is_continued_where_it_stopped(
    ledger: Ledger, letter: Letter, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(acceptance, "SLICE", 2)
    letters = [letter(f"A-{n}") for n in range(1, 6)]

    def torn() -> Iterator[Document]:
        yield from letters[:4]
        raise Unreadable("october.json: the connection broke")

    with pytest.raises(Unreadable):
        ledger.accept(SHA, "october.json", "main", torn())
    (half,) = ledger.batches()
    assert ledger.counts(half.batch_id).closes
    whole = ledger.accept(SHA, "october.json", "main", letters)
    assert whole.batch_id == half.batch_id
    assert ledger.counts(whole.batch_id) == LedgerLine(5, 0, 5, 0, 0, 0, 0)


def test_nothing_of_a_file_goes_out_before_it_was_read_to_its_end(
    ledger: Ledger, letter: Letter, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(acceptance, "SLICE", 1)
    seen: list[int] = []

    def watched() -> Iterator[Document]:
        yield letter("A-1")
        with ledger.reading() as connection:
            seen.append(connection.execute(select(func.count()).select_from(tables.document)).scalar_one())
            seen.append(len(due(connection, at=ledger.clock(), limit=10)))
        yield letter("A-2")

    ledger.accept(SHA, "october.json", "main", watched())
    assert seen == [1, 0]
    with ledger.reading() as connection:
        assert len(due(connection, at=ledger.clock(), limit=10)) == 2


def test_the_document_comes_back_without_its_source(ledger: Ledger, letter: Letter) -> None:
    ledger.accept(SHA, "october.json", "main", [letter("A-1")])
    (document_id,) = ledger.documents("A-1")
    with ledger.reading() as connection:
        loaded = load(connection, ledger.vault, [document_id])
    assert loaded.documents == {document_id: letter("A-1")}


def test_a_document_with_a_later_day_waits_for_it(ledger: Ledger, letter: Letter) -> None:
    held = letter("A-1").model_copy(
        update={"delivery": letter("A-1").delivery.model_copy(update={"not_before": ledger.clock().replace(day=25)})}
    )
    ledger.accept(SHA, "october.json", "main", [held])
    with ledger.reading() as connection:
        assert due(connection, at=ledger.clock(), limit=10) == []
        assert len(due(connection, at=ledger.clock().replace(day=25), limit=10)) == 1


def test_rows_that_vanish_leave_a_ledger_that_does_not_close(ledger: Ledger, letter: Letter) -> None:
    batch = ledger.accept(SHA, "october.json", "main", [letter("A-1"), letter("A-2")])
    (lost,) = ledger.documents("A-2")
    with ledger.writing() as connection:
        connection.execute(tables.document.delete().where(tables.document.c.id == lost))
    assert not ledger.counts(batch.batch_id).closes
