"""One HTTP request: never redirected, capped, and honest about what may have arrived."""

import contextlib
import socket
import threading
from collections.abc import Callable, Generator

import pytest

from vaxel_channels.exchange import ANSWER_CAP, Answer, connect
from vaxel_engine.errors import OutcomeUnknown, Unreachable

OK = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok"


@contextlib.contextmanager
def server(talk: Callable[[socket.socket], None]) -> Generator[str, None, None]:
    """A server that reads one request and then does as it likes."""
    with socket.create_server(("127.0.0.1", 0)) as listener:

        def serve() -> None:
            connection, _ = listener.accept()
            with connection, contextlib.suppress(OSError):
                asked = b""
                while not asked.endswith(b"x"):  # head and body may come apart
                    asked += connection.recv(65_536)
                talk(connection)

        thread = threading.Thread(target=serve, daemon=True)
        thread.start()
        yield f"http://127.0.0.1:{listener.getsockname()[1]}"
        thread.join(5)


@contextlib.contextmanager
def talker(answer: bytes) -> Generator[tuple[str, list[socket.socket]]]:
    """A server that answers every small request alike, and the connections that came to it."""
    callers: list[socket.socket] = []
    with socket.create_server(("127.0.0.1", 0)) as listener, contextlib.ExitStack() as opened:

        def serve(caller: socket.socket) -> None:
            with contextlib.suppress(OSError):
                while asked := caller.recv(65_536):
                    if not asked.endswith(b"x"):  # head and body may come apart
                        caller.recv(65_536)
                    caller.sendall(answer)

        def let_in() -> None:
            with contextlib.suppress(OSError):
                while True:
                    callers.append(opened.enter_context(listener.accept()[0]))
                    threading.Thread(target=serve, args=(callers[-1],), daemon=True).start()

        threading.Thread(target=let_in, daemon=True).start()
        yield f"http://127.0.0.1:{listener.getsockname()[1]}", callers
        listener.shutdown(socket.SHUT_RDWR)


def ask(url: str, timeout: float = 5.0) -> Answer:
    with connect(url, timeout_seconds=timeout) as client:
        return client.exchange("POST", "/", b"x", provider="Somebody", about="it")


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


def test_one_connection_serves_request_after_request() -> None:
    with talker(OK) as (url, callers), connect(url, timeout_seconds=5.0) as client:
        answers = [client.exchange("POST", "/", b"x", provider="Somebody", about="it") for _ in range(5)]
    assert [one.body for one in answers] == [b"ok"] * 5
    assert len(callers) == 1


def test_a_connection_that_was_closed_while_it_waited_is_not_used_again() -> None:
    with talker(OK) as (url, callers), connect(url, timeout_seconds=5.0) as client:
        client.exchange("POST", "/", b"x", provider="Somebody", about="it")
        callers[0].shutdown(socket.SHUT_RDWR)
        assert client.exchange("POST", "/", b"x", provider="Somebody", about="it").body == b"ok"
    assert len(callers) == 2


def test_an_answer_that_promised_more_is_an_unknown_outcome() -> None:
    half = b"HTTP/1.1 201 Made\r\nContent-Length: 9\r\n\r\nhal"
    with server(lambda line: line.sendall(half)) as url, pytest.raises(OutcomeUnknown, match="IncompleteRead"):
        ask(url)


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
    assert Answer(429, headers, b"").retry_after == seconds
