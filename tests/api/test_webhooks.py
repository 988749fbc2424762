"""What a billing system may do with its webhooks over HTTP, and what it is refused."""

from collections.abc import Callable

import pytest
from tests.api.conftest import Service

from vaxel_ledger import webhook_outbox, webhooks

URL = "https://192.0.2.7/hooks"  # of RFC 5737, and so no public address
PUBLIC = "https://93.184.215.14/hooks"


def add(service: Service, **wish: object) -> dict[str, object]:
    answer = service.ask("/webhooks", method="POST", json={"url": PUBLIC, **wish})
    assert answer.status_code == 201, answer.text
    made: dict[str, object] = answer.get_json()
    return made


def test_a_webhook_is_made_with_a_secret_that_is_shown_once(service: Service) -> None:
    made = add(service, types=["document.failed", "batch.done"])
    assert str(made["secret"]).startswith("whsec_")
    (listed,) = service.ask("/webhooks").get_json()["webhooks"]
    assert listed == {**made, "secret": None}
    where = f"/webhooks/{made['webhook']}"
    rotated = service.ask(f"{where}/rotate", method="POST").get_json()
    assert str(rotated["secret"]).startswith("whsec_")
    assert rotated["secret"] != made["secret"]
    with service.desk.ledger.reading() as connection:
        kept = str(connection.exec_driver_sql("SELECT * FROM webhook_endpoint").all())
    assert str(made["secret"]).removeprefix("whsec_") not in kept
    assert service.ask(where, method="DELETE").status_code == 200
    assert service.ask("/webhooks").get_json() == {"webhooks": []}


def test_a_senders_messages_are_replayed_and_a_disabled_address_goes_on(
    service: Service, documents: Callable[..., bytes]
) -> None:
    made = add(service)
    where, ledger = f"/webhooks/{made['webhook']}", service.desk.ledger
    service.send(documents("A-1"), "run-1")
    assert webhook_outbox.fan_out(ledger.engine, "main", at=ledger.clock()) == 3
    assert 'vaxel_webhook_messages{state="pending"} 3.0' in service.client.get("/metrics").text
    with ledger.writing() as connection:
        webhooks.disable(connection, str(made["webhook"]), "a test stopped it")
        message = connection.exec_driver_sql("SELECT id FROM webhook_outbox").scalars().first()
    assert service.ask(where).get_json()["why"] == "a test stopped it"
    enabled = service.ask(f"{where}/enable", method="POST").get_json()
    assert (enabled["state"], enabled["why"], enabled["pending"]) == ("active", None, 3)
    assert service.ask(f"{where}/replay?message={message}", method="POST").status_code == 202
    assert service.ask(f"{where}/replay?after=0", method="POST").status_code == 202
    assert service.ask(f"{where}/replay?message=msg_none", method="POST").status_code == 404
    for wrong in ("", "?after=-1", "?after=1&message=a"):
        assert service.ask(f"{where}/replay{wrong}", method="POST").status_code == 400


def test_another_senders_webhook_does_not_exist(service: Service) -> None:
    where = f"/webhooks/{add(service)['webhook']}"
    assert service.ask("/webhooks", sender="other").get_json() == {"webhooks": []}
    for method, path in (("GET", where), ("DELETE", where), ("POST", f"{where}/rotate"), ("POST", f"{where}/enable")):
        assert service.ask(path, sender="other", method=method).status_code == 404
    assert service.ask(where).status_code == 200


@pytest.mark.parametrize(
    ("body", "status", "said"),
    [
        ({"url": URL}, 422, "192.0.2.7, which is not a public address"),
        ({"url": "https://localhost/"}, 422, "which is not a public address"),
        ({"url": "http://billing.example/"}, 422, "is not https"),
        ({"url": PUBLIC, "types": ["document.fialed"]}, 422, "did you mean document.failed?"),
        ({"uri": PUBLIC}, 400, "url: field required"),
        (["x"], 400, "send e.g."),
    ],
)
def test_what_cannot_be_told_is_refused_with_a_sentence(service: Service, body: object, status: int, said: str) -> None:
    answer = service.ask("/webhooks", method="POST", json=body)
    assert answer.status_code == status
    assert said in answer.get_json()["detail"]
    assert service.ask("/webhooks").get_json() == {"webhooks": []}
