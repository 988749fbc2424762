"""The calls to Digipost: identify recipients, hand a message over, ask about one, read the feed of events."""

import datetime as dt
import json
import threading
from collections.abc import Callable, Iterator, Sequence
from typing import assert_never
from urllib.parse import quote, urlsplit

from vaxel_channels.contract import (
    INVITED_UNTIL,
    Capabilities,
    Consignment,
    Limit,
    Opening,
    Order,
    Reach,
    Receipt,
    Repeat,
    Report,
)
from vaxel_channels.digipost import message, wire
from vaxel_channels.digipost.addressing import Addressee, Way, addressee
from vaxel_channels.digipost.settings import DigipostSettings
from vaxel_channels.digipost.signing import Verifier
from vaxel_channels.exchange import Answer, connect
from vaxel_engine.artifact import ArtifactKind
from vaxel_engine.errors import OutcomeUnknown, Refused, Unreachable
from vaxel_engine.mailing import chosen
from vaxel_engine.mailing.check import check_print
from vaxel_engine.model import Document, DocumentKind, Recipient

EVENTS_PAGE = 100
_SOURCE = "digipost-api schema v8, read 2026-11-22"
_OVERLAP = dt.timedelta(minutes=10)  # an event may show up after one that happened later


class Digipost:
    """The channel to Digipost; safe to use from several threads."""

    def __init__(
        self, settings: DigipostSettings, *, clock: Callable[[], dt.datetime] = lambda: dt.datetime.now(dt.UTC)
    ) -> None:
        self._settings, self._clock = settings, clock
        self._signer = settings.signer
        self._client = connect(settings.base_url, timeout_seconds=settings.timeout_seconds)
        self._lock = threading.Lock()
        self._entry: wire.EntryPoint | None = None
        self._verifier: Verifier | None = None
        self._looked: dt.datetime | None = None
        self._stored_until = clock() - dt.timedelta(days=settings.events_days)
        self._given: set[str] = set()

    @property
    def capabilities(self) -> Capabilities:
        """What Digipost carries; a repeat is recognised by the message's id, and what became of it can be asked."""
        return Capabilities(
            name="digipost",
            title="Digipost",
            kinds=frozenset(DocumentKind),
            artifacts=(ArtifactKind.MAILBOX_PDF, ArtifactKind.CARD),
            repeat=Repeat.DEDUPLICATES,
            register_holds=dt.timedelta(hours=4),
            invites=not self._settings.print_fallback,
            opening=None if self._settings.print_if_unread_days else Opening.ASKED,  # else Digipost prints it itself
            delivered_means="Digipost answered DELIVERED; for what it prints, the event POSTMARKED",
            receipts="a feed of events, fetched: opened, posted, print failed",
            limits=(
                Limit("characters of a subject", message.SUBJECT_CAP, _SOURCE),
                Limit("attachments", message.MOST_ATTACHMENTS, _SOURCE),
                Limit("pages of what is printed", chosen("digipost").max_pages, chosen("digipost").source),
            ),
        )

    def look_up(self, recipients: Sequence[Recipient]) -> Sequence[Reach]:
        """Identify each recipient; Digipost documents no call for many at once.

        With `print_fallback` a confirmed non-user with a postal address is reached too: on paper, by Digipost.
        """
        found: dict[Addressee, Reach] = {}
        for recipient in recipients:
            to = self._addressee(recipient)
            if to is not None and to not in found:
                found[to] = self._identified(to)
        return [self._reached(one, found) for one in recipients]

    def prepare(self, order: Order) -> Consignment:
        """Freeze the message and its files.

        Raises:
            Refused: nothing by which Digipost knows the recipient, too many attachments, or a PDF that must be
                printable and is not.
        """
        about = f"document {order.document.reference}"
        to = self._addressee(order.document.recipient)
        if to is None:
            raise Refused(
                f"Digipost cannot take {about}: it states no Norwegian personal number nor organisation number"
                f"{' nor whole address in Norway' if self._settings.by_name_and_address else ''}; add one or choose "
                "another channel."
            )
        if order.invite_until is not None and order.invite_until <= order.at:
            raise Refused(
                f"Digipost cannot invite the recipient of {about}: the day by which to register has passed; it goes "
                "the next way."
            )
        attachments = message.attached_files(order.document, order.key)
        if len(attachments) > message.MOST_ATTACHMENTS:
            raise Refused(
                f"Digipost cannot take {about}: it has {len(attachments)} attachments and Digipost takes "
                f"{message.MOST_ATTACHMENTS}; leave some out or choose another channel."
            )
        pdf = order.artifacts[ArtifactKind.MAILBOX_PDF].body
        against = self._against_print(order.document, pdf, attachments)
        if against is not None and self._settings.print_if_unread_days:
            raise Refused(
                f"Digipost cannot take {about}: it is to be printed when nobody reads it, and {against}; mend that, "
                "or choose another channel."
            )
        primary = message.File(message.document_uuid(order.key), _subject(order), "pdf", pdf)
        payload = message.message(
            order, to, primary, attachments, self._settings, printed=self._settings.prints and against is None
        )
        details = {INVITED_UNTIL: order.invite_until.isoformat()} if order.invite_until is not None else {}
        return Consignment(key=order.key, channel="digipost", address=to.private, payload=payload, details=details)

    def send(self, consignment: Consignment) -> Receipt:
        """Hand the message over. Repeating it is harmless: Digipost recognises its id."""
        about = f"consignment {consignment.key[:12]}"
        reference = message.document_uuid(consignment.key)
        kind = f"{message.MULTIPART}; boundary={message.boundary(consignment.key)}"
        target = self._link("CREATE_MESSAGE", about=about)
        answer, signed = self._call("POST", target, consignment.payload, kind=kind, about=about)
        if signed and (receipt := wire.receipt(answer, reference)) is not None:
            return receipt
        words = wire.in_their_words(answer, hide=consignment.address)
        verdict = wire.verdict(answer, signed=signed)
        match verdict:
            case wire.Verdict.REFUSED:
                raise Refused(f"Digipost refused {about}: {words}.")
            case wire.Verdict.NOT_LET_IN:
                raise Unreachable(_not_let_in(about, words))
            case wire.Verdict.COME_AGAIN | wire.Verdict.FAULT:
                raise Unreachable(
                    f"Digipost failed on {about}: {words}; try again with the same bytes, it recognises them.",
                    retry_after=answer.retry_after,
                )
            case wire.Verdict.THERE_ALREADY:
                if (receipt := self.ask(consignment)) is not None:
                    return receipt
                raise OutcomeUnknown(
                    f"Digipost has {about} already ({words}) and knows nothing of its document; look there."
                )
            case wire.Verdict.UNKNOWN:
                raise OutcomeUnknown(
                    f"Digipost answered {about} in a way that {'says nothing' if signed else 'it did not sign'} "
                    f"({words}): it may have arrived, so ask before it is handed over again."
                )
            case _:
                assert_never(verdict)

    def ask(self, consignment: Consignment) -> Receipt | None:
        """What became of a message; None when Digipost does not have it."""
        about = f"consignment {consignment.key[:12]}"
        reference = message.document_uuid(consignment.key)
        target = f"/documents/{self._settings.sender_id}/{reference}/status"
        try:
            answer, signed = self._call("GET", target, about=about)
        except OutcomeUnknown as error:
            raise Unreachable(f"Digipost did not say what became of {about}; ask again later.") from error
        if signed and (receipt := wire.document_status(answer, reference)) is not None:
            return receipt
        if signed and wire.error_code(answer) in ("DOCUMENT_NOT_FOUND", "MESSAGE_NOT_FOUND"):
            return None
        words = wire.in_their_words(answer)
        raise Unreachable(f"Digipost did not say what became of {about} ({words}); ask again later.")

    def collect(self) -> Iterator[Report]:
        """Give the events since the last look that was stored; after a restart those of `events_days`, harmlessly."""
        now = self._clock()
        if self._looked and (now - self._looked).total_seconds() < self._settings.events_every_seconds:
            return
        about = "feed of events"
        since = self._stored_until - _OVERLAP
        span = f"from={_stamp(since)}&to={_stamp(now + dt.timedelta(seconds=1))}"  # milliseconds are cut off
        for offset in range(0, 1_000_000, EVENTS_PAGE):
            link = self._link("DOCUMENT_EVENTS", about=about)
            target = f"{link}{'&' if '?' in link else '?'}{span}&offset={offset}&maxResults={EVENTS_PAGE}"
            answer, signed = self._call("GET", target, about=about)
            page = wire.events(answer) if signed else None
            if page is None:
                raise Unreachable(
                    f"Digipost gave no readable {about} ({wire.in_their_words(answer)}); it is asked again later."
                )
            yield from (report for report in page if report.receipt_id not in self._given)
            self._given.update(report.receipt_id for report in page)
            if len(page) < EVENTS_PAGE:
                break
        self._looked = now

    def stored(self) -> None:
        """What the last look gave is kept; the next begins there."""
        if self._looked is not None:
            self._stored_until = self._looked

    def close(self) -> None:
        """Close the connections."""
        self._client.close()

    def _addressee(self, recipient: Recipient) -> Addressee | None:
        return addressee(recipient, by_name=self._settings.by_name_and_address)

    def _reached(self, recipient: Recipient, found: dict[Addressee, Reach]) -> Reach:
        to = self._addressee(recipient)
        if to is None:
            return Reach.NO_ADDRESS
        printable = self._settings.print_fallback and _is_postal(recipient)
        return Reach.HIT if found[to] is Reach.CONFIRMED_MISS and printable else found[to]

    def _identified(self, to: Addressee) -> Reach:
        about = "an identification"
        try:
            target = self._link("IDENTIFY_RECIPIENT", about=about)
            answer, signed = self._call("POST", target, message.identification(to), about=about)
        except (Unreachable, OutcomeUnknown):
            return Reach.UNKNOWN  # an error is not an answer: never take it for "not a user"
        return wire.reach(answer, by_name=to.way is Way.NAME_AND_ADDRESS) if signed else Reach.UNKNOWN

    def _against_print(self, document: Document, pdf: bytes, attachments: Sequence[message.File]) -> str | None:
        if not self._settings.prints:
            return None
        if not _is_postal(document.recipient):
            return "it states no whole postal address"
        bodies = [pdf, *(one.body for one in attachments)]
        if any(one.file_type != "pdf" for one in attachments):
            return "an attachment of it is no PDF"
        for body in bodies:
            check = check_print(body, chosen("digipost"), pictures=document.pdf is not None)
            if check.refused:
                return f"its PDF {check.refused[0].what} ({check.refused[0].remedy})"
        return None

    def _link(self, relation: str, *, about: str) -> str:
        with self._lock:
            entry = self._entry or self._enter(about=about)
        uri = entry.links.get(relation)
        if uri is None:
            raise Unreachable(
                f"Digipost's entry point offers no {relation}, so {about} was not handed over; ask Digipost for the "
                "right to use it."
            )
        parts = urlsplit(uri)
        if parts.netloc and parts.netloc != urlsplit(self._settings.base_url).netloc:
            raise Unreachable(
                f"Digipost's entry point leads {about} to another host than `base_url`; nothing was sent."
            )
        return f"{parts.path}?{parts.query}" if parts.query else parts.path

    def _enter(self, *, about: str) -> wire.EntryPoint:
        """Ask where things are, and whose signature vouches; the lock is held."""
        try:
            answer = self._request("GET", "/", b"", kind=message.SINGLE, about=f"the way to {about}")
        except OutcomeUnknown as error:
            raise Unreachable(f"Digipost gave no entry point, so {about} was not handed over: try again.") from error
        entry = wire.entry_point(answer)
        if entry is None:
            words = wire.in_their_words(answer)
            if wire.verdict(answer, signed=True) is wire.Verdict.NOT_LET_IN:
                raise Unreachable(_not_let_in(about, words))
            raise Unreachable(
                f"Digipost gave no entry point ({words}), so {about} was not handed over: try again.",
                retry_after=answer.retry_after,
            )
        try:
            verifier = Verifier.of(entry.certificate)
        except ValueError as error:
            raise Unreachable(f"Digipost's entry point holds no certificate; {about} was not handed over.") from error
        if not verifier.vouches(answer.status, "/", answer.headers, answer.body):
            raise Unreachable(f"Digipost's entry point is not signed as its certificate says; {about} was held back.")
        self._entry, self._verifier = entry, verifier
        return entry

    def _call(
        self, method: str, target: str, body: bytes = b"", *, kind: str = message.SINGLE, about: str
    ) -> tuple[Answer, bool]:
        """One signed request; the answer, and whether Digipost signed it."""
        with self._lock:
            if self._verifier is None:
                self._enter(about=about)
            verifier = self._verifier
        assert verifier is not None  # noqa: S101 - the entry point brought it, or raised
        answer = self._request(method, target, body, kind=kind, about=about)
        path = target.partition("?")[0]
        signed = verifier.vouches(answer.status, path, answer.headers, answer.body)
        if not signed:
            with self._lock:  # its certificate may be a new one: the next call asks for it
                self._entry = self._verifier = None
        return answer, signed

    def _request(self, method: str, target: str, body: bytes, *, kind: str, about: str) -> Answer:
        headers = {"accept": message.SINGLE, **self._signer.headers(method, target, body, self._clock())}
        if body:
            headers["content-type"] = kind
        return self._client.exchange(method, target, body, headers, provider="Digipost", about=about)


def _is_postal(recipient: Recipient) -> bool:
    address = recipient.postal_address
    if address is None or not address.city or not (address.line_1 or address.line_2 or address.line_3):
        return False
    return address.country_code != "NO" or bool(address.post_code)


def _subject(order: Order) -> str:
    number = order.document.invoice.number if order.document.invoice is not None else ""
    title = json.loads(order.artifacts[ArtifactKind.CARD].body).get("title") or ""
    return f"{title} {number}".strip() or order.document.reference


def _stamp(moment: dt.datetime) -> str:
    return quote(moment.isoformat(timespec="milliseconds"), safe="")


def _not_let_in(about: str, words: str) -> str:
    # Not `Refused`: nothing was taken, and a key that ran out must not turn a million invoices into paper.
    return (
        f"Digipost did not let us in with {about} ({words}): nothing was taken; mend `sender_id`, `private_key`, the "
        "rights of the account or this machine's clock, then it goes again."
    )
