"""Differences are told in a reader's words, and what matters most is never called something milder."""

import json
from dataclasses import replace

import pytest

from vaxel_regression.boxes import Box, Sheet, compare_boxes, read, written
from vaxel_regression.changes import TOLERABLE, Change, changed_words, compare_lines
from vaxel_regression.telling import tell
from vaxel_regression.tongues import Phrase

INK = "#14201d"


def box(text: str, top: float = 20, font: str = "Inter 9", colour: str = INK) -> Box:
    return Box(text, 20, top, 30, 2.5, font, colour)


def sheet(*boxes: Box, name: str = "page 1") -> Sheet:
    return Sheet(name, 210, 297, boxes)


def told(before: list[Sheet], after: list[Sheet], **names: str) -> list[str]:
    return [finding.sentence for finding in compare_boxes(before, after, {text: name for name, text in names.items()})]


@pytest.mark.parametrize(
    ("before", "after", "change"),
    [
        ("2 218,48 kr att betala", "2 218,49 kr att betala", Change.AMOUNT),
        ("SEK 2,218.48 to pay", "SEK 2,281.48 to pay", Change.AMOUNT),
        ("Att betala −12,00 kr", "Att betala 12,00 kr", Change.AMOUNT),
        ("senast den 20 december 2026", "senast den 21 december 2026", Change.DATE),
        ("Fakturadatum 2026-11-20", "Fakturadatum 2026-11-02", Change.DATE),
        ("OCR 26 1100 0106", "OCR 26 1100 0160", Change.REFERENCE),
        ("Till bankgiro 505-0109", "Till bankgiro 505-0190", Change.REFERENCE),
        ("Att betala", "Betala", Change.TEXT),
    ],
)
def test_a_changed_line_is_called_what_it_is(before: str, after: str, change: Change) -> None:
    assert changed_words(before, after).change is change


def test_what_a_reader_is_told_can_never_be_tolerated() -> None:
    told_to_readers = {Change.AMOUNT, Change.DATE, Change.REFERENCE, Change.PAGE_COUNT, Change.FONT}
    assert not TOLERABLE & {*told_to_readers, Change.MISSING_TEXT, Change.TEXT, Change.ORDER, Change.TAGS}


def test_a_dropped_row_is_missing_text() -> None:
    findings = compare_lines("El\nElnät\nEnergiskatt\n", "El\nEnergiskatt\n", "the text")
    assert [(finding.change, finding.sentence) for finding in findings] == [
        (Change.MISSING_TEXT, "missing text: “Elnät” is not in the text any more")
    ]


def test_an_amount_that_shares_no_digit_with_the_one_before_still_is_a_changed_amount() -> None:
    findings = compare_lines("El\n683,27\nElnät\n83,10\n", "El\n1 774,78\nElnät\n1 774,78\n", "the text")
    assert [finding.change for finding in findings] == [Change.AMOUNT, Change.AMOUNT]


def test_a_section_in_another_place_is_a_matter_of_order() -> None:
    findings = compare_lines("Usage\nLines\nTotals\nHelp\n", "Lines\nTotals\nUsage\nHelp\n", "the text")
    assert [finding.change for finding in findings] == [Change.ORDER]


KNOWN = Phrase("en", (), ("Customer number",))
FIGURE = Phrase("en", (), ("Figure",))
"""The pack says it in English in both languages now."""


@pytest.mark.parametrize(
    ("file", "before", "after"),
    [
        ("text.txt", "Kundnummer\n104501\n", "Customer number\n104501\n"),
        ("tags.txt", " Figure alt='Kundnummer: 1'\n", " Figure alt='Customer number: 1'\n"),
        ("aria.yml", '- img "Kundnummer: 1"\n', '- img "Customer number: 1"\n'),
    ],
)
def test_a_word_in_a_language_the_recipient_does_not_read_is_told_wherever_it_stands(
    file: str, before: str, after: str
) -> None:
    findings = tell({file: before}, {file: after}, {}, [KNOWN])
    assert Change.LANGUAGE in {finding.change for finding in findings}


def test_a_word_that_a_chart_draws_letter_by_letter_is_read_as_one() -> None:
    def drawn(words: str) -> str:
        boxes = [
            Box(letter, 20 + 1.8 * at, 20, 1.5, 2.5, "Inter 9", INK) for at, letter in enumerate(words) if letter != " "
        ]
        return written([sheet(*boxes)])

    before, after = {"boxes.json": drawn("Kundnummer")}, {"boxes.json": drawn("Customer number")}
    assert Change.LANGUAGE in {finding.change for finding in tell(before, after, {}, [KNOWN])}


def test_a_word_that_only_comes_along_is_no_other_language() -> None:
    findings = tell({"text.txt": "Hej\n"}, {"text.txt": "Hej\nCustomer number\n"}, {}, [KNOWN])
    assert [finding.change for finding in findings] == [Change.TEXT]
    lost = tell({"tags.txt": " Figure alt='Kundnummer och mer'\n"}, {"tags.txt": " Figure\n"}, {}, [FIGURE])
    assert {finding.change for finding in lost} == {Change.ALTERNATIVE}
    swapped = tell({"text.txt": "Summa 12,00\n"}, {"text.txt": "Summa 21,00\n"}, {}, [Phrase("en", (), ("Sum",))])
    assert [finding.change for finding in swapped] == [Change.AMOUNT]


def test_a_lost_alternative_text_and_a_lost_link_are_told() -> None:
    before = " Figure alt='Nordljus'\n P: Hej\nlink on page 1: https://nordljus.example/ 'Nordljus'\n"
    sentences = [finding.sentence for finding in tell({"tags.txt": before}, {"tags.txt": " Figure\n P: Hej\n"}, {})]
    assert any("alt='Nordljus'" in sentence for sentence in sentences)
    assert any("https://nordljus.example/" in sentence for sentence in sentences)


def test_boxes_survive_being_written() -> None:
    sheets = (sheet(box("Å “1”\n"), box("", 30)), sheet(name="page 2"))
    assert read(written(sheets)) == sheets


def test_a_movement_is_told_once_for_all_that_moved_alike() -> None:
    before = [sheet(box("Summa", 50), box("2 218,48", 54), box("Fråga oss", 90))]
    after = [sheet(box("Summa", 54), box("2 218,48", 58), box("Fråga oss", 90))]
    assert told(before, after, total="2 218,48") == ["total “2 218,48” and 1 more moved 4.0 mm down on page 1"]


def test_a_tenth_of_a_millimetre_is_a_movement() -> None:
    assert told([sheet(box("Summa", 50))], [sheet(box("Summa", 50.1))]) == ["“Summa” moved 0.1 mm down on page 1"]


def test_another_font_is_told_even_where_nothing_moved() -> None:
    after = [sheet(box("Summa", font="DejaVu-Sans 9"))]
    assert told([sheet(box("Summa"))], after) == ["font substituted on page 1: Inter 9 → DejaVu-Sans 9 in “Summa”"]


def test_another_page_is_counted_and_its_first_row_named() -> None:
    rows = [box(f"Post {number}", 20 + number) for number in range(1, 6)]
    before = [sheet(*rows[:4]), sheet(rows[4], name="page 2")]
    after = [sheet(*rows[:3]), sheet(*rows[3:], name="page 2"), sheet(name="page 3")]
    names = {f"row {number}": f"Post {number}" for number in range(1, 6)}
    sentences = told(before, after, **names)
    assert "page count 2 → 3" in sentences
    assert "page 2 begins before row 4, not before row 5" in sentences


def test_a_shape_that_only_moved_has_not_gone() -> None:
    line = replace(box("", 50), font="path")
    assert told([sheet(line)], [sheet(replace(line, top=51))]) == ["1 drawn shape moved 1.0 mm down on page 1"]


def test_a_fact_is_told_by_its_name() -> None:
    facts = {"to_pay": {"amount": "2 218,48 kr", "date": {"iso": "2026-12-20"}}, "totals": [{"label": "Summa"}]}
    before = json.dumps(facts)
    after = before.replace("2 218,48", "2 218,49").replace("12-20", "12-21")
    findings = tell({"facts.json": before}, {"facts.json": after}, {})
    assert [finding.sentence for finding in findings] == [
        "amount differs: to_pay.amount “2 218,48 kr” → “2 218,49 kr”",
        "date differs: to_pay.date.iso “2026-12-20” → “2026-12-21”",
    ]


def test_bytes_that_differ_unseen_are_still_a_difference() -> None:
    findings = tell({"sha256.txt": "artifact aa\n"}, {"sha256.txt": "artifact bb\n"}, {})
    assert [finding.change for finding in findings] == [Change.BYTES]
