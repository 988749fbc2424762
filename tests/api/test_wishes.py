"""A recipient's wish told over HTTP is kept for this sender alone."""

import pytest
from tests.api.conftest import Service

from vaxel_ledger import wishes
from vaxel_ledger.recipients import mark


def kept(service: Service, sender: str) -> list[str]:
    ledger = service.desk.ledger
    known = mark(ledger.vault.keys.of(service.desk.tenant), "email", "elin@example.se")
    with ledger.reading() as connection:
        found = wishes.standing(connection, service.desk.tenant, sender, [known])
    return [wish.channel for wish in found.get(known, [])]


def test_a_wish_is_kept_for_its_sender_and_taken_back_by_the_next(service: Service) -> None:
    told = {"email": "elin@example.se", "channel": "print", "day": 25}
    answer = service.ask("/wishes", method="POST", json=told)
    assert (answer.status_code, answer.get_json()["channel"]) == (201, "print")
    assert (kept(service, "nordljus"), kept(service, "other")) == (["print"], [])
    assert service.ask("/wishes", method="POST", json={"email": "elin@example.se"}).status_code == 201
    assert kept(service, "nordljus") == []


@pytest.mark.parametrize(
    ("body", "status", "words"),
    [
        ({"channel": "print"}, 400, "no recipient is named"),
        ({"email": "elin@example.se", "channel": "prnit"}, 422, "'prnit' is no channel"),
        ({"email": "elin@example.se", "channel": "print", "date": "2099-01-01"}, 422, "lies in the future"),
        ({"mobile": "0701", "channel": "print"}, 400, "mobile: is not a mobile number"),
        ({"email": "elin@example.se", "channel": "print", "day": 31}, 400, "day: "),
    ],
)
def test_a_wish_that_cannot_be_kept_gets_a_sentence(
    service: Service, body: dict[str, object], status: int, words: str
) -> None:
    answer = service.ask("/wishes", method="POST", json=body)
    assert answer.status_code == status
    assert words in answer.get_json()["detail"]
    assert kept(service, "nordljus") == []


def test_an_address_is_suppressed_and_told_without_itself(service: Service) -> None:
    told = {"address": "elin@example.se", "why": "asked on the phone"}
    answer = service.ask("/suppressions", method="POST", json=told)
    assert (answer.status_code, answer.get_json()) == (201, {"channel": "email", "why": "asked on the phone"})
    kept = service.desk.ledger.suppression(service.desk.tenant, "email")
    assert kept.holds(["elin@example.se", "eva@example.se"]) == [True, False]


@pytest.mark.parametrize(
    ("body", "status", "words"),
    [
        ({}, 400, "address: field required"),
        ({"address": "elin"}, 422, "address: is not an e-mail address"),
        ({"address": "elin@example.se", "channel": "sms"}, 422, "'sms' keeps no list of addresses"),
    ],
)
def test_an_address_that_cannot_be_suppressed_gets_a_sentence(
    service: Service, body: dict[str, str], status: int, words: str
) -> None:
    answer = service.ask("/suppressions", method="POST", json=body)
    assert answer.status_code == status
    assert words in answer.get_json()["detail"]
