"""A billing system states how many documents it sends and what there is to pay; where that differs nothing leaves."""

from collections.abc import Callable

import pytest
from tests.api.conftest import Service

Documents = Callable[..., bytes]


def send(service: Service, body: bytes, stated: str) -> dict[str, object]:
    answer = service.ask(f"/send?{stated}", method="POST", data=body, headers={"Idempotency-Key": "run-1"})
    assert answer.status_code == 202, answer.text
    batch: dict[str, object] = answer.get_json()
    return batch


def test_a_file_that_differs_is_accepted_held_and_let_go_only_despite_its_totals(
    service: Service, documents: Documents
) -> None:
    batch = send(service, documents("A-1", "A-2"), "control_documents=3&control_sum=SEK:1.00")
    assert "3 documents announced and 2 came in" in str(batch["held"])
    assert "1.00 SEK announced" in str(batch["held"])
    where = f"/batches/{batch['batch']}/release"
    refused = service.ask(where, method="POST")
    assert (refused.status_code, "release it despite its totals" in refused.get_json()["detail"]) == (409, True)
    assert service.ask(f"{where}?despite_totals=true", method="POST").get_json()["moved"] == 2


def test_a_file_that_agrees_goes_its_way(service: Service, documents: Documents) -> None:
    assert send(service, documents("A-1", "A-2"), "control_documents=2")["held"] is None


@pytest.mark.parametrize(
    ("stated", "said"),
    [
        ("control_documents=many", "with 'many' documents; give a whole number"),
        ("control_sum=1250.00", "with the currency '1250.00'"),
        ("control_sum=SEK:mycket", "with the sum 'mycket'"),
    ],
)
def test_totals_that_cannot_be_compared_are_refused(
    service: Service, documents: Documents, stated: str, said: str
) -> None:
    answer = service.ask(f"/send?{stated}", method="POST", data=documents("A-1"), headers={"Idempotency-Key": "run-1"})
    assert answer.status_code == 400
    assert said in answer.get_json()["detail"]
    assert service.batches() == 0
