"""The one headless browser of the preview, which lives in a thread of its own and starts when it is first needed."""

from collections import OrderedDict
from collections.abc import Callable, Hashable
from concurrent.futures import Future, ThreadPoolExecutor
from typing import TYPE_CHECKING, TypeVar, cast

from vaxel_engine.errors import Misconfigured

if TYPE_CHECKING:  # the preview runs without a browser; only what takes one says so
    from vaxel_regression.browser import Camera
    from vaxel_regression.guard import SharedBrowser

T = TypeVar("T")
_KEPT = 400


class Lens:
    """Looks at things in a browser, one after the other, and keeps what it saw by a key that says all of it.

    Every method may be called from any thread. What was asked for and is not there yet is `None`.
    """

    def __init__(self) -> None:
        self._browser: SharedBrowser | None = None
        self._work = ThreadPoolExecutor(1, thread_name_prefix="lens")  # Playwright stays with the thread it began in
        self._seen: OrderedDict[Hashable, Future[object]] = OrderedDict()

    def ask(self, key: Hashable, look: "Callable[[Camera], T]") -> T | None:
        """What `look` sees, once it was looked; raises what it raised, Misconfigured where there is no browser."""
        known = self._seen.get(key)
        if known is None:
            known = self._seen[key] = self._work.submit(lambda: look(self._camera()))
            while len(self._seen) > _KEPT:
                self._seen.popitem(last=False)[1].cancel()
        return cast("T", known.result()) if known.done() else None

    def close(self) -> None:
        """Let the browser go; what waits is not looked at any more."""
        for waiting in self._seen.values():
            waiting.cancel()
        if self._browser is not None:
            self._work.submit(self._browser.close)
        self._work.shutdown(wait=True)

    def _camera(self) -> "Camera":
        if self._browser is None:
            try:
                from vaxel_regression.guard import SharedBrowser
            except ModuleNotFoundError as error:
                raise Misconfigured(
                    "no browser is driven from here; pip install 'vaxel[regression]' brings it"
                ) from error
            self._browser = SharedBrowser()
        return self._browser()
