"""A rejection travels into logs and tickets: it never carries a personal number, an address or a message."""

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, cast

import pytest
from pydantic import ValidationError

from vaxel_engine.intake import read
from vaxel_engine.model import Document

Write = Callable[[str | bytes], Path]
Record = dict[str, Any]

SECRETS = ("198001012388", "19800101-2388", "elin.hemlig@example.se", "+46 70-174 06 99x", "Elin Hemlighetsmakare")


def places(here: object, at: tuple[str | int, ...] = ()) -> Iterator[tuple[str | int, ...]]:
    """Every place in a record where a value stands."""
    if isinstance(here, dict):
        for name, inner in cast("dict[str, object]", here).items():
            yield (*at, name)
            yield from places(inner, (*at, name))
    elif isinstance(here, list):
        for position, inner in enumerate(cast("list[object]", here)[:1]):
            yield (*at, position)
            yield from places(inner, (*at, position))


@pytest.mark.parametrize("secret", SECRETS[:-1])
def test_a_secret_in_the_wrong_place_is_never_shown(write: Write, invoice: Record, secret: str) -> None:
    text = json.dumps(invoice)
    for place in places(invoice):
        record = json.loads(text)
        here = record
        for step in place[:-1]:
            here = here[step]
        here[place[-1]] = secret

        reading = read(write(json.dumps(record)))
        list(reading)

        for rejected in reading.rejections:
            told = repr((str(rejected), rejected.path, rejected.found, [str(one) for one in rejected.further]))
            assert secret not in told, place


@pytest.mark.parametrize("secret", SECRETS)
def test_a_secret_as_a_name_of_a_field_is_never_shown(write: Write, letter: Record, secret: str) -> None:
    letter["recipient"][secret] = "x"

    reading = read(write(json.dumps(letter)))

    assert list(reading) == []
    assert secret not in str(reading.rejections[0])


@pytest.mark.parametrize("name", ["subject", "body"])
def test_a_message_is_never_shown(write: Write, letter: Record, name: str) -> None:
    letter["message"][name] = "Hemligt besked\u202e"

    reading = read(write(json.dumps(letter)))

    assert list(reading) == []
    assert "Hemligt" not in str(reading.rejections[0])


def test_a_broken_line_is_never_quoted(write: Write) -> None:
    reading = read(write('{"kind": "message"}\n{"national_id": "198001012387", "x": hemligt\n'))

    assert list(reading) == []
    assert not any("1980" in str(rejected) or "hemligt" in str(rejected) for rejected in reading.rejections)


def test_a_refused_model_shows_no_input(letter: Record) -> None:
    letter["recipient"]["email"] = "elin.hemlig@"

    with pytest.raises(ValidationError) as caught:
        Document.model_validate(letter)

    assert "elin.hemlig" not in str(caught.value)
