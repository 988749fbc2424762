"""The pages behind a link, as a WSGI application.

Looking at a link changes nothing, so a mail scanner may follow it: GET shows a button, and a POST begins. What is
opened is bound to a browser by a cookie, and to the recipient by the personal number that BankID confirms.
"""

import datetime as dt
import hmac
import re
import tomllib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cache, partial
from importlib import resources
from typing import Any, Literal, Protocol
from zoneinfo import ZoneInfo

import segno
from babel.dates import format_date
from flask import Flask, Response, make_response, redirect, render_template, request

from vaxel_engine.artifact import ArtifactKind
from vaxel_engine.errors import Refused, Unreachable
from vaxel_ledger import Linked
from vaxel_portal.bankid import COLLECT_SECONDS, BankId, State
from vaxel_portal.paper import Paper, said
from vaxel_portal.sittings import LASTS, Guesses, Sitting, Sittings

COOKIE = "vaxel_sitting"
_SWEDEN = ZoneInfo("Europe/Stockholm")
_TOKEN = re.compile(r"[A-Za-z0-9_-]{43}")
_POLICY = (
    "default-src 'none'; style-src 'self'; script-src 'self'; connect-src 'self'; img-src 'self' data:; "
    "base-uri 'none'; form-action 'self'; frame-ancestors 'none'"
)


class Shelf(Protocol):
    """Where documents lie: the ledger."""

    def linked(self, token: str) -> Linked | None:
        """The document that a token opens."""
        ...

    def artifact(self, document_id: str, kind: ArtifactKind) -> bytes:
        """The page that was rendered with the link."""
        ...

    def tell(self, document_id: str, kind: str, *, actor: str) -> None:
        """Write that something happened."""
        ...


@dataclass(frozen=True, slots=True)
class Doors:
    """How documents are opened: for how long, by whom, and what happens then."""

    shelf: Shelf
    bankid: BankId | None
    """Who says who somebody is; None where nobody does, and then only unnamed recipients' documents open."""
    opened: Callable[[Linked], object]
    """Called each time a recipient opens their document."""
    valid: dt.timedelta = dt.timedelta(days=400)
    open_unnamed: bool = True
    """Whether a document opens by its link alone when it states no Swedish personal number to compare with."""
    paper: Paper | None = None
    """Where recipients ask for paper; None where the page does not offer it."""
    clock: Callable[[], dt.datetime] = field(default=lambda: dt.datetime.now(dt.UTC))
    secure: bool = True
    """Cookies over TLS alone; False for a stand-in on this machine."""


def portal(doors: Doors) -> Flask:
    """The application; serve it under the address that the links begin with, one process per address."""
    return _Portal(doors).app


class _Portal:
    def __init__(self, doors: Doors) -> None:
        self.doors, self.sittings, self.guesses = doors, Sittings(), Guesses()
        self.app = Flask("vaxel_portal", template_folder="pages", static_folder=None)
        add = self.app.add_url_rule
        add("/style.css", "style", lambda: _file("style.css", "text/css"))
        add("/wait.js", "wait", lambda: _file("wait.js", "text/javascript"))
        add("/<token>", "door", self.door)
        add("/<token>/", "door_", self.door)
        add("/<token>/open", "begin", self.begin, methods=["POST"])
        add("/<token>/bankid", "waiting", self.waiting)
        add("/<token>/bankid/state", "state", self.state)
        add("/<token>/bankid/cancel", "cancel", self.cancel, methods=["POST"])
        add("/<token>/document", "document", self.document)
        add("/<token>/paper", "paper", self.paper)
        add("/<token>/paper", "ask_for_paper", partial(self.choose, asked=True), methods=["POST"])
        add("/<token>/paper/undo", "no_paper", partial(self.choose, asked=False), methods=["POST"])
        self.app.after_request(_guard)
        self.app.register_error_handler(404, lambda _error: self._page("sv", "none", 404))
        self.app.register_error_handler(405, lambda _error: self._page("sv", "none", 405))

    def door(self, token: str) -> Response:
        """What a link shows: that there is something, and a button."""
        linked = self._linked(token)
        if isinstance(linked, Response):
            return linked
        if (way := self._way(linked)) is None:
            return self._page(linked.document.recipient.language, "nobody", 403)
        named = way == "bankid"
        return self._render("door.html", linked, token=token, named=named, paper=named and self._paper(linked))

    def begin(self, token: str) -> Response:
        """The button was pressed."""
        linked = self._linked(token)
        if isinstance(linked, Response):
            return linked
        now, language = self.doors.clock(), linked.document.recipient.language
        if (way := self._way(linked)) is None:
            return self._page(language, "nobody", 403)
        if way == "link" or self.doors.bankid is None:
            return self._seated(token, self.sittings.begin(token, now, opened=True), "document")
        to = "paper" if request.form.get("to") == "paper" and self._paper(linked) else "document"
        self._end_order(token)
        try:
            order = self.doors.bankid.begin(request.remote_addr or "127.0.0.1", now)
        except (Unreachable, Refused):
            return self._page(language, "down", 503, token=token)
        return self._seated(token, self.sittings.begin(token, now, order=order, to=to), "bankid")

    def waiting(self, token: str) -> Response:
        """The QR code, and the way to the app on this device."""
        linked, sitting = self._linked(token), self._sitting(token)
        if isinstance(linked, Response):
            return linked
        bankid = self.doors.bankid
        if sitting is None or sitting.order is None or bankid is None:
            return _to(token, "")
        app = bankid.app_link(sitting.order, f"{request.host_url.rstrip('/')}/{token}/bankid")
        return self._render("waiting.html", linked, token=token, app=app, qr=self._qr(sitting))

    def state(self, token: str) -> Response:
        """How the identification goes, for the page that waits: the next QR code, words, and where to go at the end."""
        linked, sitting = self._linked(token), self._sitting(token)
        if isinstance(linked, Response):
            return linked
        if sitting is None:
            return _json({"go": f"/{token}"})
        if sitting.order is not None:
            over = self._collect(linked, sitting)
            if over is not None:
                return over
        if sitting.opened:
            return _json({"go": f"/{token}/{sitting.to}"})
        language = linked.document.recipient.language
        return _json({"qr": self._qr(sitting), "say": hint_words(language, sitting.hint)})

    def cancel(self, token: str) -> Response:
        """Back to the button."""
        self._end_order(token)
        return _to(token, "")

    def document(self, token: str) -> Response:
        """The document, for the browser that opened it."""
        linked, sitting = self._linked(token), self._sitting(token)
        if isinstance(linked, Response):
            return linked
        if sitting is None or not sitting.opened:
            return _to(token, "")
        if not sitting.shown:
            sitting.shown = True
            self.doors.opened(linked)
        page = self.doors.shelf.artifact(linked.document_id, ArtifactKind.WEB)
        response = make_response(page)
        response.headers["Content-Type"] = "text/html; charset=utf-8"
        response.headers["Content-Security-Policy"] = "frame-ancestors 'none'"  # the page brings its own beside it
        return response

    def paper(self, token: str) -> Response:
        """Whether they get letters, and from when; for the browser that showed who sits there."""
        linked = self._may_choose(token)
        if isinstance(linked, Response):
            return linked
        assert self.doors.paper is not None  # noqa: S101 - it is offered
        words, language = self._words(linked), linked.document.recipient.language
        today = self.doors.clock().astimezone(_SWEDEN).date()
        shown = said(
            words, self.doors.paper.since(linked), today, lambda day: format_date(day, "long", locale=language)
        )
        return self._render("paper.html", linked, token=token, said=shown)

    def choose(self, token: str, *, asked: bool) -> Response:
        """The wish, or its end; then the page again, which says from when it counts."""
        linked = self._may_choose(token)
        if isinstance(linked, Response):
            return linked
        assert self.doors.paper is not None  # noqa: S101 - it is offered
        if asked:
            self.doors.paper.ask(linked, every_sender=request.form.get("every") == "1")
        else:
            self.doors.paper.take_back(linked)
        self.doors.shelf.tell(linked.document_id, "paper asked for" if asked else "paper taken back", actor="recipient")
        return _to(token, "paper")

    def _may_choose(self, token: str) -> Linked | Response:
        """The document, for whom BankID confirmed to be its recipient; else the way back to the door."""
        linked, sitting = self._linked(token), self._sitting(token)
        if isinstance(linked, Response):
            return linked
        named = self._way(linked) == "bankid"
        return linked if named and sitting is not None and sitting.opened and self._paper(linked) else _to(token, "")

    def _paper(self, linked: Linked) -> bool:
        return self.doors.paper is not None and self.doors.paper.offered(linked)

    def _collect(self, linked: Linked, sitting: Sitting) -> Response | None:
        """Ask BankID, at most every two seconds; an answer where it is over."""
        now, token, order = self.doors.clock(), sitting.token, sitting.order
        assert order is not None and self.doors.bankid is not None  # noqa: S101, PT018 - the caller looked
        last = sitting.collected_at
        if last is not None and (now - last).total_seconds() < COLLECT_SECONDS:
            return None
        sitting.collected_at = now
        try:
            told = self.doors.bankid.collect(order)
        except Unreachable:
            return None  # asked again in two seconds
        except Refused:
            sitting.order = None
            return _json({"fail": hint_words(linked.document.recipient.language, "cancelled")})
        sitting.hint = told.hint
        if told.state is State.PENDING:
            return None
        sitting.order = None
        language = linked.document.recipient.language
        if told.state is State.FAILED:
            return _json({"fail": hint_words(language, told.hint)})
        self.sittings.end(request.cookies.get(COOKIE))
        if not hmac.compare_digest(told.personal_number, _number(linked) or ""):
            self.doors.shelf.tell(linked.document_id, "wrong person at the link", actor="recipient")
            words = _words(language)
            return _json({"fail": words["other"], "title": words["other_title"]})
        response = _json({"go": f"/{token}/{sitting.to}"})
        name = self.sittings.begin(token, now, opened=True, to=sitting.to)
        self._seat(response, token, name)  # another name than before
        return response

    def _way(self, linked: Linked) -> Literal["bankid", "link"] | None:
        """How this document is opened; None where nobody can show that it is theirs."""
        if linked.document.recipient.national_id is None:
            return "link" if self.doors.open_unnamed else None
        return "bankid" if _number(linked) is not None and self.doors.bankid is not None else None

    def _linked(self, token: str) -> Linked | Response:
        now, address = self.doors.clock(), request.remote_addr or ""
        if self.guesses.too_many(address, now):
            return self._page("sv", "many", 429)
        linked = self.doors.shelf.linked(token) if _TOKEN.fullmatch(token) else None
        if linked is None:
            self.guesses.wrong(address, now)
            return self._page("sv", "none", 404)
        if now - linked.since > self.doors.valid:
            return self._page(linked.document.recipient.language, "old", 410)
        return linked

    def _sitting(self, token: str) -> Sitting | None:
        return self.sittings.of(request.cookies.get(COOKIE), token, self.doors.clock())

    def _end_order(self, token: str) -> None:
        sitting = self._sitting(token)
        if sitting is not None and sitting.order is not None and self.doors.bankid is not None:
            self.doors.bankid.cancel(sitting.order)
        self.sittings.end(request.cookies.get(COOKIE))

    def _qr(self, sitting: Sitting) -> str:
        if sitting.order is None:
            return ""
        code = segno.make(sitting.order.qr_text(self.doors.clock()), error="l", micro=False)
        return code.svg_data_uri(scale=6, border=2)

    def _seated(self, token: str, name: str, where: str) -> Response:
        response = _to(token, where)
        self._seat(response, token, name)
        return response

    def _seat(self, response: Response, token: str, name: str) -> None:
        response.set_cookie(
            COOKIE,
            name,
            max_age=int(LASTS.total_seconds()),
            path=f"/{token}",
            httponly=True,
            secure=self.doors.secure,
            samesite="Lax",  # the app leads back here, from elsewhere
        )

    def _render(self, page: str, linked: Linked, **more: object) -> Response:
        language = linked.document.recipient.language
        return make_response(render_template(page, words=self._words(linked), language=language, **more))

    @staticmethod
    def _words(linked: Linked) -> dict[str, str]:
        """What is said to the document's recipient, with the sender's name in it."""
        invoice = linked.document.invoice
        sender = invoice.seller.name if invoice is not None else linked.document.sender.title()
        every = _words(linked.document.recipient.language)
        return {name: text.replace("{sender}", sender) for name, text in every.items() if name != "hint"}

    def _page(self, language: str, what: str, status: int, *, token: str = "") -> Response:
        words = _words(language)
        page = render_template(
            "told.html", words=words, language=language, title=words[f"{what}_title"], text=words[what], token=token
        )
        return make_response(page, status)


def _number(linked: Linked) -> str | None:
    """The Swedish personal number of the recipient."""
    one = linked.document.recipient.national_id
    return one.value if one is not None and one.country_code == "SE" else None


def _to(token: str, where: str) -> Response:
    answer = redirect(f"/{token}/{where}" if where else f"/{token}", 303)
    return make_response(answer)


def _json(value: Mapping[str, str]) -> Response:
    return make_response(dict(value))


def _guard(response: Response) -> Response:
    response.headers.setdefault("Content-Security-Policy", _POLICY)
    response.headers["X-Content-Type-Options"] = "nosniff"
    response.headers["Referrer-Policy"] = "no-referrer"
    response.headers["Cache-Control"] = "no-store"
    response.headers["X-Robots-Tag"] = "noindex"
    response.headers["Vary"] = "Cookie"
    return response


def _file(name: str, media_type: str) -> Response:
    return Response(resources.files("vaxel_portal").joinpath("pages", name).read_bytes(), mimetype=media_type)


@cache
def _all_words() -> dict[str, Any]:
    return tomllib.loads(resources.files("vaxel_portal").joinpath("words.toml").read_text(encoding="utf-8"))


def _words(language: str) -> dict[str, Any]:
    found: dict[str, Any] = _all_words()[language if language in _all_words() else "sv"]
    return found


def hint_words(language: str, code: str) -> str:
    """What a person reads for one of BankID's hint codes."""
    hints: dict[str, str] = _words(language)["hint"]
    return hints.get(code or "outstandingTransaction", hints["other"])
