"""However much is rejected, every rejection is kept in its order, and memory does not grow with them."""

import tracemalloc
from pathlib import Path

import pytest

from vaxel_engine.errors import Rejected, Unwritable
from vaxel_engine.intake import read
from vaxel_engine.intake.rejections import KEPT, Rejections


def rejected(record: int, further: tuple[Rejected, ...] = ()) -> Rejected:
    return Rejected(
        file="maj.csv",
        record=record,
        line=record + 1,
        path="column “Förfallodag”",
        term="BT-9",
        found="“imorgon”",
        remedy="write a day as 2026-11-30",
        further=further,
    )


def test_what_lies_on_disk_says_the_same_as_what_lies_in_memory() -> None:
    kept = Rejections()
    given = [rejected(at, (rejected(at), rejected(at))) for at in range(1, KEPT + 50)]
    for one in given:
        kept.append(one)

    assert (len(kept), list(kept)) == (len(given), given)
    assert [str(one) for one in kept[KEPT - 2 : KEPT + 2]] == [str(one) for one in given[KEPT - 2 : KEPT + 2]]
    assert (kept[-1].sentence, kept[-1].further) == (given[-1].sentence, given[-1].further)
    assert kept != given[:-1]
    with pytest.raises(IndexError):
        kept[len(given)]


def test_it_may_be_read_while_it_grows() -> None:
    kept = Rejections()
    for at in range(1, KEPT + 100):
        kept.append(rejected(at))
        assert kept[at // 2].record == at // 2 + 1
    assert [one.record for one in kept] == list(range(1, KEPT + 100))


def test_memory_does_not_grow_with_what_is_rejected(tmp_path: Path) -> None:
    def held(count: int) -> int:
        path = tmp_path / f"{count}.jsonl"
        path.write_text("{}\n" * count)
        reading = read(path)
        tracemalloc.start()
        assert list(reading) == []
        size = tracemalloc.get_traced_memory()[0]
        tracemalloc.stop()
        assert (reading.counts.rejected, len(reading.rejections), reading.rejections[-1].record) == (count,) * 3
        return size

    few, many = held(2 * KEPT), held(6 * KEPT)

    assert many - few < 4 * KEPT * 40  # eight bytes each, and what an array keeps in reserve


def test_a_full_disk_is_one_sentence(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tempfile.tempdir", "/nowhere/at/all")
    kept = Rejections()
    for at in range(1, KEPT + 1):
        kept.append(rejected(at))

    with pytest.raises(Unwritable, match=r"maj\.csv: what was rejected cannot be kept in .*make room there"):
        kept.append(rejected(KEPT + 1))
