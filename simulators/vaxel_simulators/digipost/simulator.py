"""The Digipost simulator: entry point, identification, messages, status and events, signed both ways."""

import datetime as dt
import re
import threading
from dataclasses import replace
from functools import cache
from typing import Any, Self
from urllib.parse import parse_qs
from xml.sax.saxutils import escape, quoteattr

from flask import Flask, Response, request

from vaxel_simulators.arrivals import Arrival, Clock, system_clock
from vaxel_simulators.digipost.errors import V8, DigipostRefusal
from vaxel_simulators.digipost.items import STATUSES, Event, Item
from vaxel_simulators.digipost.pages import add_pages
from vaxel_simulators.digipost.people import MANY, behaviour, checks, known_as
from vaxel_simulators.digipost.rules import read_message, recipient_of
from vaxel_simulators.digipost.shape import is_moment, parse
from vaxel_simulators.digipost.signing import KeyPair, answer_headers, check_request
from vaxel_simulators.faults import Fault
from vaxel_simulators.pdf import reader
from vaxel_simulators.serving import LOOPBACK, Answer, Call, HttpSimulator
from vaxel_simulators.tables import profile_of

FIRST_TIME = {
    "silence after accept": Fault.SILENCE_AFTER_ACCEPT,
    "silence before accept": Fault.SILENCE_BEFORE_ACCEPT,
    "server error before accept": Fault.SERVER_ERROR_BEFORE,
    "server error after accept": Fault.SERVER_ERROR_AFTER_ACCEPT,
    "too many requests": Fault.TOO_MANY_REQUESTS,
    "malformed answer": Fault.MALFORMED_JSON,
    "slow": Fault.SLOW,
}
_SINGLE, _MULTIPART = "application/vnd.digipost-v8+xml", "multipart/vnd.digipost-v8+xml"
_STATUS = re.compile("/documents/([0-9]+)/([0-9a-f-]{36})/status")
_WHO = re.compile(rb"<personal-identification-number>([0-9]{11})</personal-identification-number>")


class DigipostSimulator(HttpSimulator):
    """Digipost on loopback; `private_key` is the client's, whose certificate is known here."""

    title = "The Digipost simulator"
    page_path = "/post/"
    default_call = "message"

    def __init__(self, *, host: str = LOOPBACK, port: int = 0, clock: Clock = system_clock, seed: int = 1) -> None:
        super().__init__(host=host, port=port, clock=clock, seed=seed)
        self.profile: dict[str, Any] = profile_of("digipost")
        self.user_id: str = self.profile["account"]["user_id"]
        self.sender_name: str = self.profile["account"]["sender_name"]
        self.client_key, self.server_key = _keys()
        self._lock = threading.RLock()
        self._items: dict[str, Item] = {}
        self._events: list[Event] = []
        self._registered: set[str] = set()

    @property
    def private_key(self) -> str:
        """The client's key in PEM."""
        return self.client_key.private_pem

    def start(self) -> Self:
        """Serve from now on."""
        super().start()
        reader.open()
        return self

    def stop(self) -> None:
        """End serving."""
        if self._server is not None:
            reader.close()
        super().stop()

    def items(self) -> list[Item]:
        """Every message, oldest first; those whose time without a reader is over are on paper by now."""
        with self._lock:
            self._print_unread()
            return list(self._items.values())

    def mailbox(self, recipient: str) -> list[Item]:
        """What lies in one recipient's mailbox, oldest first."""
        theirs = [item for item in self.items() if item.message.recipient == recipient and not item.pending]
        return theirs if self.is_user(recipient) else []

    def events(self) -> list[Event]:
        """The whole feed, oldest first."""
        with self._lock:
            self._print_unread()
            return sorted(self._events, key=lambda event: event.at)

    def open_letter(self, uuid: str) -> None:
        """The recipient opens a letter; the first time is an event."""
        with self._lock:
            for item in self._items.values():
                if item.message.letters[0].uuid == uuid and item.opened is None and not item.printed:
                    item.opened = self.clock()
                    self._happened(item, "OPENED", item.opened)

    # What Digipost decides

    def behaviour(self, number: str) -> str:
        """What the table of magic recipients says about a number."""
        return behaviour(number, self.profile)

    def is_user(self, number: str) -> bool:
        """Whether a mailbox takes what is for this number."""
        return number in self._registered or self.behaviour(number) not in {"stranger", "unknown", "gone"}

    def register(self, number: str) -> None:
        """Somebody becomes a user: what waits for them, and whose deadline is not over, lies in their mailbox."""
        with self._lock:
            self._registered.add(number)
            now = self.clock()
            for item in self._items.values():
                by = item.message.register_by
                if item.message.recipient == number and item.pending and by is not None and now < by:
                    item.pending = False

    def identify(self, raw: bytes) -> bytes:
        """The answer to an identification.

        Raises:
            DigipostRefusal: SCHEMA_VALIDATION_ERROR.
        """
        named = recipient_of(parse(raw, "identification"))
        number = known_as(named, self.profile)
        how = self.behaviour(number)
        if number == MANY:
            told = "<result>UNIDENTIFIED</result><unidentified-reason>MULTIPLE_MATCHES</unidentified-reason>"
        elif not number.isdigit():
            told = "<result>UNIDENTIFIED</result><unidentified-reason>NOT_FOUND</unidentified-reason>"
        elif not checks(number):
            kind = "PERSONAL_IDENTIFICATION_NUMBER" if len(number) == 11 else "ORGANISATION_NUMBER"
            told = f"<result>INVALID</result><invalid-reason>INVALID_{kind}</invalid-reason>"
        elif how == "unknown":
            told = "<result>UNIDENTIFIED</result><unidentified-reason>NOT_FOUND</unidentified-reason>"
        elif how == "stranger":
            told = "<result>IDENTIFIED</result>"
        else:
            told = f"<result>DIGIPOST</result><digipost-address>recipient.number{number[6:]}</digipost-address>"
        return _element("identification-result", told)

    def take(self, body: bytes, content_type: str) -> bytes:
        """Take a message; gives the message-delivery.

        Raises:
            DigipostRefusal: any documented refusal.
        """
        message = read_message(body, content_type, self.profile, reader)
        message = replace(message, recipient=known_as(message.recipient, self.profile))
        now = self.clock()
        if not message.recipient.isdigit() or not checks(message.recipient):
            raise DigipostRefusal("UNKNOWN_RECIPIENT", "Nobody is known by this.")
        stranger = not self.is_user(message.recipient)
        pending = stranger and message.register_by is not None
        if pending and message.register_by is not None and message.register_by <= now:
            raise DigipostRefusal("PROBLEM_WITH_REQUEST", "The deadline for registration has passed.")
        printed = stranger and not pending
        if printed and message.print_details is None:
            raise DigipostRefusal("UNKNOWN_RECIPIENT", "The recipient does not use Digipost.")
        with self._lock:
            if message.message_id and message.message_id in self._items:
                raise DigipostRefusal("DUPLICATE_MESSAGE", "There is a message with this id.")
            known = {letter.uuid for item in self._items.values() for letter in item.message.letters}
            if known & {letter.uuid for letter in message.letters}:
                raise DigipostRefusal("DUPLICATE_DOCUMENT_ID", "There is a document with this id.")
            item = Item(message, now, printed, pending=pending)
            self._items[message.message_id or message.letters[0].uuid] = item
            self._log.add(Arrival(message.recipient, message.letters[0].uuid, body, now))
            if printed:
                self._print(item, now)
        return self._delivery(item)

    def _print(self, item: Item, at: dt.datetime) -> None:
        item.printed = True
        if self.behaviour(item.message.recipient) == "print fails":
            self._happened(item, "PRINT_FAILED", at, error="INVALID_RECIPIENT_PRINT_ADDRESS")
            return
        wait = dt.timedelta(seconds=self.profile["print"]["postmarked_after_seconds"])
        self._happened(item, "POSTMARKED", at + wait)

    def _print_unread(self) -> None:
        now = self.clock()
        for item in self._items.values():
            after = item.message.print_after
            if after is not None and after <= now and item.opened is None and not item.printed:
                self._print(item, after)

    def _happened(self, item: Item, kind: str, at: dt.datetime, error: str = "") -> None:
        self._events.append(Event(item.message.letters[0].uuid, kind, at, item.at, error))

    def _delivery(self, item: Item) -> bytes:
        message, first = item.message, item.message.letters[0]
        return _element(
            "message-delivery",
            f"<message-id>{escape(message.message_id)}</message-id>"
            f"<delivery-method>{item.method}</delivery-method>"
            f"<sender-id>{self.user_id}</sender-id>"
            f"<status>{STATUSES[item.method]}</status>"
            f"<delivery-time>{item.at.isoformat()}</delivery-time><primary-document><uuid>{first.uuid}</uuid>"
            f"<subject>{escape(first.subject)}</subject><file-type>{escape(first.file_type)}</file-type>"
            "</primary-document>",
        )

    def status_of(self, uuid: str) -> bytes:
        """The answer to "what became of this document".

        Raises:
            DigipostRefusal: DOCUMENT_NOT_FOUND.
        """
        for item in self.items():
            if item.message.letters[0].uuid == uuid:
                told = {
                    "uuid": uuid,
                    "sender-id": self.user_id,
                    "status": "NOT_DELIVERED" if item.pending else "DELIVERED",
                    "created": item.at.isoformat(),
                    "delivered": item.at.isoformat(),
                    "read": "Y" if item.opened else "N",
                    "channel": item.method,
                    "is-primary-document": "true",
                }
                return _element("document-status", "", told)
        raise DigipostRefusal("DOCUMENT_NOT_FOUND", "There is no such document.")

    def feed(self, query: str) -> bytes:
        """One page of events.

        Raises:
            DigipostRefusal: INVALID_QUERY_PARAMETER or INVALID_DATE_RANGE.
        """
        asked = {name: values[0] for name, values in parse_qs(query).items()}
        offset, most = asked.get("offset", ""), asked.get("maxResults", "")
        span = (asked.get("from", ""), asked.get("to", ""))
        if not (offset.isdigit() and most.isdigit() and all(is_moment(one) for one in span)):
            raise DigipostRefusal("INVALID_QUERY_PARAMETER", "from, to, offset and maxResults are needed.")
        if int(most) > self.profile["limits"]["events_page"]:
            raise DigipostRefusal("INVALID_QUERY_PARAMETER", "maxResults is too large.")
        begin, end = (dt.datetime.fromisoformat(one) for one in span)
        if begin > end:
            raise DigipostRefusal("INVALID_DATE_RANGE", "from is after to.")
        chosen = [event for event in self.events() if begin <= event.at <= end][int(offset) : int(offset) + int(most)]
        return _element("document-events", "".join(_event(one) for one in chosen))

    # How it is asked

    def call_name(self, method: str, path: str) -> str:
        """entry, identify, message, status or events; pages have none."""
        paths = self.profile["paths"]
        named = {"/": "entry", paths["identify"]: "identify", paths["create_message"]: "message"}
        named[paths["events"]] = "events"
        return named.get(path) or ("status" if _STATUS.fullmatch(path) else "")

    def magic_fault(self, call: Call) -> Fault | None:
        """Faults of the people born 1901 to 1909."""
        found = _WHO.search(call.body) if call.name == "message" else None
        if found is None:
            return None
        number = found[1].decode()
        how = self.behaviour(number)
        if how == "always failing":
            return Fault.SERVER_ERROR_BEFORE
        fault = FIRST_TIME.get(how)
        return fault if fault is not None and self.faults.first_meeting(how, number) else None

    def fault_answer(self, fault: Fault, call: Call) -> Answer:
        """429 with Retry-After, or a server error; a gateway in front says it, and signs nothing."""
        if fault is Fault.TOO_MANY_REQUESTS:
            wait = self.profile["http"]["retry_after_seconds"]
            return Answer("429 Too Many Requests", b"", {"Retry-After": str(wait)} if wait else {})
        refusal = DigipostRefusal("SERVER_ERROR", "Something went wrong.")
        return Answer("500 Internal Server Error", refusal.body(), {"Content-Type": _SINGLE})

    def _checked(self) -> bytes:
        body = request.get_data()
        check_request(
            method=request.method,
            path=request.path,
            query=request.query_string.decode("ascii", "replace"),
            headers={name.lower(): value for name, value in request.headers.items()},
            body=body,
            user_id=self.user_id,
            client=self.client_key,
            now=self.clock(),
            minutes=self.profile["limits"]["clock_minutes"],
        )
        return body

    def build(self) -> Flask:
        """The routes of the API and the pages of the recipients."""
        app = Flask("vaxel_simulators", template_folder="pages", static_folder=None)
        paths = self.profile["paths"]

        def refused(refusal: DigipostRefusal) -> Response:
            return Response(refusal.body(), refusal.status(self.profile), mimetype=_SINGLE)

        def sign(response: Response) -> Response:
            if self.call_name(request.method, request.path):
                headers = answer_headers(
                    self.server_key,
                    status=response.status_code,
                    path=request.path,
                    body=response.get_data(),
                    now=self.clock(),
                )
                response.headers.update(headers)
            return response

        def entry() -> Response:
            self._checked()
            links = {
                "CREATE_MESSAGE": paths["create_message"],
                "IDENTIFY_RECIPIENT": paths["identify"],
                "DOCUMENT_EVENTS": paths["events"],
            }
            told = "".join(
                f'<link rel="{relation}" uri={quoteattr(self.url + path)} media-type="{_SINGLE}"/>'
                for relation, path in links.items()
            )
            certificate = f"<certificate>{self.server_key.certificate_pem}</certificate>"
            return _xml(_element("entrypoint", certificate + told))

        def identify() -> Response:
            body = self._checked()
            _must_be(_SINGLE)
            return _xml(self.identify(body))

        def create() -> Response:
            body = self._checked()
            _must_be(_MULTIPART)
            return _xml(self.take(body, request.content_type or ""))

        def status(sender: int, uuid: str) -> Response:
            self._checked()
            if str(sender) != self.user_id:
                raise DigipostRefusal("BROKER_NOT_AUTHORIZED", "The sender has not authorised you.")
            return _xml(self.status_of(uuid))

        def feed() -> Response:
            self._checked()
            return _xml(self.feed(request.query_string.decode("ascii", "replace")))

        app.register_error_handler(DigipostRefusal, refused)
        app.add_url_rule("/", "entry", entry)
        app.add_url_rule(paths["identify"], "identify", identify, methods=["POST"])
        app.add_url_rule(paths["create_message"], "create", create, methods=["POST"])
        app.add_url_rule("/documents/<int:sender>/<uuid>/status", "status", status)
        app.add_url_rule(paths["events"], "feed", feed)
        app.after_request(sign)
        add_pages(app, self)
        return app


def _must_be(media_type: str) -> None:
    if request.mimetype != media_type:
        raise DigipostRefusal("PROBLEM_WITH_REQUEST", f"The content is not {media_type}.")


def _xml(body: bytes) -> Response:
    return Response(body, mimetype=_SINGLE)


def _element(name: str, inner: str, attributes: dict[str, str] | None = None) -> bytes:
    told = "".join(f" {key}={quoteattr(value)}" for key, value in (attributes or {}).items())
    return f'<?xml version="1.0" encoding="UTF-8"?><{name} xmlns="{V8}"{told}>{inner}</{name}>'.encode()


def _event(event: Event) -> str:
    told = (
        f'<event uuid="{event.uuid}" type="{event.kind}" created="{event.at.isoformat()}" '
        f'document-created="{event.document_created.isoformat()}"'
    )
    if not event.error:
        return f"{told}/>"
    kind = 'xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" xsi:type="failed-print-metadata"'
    return f'{told}><metadata {kind} error-code="{event.error}"/></event>'


@cache
def _keys() -> tuple[KeyPair, KeyPair]:
    """The client's and the server's; one pair for all simulators of a process, since making them takes a while."""
    at = system_clock()
    return KeyPair("A sender of the simulator", at), KeyPair("The Digipost simulator", at)
