"""Texts made to break a page or to deceive a reader are refused at intake, with their field and without being shown."""

import time
from collections.abc import Callable
from typing import Any

import pytest

from vaxel_engine.errors import Rejected

Record = dict[str, Any]
OnlyRejection = Callable[[Record], Rejected]
ZALGO = "e" + "\u0335" * 9
HOSTILE = [
    ("Elin\u202eForsberg", "U+202E"),
    ("Elin\u2066Forsberg", "U+2066"),
    ("Elin\x00Forsberg", "U+0000"),
    ("Elin\x1b[31m", "U+001B"),
    ("Elin \ue000", "U+E000"),
    (f"Elin {ZALGO}", "more than 8 combining marks"),
]


def put(record: Record, path: str, value: str) -> None:
    *parents, last = path.strip("/").split("/")
    here: Any = record
    for step in parents:
        here = here[int(step)] if step.isdigit() else here[step]
    here[last] = value


@pytest.mark.parametrize("path", ["/reference", "/recipient/name", "/message/subject", "/message/body"])
@pytest.mark.parametrize(("text", "words"), HOSTILE)
def test_a_hostile_text_in_a_letter_is_refused_with_its_field(
    letter: Record, only_rejection: OnlyRejection, path: str, text: str, words: str
) -> None:
    put(letter, path, text)

    rejection = only_rejection(letter)

    assert rejection.path == path
    assert words in str(rejection)
    assert "Elin" not in str(rejection)


@pytest.mark.parametrize(
    "path",
    [
        "/invoice/lines/0/item/name",
        "/invoice/buyer/name",
        "/invoice/payment/0/remittance_information",
        "/invoice/payment/0/credit_transfers/0/account_identifier",
    ],
)
@pytest.mark.parametrize(("text", "words"), HOSTILE)
def test_a_hostile_text_in_an_invoice_is_refused_with_its_field(
    invoice: Record, only_rejection: OnlyRejection, path: str, text: str, words: str
) -> None:
    put(invoice, path, text)

    rejection = only_rejection(invoice)

    assert rejection.path == path
    assert words in str(rejection)


@pytest.mark.parametrize("word", ["x" * 1_001, "å" * 1_001, "hej " + "x" * 1_001 + " hej"])
def test_an_absurdly_long_word_is_refused(letter: Record, only_rejection: OnlyRejection, word: str) -> None:
    put(letter, "/message/body", word)

    rejection = only_rejection(letter)

    assert rejection.path == "/message/body"
    assert "a word of more than 1,000 characters" in str(rejection)


@pytest.mark.parametrize("text", ["x" * 5_000_000, "e" + "\u0301" * 3_000_000, "\u202e" * 2_000_000])
def test_megabytes_of_it_are_refused_at_once(letter: Record, only_rejection: OnlyRejection, text: str) -> None:
    put(letter, "/message/body", text)
    began = time.process_time()

    assert only_rejection(letter).path == "/message/body"
    assert time.process_time() - began < 1


@pytest.mark.parametrize(
    "name", ["Áilu Đuoddar-Čáhppes", "Żółkiewska", "Nguyễn Thị Mỹ", "Þórhildur", "ý̨", "ผู้ใหญ่", "Ελένη", "שרה", "محمد"]
)
def test_names_as_people_write_them_are_taken(letter: Record, only_rejection: OnlyRejection, name: str) -> None:
    put(letter, "/recipient/name", name)
    put(letter, "/message/body", "\x00")

    assert only_rejection(letter).path == "/message/body"
