"""What a sender says is in a file is compared with what was read, by count and by currency."""

import json
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from vaxel_engine.errors import Rejected, Unreadable
from vaxel_engine.intake import json_file, read
from vaxel_engine.intake.control_totals import ControlTotals, Tally
from vaxel_engine.intake.source import look_at

SAMPLES = json.loads((Path(__file__).parents[3] / "samples/november.json").read_text(encoding="utf-8"))["documents"]
GOOD = next(one for one in SAMPLES if one["kind"] == "invoice")
STATED = {"documents": 2, "sums": {"SEK": "1250.00"}}
Written = Callable[..., Path]


@pytest.fixture
def written(tmp_path: Path) -> Written:
    def write(*documents: Any, **beside: Any) -> Path:
        file = tmp_path / "file.json"
        file.write_text(json.dumps({"documents": [*documents], **beside}), encoding="utf-8")
        return file

    return write


def test_a_json_file_carries_them_behind_its_documents(written: Written) -> None:
    with read(written(GOOD, GOOD, control_totals=STATED)) as reading:
        assert len(list(reading)) == 2
        assert reading.control_totals == ControlTotals(2, {"SEK": Decimal("1250.00")})
    with read(written(GOOD)) as reading:
        list(reading)
        assert reading.control_totals is None


def test_a_file_that_is_read_piece_by_piece_carries_them_too(written: Written) -> None:
    source = look_at(written(GOOD, GOOD, control_totals=STATED))
    assert len(list(json_file.streamed(source, block=64))) == 2
    assert source.announced == [ControlTotals(2, {"SEK": Decimal("1250.00")})]


def test_a_file_that_breaks_off_has_totals_that_nothing_agrees_with(written: Written) -> None:
    file = written(GOOD, GOOD, control_totals=STATED)
    file.write_bytes(file.read_bytes()[:-20])
    source = look_at(file)
    assert isinstance(list(json_file.streamed(source, block=64))[-1], Rejected)
    assert "breaks off" in str(Tally().difference(source.announced[-1]))


@pytest.mark.parametrize(
    ("totals", "said"),
    [
        (["x"], "that are no object"),
        ({"number": 3}, "with the field 'number'"),
        ({"documents": -1}, "with '-1' documents"),
        ({"documents": True}, "with 'True' documents"),
        ({"documents": 1.5}, "with '1.5' documents"),
        ({"sums": ["SEK"]}, "whose sums are no object"),
        ({"sums": {"kronor": 1}}, "with the currency 'kronor'"),
        ({"sums": {"SEK": "mycket"}}, "with the sum 'mycket'"),
        ({"sums": {"SEK": True}}, "with the sum 'True'"),
    ],
)
def test_what_cannot_be_compared_refuses_the_file(written: Written, totals: object, said: str) -> None:
    with pytest.raises(Unreadable, match="control_totals") as refused, read(written(GOOD, control_totals=totals)) as it:
        list(it)
    assert said in str(refused.value)


def test_nothing_else_stands_beside_the_documents(written: Written) -> None:
    with pytest.raises(Unreadable, match="put nothing else beside them"), read(written(GOOD, totals=STATED)) as it:
        list(it)


def test_every_difference_is_told_with_both_figures(written: Written) -> None:
    tally = Tally()
    credit = {**GOOD, "kind": "credit_note", "invoice": {**GOOD["invoice"], "type_code": "381"}}
    with read(written(GOOD, GOOD, credit, {"kind": "parcel"})) as reading:
        for document in reading:
            tally.add(document)
        for rejected in reading.rejections:
            tally.add(rejected)
    due = Decimal(GOOD["invoice"]["totals"]["due"])
    assert (tally.records, tally.rejected) == (4, 1)
    assert tally.difference(ControlTotals(4, {"SEK": due})) is None  # two to pay, one given back
    assert tally.difference(ControlTotals(None, {})) is None
    assert tally.difference(ControlTotals(5, {"SEK": due + 1, "EUR": Decimal(7)})) == (
        f"5 documents announced and 4 came in; 7 EUR announced and 0 came in; "
        f"{due + 1:,} SEK announced and {due:,} came in; 1 rejected record is in no sum"
    )
    assert "SEK came in and none announced" in str(tally.difference(ControlTotals(4, {"EUR": Decimal(0)})))
