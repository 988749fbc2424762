"""One HTTP request: never redirected, capped, and honest about what may have arrived."""

import contextlib
import socket
import threading
from collections.abc import Callable, Generator

import httpx
import pytest

from vaxel_channels.exchange import ANSWER_CAP, Answer, connect, exchange
from vaxel_engine.errors import OutcomeUnknown, Unreachable


@contextlib.contextmanager
def server(talk: Callable[[socket.socket], None]) -> Generator[str, None, None]:
    """A server that reads one request and then does as it likes."""
    with socket.create_server(("127.0.0.1", 0)) as listener:

        def serve() -> None:
            connection, _ = listener.accept()
            with connection, contextlib.suppress(OSError):
                connection.recv(65_536)
                talk(connection)

        thread = threading.Thread(target=serve, daemon=True)
        thread.start()
        yield f"http://127.0.0.1:{listener.getsockname()[1]}"
        thread.join(5)


def ask(url: str, timeout: float = 5.0) -> Answer:
    with connect(url, timeout_seconds=timeout) as client:
        return exchange(client, client.build_request("POST", "/", content=b"x"), provider="Somebody", about="it")


def test_a_redirect_is_an_answer_and_is_not_followed() -> None:
    with server(lambda line: line.sendall(b"HTTP/1.1 307 Go\r\nLocation: http://127.0.0.1:1/\r\n\r\n")) as url:
        assert ask(url).status == 307


def test_an_endless_answer_is_an_unknown_outcome() -> None:
    def talk(line: socket.socket) -> None:
        line.sendall(b"HTTP/1.1 200 OK\r\n\r\n")
        for _ in range(ANSWER_CAP // 50_000 + 5):
            line.sendall(b"a" * 50_000)

    with server(talk) as url, pytest.raises(OutcomeUnknown):
        ask(url)


def test_a_dripping_answer_is_an_unknown_outcome() -> None:
    stop = threading.Event()

    def talk(line: socket.socket) -> None:
        line.sendall(b"HTTP/1.1 200 OK\r\n\r\n")
        while not stop.wait(0.05):
            line.sendall(b"a")

    with server(talk) as url:
        with pytest.raises(OutcomeUnknown):
            ask(url, timeout=0.4)
        stop.set()


def test_a_packed_answer_is_not_unpacked() -> None:
    bomb = b"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: 4\r\n\r\n\x1f\x8b\x08\x00"
    with server(lambda line: line.sendall(bomb)) as url:
        assert ask(url).body == b"\x1f\x8b\x08\x00"


def test_no_connection_is_unreachable() -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
    with pytest.raises(Unreachable):
        ask(f"http://127.0.0.1:{port}")


def test_proxies_of_the_environment_are_ignored(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:1")
    monkeypatch.setenv("ALL_PROXY", "http://127.0.0.1:1")
    with server(lambda line: line.sendall(b"HTTP/1.1 204 Fine\r\n\r\n")) as url:
        assert ask(url).status == 204


@pytest.mark.parametrize(
    ("headers", "seconds"),
    [
        ({"retry-after": "120"}, 120.0),
        ({"retry-after": "Fri, 20 Nov 2026 08:00:30 GMT", "date": "Fri, 20 Nov 2026 08:00:00 GMT"}, 30.0),
        ({"retry-after": "Fri, 20 Nov 2026 07:00:00 GMT", "date": "Fri, 20 Nov 2026 08:00:00 GMT"}, 0.0),
        ({"retry-after": "Fri, 20 Nov 2026 08:00:30 GMT"}, None),
        ({"retry-after": "soon"}, None),
        ({}, None),
    ],
)
def test_the_wish_for_a_pause_is_read(headers: dict[str, str], seconds: float | None) -> None:
    assert Answer(429, httpx.Headers(headers), b"").retry_after == seconds
