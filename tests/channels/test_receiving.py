"""Delivery reports are taken from whoever knows the address, and nothing is said to anybody else."""

import contextlib
import http.client
import threading
from collections.abc import Callable, Iterator
from wsgiref.simple_server import WSGIRequestHandler, make_server

import pytest

from vaxel_channels.contract import Report
from vaxel_channels.elks.wire import read_report
from vaxel_channels.receiving import BODY_CAP, Reader, ReportReceiver
from vaxel_engine.errors import Misconfigured
from vaxel_ledger.states import Status

TOKEN = "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"
REPORT = b"id=s1&status=delivered&delivered=2026-11-20T08%3A00%3A00.5"

Post = Callable[..., tuple[int, bytes]]


class Quiet(WSGIRequestHandler):
    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the standard library's name
        """Say nothing."""


@pytest.fixture
def stored() -> list[Report]:
    return []


@pytest.fixture
def post(stored: list[Report]) -> Iterator[Post]:
    receiver = ReportReceiver({"sms": Reader(TOKEN, read_report)}, stored.append)
    with make_server("127.0.0.1", 0, receiver, handler_class=Quiet) as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
        thread.start()

        def ask(path: str, body: bytes, method: str = "POST") -> tuple[int, bytes]:
            with contextlib.closing(http.client.HTTPConnection("127.0.0.1", server.server_port, timeout=5)) as line:
                line.request(method, path, body)
                answer = line.getresponse()
                return answer.status, answer.read()

        yield ask
        server.shutdown()
        thread.join()


def test_a_report_is_stored_and_answered_without_words(post: Post, stored: list[Report]) -> None:
    assert post(f"/reports/sms/{TOKEN}", REPORT) == (204, b"")
    assert [(report.reference, report.status) for report in stored] == [("s1", Status.DELIVERED)]


@pytest.mark.parametrize(
    "path",
    [f"/reports/sms/{TOKEN[:-1]}B", "/reports/sms/", f"/reports/email/{TOKEN}", f"/reports/sms/{TOKEN}/more", "/"],
)
def test_whoever_does_not_know_the_address_learns_nothing(post: Post, stored: list[Report], path: str) -> None:
    assert post(path, REPORT) == (404, b"")
    assert stored == []


def test_garbage_is_refused_without_an_echo(post: Post, stored: list[Report]) -> None:
    assert post(f"/reports/sms/{TOKEN}", b"<script>") == (400, b"")
    assert stored == []


def test_a_body_over_the_cap_is_not_read(post: Post, stored: list[Report]) -> None:
    assert post(f"/reports/sms/{TOKEN}", REPORT + b"&x=" + b"a" * BODY_CAP) == (413, b"")
    assert stored == []


def test_only_post_is_taken(post: Post) -> None:
    assert post(f"/reports/sms/{TOKEN}", b"", "GET") == (405, b"")


def test_a_token_that_could_be_guessed_is_refused() -> None:
    with pytest.raises(Misconfigured, match="could be guessed"):
        ReportReceiver({"sms": Reader("short", read_report)}, print)


def test_a_token_never_shows_in_a_repr() -> None:
    assert TOKEN not in repr(Reader(TOKEN, read_report))
