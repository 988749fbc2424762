"""The print house simulator: takes jobs from a drop folder, checks them as printers do, acknowledges and posts them."""

import json
import shutil
import tempfile
import threading
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from flask import Flask

from vaxel_simulators.arrivals import Arrival, ArrivalLog, Clock, system_clock
from vaxel_simulators.errors import SimulatorError
from vaxel_simulators.faults import Fault, FaultScript
from vaxel_simulators.listening import HttpServer
from vaxel_simulators.pdf import reader
from vaxel_simulators.print_house.pages import add_pages
from vaxel_simulators.print_house.rules import Letter, PrintRefusal, read_letter, read_manifest
from vaxel_simulators.print_house.sftp import SftpServer
from vaxel_simulators.serving import LOOPBACK
from vaxel_simulators.tables import profile_of


@dataclass(frozen=True, slots=True)
class Posted:
    """One letter in the post."""

    letter: Letter = field(repr=False)
    at: str
    """When, ISO 8601 with zone."""
    envelope: str
    """What letters in one envelope have in common."""
    returned: str = ""
    """Why it came back; empty for most."""


class PrintHouseSimulator:
    """A print house; use as a context manager. `drop_folder` takes jobs, `page_url` shows the letterbox.

    Jobs that lie there at the same look and have the same `together` are posted in one envelope, and envelopes in the
    order of country, post code and weight. With `sftp=True` the same folder is served over SFTP by `sftp`. A job is
    `<key>.pdf` and then `<key>.json`, each written as `.part` and renamed. With `poll=False` nothing happens
    until `scan()`. Without `drop_folder` a temporary one is made and removed.
    """

    title = "The print house simulator"

    def __init__(
        self,
        drop_folder: Path | None = None,
        *,
        host: str = LOOPBACK,
        page_port: int = 0,
        clock: Clock = system_clock,
        poll: bool = True,
        sftp: bool = False,
        sftp_port: int = 0,
    ) -> None:
        self.profile: dict[str, Any] = profile_of("print_house")
        self.host = host
        self.requested_page_port = page_port
        self.clock = clock
        self.hub_url = ""
        self.slow_seconds = 2.0
        self.faults = FaultScript()
        self._given_folder = drop_folder
        self._folder = drop_folder
        self._poll = poll
        self._lock = threading.Lock()
        self._stopping = threading.Event()
        self._log = ArrivalLog()
        self._posted: dict[str, Posted] = {}
        self._refused: list[PrintRefusal] = []
        self._looks = 0
        self._wants_sftp, self._sftp_port = sftp, sftp_port
        self._sftp: SftpServer | None = None
        self._watcher: threading.Thread | None = None
        self._pages: HttpServer | None = None

    def start(self) -> Self:
        """Open the house.

        Raises:
            SimulatorError: the page's port or the folder cannot be used.
        """
        self._pages = HttpServer(
            self._build_pages(), host=self.host, port=self.requested_page_port, who=f"{self.title}'s page"
        )
        self._folder = self._given_folder or Path(tempfile.mkdtemp(prefix="vaxel-print-house-"))
        try:
            for name in ("acknowledgements", "printed", "refused", "returned"):
                self._inner(name).mkdir(parents=True, exist_ok=True)
        except OSError as error:
            self._pages.stop()
            raise SimulatorError(
                f"{self.title} could not start: its folder cannot be written ({error.strerror}); choose another folder."
            ) from error
        if self._wants_sftp:
            try:
                self._sftp = self._open_sftp()
            except SimulatorError:
                self._pages.stop()
                raise
        reader.open()
        self._stopping.clear()
        if self._poll:
            self._watcher = threading.Thread(target=self._watch, name=self.title, daemon=True)
            self._watcher.start()
        return self

    def stop(self) -> None:
        """Close the house; harmless when not started."""
        if self._pages is None:
            return
        self._stopping.set()
        if self._watcher is not None:
            self._watcher.join()
            self._watcher = None
        self._pages.stop()
        self._pages = None
        if self._sftp is not None:
            self._sftp.stop()
            self._sftp = None
        reader.close()
        if self._given_folder is None and self._folder is not None:
            shutil.rmtree(self._folder)

    def __enter__(self) -> Self:
        return self.start()

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()

    @property
    def drop_folder(self) -> Path:
        """Where jobs are dropped."""
        if self._folder is None:
            raise SimulatorError(f"{self.title} is not running; start it with `with`.")
        return self._folder

    @property
    def sftp(self) -> SftpServer:
        """The server of the folder, where it was asked for."""
        if self._sftp is None:
            raise SimulatorError(f"{self.title} serves no SFTP; make it with `sftp=True` and start it.")
        return self._sftp

    @property
    def page_url(self) -> str:
        """The address of the page that shows the letterbox."""
        if self._pages is None:
            raise SimulatorError(f"{self.title} is not running; start it with `with`.")
        return f"{self._pages.url}/letterbox/"

    @property
    def url(self) -> str:
        """The drop folder as an address."""
        return self.drop_folder.as_uri()

    def script(self, fault: Fault, times: int = 1, *, call: str = "job") -> None:
        """Let the next `times` jobs meet `fault`; an answer is an acknowledgement file here.

        The calls `sftp` (a manifest appears) and `sftp upload` (a file is written) end in a cut connection.

        Raises:
            SimulatorError: a folder has no credentials that could expire.
        """
        if fault is Fault.EXPIRED_CREDENTIALS:
            raise SimulatorError(f"{self.title} has no credentials; script another fault.")
        self.faults.arm(fault, times, call)

    def arrivals(self) -> list[Arrival]:
        """Every job that was taken, repeats included, oldest first, with the exact bytes of its PDF."""
        return self._log.all()

    def posted(self) -> list[Posted]:
        """Every letter in the post, oldest first."""
        with self._lock:
            return list(self._posted.values())

    def envelopes(self) -> list[list[Posted]]:
        """The letters in the post, envelope by envelope, in the order in which they were posted."""
        found: dict[str, list[Posted]] = {}
        for posted in self.posted():
            found.setdefault(posted.envelope, []).append(posted)
        return list(found.values())

    def refused(self) -> list[PrintRefusal]:
        """Why jobs were refused, oldest first."""
        with self._lock:
            return list(self._refused)

    def scan(self) -> int:
        """Take every complete job that lies in the folder now; gives how many were handled."""
        with self._lock:
            self._looks += 1
            manifests = sorted((path for path in self.drop_folder.glob("*.json") if path.is_file()), key=_walk)
            return sum(self._handle(path) for path in manifests if not self._stopping.is_set())

    def return_letter(self, key: str, reason: str) -> None:
        """The post brings a letter back; the house writes a returned-mail file."""
        told = {"format": self.profile["manifest"]["returned_format"], "job": key, "at": self.clock().isoformat()}
        final = self._inner("returned") / f"{key}.returned.json"
        part = final.with_name(f"{final.name}.part")
        part.write_text(json.dumps({**told, "reason": reason}, indent=1), encoding="utf-8")
        part.replace(final)
        if key in self._posted:
            self._posted[key] = replace(self._posted[key], returned=reason)

    def _watch(self) -> None:
        while not self._stopping.wait(self.profile["folders"]["poll_seconds"]):
            self.scan()

    def _handle(self, manifest_path: Path) -> bool:
        fault = self.faults.next("job")
        if fault in {Fault.SILENCE_BEFORE_ACCEPT, Fault.TOO_MANY_REQUESTS}:
            return False  # it stays where it is until the next look
        key = manifest_path.stem
        if fault in {Fault.SERVER_ERROR_BEFORE, Fault.HTML_ANSWER}:
            self._put_away(key, "refused")
            self._answer(key, "refused", {"code": "HOUSE_FAILURE", "reason": "The house failed."}, fault)
            return True
        try:
            warnings = self._take(manifest_path)
        except PrintRefusal as refusal:
            self._refused.append(refusal)
            self._put_away(key, "refused")
            self._answer(key, "refused", {"code": refusal.code, "reason": str(refusal)}, fault)
            return True
        self._put_away(key, "printed")
        if fault is Fault.SERVER_ERROR_AFTER_ACCEPT:
            self._answer(key, "refused", {"code": "HOUSE_FAILURE", "reason": "The house failed."}, fault)
        elif fault is not Fault.SILENCE_AFTER_ACCEPT:
            self._answer(key, "accepted", {"warnings": warnings}, fault)
            if self._posted[key].letter.postal_code in self.profile["recipients"]["unknown_postal_codes"]:
                self.return_letter(key, "unknown address")
        return True

    def _take(self, manifest_path: Path) -> list[str]:
        manifest = read_manifest(manifest_path.read_bytes(), manifest_path.stem)
        pdf_path = manifest_path.with_suffix(".pdf")
        if not pdf_path.is_file():
            raise PrintRefusal("PDF_MISSING", "There is no PDF beside the manifest.")
        letter = read_letter(manifest, pdf_path.read_bytes(), self.profile, reader)
        known = self._posted.get(letter.key)
        if known is not None and known.letter.pdf != letter.pdf:
            raise PrintRefusal("KEY_REUSED", "Another letter was printed under this key.")
        now = self.clock()
        self._log.add(Arrival(letter.postal_code, letter.key, letter.pdf, now, delivered=known is None))
        envelope = f"{self._looks}:{manifest['together']}"
        self._posted.setdefault(letter.key, Posted(letter, now.isoformat(), envelope))
        return list(letter.warnings)

    def _put_away(self, key: str, folder: str) -> None:
        for suffix in (".pdf", ".json"):
            path = self.drop_folder / f"{key}{suffix}"
            if path.is_file():
                path.replace(self._inner(folder) / path.name)

    def _answer(self, key: str, verdict: str, more: Mapping[str, object], fault: Fault | None) -> None:
        acknowledgement = {
            "format": self.profile["manifest"]["acknowledgement_format"],
            "job": key,
            "at": self.clock().isoformat(),
            **more,
        }
        text = json.dumps(acknowledgement, indent=1)
        final = self._inner("acknowledgements") / f"{key}.{verdict}.json"
        part = final.with_name(f"{final.name}.part")
        if fault is Fault.RESET_MID_ANSWER:
            part.write_text(text[: len(text) // 2], encoding="utf-8")
            return
        if fault is Fault.MALFORMED_JSON:
            text = text[: len(text) // 2]
        if fault is Fault.HTML_ANSWER:
            text = "<!doctype html><title>502</title>"
        if fault is Fault.SLOW:
            self._stopping.wait(self.slow_seconds)
        part.write_text(text, encoding="utf-8")
        part.replace(final)

    def _inner(self, name: str) -> Path:
        return self.drop_folder / str(self.profile["folders"][name])

    def _open_sftp(self) -> SftpServer:
        account = self.profile["sftp"]
        server = SftpServer(
            self.drop_folder,
            host=self.host,
            port=self._sftp_port,
            username=account["username"],
            password=account["password"],
            faults=self.faults,
        )
        server.start()
        return server

    def _build_pages(self) -> Flask:
        app = Flask("vaxel_simulators", template_folder="pages", static_folder=None)
        add_pages(app, self)
        return app


def _walk(manifest: Path) -> tuple[str, int, str]:
    """Where a job comes in the order of posting: country and post code, then weight; what cannot be read goes last."""
    try:
        told = json.loads(manifest.read_bytes())
        return str(told["sort"]), int(told["grams"]), manifest.name
    except (ValueError, KeyError, TypeError, OSError):
        return "~", 0, manifest.name
