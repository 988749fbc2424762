"""What a billing system is promised over HTTP, and the one sentence for everything that it does wrong."""

import datetime as dt
import json
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

import pytest
from tests.api.conftest import CAP, Service
from werkzeug.test import TestResponse

from vaxel_api import application
from vaxel_engine.intake.control_totals import ControlTotals
from vaxel_ledger import Accepted, api_keys, api_requests

Documents = Callable[..., bytes]


def sentence(answer: TestResponse, status: int) -> str:
    """The one sentence of a refusal."""
    assert answer.status_code == status, answer.text
    assert answer.content_type == "application/problem+json"
    said: dict[str, str] = json.loads(answer.text)
    assert "Traceback" not in said["detail"]
    return said["detail"]


def test_a_file_is_accepted_once_however_often_it_is_sent(service: Service, documents: Documents) -> None:
    first = service.send(documents("A-1", "A-2"), "run-1")
    assert first.status_code == 202
    batch = first.get_json()
    assert (batch["in"], batch["waiting"], batch["file"]) == (2, 2, "november.json")
    again = service.send(documents("A-1", "A-2"), "run-1")
    assert (again.status_code, again.headers["Idempotent-Replayed"]) == (202, "true")
    assert again.get_json()["batch"] == batch["batch"]
    by_another_key = service.send(documents("A-1", "A-2"), "run-2")
    assert by_another_key.get_json()["batch"] == batch["batch"]
    assert service.batches() == 1


def test_the_same_request_while_it_runs_is_told_to_come_again(service: Service, documents: Documents) -> None:
    running, go, body = threading.Event(), threading.Event(), documents("A-1")
    accept = service.desk.take_in

    def slowly(path: Path, sender: str, hold: bool, totals: ControlTotals | None) -> Accepted:
        running.set()
        assert go.wait(60)
        return accept(path, sender, hold, totals)

    client = application(replace(service.desk, take_in=slowly)).test_client()
    asking = Service(service.desk, client, service.texts)
    with ThreadPoolExecutor(1) as other:
        first = other.submit(asking.send, body, "run-1")
        assert running.wait(60)
        again = asking.send(body, "run-1")
        go.set()
        assert "is being worked on" in sentence(again, 409)
        assert again.headers["Retry-After"] == "1"
        assert first.result(60).status_code == 202
    assert asking.send(body, "run-1").headers["Idempotent-Replayed"] == "true"
    assert service.batches() == 1


def test_a_key_with_another_body_moves_nothing(service: Service, documents: Documents) -> None:
    service.send(documents("A-1"), "run-1")
    assert "used for another body" in sentence(service.send(documents("A-9"), "run-1"), 422)
    assert service.batches() == 1
    assert service.desk.ledger.documents("A-9") == []


def test_what_a_crash_left_unfinished_goes_on_under_the_same_key(service: Service, documents: Documents) -> None:
    from vaxel_ledger.sealing import sha256

    body, ledger = documents("A-1"), service.desk.ledger
    with ledger.writing() as connection:
        at = dt.datetime.now(dt.UTC)
        api_requests.begin(connection, "main", "nordljus", "run-1", sha256(body), at=at)
    assert service.send(body, "run-1").status_code == 202
    assert service.batches() == 1


def test_a_broken_file_under_a_key_moves_nothing_and_may_be_mended(service: Service, documents: Documents) -> None:
    assert "line 1, column" in sentence(service.send(b'{"documents": [', "run-1"), 422)
    assert service.batches() == 0
    assert service.send(documents("A-1"), "run-1").status_code == 202


def test_a_broken_record_is_in_the_report_and_the_others_go_on(service: Service, documents: Documents) -> None:
    records = json.loads(documents("A-1", "A-2"))["documents"]
    records[1]["kind"] = "parcel"
    batch = service.send(json.dumps({"documents": records}).encode(), "run-1").get_json()
    assert (batch["waiting"], batch["rejected"]) == (1, 1)
    where = f"/batches/{batch['batch']}/report"
    report = service.ask(where, headers={"Accept": "application/json"}).get_json()
    assert [line["status"] for line in report["documents"]] == ["accepted", "rejected"]
    assert service.ask(f"{where}.csv").text.splitlines()[2].startswith("november.json#2,")
    assert service.ask(where).content_type == "text/csv; charset=utf-8"
    assert service.ask(f"{where}.xml").text.count("<record ") == 2
    why = service.ask(f"/documents/{report['documents'][0]['document_id']}").get_json()
    assert (why["document"], why["state"]) == ("A-1", "new")
    where = f"/documents/{report['documents'][0]['document_id']}"
    assert service.ask(f"{where}?language=fi").get_json()["told"]["status"] == "vastaanotettu"
    assert service.ask(f"{where}?language=xx").status_code == 400


def test_another_senders_batch_does_not_exist(service: Service, documents: Documents) -> None:
    batch = service.send(documents("A-1"), "run-1").get_json()["batch"]
    document = service.desk.ledger.documents("A-1")[0]
    for path in (f"/batches/{batch}", f"/batches/{batch}/report.csv", f"/documents/{document}"):
        assert service.ask(path).status_code == 200
        strange = sentence(service.ask(path, sender="other"), 404)
        none = sentence(service.ask(path.replace(batch[-8:], "00000000"), sender="other"), 404)
        assert strange.replace(batch[-8:], "00000000") == none
    assert service.ask(f"/documents/{document}/artifacts/sms", sender="other").status_code == 404
    assert service.ask("/events", sender="other").get_json() == {"events": [], "next": 0}


def test_the_same_bytes_of_another_sender_are_another_batch(service: Service, documents: Documents) -> None:
    first = service.send(documents("A-1"), "run-1").get_json()
    other = service.send(documents("A-1"), "run-1", sender="other").get_json()
    assert other["batch"] != first["batch"]
    assert (other["waiting"], other["rejected"]) == (0, 1)  # the documents name nordljus, whom this key is not for


def test_events_are_read_on_by_a_cursor(service: Service, documents: Documents) -> None:
    service.send(documents("A-1", "A-2"), "run-1")
    first = service.ask("/events?limit=2").get_json()
    rest = service.ask(f"/events?after={first['next']}").get_json()
    kinds = [one["kind"] for one in first["events"] + rest["events"]]
    assert kinds == ["receiving", "accepted", "accepted", "received"]
    assert service.ask(f"/events?after={rest['next']}").get_json() == {"events": [], "next": rest["next"]}


def test_an_artifact_is_rendered_and_nothing_is_kept(service: Service, documents: Documents) -> None:
    answer = service.ask("/render?kind=sms", method="POST", data=documents("A-1"))
    assert (answer.status_code, answer.content_type) == (200, "text/plain; charset=utf-8")
    assert "Nordljus" in answer.text
    assert service.batches() == 0


@pytest.mark.parametrize(
    ("path", "said"),
    [
        ("/render?kind=pigeon", "there is no artifact 'pigeon'; ask for one of print_pdf"),
        ("/send?file=../x", "the file's name is not usable"),
        ("/send", "carries no Idempotency-Key"),
        ("/render", "the body is empty"),
    ],
)
def test_what_is_missing_is_told(service: Service, path: str, said: str) -> None:
    headers = {"Idempotency-Key": "run-1"} if "file" in path else {}
    assert said in sentence(service.ask(path, method="POST", headers=headers), 400)


def test_a_body_above_the_cap_is_refused_unread(service: Service) -> None:
    assert "more than the 300,000 bytes" in sentence(service.send(b"x" * (CAP + 1), "run-1"), 413)
    assert service.batches() == 0


def test_more_than_one_document_is_not_rendered(service: Service, documents: Documents) -> None:
    many = service.ask("/render", method="POST", data=documents("A-1", "A-2"))
    assert "more than one document" in sentence(many, 422)
    strange = service.ask("/render", sender="other", method="POST", data=documents("A-1"))
    assert "this key acts for other" in sentence(strange, 403)


def test_a_key_opens_nothing_once_it_is_wrong_expired_or_revoked(service: Service) -> None:
    ledger, now = service.desk.ledger, dt.datetime.now(dt.UTC)
    past = now - dt.timedelta(days=1)
    with ledger.writing() as connection:
        old = api_keys.create(connection, "main", "nordljus", "old", at=past, expires_at=past)
        gone = api_keys.create(connection, "main", "nordljus", "gone", at=past, expires_at=None)
        api_keys.revoke(connection, "main", gone.key.id, at=now)
        assert gone.text not in str(connection.exec_driver_sql("SELECT * FROM api_key").all())
    wrong = service.texts["nordljus"][:-3] + "xyz"
    for text, said in ((old.text, "expired on"), (gone.text, "was revoked on"), (wrong, "is not one of this service")):
        answer = service.client.get("/events", headers={"Authorization": f"Bearer {text}"})
        assert said in sentence(answer, 401)
        assert answer.headers["WWW-Authenticate"].startswith("Bearer")
    assert "carries no API key" in sentence(service.client.get("/events"), 401)


def test_every_way_in_needs_a_key_but_those_that_tell_nothing(service: Service) -> None:
    open_ones = {"/health", "/ready", "/metrics", "/openapi.json"}
    for rule in service.client.application.url_map.iter_rules():
        path = rule.rule.replace("<", "").replace(">", "")
        method = next(one for one in ("POST", "DELETE", "GET") if one in (rule.methods or ()))
        expected = 200 if rule.rule in open_ones else 401
        assert service.client.open(path, method=method).status_code == expected, rule.rule
    assert "nothing at this path" in sentence(service.client.get("/nowhere"), 404)
    assert "does not take the method" in sentence(service.client.delete("/send"), 405)
