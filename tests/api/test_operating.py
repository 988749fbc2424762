"""What an operator is promised: a document of every route, logs without numbers, metrics, readiness, a gentle end."""

import datetime as dt
import io
import json
import logging
import os
import signal
import subprocess
import sys
import threading
import urllib.request
from pathlib import Path

import pytest
from openapi_spec_validator import validate
from tests.api.conftest import Service

from vaxel_api import application, logs
from vaxel_api.logs import JsonLines
from vaxel_api.redaction import MASK, redact
from vaxel_ledger import alarms, program_counts


def test_the_openapi_document_is_valid_and_holds_every_route(service: Service) -> None:
    document = service.client.get("/openapi.json").get_json()
    validate(document)
    told = {(path, method.upper()) for path, item in document["paths"].items() for method in item}
    routes = {
        (rule.rule.replace("<", "{").replace(">", "}"), method)
        for rule in service.client.application.url_map.iter_rules()
        for method in (rule.methods or set()) - {"HEAD", "OPTIONS"}
    }
    assert told == routes
    assert document["openapi"] == "3.1.0"


@pytest.mark.parametrize(
    "number",
    [
        "198001012387",  # Swedish, and with a separator, without the century, over a hundred
        "19800101-2387",
        "800101-2387",
        "8001012387",
        "800101+2387",
        "198001612387",  # samordningsnummer
        "01018012345",  # Norwegian
        "010180 12345",
        "41018012345",  # D-number
        "010180-1234",  # Danish
        "0101801234",
        "131052-308T",  # Finnish
        "131052A308T",
    ],
)
def test_a_personal_number_is_masked_wherever_it_stands(number: str) -> None:
    assert redact(f"for {number}, and x={number}.") == f"for {MASK}, and x={MASK}."


@pytest.mark.parametrize(
    "text", ["20261129T061802-059beed6-0000001", "1,284.00 kr", "2026-11-29 06:18", "OCR 99887766"]
)
def test_what_is_no_personal_number_stays(text: str) -> None:
    assert redact(text) == text


def test_a_log_line_is_json_without_numbers_and_without_what_it_was_not_told() -> None:
    stream = io.StringIO()
    handler = logging.StreamHandler(stream)
    handler.setFormatter(JsonLines())
    log = logging.getLogger("tests.api.lines")
    log.addHandler(handler)
    try:
        raise ValueError("of 19800101-2387")
    except ValueError:
        log.exception("asked for %s", "198001012387", extra={"reason": "800101-2387", "body": "secret"})
    line = json.loads(stream.getvalue())
    assert (line["message"], line["reason"]) == (f"asked for {MASK}", MASK)
    assert "2387" not in stream.getvalue()
    assert "secret" not in stream.getvalue()


def test_metrics_count_requests_and_documents(service: Service) -> None:
    service.client.get("/health")
    ledger, at = service.desk.ledger, dt.datetime(2026, 11, 29, tzinfo=dt.UTC)
    with ledger.writing() as connection:
        for _ in range(2):
            program_counts.add(connection, "main", {("nordljus", "hit"): 40, ("nordljus", "shape"): 2})
        alarms.sound(connection, "main", "program nordljus", "it is withdrawn", at=at, told={})
    text = service.client.get("/metrics").text
    assert 'vaxel_program_artifacts_total{brand="nordljus",outcome="hit"} 80.0' in text
    assert 'vaxel_program_artifacts_total{brand="nordljus",outcome="shape"} 4.0' in text
    assert 'vaxel_alarms{what="program nordljus"} 1.0' in text
    assert 'vaxel_http_requests_total{operation="health",status="200"} 1.0' in text
    assert "vaxel_oldest_waiting_seconds 0.0" in text


def test_it_is_not_ready_with_another_schema_nor_while_it_ends(service: Service) -> None:
    assert service.client.get("/ready").status_code == 200
    ending = threading.Event()
    ending.set()
    client = application(service.desk, draining=ending).test_client()
    assert "is ending" in client.get("/ready").get_json()["detail"]
    assert client.get("/health").status_code == 200
    refused = client.get("/events", headers={"Authorization": f"Bearer {service.texts['nordljus']}"})
    assert (refused.status_code, refused.headers["Retry-After"]) == (503, "5")
    with service.desk.ledger.writing() as connection:
        connection.exec_driver_sql("UPDATE alembic_version SET version_num = '0001'")
    assert "run `vaxel migrate`" in service.client.get("/ready").get_json()["detail"]


SLOW = """
import sys, threading, time
from pathlib import Path
from flask import Flask
from vaxel_api import logs, serve

app = Flask("slow")

@app.get("/")
def slow():
    print("begun", flush=True)
    while not Path(sys.argv[1]).exists():
        time.sleep(0.01)
    return "finished"

draining = threading.Event()
logs.begin()
serve(app, host="127.0.0.1", port=0, threads=2, body_cap=1000, draining=draining,
      told=lambda at, on: print(on, flush=True))
"""


def test_a_running_request_ends_before_the_service_does(tmp_path: Path) -> None:
    go = tmp_path / "go"
    server = subprocess.Popen(
        [sys.executable, "-c", SLOW, str(go)],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)},
    )
    assert server.stdout is not None
    assert server.stderr is not None
    port = int(server.stdout.readline())
    heard: list[bytes] = []

    def ask() -> None:
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/", timeout=60) as answer:
            heard.append(answer.read())

    asking = threading.Thread(target=ask)
    asking.start()
    assert server.stdout.readline() == "begun\n"
    server.send_signal(signal.SIGTERM)
    assert "running requests are finished" in server.stderr.readline()
    go.touch()
    asking.join(60)
    server.communicate(timeout=60)
    assert (heard, server.returncode) == ([b"finished"], 0)


def test_logs_of_all_libraries_go_through_the_mask() -> None:
    root = logging.getLogger()
    before, level = root.handlers[:], root.level
    stream = io.StringIO()
    try:
        logs.begin(stream)
        logging.getLogger("somebody.else").warning("for 800101-2387")
    finally:
        root.handlers[:] = before
        root.setLevel(level)
    assert json.loads(stream.getvalue())["message"] == f"for {MASK}"
