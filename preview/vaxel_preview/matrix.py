"""The matrix: every sample in each language, brand and form as a small picture with its status."""

import io
import json
import threading
from collections.abc import Iterable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from functools import partial
from typing import TYPE_CHECKING, Any

from PIL import Image

from vaxel_engine import parity
from vaxel_engine.artifact import Artifact, ArtifactKind
from vaxel_engine.errors import VaxelError
from vaxel_engine.packs import Pack
from vaxel_engine.press import Press
from vaxel_engine.rendering import kinds_of
from vaxel_preview.findings.where import HTML, PAPER
from vaxel_preview.lens import Lens
from vaxel_preview.mail import open_mail
from vaxel_preview.materials import LIMITS, Look, Materials
from vaxel_preview.panes import TITLES, card_of
from vaxel_regression.pages import page_picture, page_sizes

if TYPE_CHECKING:
    from vaxel_regression.browser import Camera

KINDS = (*TITLES, ArtifactKind.EINVOICE_XML)
MOST_ROWS = 80
THUMB = 132
"""Pixels that a small picture is wide; high enough for the upper part of a page."""


@dataclass(slots=True)
class Cell:
    """One artifact of one row: `status` is "waiting", "ok", "wrong", "failed" or "none"; `said` says why."""

    status: str = "waiting"
    said: str = ""
    words: str = ""
    picture: bytes | None = field(default=None, repr=False)


@dataclass(slots=True)
class Line:
    """One document in one language with one brand."""

    look: Look
    title: str
    cells: dict[ArtifactKind, Cell]


@dataclass(slots=True)
class Run:
    """What is being drawn: a new run ends the one before it."""

    number: int
    lines: list[Line]
    done: int = 0


class Matrix:
    """Draws one matrix at a time in a thread of its own; any thread may look at it."""

    def __init__(self, materials: Materials, lens: Lens) -> None:
        self._materials, self._lens = materials, lens
        self._work = ThreadPoolExecutor(1, thread_name_prefix="matrix")
        self._turn = threading.Lock()
        self.run = Run(0, [])

    def begin(self, file: str, brands: Iterable[str], languages: Iterable[str]) -> Run:
        """Begin to draw the samples of a file with brands in languages, as far as they exist; at most 80 rows."""
        spoken = tuple(languages)
        looks = [
            (Look(brand, f"{sample.id}@{language}"), f"{sample.document.reference} · {sample.document.recipient.name}")
            for sample in self._materials.shelf.samples.values()
            if sample.file.name == file
            for brand in brands
            if brand in self._materials.brands()
            for language in spoken
        ][:MOST_ROWS]
        lines = [Line(look, title, {kind: Cell() for kind in KINDS}) for look, title in looks]
        with self._turn:
            self.run = Run(self.run.number + 1, lines)
        self._work.submit(self._draw, self.run)
        return self.run

    def settle(self) -> int:
        """Take what the browser has drawn meanwhile; how many pictures are still to come."""
        waiting = 0
        for line in self.run.lines:
            for kind, cell in line.cells.items():
                if kind in HTML and cell.status in ("ok", "wrong") and cell.picture is None and cell.words:
                    cell.picture = self._shot(cell.words)
                    waiting += cell.picture is None
        return waiting

    def close(self) -> None:
        """End; what is being drawn is finished first."""
        self.run = Run(self.run.number + 1, [])
        self._work.shutdown(wait=True, cancel_futures=True)

    def _shot(self, html: str) -> bytes | None:
        try:
            return self._lens.ask(("thumb", html), partial(_shot, html))
        except VaxelError:
            return b""  # no browser: the status is told, and a picture is not

    def _draw(self, run: Run) -> None:
        packs: dict[str, Pack] = {}
        for line in run.lines:
            if run is not self.run:
                return
            try:
                self._draw_line(line, packs)
            except VaxelError as error:
                _fail(line.cells.values(), str(error))
            except Exception as fault:  # noqa: BLE001 - one row must not end the matrix of all
                _fail(line.cells.values(), f"stopped on a fault of its own ({type(fault).__name__}); please report it")
            run.done += 1

    def _draw_line(self, line: Line, packs: dict[str, Pack]) -> None:
        document = self._materials.document(line.look)
        pack = packs.setdefault(line.look.brand, self._materials.pack(line.look.brand))
        made: dict[ArtifactKind, Artifact] = {}
        possible = kinds_of(document)
        with Press(LIMITS).sitting(document, pack) as sitting:
            for kind, cell in line.cells.items():
                if kind not in possible:
                    cell.status, cell.said = "none", f"Not made of a {document.kind.replace('_', ' ')}."
                    continue
                try:
                    made[kind] = sitting.artifact(kind)
                except VaxelError as error:
                    _fail([cell], str(error))
                    continue
                cell.status, cell.said = "ok", _measure(made[kind])
                _show(cell, made[kind])
        found = parity.parity(document, made.values(), pack=pack)
        for row in found.rows:
            for kind, told in row.cells.items():
                cell = line.cells[kind]
                if not told.holds and cell.status == "ok":
                    cell.status, cell.said = "wrong", f"{row.fact.name} {told.status}: {told.shown or row.fact.shown}"


def _show(cell: Cell, artifact: Artifact) -> None:
    body, kind = artifact.body, artifact.kind
    if kind in PAPER:
        cell.picture = _small(page_picture(body, 1, dpi=34), 187)
    elif kind is ArtifactKind.EMAIL:
        cell.words = open_mail(body).html
    elif kind in HTML or kind is ArtifactKind.SMS:
        cell.words = body.decode()
    elif kind is ArtifactKind.CARD:
        card = card_of(json.loads(body))
        cell.words = f"{card['title']} {card['amount_text']} {card['summary']}"


def _measure(artifact: Artifact) -> str:
    if artifact.kind in PAPER:
        count = len(page_sizes(artifact.body))
        return f"{count} page{'s'[: count != 1]}"
    return f"{len(artifact.body):,} bytes".replace(",", " ")


def _shot(html: str, camera: "Camera") -> bytes:
    with camera.page(390, 552) as page:
        page.set_content(html, wait_until="load")
        return _small(page.screenshot(animations="disabled"), 187)


def _small(png: bytes, height: int) -> bytes:
    picture: Any = Image.open(io.BytesIO(png), formats=("PNG",)).convert("RGB")  # `resize` is not typed in full
    scaled = picture.resize((THUMB, max(1, round(picture.height * THUMB / picture.width))), Image.Resampling.LANCZOS)
    out = io.BytesIO()
    scaled.crop((0, 0, THUMB, min(height, scaled.height))).save(out, "PNG")
    return out.getvalue()


def _fail(cells: Iterable[Cell], said: str) -> None:
    for cell in cells:
        if cell.status != "none":
            cell.status, cell.said = "failed", said


def tally(lines: Iterable[Line]) -> Mapping[str, int]:
    """How many cells there are of each status."""
    found: dict[str, int] = {}
    for status in _statuses(lines):
        found[status] = found.get(status, 0) + 1
    return found


def _statuses(lines: Iterable[Line]) -> Iterator[str]:
    return (cell.status for line in lines for cell in line.cells.values())
