"""JSON is read strictly: what has two meanings is refused."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from vaxel_engine.errors import Rejected
from vaxel_engine.intake import read

Write = Callable[[str | bytes], Path]
Record = dict[str, Any]
Reject = Callable[[str | bytes | Record], Rejected]


def test_a_name_twice_is_refused_and_placed(only_rejection: Reject, letter: Record) -> None:
    text = json.dumps(letter).replace('"subject": "Hej"', '"subject": "Hej", "subject": "Hejdå"')

    rejected = only_rejection(f'{{"documents": [{text}]}}')

    assert rejected.path == "/documents/0/message/subject"
    assert rejected.found == "the same name twice in one object"


@pytest.mark.parametrize("number", ["NaN", "Infinity", "-Infinity"])
def test_what_is_no_number_is_refused_and_placed(only_rejection: Reject, invoice: Record, number: str) -> None:
    rejected = only_rejection(json.dumps(invoice).replace('"due": "2218.48"', f'"due": {number}'))

    assert (rejected.path, rejected.found) == ("/invoice/totals/due", number)


@pytest.mark.parametrize("number", ["1e999999999", "1e-999999999", "9" * 5_000, "0." + "3" * 5_000])
def test_a_number_beyond_measure_is_rejected(only_rejection: Reject, invoice: Record, number: str) -> None:
    rejected = only_rejection(json.dumps(invoice).replace('"due": "2218.48"', f'"due": {number}'))

    assert rejected.path == "/invoice/totals/due"
    assert len(str(rejected)) < 400


def test_half_a_character_is_rejected(only_rejection: Reject, letter: Record) -> None:
    letter["message"]["subject"] = "Hej \ud83d"

    assert "half a character" in only_rejection(letter).remedy


def test_half_a_character_in_a_name_is_rejected(only_rejection: Reject, letter: Record) -> None:
    letter["\ud83d"] = 1

    only_rejection(letter)


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "utf-16-le", "utf-32"])
def test_a_byte_order_mark_is_no_fault(write: Write, letter: Record, encoding: str) -> None:
    (document,) = read(write(json.dumps(letter, ensure_ascii=False).encode(encoding)))

    assert document.message is not None
    assert document.message.body == "Natten till torsdag är strömmen borta."


def test_names_come_out_in_one_spelling(write: Write, letter: Record) -> None:
    letter["recipient"]["name"] = "A\u030asa O\u0308berg"

    (document,) = read(write(json.dumps(letter)))

    assert document.recipient.name == "Åsa Öberg"
