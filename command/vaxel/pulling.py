"""Where customer pages fetch their documents: one address for each account that pulls; for a WSGI server."""

import re
from collections.abc import Callable, Collection, Iterable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from vaxel import settings
from vaxel.settings import Settings
from vaxel_channels.my_pages import MyPagesSettings
from vaxel_channels.my_pages.pulling import CHANNEL, PullDesk
from vaxel_channels.settings import Mode
from vaxel_engine.errors import Misconfigured
from vaxel_ledger import Ledger

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

_OWN = re.compile("(/sender/[^/]+)(/.*)")


def application(config: str | Path) -> "WSGIApplication":
    """The WSGI application of a configuration, e.g. `gunicorn "vaxel.pulling:application('vaxel.toml')"`.

    The account that all senders share is at its root, a sender's own below `/sender/NAME`.

    Raises:
        Misconfigured: no account of my pages has `pull = true`, or one is wrong.
    """
    chosen = settings.load(Path(config))
    place = chosen.ledger
    return desks(chosen, Ledger.open(place.url, store=place.artifacts, tenant_key=place.tenant_key))


def desks(chosen: Settings, ledger: Ledger) -> "WSGIApplication":
    """The same of a configuration that is read and a ledger that is open."""
    own = {name: one.channel[CHANNEL] for name, one in chosen.senders.items() if CHANNEL in one.channel}
    theirs = frozenset(known for name in own for known in (name, *chosen.senders[name].identifiers))
    there: dict[str, PullDesk] = {}
    if (key := _key(chosen.channels.get(CHANNEL), chosen)) is not None:
        there[""] = PullDesk(ledger, key, lambda sender: sender not in theirs)
    for name, table in own.items():
        if (key := _key(table, chosen)) is not None:
            there[f"/sender/{name}"] = PullDesk(ledger, key, _among((name, *chosen.senders[name].identifiers)))
    if not there:
        raise Misconfigured(
            f"{chosen.source} has no [channel.{CHANNEL}] with `pull = true`; nothing is fetched from it"
        )

    def answer(environ: "WSGIEnvironment", start_response: "StartResponse") -> Iterable[bytes]:
        own_path = _OWN.fullmatch(str(environ.get("PATH_INFO", "")))
        desk = there.get(own_path[1] if own_path else "")
        if desk is None:
            start_response("404 Not Found", [("Content-Length", "0")])
            return []
        return desk({**environ, "PATH_INFO": own_path[2]} if own_path else environ, start_response)

    return answer


def _key(table: Mapping[str, object] | None, chosen: Settings) -> bytes | None:
    """The key of an account that pulls; None for one that is pushed to, and for none."""
    if table is None or table.get("pull") is not True:
        return None
    return MyPagesSettings.read(table, Mode(chosen.mode)).key


def _among(names: Collection[str]) -> Callable[[str], bool]:
    return lambda sender: sender in names
