"""What all pages of this room share: one style sheet, strict headers and a few ways of writing things for people."""

import re
from collections.abc import Callable, Iterable
from decimal import Decimal, InvalidOperation
from typing import Protocol, TypeVar

from flask import Flask, Response, request
from markupsafe import Markup, escape

from vaxel_simulators.tables import text_of

PAGE_POLICY = (
    "default-src 'none'; style-src 'self'; img-src 'self'; frame-src 'self'; "
    "base-uri 'none'; form-action 'none'; frame-ancestors 'self'"
)
WEB_ADDRESS = re.compile(r"https?://[^\s<>\"']+[^\s<>\"'.,;:!?)]")
SHOWN = 200
"""How many entries a list shows; the newest or the first, and how many there are besides."""
LOOPBACK_NAMES = frozenset({"127.0.0.1", "localhost"})
Thing = TypeVar("Thing")
NARROW = "\u202f"


class Housed(Protocol):
    """A simulator that may stand in a street; `hub_url` is the street's page, empty when it stands alone."""

    hub_url: str


def prepare(app: Flask, owner: Housed | None = None) -> None:
    """Give an application the shared style sheet, headers, filters and the way back to the street."""

    def style() -> Response:
        return Response(text_of("pages", "style.css"), mimetype="text/css")

    def only_from_here() -> Response | None:
        # A page elsewhere whose name was pointed at this machine must not read what is shown here (DNS rebinding).
        if request.host.rpartition(":")[0] in LOOPBACK_NAMES:
            return None
        return Response("This simulator answers to 127.0.0.1 and localhost only.", 421, mimetype="text/plain")

    def guard(response: Response) -> Response:
        response.headers.setdefault("Content-Security-Policy", PAGE_POLICY)
        response.headers["X-Content-Type-Options"] = "nosniff"
        response.headers["Referrer-Policy"] = "no-referrer"
        response.headers["Cache-Control"] = "no-store"
        return response

    app.add_url_rule("/style.css", "style", style)
    app.before_request(only_from_here)
    app.after_request(guard)
    app.add_template_global(lambda: owner.hub_url if owner else "", "hub_url")
    app.add_template_filter(linked, "linked")
    app.add_template_filter(kronor, "kronor")
    app.add_template_filter(masked, "masked")


def foreign_html(html: str) -> Response:
    """Somebody else's HTML, shown without scripts and without fetching anything from elsewhere."""
    policy = (
        f"default-src 'none'; img-src data: {request.host_url.rstrip('/')}; style-src 'unsafe-inline'; "
        "base-uri 'none'; form-action 'none'; frame-ancestors 'self'; "
        "sandbox allow-popups allow-popups-to-escape-sandbox"
    )
    opened_apart = f'<base target="_blank">{html}'
    return Response(opened_apart, mimetype="text/html", headers={"Content-Security-Policy": policy})


def file_answer(body: bytes, mimetype: str, *, download: str | None = None) -> Response:
    """Bytes as they came; `download` is the name under which they are kept."""
    response = Response(body, mimetype=mimetype)
    if download is not None:
        safe = re.sub(r"[^\w.-]+", "_", download, flags=re.ASCII) or "file"
        response.headers["Content-Disposition"] = f'attachment; filename="{safe}"'
    return response


def picture(png: bytes) -> Response:
    """A page picture."""
    return Response(png, mimetype="image/png")


def linked(text: str) -> Markup:
    """Text with its web addresses made clickable, everything else escaped."""
    pieces: list[Markup] = []
    end = 0
    for found in WEB_ADDRESS.finditer(text):
        address = escape(found.group())
        pieces += [
            escape(text[end : found.start()]),
            Markup('<a href="{}" rel="noreferrer" target="_blank">{}</a>').format(address, address),
        ]
        end = found.end()
    return Markup("").join([*pieces, escape(text[end:])])


def kronor(amount: str) -> str:
    """A decimal string as people write it in Swedish: 1 234,50."""
    try:
        return f"{Decimal(amount):,.2f}".replace(",", NARROW).replace(".", ",")
    except InvalidOperation:
        return amount


def masked(identifier: str) -> str:
    """A personal number without its last digits, the Swedish four and the Norwegian five; anything else as it is."""
    if re.fullmatch("[0-9]{11}", identifier):
        return f"{identifier[:6]} •••••"
    return f"{identifier[:8]}-••••" if re.fullmatch("[0-9]{12}", identifier) else identifier


def by_recipient(things: Iterable[Thing], name_of: Callable[[Thing], str]) -> list[tuple[str, list[Thing]]]:
    """What each recipient got, recipients in the order in which they first came: their place is their number."""
    groups: dict[str, list[Thing]] = {}
    for thing in things:
        groups.setdefault(name_of(thing), []).append(thing)
    return list(groups.items())
