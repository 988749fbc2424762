"""The SMS simulator refuses what the gateway's documents refuse, reports as documented, and fails on demand."""

import threading
import urllib.parse
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import httpx
import pytest

from vaxel_simulators import ElksSimulator, Fault
from vaxel_simulators.elks.segments import count_parts
from vaxel_simulators.tables import magic, rows_of

REFUSALS = rows_of("elks", "must_refuse.csv")
HTTP = httpx.Client(verify=False, trust_env=False)  # noqa: S501 - loopback without TLS; loading certificates takes longer
GOOD = {"from": "Nordljus", "to": "+46701740605", "message": "Your bill: https://nordljus.example/8Kx2"}
SPECIAL = [row for row in magic("sms") if "…" not in row.address]


def send(elks: ElksSimulator, timeout: float = 5, **changes: str) -> httpx.Response:
    form = {**GOOD, **changes}
    return HTTP.post(f"{elks.url}/a1/sms", data=form, auth=(elks.username, elks.password), timeout=timeout)


@pytest.fixture
def receiver() -> Iterator[tuple[str, list[dict[str, str]], list[int]]]:
    """Takes delivery reports: its address, what came, and statuses to answer first instead of 204."""
    came: list[dict[str, str]] = []
    answers: list[int] = []

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"])).decode()
            came.append({name: values[0] for name, values in urllib.parse.parse_qs(body).items()})
            self.send_response(answers.pop(0) if answers else 204)
            self.end_headers()

        def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 - the base class calls it so
            """Say nothing."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_address[1]}/report", came, answers
        server.shutdown()


@pytest.mark.parametrize("row", REFUSALS, ids=[row["variant"] for row in REFUSALS])
def test_refuses_every_row_of_the_table(row: dict[str, str], elks: ElksSimulator) -> None:
    method, media, user, password = "POST", "application/x-www-form-urlencoded", elks.username, elks.password
    form = list(GOOD.items())
    where, value = row["where"], row["value"].replace("(a × 1531)", "a" * 1531)
    match where:
        case "basic:user":
            user = value
        case "basic:password":
            password = value
        case "media":
            media = value
        case "method":
            method = value
        case _ if value == "(twice)":
            form.append((where, GOOD[where]))
        case _:
            form = [pair for pair in form if pair[0] != where] + ([] if value == "(absent)" else [(where, value)])
    answer = HTTP.request(
        method,
        f"{elks.url}/a1/sms",
        content=urllib.parse.urlencode(form),
        headers={"Content-Type": media},
        auth=None if user == "(absent)" else (user, password),
    )
    assert answer.status_code == int(row["status"]), answer.text
    assert answer.headers["Content-Type"].startswith("text/")
    assert elks.arrivals() == []


def test_the_answer_has_the_documented_fields(elks: ElksSimulator) -> None:
    answer = send(elks).json()
    fields = {"id", "status", "direction", "from", "to", "message", "created", "cost", "parts"}
    assert set(answer) == fields
    assert (answer["status"], answer["parts"], answer["created"]) == ("created", 1, "2026-11-20T12:00:00.000000")


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("a" * 160, 1),
        ("a" * 161, 2),
        ("a" * 306, 2),
        ("a" * 307, 3),
        ("åäöÅÄÖéæø" * 17, 1),
        ("€" * 80, 1),
        ("€" * 81, 2),
        ("a" * 152 + "€" + "a" * 152, 3),  # the escape pair may not be split: 152, 1 + 151, 1
        ("–" * 70, 1),
        ("–" * 71, 2),
        ("á" * 135, 3),
        ("😀" * 35, 1),
        ("a" * 66 + "😀" + "a" * 66, 3),  # nor the surrogate pair: 66, 2 + 65, 1
    ],
)
def test_parts_are_counted_as_the_standard_says(text: str, parts: int) -> None:
    assert count_parts(text) == parts


def test_every_call_that_is_taken_is_one_more_message(elks: ElksSimulator) -> None:
    send(elks)
    send(elks)
    assert len(elks.phone(GOOD["to"])) == 2
    assert urllib.parse.parse_qs(elks.arrivals()[0].body.decode())["message"] == [GOOD["message"]]


def test_a_dry_run_reaches_nobody(elks: ElksSimulator) -> None:
    assert send(elks, dryrun="yes").status_code == 200
    assert elks.arrivals() == []


def test_a_report_is_repeated_until_it_is_taken(
    elks: ElksSimulator, receiver: tuple[str, list[dict[str, str]], list[int]]
) -> None:
    url, came, answers = receiver
    answers += [500, 404]
    reference = send(elks, whendelivered=url).json()["id"]
    elks.wait_for_reports()
    assert [report["id"] for report in came] == [reference] * 3
    assert elks.reports()[0].answers == (500, 404, 204)
    assert elks.reports()[0].taken


def test_a_report_never_leaves_this_machine(elks: ElksSimulator) -> None:
    assert send(elks, whendelivered="https://nordljus.example/report").status_code == 200
    elks.wait_for_reports()
    assert elks.reports()[0].answers == ()


REPORTS = {
    "report failed": ["failed"],
    "no report": [],
    "report twice": ["delivered", "delivered"],
    "sent then delivered": ["sent", "delivered"],
    "out of order": ["delivered", "sent"],
}
FIRST: dict[str, tuple[int | None, int]] = {
    # behaviour: the status of the first call (None: no readable answer), messages on the phone after it
    "silence after accept": (None, 1),
    "silence before accept": (None, 0),
    "server error before accept": (500, 0),
    "server error after accept": (500, 1),
    "too many requests": (429, 0),
    "malformed answer": (None, 1),
    "HTML answer": (502, 0),
    "reset mid answer": (None, 1),
    "slow": (None, 1),
    "refused": (400, 0),
    "no credit": (403, 0),
}


@pytest.mark.parametrize("row", SPECIAL, ids=lambda row: row.address)
def test_every_magic_number_behaves_as_the_table_says(
    row: Any, elks: ElksSimulator, receiver: tuple[str, list[dict[str, str]], list[int]]
) -> None:
    elks.slow_seconds = 0.3
    status: int | None = None
    try:
        answer = send(elks, to=row.address, whendelivered=receiver[0], timeout=0.2 if row.behaviour == "slow" else 5)
        if answer.status_code == 200:
            answer.json()
        status = answer.status_code
    except (httpx.TransportError, ValueError):
        pass
    assert (status, len(elks.phone(row.address))) == FIRST.get(row.behaviour, (200, 1))
    elks.wait_for_reports()
    if status == 200:
        assert [report["status"] for report in receiver[1]] == REPORTS.get(row.behaviour, ["delivered"])
    elif row.behaviour not in {"refused", "no credit"}:
        assert send(elks, to=row.address).status_code == 200


@pytest.mark.parametrize("fault", list(Fault))
def test_a_scripted_fault_is_met_once_and_then_gone(fault: Fault, elks: ElksSimulator) -> None:
    elks.slow_seconds = 0.01
    elks.script(fault)
    expected: dict[Fault, int | None] = {
        Fault.TOO_MANY_REQUESTS: 429,
        Fault.SERVER_ERROR_BEFORE: 500,
        Fault.SERVER_ERROR_AFTER_ACCEPT: 500,
        Fault.MALFORMED_JSON: 200,
        Fault.HTML_ANSWER: 502,
        Fault.SLOW: 200,
        Fault.EXPIRED_CREDENTIALS: 401,
    }
    try:
        status: int | None = send(elks).status_code
    except httpx.TransportError:
        status = None
    assert status == expected.get(fault)
    assert send(elks).status_code == 200


def test_the_phones_show_bubbles_with_a_link(elks: ElksSimulator) -> None:
    ask: Callable[[], httpx.Response] = lambda: HTTP.get(elks.page_url)  # noqa: E731
    assert "All phones are quiet" in ask().text
    send(elks, message="Hej <b>du</b>: https://nordljus.example/8Kx2?a=1&b=2.")
    page = ask()
    assert '<a href="https://nordljus.example/8Kx2?a=1&amp;b=2"' in page.text
    assert "Hej &lt;b&gt;du&lt;/b&gt;" in page.text
    assert page.headers["Content-Security-Policy"].startswith("default-src 'none'")
