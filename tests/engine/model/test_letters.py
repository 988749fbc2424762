"""A letter may be long; what no renderer could bear is refused."""

import pytest
from pydantic import ValidationError

from vaxel_engine.model import Message


def test_a_letter_of_many_pages_is_taken() -> None:
    body = "Vi byter elmätare. " * 2_000
    assert Message(subject="Mätarbyte", body=body).body == body.strip()


def test_a_letter_without_end_is_refused() -> None:
    with pytest.raises(ValidationError, match="60000"):
        Message(subject="Mätarbyte", body="Vi byter elmätare. " * 4_000)
