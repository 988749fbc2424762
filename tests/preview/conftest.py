"""A preview server on a free port, over a copy of the packs that a test may break."""

import json
import shutil
import threading
from collections.abc import Callable, Generator, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx
import pytest
from playwright.sync_api import Page, expect

from vaxel_engine import packs
from vaxel_engine.model import Document
from vaxel_preview.findings import Reasons
from vaxel_preview.serving import preview
from vaxel_regression.browser import Camera

TOKEN = "the-key-of-these-tests"
INSIDE = {"X-Vaxel-Token": TOKEN}


def entered(address: str) -> str:
    """An address as a browser opens it first."""
    return f"{address}{'&' if '?' in address else '?'}token={TOKEN}"


ROOT = Path(__file__).parents[2]


@pytest.fixture
def own_packs(tmp_path: Path) -> Path:
    """A copy of every pack that comes with Vaxel."""
    return Path(shutil.copytree(packs.packs(), tmp_path / "packs"))


@pytest.fixture
def own_samples(tmp_path: Path) -> Path:
    """A copy of one sample file."""
    folder = tmp_path / "samples"
    folder.mkdir()
    shutil.copy(ROOT / "samples" / "november.json", folder)
    return folder


@pytest.fixture
def address(own_packs: Path, own_samples: Path) -> Generator[str]:
    """A running preview of the copies."""
    with preview([own_packs], [own_samples], "nordljus", 0, token=TOKEN, tell=told) as served:
        yield served.url


@pytest.fixture(scope="session")
def standing() -> Generator[str]:
    """A running preview of what comes with Vaxel, for tests that change nothing."""
    with preview([packs.packs()], [ROOT / "samples"], "nordljus", 0, token=TOKEN) as served:
        yield served.url


@contextmanager
def opened_at(browser: Camera, address: str) -> Generator[Page]:
    """A preview in the browser at a bill of November, once all panes stand."""
    with browser.page(1440, 900) as opened:
        opened.goto(entered(f"{address}?sample=november.json:1"))
        expect(opened.locator("#pulse")).to_contain_text("up to date", timeout=60_000)
        yield opened


@pytest.fixture
def page(browser: Camera, standing: str) -> Generator[Page]:
    """Of packs that stay as they are."""
    with opened_at(browser, standing) as opened:
        yield opened


@pytest.fixture
def own_page(browser: Camera, address: str) -> Generator[Page]:
    """Of packs in which a test may save."""
    with opened_at(browser, address) as opened:
        yield opened


def told(document: Document) -> Reasons:
    """Reasons of a switch that is not here."""
    return Reasons("as somebody decided", f"Kivra reaches {document.reference}", [("Kivra has them", "1. kivra")])


Told = tuple[str, dict[str, Any]]


class Following:
    """The events of one browser, collected while a test goes on."""

    def __init__(self, address: str, *, token: str = TOKEN, **asked: str) -> None:
        self._events: list[Told] = []
        self._news = threading.Condition()
        self._client = httpx.Client(headers={"X-Vaxel-Token": token}, timeout=httpx.Timeout(5, read=30))
        self._request = self._client.build_request("GET", f"{address}events", params=asked)
        self._thread = threading.Thread(target=self._collect, daemon=True)
        self._thread.start()

    def until(self, wanted: Callable[[Told], bool], seconds: float = 30) -> Told:
        """Wait for an event and take it and all before it away."""

        def found() -> int | None:
            return next((at for at, told in enumerate(self._events) if wanted(told)), None)

        with self._news:
            assert self._news.wait_for(lambda: found() is not None, seconds), [name for name, _ in self._events]
            at = found()
            assert at is not None
            told = self._events[at]
            del self._events[: at + 1]
            return told

    def settled(self) -> dict[str, Any]:
        """Wait until everything is up to date; what is said then."""
        return self.until(lambda told: told[0] == "state" and told[1]["settled"])[1]

    def broken(self) -> dict[str, Any]:
        """Wait until everything was tried and something failed; what is said then."""
        return self.until(lambda told: told[0] == "state" and told[1]["settled"] and bool(told[1]["failed"]))[1]

    def mended(self) -> dict[str, Any]:
        """Wait until everything was tried and nothing failed."""
        return self.until(lambda told: told[0] == "state" and told[1]["settled"] and not told[1]["failed"])[1]

    def pane(self, kind: str) -> str:
        """Wait until the pane of `kind` is shown anew; its HTML."""
        return str(self.until(lambda told: told[0] == "pane" and told[1]["kind"] == kind)[1]["html"])

    def told_until_settled(self) -> set[str]:
        """Wait for a change and until everything is up to date again; the panes that were told meanwhile."""
        self.until(lambda told: told[0] == "working")
        seen: set[str] = set()
        while True:
            name, values = self.until(lambda told: told[0] == "pane" or (told[0] == "state" and told[1]["settled"]))
            if name == "state":
                return seen
            seen.add(values["kind"])

    def close(self) -> None:
        self._client.close()

    def _collect(self) -> None:
        try:
            for told in self._stream():
                with self._news:
                    self._events.append(told)
                    self._news.notify_all()
        except (httpx.HTTPError, RuntimeError):
            return  # the test is over, and the connection with it

    def _stream(self) -> Iterator[Told]:
        name = ""
        answer = self._client.send(self._request, stream=True)
        for line in answer.iter_lines():
            if line.startswith("event: "):
                name = line.removeprefix("event: ")
            elif line.startswith("data: "):
                yield name, json.loads(line.removeprefix("data: "))


@pytest.fixture
def follow(address: str) -> Generator[Callable[..., Following]]:
    """`follow(brand=…, sample=…)`: another browser that listens."""
    opened: list[Following] = []

    def listen(**asked: str) -> Following:
        opened.append(Following(address, **asked))
        return opened[-1]

    yield listen
    for following in opened:
        following.close()
