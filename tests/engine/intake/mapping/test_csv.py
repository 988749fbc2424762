"""CSV by a mapping: figures come out as they stand, and what may have lost a row is not sent."""

from collections.abc import Callable
from decimal import Decimal
from pathlib import Path

import pytest

from vaxel_engine.errors import Unreadable
from vaxel_engine.intake import Reading, read
from vaxel_engine.totals import check

SAMPLES = Path(__file__).parents[4] / "samples" / "mapping"
MAPPING = """
[input]
format = "csv"
delimiter = ";"
decimal = ","
group_by = "No"
[fields]
recipient.name = "Name"
recipient.postal_address.country_code = { constant = "SE" }
invoice.number = "No"
invoice.issue_date = { constant = "2026-11-20" }
invoice.due_date = "Due"
invoice.currency = { constant = "SEK" }
invoice.seller.name = { constant = "Nordljus" }
invoice.seller.postal_address.country_code = { constant = "SE" }
invoice.totals.line_net = "Sum"
invoice.totals.without_vat = "Sum"
invoice.totals.with_vat = "Sum"
invoice.totals.due = "Sum"
[each."invoice.lines"]
identifier = { counter = true }
quantity = { constant = "1" }
unit = { constant = "C62" }
net_amount = "Amount"
price.net = "Amount"
vat.code = { constant = "O" }
item.name = "Item"
"""
HEADING = "No;Name;Due;Sum;Amount;Item\n"
GOOD = "1;Elin;2026-12-20;3,00;1,00;a\n1;Elin;2026-12-20;3,00;2,00;b\n"
NEXT = "2;Bo;;5,00;5,00;c\n"

Take = Callable[..., Reading]


@pytest.fixture
def taken(tmp_path: Path) -> Take:
    def take(content: str | bytes, mapping: str = MAPPING) -> Reading:
        (tmp_path / "in.csv").write_bytes(content.encode() if isinstance(content, str) else content)
        (tmp_path / "by.toml").write_text(mapping, encoding="utf-8")
        reading = read(tmp_path / "in.csv", mapping=tmp_path / "by.toml", sender="nordljus")
        list(reading)
        return reading

    return take


def test_the_sample_is_read_but_for_its_one_broken_record() -> None:
    reading = read(SAMPLES / "fakturor.csv", mapping=SAMPLES / "fakturor.toml", sender="nordljus")
    first, second, credit = list(reading)

    assert [str(one) for one in reading.rejections] == [
        "fakturor.csv, record 4 (line 8), column “Moms”, line 54 of fakturor.toml (BT-117): found “37,5O”; it is not a "
        "number written as 1234,50, as fakturor.toml says."
    ]
    assert first.invoice is not None
    assert second.invoice is not None
    assert credit.invoice is not None
    assert [line.item.name for line in first.invoice.lines] == ["El, rörligt pris, 1-31 oktober", "Elnät, fast avgift"]
    assert (second.recipient.name, second.invoice.totals.due) == (
        'Föreningen "Norra Hamnen"; Piteå',
        Decimal("15602.35"),
    )
    assert (credit.kind, credit.invoice.due_date) == ("credit_note", None)
    assert [check(one.invoice) for one in (first, second, credit) if one.invoice] == [(), (), ()]
    assert reading.not_carried == {"column “Anteckning”": 1}


def test_rows_with_one_key_are_one_document(taken: Take) -> None:
    assert taken(HEADING + GOOD + NEXT).counts.accepted == 2


def test_a_byte_order_mark_and_windows_line_ends_mean_nothing(taken: Take) -> None:
    assert taken(b"\xef\xbb\xbf" + (HEADING + GOOD).replace("\n", "\r\n").encode()).counts.accepted == 1


def test_an_unclosed_quotation_mark_is_told_by_its_line_and_the_rest_is_read(taken: Take) -> None:
    broken = '2;Bo;;5,00;5,00;"c\n'
    later = "".join(f"{number};Bo;;5,00;5,00;c\n" for number in range(3, 500))

    reading = taken(HEADING + GOOD + broken + later)

    (rejected,) = reading.rejections[1:]
    assert (rejected.line, rejected.found) == (4, "a quotation mark that opens and does not close")
    assert reading.counts.accepted == 496


def test_a_document_that_may_have_lost_a_row_is_rejected(taken: Take) -> None:
    reading = taken(HEADING + GOOD + '"oops;Bo\n' + NEXT + "3;Eva;;1,00;1,00;d\n")

    assert (reading.counts.accepted, [one.record for one in reading.rejections]) == (1, [1, 2])


def test_a_broken_row_within_a_document_breaks_that_document_alone(taken: Take) -> None:
    reading = taken(HEADING + "1;Elin;;3,00;1,00;a\n1;Elin;;3,00\n" + NEXT)

    assert (reading.counts.accepted, reading.rejections[0].found) == (1, "4 columns where the first row has 6")


def test_rows_of_one_document_in_two_places_are_both_rejected(taken: Take) -> None:
    reading = taken(HEADING + GOOD + NEXT + GOOD)

    assert (reading.counts.accepted, reading.counts.rejected) == (1, 2)
    assert "two places" in reading.rejections[0].found


def test_two_due_dates_in_one_document_are_no_due_date(taken: Take) -> None:
    reading = taken(HEADING + "1;E;2026-12-20;2,00;1,00;a\n1;E;2026-12-21;2,00;1,00;b\n")

    assert (reading.rejections[0].term, reading.rejections[0].line) == ("BT-9", 3)


def test_a_nul_is_refused(taken: Take) -> None:
    assert taken(HEADING + "1;E\0;;1,00;1,00;a\n").rejections[0].found == "a NUL character"


def test_a_byte_of_another_encoding_names_the_setting(taken: Take) -> None:
    reading = taken((HEADING + GOOD).replace("Elin", "Åsa").encode("iso-8859-1"))

    assert "not utf-8" in reading.rejections[0].found
    assert "line 2 of by.toml" in reading.rejections[0].remedy


def declared(encoding: str) -> str:
    return MAPPING.replace("[input]", f'[input]\nencoding = "{encoding}"')


@pytest.mark.parametrize("encoding", ["utf-16", "utf-16-le", "UTF_16BE"])
@pytest.mark.parametrize("mark", ["", "\ufeff"])
def test_utf_16_is_read_as_declared(taken: Take, encoding: str, mark: str) -> None:
    content = mark + (HEADING + GOOD + NEXT).replace("Elin", "Åsa Ċഊ")  # Ċ and ഊ hold the bytes of line ends
    reading = taken(content.encode(encoding), declared(encoding))

    assert reading.rejections == []
    assert reading.counts.accepted == 2


@pytest.mark.parametrize("half", [0xD83D, 0xDE00])
def test_half_a_character_of_utf_16_breaks_only_its_document(taken: Take, half: int) -> None:
    content = (HEADING + GOOD.replace(";b\n", f";{chr(half)}\n") + NEXT).encode("utf-16", "surrogatepass")
    reading = taken(content, declared("utf-16"))

    assert reading.counts.accepted == 1
    assert "not utf-16" in reading.rejections[0].found


def test_utf_16_that_breaks_off_in_a_character_is_told(taken: Take) -> None:
    reading = taken((HEADING + GOOD + NEXT).encode("utf-16")[:-1], declared("utf-16"))

    assert "not utf-16" in reading.rejections[-1].found


def test_a_cell_of_more_than_128_kb_is_refused(taken: Take) -> None:
    assert "128 kB" in taken(HEADING + f"1;{'x' * 200_000};;1,00;1,00;a\n" + NEXT).rejections[0].found


def test_a_formula_is_only_text(taken: Take) -> None:
    reading = taken(HEADING + "1;=cmd|' /C calc'!A0;;1,00;1,00;@SUM(A1)\n")

    assert reading.counts.accepted == 1


@pytest.mark.parametrize("amount", ["1.000,00", "1,00,0", "1_0", "１", "1e3", "1.50", "--1", "1 000,00"])
def test_a_number_with_two_meanings_is_refused(taken: Take, amount: str) -> None:
    reading = taken(HEADING + f"1;E;;1,00;{amount};a\n")

    assert (reading.counts.rejected, reading.rejections[0].term) == (1, "BT-131")


def test_thousands_stand_where_the_mapping_says_so(taken: Take) -> None:
    mapping = MAPPING.replace('decimal = ","', 'decimal = ","\nthousands = "."')

    assert taken(HEADING + "1;E;;-1.234.567,89;1.234.567,89-;a\n", mapping).counts.accepted == 1
    assert taken(HEADING + "1;E;;12.50;1,00;a\n", mapping).counts.rejected == 1


def test_a_column_that_is_not_there_is_told_with_the_line_that_names_it(taken: Take) -> None:
    with pytest.raises(Unreadable, match=r"no column “Due”, which line 12 of by\.toml names; there is “Duet”"):
        taken(HEADING.replace("Due", "Duet") + GOOD)


def test_rows_are_chosen_by_a_condition(taken: Take) -> None:
    mapping = MAPPING.replace('[each."invoice.lines"]', '[each."invoice.lines"]\nwhen = { Item = ["a", "b"] }')

    reading = taken(HEADING + GOOD + NEXT, mapping)

    assert (reading.counts.accepted, reading.rejections[0].path) == (1, "invoice.lines, which by.toml does not fill")


def test_nothing_is_kept_of_what_was_read(tmp_path: Path) -> None:
    import tracemalloc

    (tmp_path / "by.toml").write_text(MAPPING, encoding="utf-8")
    with (tmp_path / "in.csv").open("w", encoding="utf-8") as stream:
        stream.write(HEADING)
        stream.writelines(f"{number};Bo;;5,00;5,00;c\n" for number in range(3_000))
    reading = read(tmp_path / "in.csv", mapping=tmp_path / "by.toml", sender="nordljus")
    next(reading)

    tracemalloc.start()
    count = sum(1 for _ in reading)
    kept, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()

    assert count == 2_999
    assert peak < 2_000_000, (kept, peak)
