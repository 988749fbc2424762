"""Who the recipient of an e-invoice is, out of what it says of its buyer."""

import pytest

from vaxel_engine.intake.envelope import recipient_of


@pytest.mark.parametrize(
    ("buyer", "number"),
    [
        ({"legal_registration_identifier": {"value": "5592014475", "scheme": "0007"}}, "5592014475"),
        ({"legal_registration_identifier": {"value": "988077917", "scheme": "0192"}}, "988077917"),
        ({"electronic_address": {"value": "988 077 917", "scheme": "0192"}}, "988077917"),
        ({"electronic_address": {"value": "988077918", "scheme": "0192"}}, None),
        ({"legal_registration_identifier": {"value": "988077917"}}, None),
    ],
)
def test_an_organisation_is_known_by_its_registers_scheme(buyer: dict[str, object], number: str | None) -> None:
    assert recipient_of(buyer).get("organisation_number") == number
