"""Who is let in: pages of this machine, of our own origin, opened with the token of this start."""

import hmac
from collections.abc import Callable
from urllib.parse import urlencode

from flask import Flask, Request, Response, abort, redirect, request
from werkzeug.wrappers import Response as Answer

HEADER = "X-Vaxel-Token"
"""Set by our own page only: a page of another origin cannot send it without being asked first, and is told no then."""

_STRANGER = (
    "<!doctype html><meta charset=utf-8><title>Vaxel preview</title><p style='font:16px sans-serif;margin:4em'>"
    "Open the address that <code>vaxel preview</code> printed: it carries the key of this start."
)


def keep_door(app: Flask, token: str, is_guest: Callable[[Request], bool] = lambda _: False) -> None:
    """Answer nobody but those who know `token`; a browser gets it as a cookie at its first visit.

    `is_guest` says whether a request may be answered without it: somebody who was given a key to one thing alone.
    """

    @app.before_request
    def let_in() -> Answer | None:  # pyright: ignore[reportUnusedFunction]
        _refuse_strangers()
        given = request.args.get("token")
        if given is not None and request.method == "GET" and request.path == "/" and knows(given, token):
            asked = [(name, value) for name, value in request.args.items(multi=True) if name != "token"]
            return _with_cookie(asked, token)
        if is_guest(request):
            return None
        if knows(request.cookies.get(_cookie(), ""), token) or knows(request.headers.get(HEADER, ""), token):
            return None
        return Response(_STRANGER, 403)


def knows(said: str, token: str) -> bool:
    """Whether somebody knows the token; takes as long for a near miss as for any other."""
    return hmac.compare_digest(said.encode(), token.encode())


def _with_cookie(asked: list[tuple[str, str]], token: str) -> Answer:
    answer = redirect("/" + ("?" + urlencode(asked, safe=":,") if asked else ""))
    answer.set_cookie(_cookie(), token, httponly=True, samesite="Strict")
    return answer


def _cookie() -> str:
    """Browsers share cookies among the ports of a host, so that each start needs a name of its own."""
    return f"vaxel-preview-{request.host.rpartition(':')[2]}"


def _refuse_strangers() -> None:
    """No page of another origin may listen or speak, and none may show ours inside itself."""
    origin = request.headers.get("Origin")
    own = origin is None or origin == f"{request.scheme}://{request.host}"
    sandboxed = origin == "null" and request.method == "GET" and request.path.startswith("/frame/")
    from_elsewhere = request.headers.get("Sec-Fetch-Site") == "cross-site" and request.method != "GET"
    if not (own or sandboxed) or from_elsewhere:
        abort(403)


def ask_for_key(token: str) -> None:
    """Refuse whoever has only the cookie: what changes or reads files is answered to our own page alone."""
    if not knows(request.headers.get(HEADER, ""), token):
        abort(403)
