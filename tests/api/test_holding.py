"""A billing system holds, releases and cancels what it sent, while it still can, and is told what had left."""

from collections.abc import Callable

from tests.api.conftest import Service

Documents = Callable[..., bytes]


def test_a_batch_that_is_sent_held_is_released_once(service: Service, documents: Documents) -> None:
    headers = {"Idempotency-Key": "run-1"}
    sent = service.ask("/send?hold=true", method="POST", data=documents("A-1", "A-2"), headers=headers).get_json()
    assert sent["held"] == "held when it was sent, until a person releases it"
    assert (sent["waiting"], sent["waits"][0]["documents"]) == (2, 2)
    where = f"/batches/{sent['batch']}"
    first, second = (service.ask(f"{where}/release", method="POST").get_json()["moved"] for _ in range(2))
    assert (first, second) == (2, 0)
    assert service.ask(where).get_json()["held"] is None


def test_one_document_is_held_and_the_rest_is_called_off(service: Service, documents: Documents) -> None:
    batch = service.send(documents("A-1", "A-2"), "run-1").get_json()["batch"]
    (document,) = service.desk.ledger.documents("A-1")
    assert service.ask(f"/documents/{document}/hold", method="POST").get_json()["moved"] == 1
    why = service.ask(f"/documents/{document}").get_json()
    assert (why["state"], why["sentence"]) == ("held", "held by its sender, over HTTP")
    assert service.ask(f"/documents/{document}/release", method="POST").get_json()["moved"] == 1
    assert service.ask(f"/documents/{document}/cancel", method="POST").get_json() == {
        "moved": 1,
        "left": [],
        "left_in_all": 0,
        "asked_back": 0,
    }
    assert service.ask(f"/batches/{batch}/cancel", method="POST").get_json()["moved"] == 1
    assert service.ask(f"/batches/{batch}").get_json()["state"] == "cancelled"
    again = service.send(documents("A-1", "A-2"), "run-2").get_json()
    assert (again["batch"] != batch, again["waiting"]) == (True, 2)


def test_another_senders_documents_are_neither_held_nor_cancelled(service: Service, documents: Documents) -> None:
    batch = service.send(documents("A-1"), "run-1").get_json()["batch"]
    (document,) = service.desk.ledger.documents("A-1")
    for verb in ("hold", "release", "cancel"):
        for path in (f"/batches/{batch}/{verb}", f"/documents/{document}/{verb}"):
            assert service.ask(path, sender="other", method="POST").status_code == 404
    assert service.ask(f"/batches/{batch}").get_json()["waiting"] == 1
    wrong = service.ask(f"/batches/{batch}/release?despite_totals=maybe", method="POST")
    assert (wrong.status_code, wrong.get_json()["detail"]) == (400, "despite_totals is 'maybe'; give true or false")
