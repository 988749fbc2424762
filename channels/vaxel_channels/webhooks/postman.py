"""The postman: tells every address what happened, beside the worker's own work, and survives its end."""

import datetime as dt
import logging
import random
import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from types import TracebackType
from typing import Self

from sqlalchemy.exc import SQLAlchemyError

from vaxel_channels.webhooks.posting import Posted, post
from vaxel_channels.webhooks.signing import headers
from vaxel_channels.webhooks.targets import Resolve, resolve
from vaxel_engine.errors import VaxelError
from vaxel_ledger import Ledger, webhook_outbox
from vaxel_ledger.webhook_outbox import Answered, Claimed, Message

_LOG = logging.getLogger(__name__)

LOOK_EVERY = 2.0
"""Seconds between two looks for what happened."""
AT_A_TIME = 20
"""Messages of one address that are claimed together."""
_ADDRESSES = 4
"""Addresses that are told at the same time."""
_LONGEST_ROUND = 60.0
"""Seconds after which the rest of a claim is given back; with one try more still well within `LEASE`."""
_FORGET_EVERY = 3_600.0


class Postman:
    """Sends what the ledger's outbox holds. `round` does what is due now; as a context manager it goes on by itself.

    Any number of them may work on one ledger: a message is claimed by one. At least once: who is killed after the
    receiver's answer and before it is written sends again under the same `webhook-id`.
    """

    def __init__(
        self,
        ledger: Ledger,
        tenant: str,
        *,
        allow_loopback: bool = False,
        clock: Callable[[], dt.datetime],
        resolve: Resolve = resolve,
        jitter: Callable[[], float] = random.random,
    ) -> None:
        self._ledger, self._tenant, self._clock = ledger, tenant, clock
        self._allow_loopback, self._resolve, self._jitter = allow_loopback, resolve, jitter
        self._stop = threading.Event()
        self._thread: threading.Thread | None = None
        self._forgot = time.monotonic()

    def __enter__(self) -> Self:
        self._thread = threading.Thread(target=self._go_on, name="postman", daemon=True)
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """End after the message in hand."""
        self._stop.set()
        if self._thread is not None:
            self._thread.join()

    def round(self) -> int:
        """Tell everything that is due at this moment, and answer how many tries that took."""
        key, tried = self._ledger.vault.keys.of(self._tenant), 0
        while not self._stop.is_set():
            made = webhook_outbox.fan_out(self._ledger.engine, self._tenant, at=self._clock())
            with self._ledger.writing() as connection:
                claimed = webhook_outbox.claim(connection, key, at=self._clock(), limit=AT_A_TIME)
            if claimed:
                with ThreadPoolExecutor(min(_ADDRESSES, len(claimed)), thread_name_prefix="postman") as threads:
                    tried += sum(threads.map(self._tell, claimed))
            elif not made:
                break
        return tried

    def _tell(self, claimed: Claimed) -> int:
        """Send one address its messages in order, until one is not taken; the rest is given back."""
        began, answers = time.monotonic(), list[Answered]()
        for message in claimed.messages:
            answers.append(self._send(claimed, message))
            if not answers[-1].delivered or time.monotonic() - began >= _LONGEST_ROUND or self._stop.is_set():
                break
        with self._ledger.writing() as connection:
            rest = claimed.messages[len(answers) :]
            webhook_outbox.conclude(
                connection, claimed.endpoint, answers, rest, at=self._clock(), jitter=self._jitter()
            )
        return len(answers)

    def _send(self, claimed: Claimed, message: Message) -> Answered:
        signed = headers(claimed.secrets, message.id, int(self._clock().timestamp()), message.body)
        posted: Posted = post(
            claimed.endpoint.url,
            message.body,
            signed,
            allow_loopback=self._allow_loopback,
            resolve=self._resolve,
        )
        return Answered(message, posted.status, posted.said, posted.ms, posted.retry_after)

    def _go_on(self) -> None:
        while not self._stop.is_set():
            try:
                self.round()
                if time.monotonic() - self._forgot >= _FORGET_EVERY:
                    self._forgot = time.monotonic()
                    with self._ledger.writing() as connection:
                        webhook_outbox.forget(connection, at=self._clock())
            except (SQLAlchemyError, VaxelError) as error:
                _LOG.warning("webhooks wait (%s)", type(error).__name__)
            self._stop.wait(LOOK_EVERY)
