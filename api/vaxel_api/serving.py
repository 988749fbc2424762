"""The service on a port: waitress in front, and an end that lets running requests end."""

import logging
import signal
import threading
import time
from collections.abc import Callable, Mapping
from types import FrameType
from typing import Any

from flask import Flask
from waitress.channel import HTTPChannel
from waitress.server import BaseWSGIServer, create_server

from vaxel_api.logs import NAME

PATIENCE = 30.0
"""Seconds that running requests have to end after the first signal."""
_LOOK = 0.05
_OVER = 1024 * 1024
"""Bytes above the application's own cap, so that it is the application that refuses, with its sentence."""
_LOG = logging.getLogger(NAME)


def serve(
    app: Flask,
    *,
    host: str,
    port: int,
    threads: int,
    body_cap: int,
    draining: threading.Event,
    told: Callable[[str, int], None],
) -> None:
    """Serve until SIGTERM or SIGINT; `told` hears the address as soon as it listens.

    The first signal sets `draining`: nothing new begins, what runs is finished and its answer written. A second one
    ends at once. Call it from the main thread.

    Raises:
        OSError: the port cannot be had.
    """
    sockets: dict[int, Any] = {}
    server = create_server(
        app,
        map=sockets,
        host=host,
        port=port,
        threads=threads,
        max_request_body_size=body_cap + _OVER,
        ident=None,
        channel_timeout=60,
        clear_untrusted_proxy_headers=True,
    )

    def drained() -> bool:
        channels = [one for one in list(sockets.values()) if isinstance(one, HTTPChannel)]
        return not any(channel.requests or channel.total_outbufs_len for channel in channels)

    main = threading.main_thread().ident or 0

    def end() -> None:
        last = time.monotonic() + PATIENCE
        while not drained() and time.monotonic() < last:
            time.sleep(_LOOK)
        _LOG.info("ended" if drained() else "ended with requests still running")
        signal.pthread_kill(main, signal.SIGUSR1)  # wakes the loop, which ends by SystemExit

    def asked(_number: int, _frame: FrameType | None) -> None:
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, now)
        draining.set()
        _LOG.info("ending; running requests are finished, nothing new begins")
        threading.Thread(target=end, name="end", daemon=True).start()

    def now(_number: int, _frame: FrameType | None) -> None:
        raise SystemExit(0)

    signal.signal(signal.SIGUSR1, now)
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, asked)
    told(host, _port(sockets))
    server.run()


def _port(sockets: Mapping[int, Any]) -> int:
    """Where it listens, also when it was asked for any free port."""
    listening = (one.socket for one in sockets.values() if isinstance(one, BaseWSGIServer))
    return int(next(socket for socket in listening if socket is not None).getsockname()[1])
