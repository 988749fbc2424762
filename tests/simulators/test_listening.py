"""The server under the stand-ins: connections are kept, nothing of the next request is taken, a stop is a stop."""

import http.client
import threading
from collections.abc import Iterator
from typing import TYPE_CHECKING

import pytest

from vaxel_simulators.listening import HttpServer

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIEnvironment


def echo(environ: "WSGIEnvironment", start_response: "StartResponse") -> list[bytes]:
    """Answer with the body, or with nothing about it to who asks for /blind."""
    body = b"blind" if environ["PATH_INFO"] == "/blind" else environ["wsgi.input"].read()
    start_response("200 OK", [("Content-Length", str(len(body)))])
    return [body]


@pytest.fixture
def server() -> Iterator[HttpServer]:
    running = HttpServer(echo, host="127.0.0.1", port=0, who="echo")
    yield running
    running.stop()


def test_request_after_request_on_one_connection(server: HttpServer) -> None:
    line = http.client.HTTPConnection("127.0.0.1", server.port, timeout=10)
    line.connect()
    first = line.sock.getsockname()
    for number in range(20):
        line.request("POST", "/", body=b"%d" % number * 1_000)
        assert line.getresponse().read() == b"%d" % number * 1_000
    assert line.sock.getsockname() == first
    line.close()


def test_a_body_that_nobody_read_is_not_the_next_request(server: HttpServer) -> None:
    line = http.client.HTTPConnection("127.0.0.1", server.port, timeout=10)
    for _ in range(3):
        line.request("POST", "/blind", body=b"GET /other HTTP/1.1\r\n\r\n")
        assert line.getresponse().read() == b"blind"
    line.request("POST", "/", body=iter([b"in ", b"pieces"]), encode_chunked=True)
    assert line.getresponse().read() == b"in pieces"
    line.close()


def test_two_requests_sent_at_once_are_both_answered(server: HttpServer) -> None:
    line = http.client.HTTPConnection("127.0.0.1", server.port, timeout=10)
    line.connect()
    one = b"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 3\r\n\r\n"
    line.sock.sendall(one + b"abc" + one + b"def")
    got = b""
    while b"def" not in got:
        piece = line.sock.recv(4096)
        assert piece
        got += piece
    assert got.count(b"HTTP/1.1 200 OK") == 2
    line.close()


def test_a_stopped_server_answers_nobody_whom_it_kept(server: HttpServer) -> None:
    line = http.client.HTTPConnection("127.0.0.1", server.port, timeout=10)
    line.request("POST", "/", body=b"x")
    line.getresponse().read()
    server.stop()
    assert line.sock.recv(1) == b""
    line.close()
    assert not [one for one in threading.enumerate() if one.name == "echo"]
