"""Interactive pages under links that cannot be guessed: published as files, shown by any web server or by ours."""

import re
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING

from vaxel.files import write_whole
from vaxel_engine.errors import Unwritable

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIEnvironment

_TOKEN = re.compile(r"[A-Za-z0-9_-]{22,64}")
_HEADERS = [
    ("Content-Type", "text/html; charset=utf-8"),
    ("Cache-Control", "no-store"),
    ("Referrer-Policy", "no-referrer"),
    ("X-Content-Type-Options", "nosniff"),
    ("X-Robots-Tag", "noindex"),
]


def publish(folder: Path, token: str, page: bytes) -> None:
    """Write the page of one link, so that a web server that shows `folder` answers `<base>/<token>/` with it.

    Writing the same page again does no harm.

    Raises:
        Unwritable: the folder cannot be written.
    """
    place = folder / token
    try:
        place.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise Unwritable(f"pages cannot be published in {folder} ({error.strerror}); choose another folder") from error
    write_whole(place / "index.html", page)


class PageHost:
    """A WSGI application that shows published pages and nothing else; 404 for a wrong and a forgotten token alike."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def __call__(self, environ: "WSGIEnvironment", start_response: "StartResponse") -> Iterable[bytes]:
        """Answer one request."""
        token = str(environ.get("PATH_INFO", "")).strip("/")
        page = self._folder / token / "index.html"
        if _TOKEN.fullmatch(token) and page.is_file():
            start_response("200 OK", _HEADERS)
            return [page.read_bytes()]
        start_response("404 Not Found", [("Content-Type", "text/plain; charset=utf-8")])
        return [b"There is no document under this link.\n"]
