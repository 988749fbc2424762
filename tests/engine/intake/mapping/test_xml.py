"""A vendor's XML by a mapping: record by record, safely."""

import tracemalloc
from pathlib import Path

import pytest

from vaxel_engine.errors import Misconfigured, Unreadable
from vaxel_engine.intake import read
from vaxel_engine.totals import check

SAMPLES = Path(__file__).parents[4] / "samples" / "mapping"
RULES = SAMPLES / "export.toml"
TEXT = (SAMPLES / "export.xml").read_text(encoding="utf-8")


def test_the_sample_is_read_whole() -> None:
    reading = read(SAMPLES / "export.xml", mapping=RULES, sender="nordljus")
    documents = list(reading)
    invoices = [one.invoice for one in documents if one.invoice is not None]

    assert [(one.number, str(one.totals.due)) for one in invoices] == [
        ("27020001", "100893.75"),
        ("27020002", "300.00"),
        ("27020003", "50.00"),
    ]
    assert [str(entry.amount) for entry in invoices[0].lines[1].allowances_and_charges] == ["315.00"]
    assert documents[0].recipient.organisation_number == "5566774476"
    assert [check(one) for one in invoices] == [(), (), ()]
    assert reading.not_carried == {"/BillingExport/Invoice/Memo": 1}


def test_a_fault_is_placed_in_the_input_and_in_the_mapping(tmp_path: Path) -> None:
    (tmp_path / "in.xml").write_text(TEXT.replace('vat="20178.75"', 'vat="20 178,75"'), encoding="utf-8")
    reading = read(tmp_path / "in.xml", mapping=RULES, sender="nordljus")

    assert len(list(reading)) == 2
    assert reading.rejections[0].path == "/BillingExport/Invoice[1]/Sum/@vat, line 39 of export.toml"
    assert reading.rejections[0].line == 18


def test_xml_that_breaks_off_keeps_what_came_before(tmp_path: Path) -> None:
    (tmp_path / "in.xml").write_text(TEXT[: TEXT.index('no="27020003"')], encoding="utf-8")
    reading = read(tmp_path / "in.xml", mapping=RULES, sender="nordljus")

    assert len(list(reading)) == 2
    assert (reading.counts.rejected, "not well-formed" in reading.rejections[0].found) == (1, True)


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ("<BillingExport", '<!DOCTYPE x [<!ENTITY a "b">]><BillingExport', "DOCTYPE"),
        ("BillingExport", "Other", "line 5 of export.toml begins with BillingExport"),
        ("Invoice", "Bill", "holds no /BillingExport/Invoice"),
    ],
)
def test_another_file_is_refused_in_one_sentence(tmp_path: Path, old: str, new: str, words: str) -> None:
    (tmp_path / "in.xml").write_text(TEXT.replace(old, new, 1 if "DOCTYPE" in new else -1), encoding="utf-8")

    with pytest.raises(Unreadable, match=words):
        list(read(tmp_path / "in.xml", mapping=RULES, sender="nordljus"))


def test_a_path_that_is_none_is_told_by_its_line(tmp_path: Path) -> None:
    (tmp_path / "by.toml").write_text(RULES.read_text(encoding="utf-8").replace('"Dates/@due"', '"Dates//[due"'))

    with pytest.raises(Misconfigured, match=r"by\.toml: line 21: “Dates//\[due” is no path"):
        read(SAMPLES / "export.xml", mapping=tmp_path / "by.toml")


def test_memory_is_that_of_one_record(tmp_path: Path) -> None:
    start, end = TEXT.index("<Invoice"), TEXT.index("</BillingExport>")
    with (tmp_path / "in.xml").open("w", encoding="utf-8") as stream:
        stream.write(TEXT[:start])
        stream.writelines(TEXT[start:end] for _ in range(400))
        stream.write(TEXT[end:])
    reading = read(tmp_path / "in.xml", mapping=RULES, sender="nordljus")
    next(reading)

    tracemalloc.start()
    assert sum(1 for _ in reading) == 1_199
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()

    assert peak < 3_000_000
