"""The calls to the sender's own customer pages: look customers up, push, ask, list, take back."""

import datetime as dt
import hashlib
import json
from collections.abc import Callable, Iterator, Sequence
from typing import assert_never
from urllib.parse import quote

from vaxel_channels.contract import Capabilities, Consignment, Limit, Opening, Order, Reach, Receipt, Repeat, Report
from vaxel_channels.exchange import Answer, connect
from vaxel_channels.my_pages import wire
from vaxel_channels.my_pages.settings import MyPagesSettings
from vaxel_engine.artifact import ArtifactKind
from vaxel_engine.errors import OutcomeUnknown, Refused, Unreachable
from vaxel_engine.model import DocumentKind, Recipient

LOOK_UP_CAP = 1_000
"""Customers in one question."""


class MyPages:
    """The channel to the sender's own pages; safe to use from several threads."""

    def __init__(
        self, settings: MyPagesSettings, *, clock: Callable[[], dt.datetime] = lambda: dt.datetime.now(dt.UTC)
    ) -> None:
        self._settings, self._clock, self._key = settings, clock, settings.key
        self._client = connect(settings.base_url, timeout_seconds=settings.timeout_seconds)
        self._listed_at: dt.datetime | None = None
        self._given = self._stored = ""

    @property
    def capabilities(self) -> Capabilities:
        """What the pages carry; a repeat is recognised by the document's id."""
        return capabilities(self._settings)

    def look_up(self, recipients: Sequence[Recipient]) -> Sequence[Reach]:
        """Ask for all customers at once, by the sender's own customer numbers."""
        asked = list(dict.fromkeys(one.customer_number for one in recipients if one.customer_number))
        found: dict[str, Reach] = {}
        for start in range(0, len(asked), LOOK_UP_CAP):
            part = asked[start : start + LOOK_UP_CAP]
            try:
                body = json.dumps({"customers": part}).encode()
                known = wire.known(self._call("POST", "/customers", body, name=_name_of(body), about="a look-up"))
            except (Unreachable, OutcomeUnknown):
                known = None
            for one in part:  # an error is not an answer
                found[one] = Reach.UNKNOWN if known is None else Reach.HIT if one in known else Reach.CONFIRMED_MISS
        return [found[one.customer_number] if one.customer_number else Reach.NO_ADDRESS for one in recipients]

    def prepare(self, order: Order) -> Consignment:
        """Freeze the push.

        Raises:
            Refused: no customer number, or more than the pages take.
        """
        return frozen(order, self._settings)

    def send(self, consignment: Consignment) -> Receipt:
        """Push the document. Repeating it is harmless: the pages recognise its id."""
        about = f"consignment {consignment.key[:12]}"
        answer = self._call("POST", "/documents", consignment.payload, name=consignment.key, about=about)
        if (receipt := wire.receipt(answer, consignment.key)) is not None:
            return receipt
        words = wire.in_their_words(answer, hide=consignment.address)
        verdict = wire.verdict(answer)
        match verdict:
            case wire.Verdict.REFUSED:
                raise Refused(f"The pages refused {about}: {words}.")
            case wire.Verdict.NOT_LET_IN:
                raise Unreachable(
                    f"The pages did not let us in with {about} ({words}): nothing was taken; mend `secret` or this "
                    "machine's clock, then it goes again."
                )
            case wire.Verdict.COME_AGAIN | wire.Verdict.FAULT:
                raise Unreachable(
                    f"The pages failed on {about}: {words}; try again with the same bytes, they are recognised.",
                    retry_after=answer.retry_after,
                )
            case wire.Verdict.UNKNOWN:
                raise OutcomeUnknown(f"The pages answered {about} in a way that nobody described: {words}; ask them.")
            case _:
                assert_never(verdict)

    def ask(self, consignment: Consignment) -> Receipt | None:
        """What became of a push; None when the pages do not have it."""
        about = f"consignment {consignment.key[:12]}"
        answer = self._one("GET", consignment, about=about)
        if wire.is_absent(answer):
            return None
        if (receipt := wire.receipt(answer, consignment.key)) is not None:
            return receipt
        raise Unreachable(f"The pages did not say what became of {about} ({wire.in_their_words(answer)}); ask again.")

    def cancel(self, consignment: Consignment) -> bool:
        """Take a document back; False when the customer had opened it before."""
        about = f"consignment {consignment.key[:12]}"
        answer = self._one("DELETE", consignment, about=about)
        if answer.status in (200, 204) or wire.is_absent(answer):
            return True
        if answer.status == 409:
            return False
        raise Unreachable(f"The pages did not take {about} back ({wire.in_their_words(answer)}); try again.")

    def collect(self) -> Iterator[Report]:
        """Pull the list of what became of documents, from where the last stored look ended."""
        now = self._clock()
        if self._listed_at and (now - self._listed_at).total_seconds() < self._settings.list_every_seconds:
            return
        after = self._stored
        while True:
            path = f"/documents?after={quote(after, safe='')}"
            answer = self._call("GET", path, b"", name=_name_of(path.encode()), about="the list of documents")
            page = wire.listed(answer)
            if page is None:
                raise Unreachable(f"The pages gave no list ({wire.in_their_words(answer)}); it is asked for again.")
            reports, following = page
            yield from reports
            if not following or following == after:
                break
            after = following
        self._given, self._listed_at = after, now

    def stored(self) -> None:
        """What the last look gave is kept; the next begins after it."""
        self._stored = self._given

    def close(self) -> None:
        """Close the connections."""
        self._client.close()

    def _one(self, method: str, consignment: Consignment, *, about: str) -> Answer:
        path = f"/documents/{consignment.key}"
        try:
            return self._call(method, path, b"", name=_name_of(f"{method}{path}".encode()), about=about)
        except OutcomeUnknown as error:  # asking or taking back twice is harmless
            raise Unreachable(f"The pages fell silent about {about}; try again.") from error

    def _call(self, method: str, path: str, body: bytes, *, name: str, about: str) -> Answer:
        headers = wire.signed(self._key, name, self._clock(), body)
        if body:
            headers["content-type"] = "application/json"
        return self._client.exchange(method, path, body, headers, provider="My pages", about=about)


def _name_of(words: bytes) -> str:
    return hashlib.sha256(words).hexdigest()


def capabilities(settings: MyPagesSettings) -> Capabilities:
    """What the pages carry; a repeat is recognised by the document's id."""
    return Capabilities(
        name="my_pages",
        title="My pages",
        kinds=frozenset(DocumentKind),
        artifacts=(ArtifactKind.MAILBOX_PDF, ArtifactKind.CARD),
        repeat=Repeat.DEDUPLICATES,
        opening=Opening.ASKED,
        register_batch=LOOK_UP_CAP,
        delivered_means="the pages answered that the customer can see it",
        receipts="a list of what became of documents, fetched",
        limits=(
            Limit("bytes of a push", settings.max_bytes, "setting max_bytes"),
            Limit("customers in one question", LOOK_UP_CAP, "docs/channels/my_pages.md"),
        ),
    )


def frozen(order: Order, settings: MyPagesSettings) -> Consignment:
    """The push of one document; raises Refused where it states no customer number or is too large."""
    customer = order.document.recipient.customer_number
    if not customer:
        raise Refused(
            f"My pages cannot take document {order.document.reference}: it states no customer number; add it or "
            "choose another channel."
        )
    payload = wire.document(order, customer)
    if len(payload) > settings.max_bytes:
        raise Refused(
            f"My pages cannot take document {order.document.reference}: the push is {len(payload):,} bytes and "
            f"`max_bytes` is {settings.max_bytes:,}; make the PDF smaller or raise the setting."
        )
    return Consignment(key=order.key, channel="my_pages", address=customer, payload=payload)
