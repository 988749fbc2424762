"""From a saved file to a painted pane: the preview server in a process of its own, looked at by a real browser."""

import base64
import re
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Generator, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from statistics import median, quantiles
from typing import cast

from playwright.sync_api import Page

from vaxel.process_tree import cpu_ms
from vaxel_engine import packs
from vaxel_engine.artifact import Artifact, ArtifactKind
from vaxel_engine.bench import rendered_here
from vaxel_engine.errors import Misconfigured, Unrenderable
from vaxel_engine.intake import read
from vaxel_engine.mailing.printing import Printing
from vaxel_engine.model import Document, DocumentKind
from vaxel_engine.packs import Pack
from vaxel_engine.press import Press
from vaxel_engine.rendering import kinds_of
from vaxel_preview.pictures import picture
from vaxel_preview.sources import line_of_word, word_at
from vaxel_preview.table import ROWS, Made, Row, Show
from vaxel_preview.wall import framed, wall_pane
from vaxel_regression.browser import camera
from vaxel_regression.pages import page_sizes

SCREEN = (1440, 900)
LABEL = "{{ row.label }}"
"""What a save changes in the section of the sums: each of its labels gets the number of the save."""
_PATIENCE = 60
_PAUSE = 0.25
_NOTING = (Path(__file__).parent / "bench_preview.js").read_text(encoding="utf-8")


@dataclass(frozen=True, slots=True)
class Wait:
    """What was waited for, again and again: milliseconds on the clock, and the server's of processor time."""

    what: str
    waited: list[float] = field(default_factory=list[float])
    processor: list[float] = field(default_factory=list[float])

    @property
    def median(self) -> float:
        """The median of what was waited."""
        return median(self.waited)

    @property
    def p95(self) -> float:
        """The 95th percentile; of few waits the longest."""
        return quantiles(self.waited, n=20)[-1] if len(self.waited) >= 20 else max(self.waited)

    @property
    def cpu(self) -> float:
        """The median of the server's processor time until everything was up to date; 0 where it was not measured."""
        return median(self.processor) if self.processor else 0.0


@dataclass(frozen=True, slots=True)
class Exactness:
    """Which panes the change of one word refreshed, and which of them show another picture or text for it."""

    word: str
    refreshed: frozenset[str]
    shown: frozenset[str]


@dataclass(frozen=True, slots=True)
class Costs:
    """Everything that was measured; `ratio` is the visible page against bare render, raster and swap."""

    waits: list[Wait]
    ratio: float
    exactness: Exactness


def bench_preview(files: Sequence[Path], brand: str, saves: int, step: Callable[[str], None]) -> Costs:
    """Save `saves` times for each kind of pane, and wait until it is painted; the packs are a copy.

    `step` is told what comes next. Raises Misconfigured where there is no browser, and for a brand whose section of
    the sums has no label to change; Unrenderable where a change does not arrive.
    """
    with tempfile.TemporaryDirectory(prefix="vaxel-bench-") as folder:
        root = Path(shutil.copytree(packs.packs(), Path(folder) / "packs"))
        samples = Path(folder) / "samples"
        samples.mkdir()
        for file in files:
            shutil.copy(file, samples)
        bench = _Bench(root, samples, brand, saves)
        with camera() as running, running.page(*SCREEN) as page:
            page.add_init_script(_NOTING)
            step("first start")
            with bench.served(page):
                return bench.measured(page, step)


@dataclass(slots=True)
class _Bench:
    root: Path
    samples: Path
    brand: str
    saves: int
    starts: list[Wait] = field(default_factory=list[Wait])
    address: str = ""
    pid: int = 0

    @property
    def pack(self) -> Pack:
        return packs.load(self.brand, [self.root])

    def documents(self) -> Iterator[tuple[str, Document]]:
        for file in sorted(self.samples.iterdir()):
            for number, document in read(file).numbered():
                yield f"{file.name}:{number}", document

    @contextmanager
    def served(self, page: Page) -> Generator[None]:
        """The server, from its start until everything the first screen shows is there."""
        begun = time.perf_counter()
        command = [sys.executable, "-m", "vaxel", "preview", "--packs", str(self.root), "--port", "0"]
        command += ["--samples", str(self.samples), "--brand", self.brand]
        with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as server:  # noqa: S603  # our own command
            try:
                assert server.stdout is not None  # noqa: S101  # asked for above
                found = re.search(r"http://\S+", server.stdout.readline())
                if found is None:
                    raise Unrenderable("the preview did not begin; see what it says above")
                self.address, self.pid = found[0].rstrip(";"), server.pid
                page.goto(self.address, wait_until="commit")
                self.until(page, "Boolean(window.usable?.())", "the first screen")
                usable = (time.perf_counter() - begun) * 1000
                self.until(page, "still()", "every pane after the start")
                self.starts = [
                    Wait("first start to usable board", [usable]),
                    Wait("first start to every pane", [(time.perf_counter() - begun) * 1000], [cpu_ms(server.pid)]),
                ]
                yield
            finally:
                server.terminate()

    def measured(self, page: Page, step: Callable[[str], None]) -> Costs:
        """Everything, in turn, on one page."""
        first = next(document for _, document in self.documents())
        waits = list(self.starts)
        step("HTML")
        waits += self.section(page, "web.html", {"page": "web", "page at the bank": "bank"})
        step("e-mail")
        waits += self.section(page, "email.mjml", {"e-mail": "email"})
        step("SMS")
        waits.append(self.text_message(page, first))
        step("print PDF")
        paper = Wait("print PDF, visible page")
        bare = [Wait("bare render"), Wait("bare raster"), Wait("bare swap")]
        self.paper(page, first, paper, bare)
        waits += [paper, *bare]
        step("board of three pages")
        waits.append(self.board(page))
        step("shared word")
        wait, exactness = self.shared_word(page, first)
        waits.append(wait)
        return Costs(waits, paper.median / sum(wait.median for wait in bare), exactness)

    def section(self, page: Page, ending: str, kinds: dict[str, str]) -> list[Wait]:
        """Each of `kinds`, a name and a row of the board, after a save of the section of the sums."""
        waits = [Wait(name) for name in kinds]
        edit = _label(self.pack, ending)
        number = 0
        for wait, row in zip(waits, kinds.values(), strict=True):
            self.look_at(page, row)
            for _ in range(self.saves):
                number += 1
                noted, spent = self.save(page, edit, number)
                wait.waited.append(_first(noted, row))
                wait.processor.append(spent)
        return waits

    def look_at(self, page: Page, row: str) -> None:
        """Scroll a pane onto the screen, as somebody does who works on it."""
        page.evaluate("row => document.getElementById(row).scrollIntoView({ block: 'start' })", row)
        page.wait_for_timeout(400)

    def text_message(self, page: Page, document: Document) -> Wait:
        wait = Wait("SMS")
        edit = _word(self.pack, document, _made(document, self.pack, ArtifactKind.SMS).decode())
        self.look_at(page, "sms")
        for number in range(self.saves):
            noted, spent = self.save(page, edit, number)
            wait.waited.append(_first(noted, "sms"))
            wait.processor.append(spent)
        return wait

    def paper(self, page: Page, document: Document, paper: Wait, bare: list[Wait]) -> None:
        """The visible page, and in turn with it what nobody can do without: rendered, drawn and swapped, each alone."""
        pack, edit = self.pack, _label(self.pack, "paper.html")
        render, raster, swap = bare
        _made(document, pack, ArtifactKind.PRINT_PDF)  # warms
        self.look_at(page, "print_pdf")
        for number in range(self.saves):
            noted, spent = self.save(page, edit, number)
            paper.waited.append(_first(noted, "print_pdf", "page-1"))
            paper.processor.append(spent)
            begun = time.perf_counter()
            pdf = _made(document, pack, ArtifactKind.PRINT_PDF)
            rendered = time.perf_counter()
            drawn_page = picture(pdf, 1)
            drawn = time.perf_counter()
            render.waited.append((rendered - begun) * 1000)
            raster.waited.append((drawn - rendered) * 1000)
            address = f"data:image/png;base64,{base64.b64encode(drawn_page).decode()}"
            swap.waited.extend(page.evaluate("swapped", [address]))

    def board(self, page: Page) -> Wait:
        """Every pane of an invoice of three pages after the change of a word that all of them show."""
        pack = self.pack
        sample, document = next(
            (name, document)
            for name, document in self.documents()
            if document.kind is DocumentKind.INVOICE
            and len(page_sizes(_made(document, pack, ArtifactKind.PRINT_PDF))) == 3
        )
        page.goto(f"{self.address}&brand={self.brand}&sample={sample}", wait_until="commit")
        self.until(page, "window.usable?.() && still()", "the board of three pages")
        wait, edit = Wait("board of a 3-page invoice"), self.payable(document)
        for number in range(max(1, self.saves // 2)):
            noted, spent = self.save(page, edit, number)
            wait.waited.append(max(when for _, _, when in noted))
            wait.processor.append(spent)
        edit.mend()
        page.goto(f"{self.address}&brand={self.brand}", wait_until="commit")
        self.until(page, "window.usable?.() && still()", "the first board again")
        return wait

    def shared_word(self, page: Page, document: Document) -> tuple[Wait, Exactness]:
        """The last pane that shows a word of many panes, and which panes were refreshed for it."""
        wait, edit = Wait("every pane of a shared word"), self.payable(document)
        before = self.pack
        refreshed = set[str]()
        for number in range(self.saves):
            noted, spent = self.save(page, edit, number)
            wait.waited.append(max(when for _, _, when in noted))
            wait.processor.append(spent)
            refreshed |= {row for row, _, _ in noted}
        return wait, Exactness(edit.what, frozenset(refreshed), rows_shown_otherwise(document, before, self.pack))

    def payable(self, document: Document) -> "_Edit":
        """The label of the amount to pay: paper, mail, page and bank show it."""
        with Press().sitting(document, self.pack) as sitting:
            pay = cast("dict[str, str] | None", sitting.facts()["to_pay"])
        if pay is None:
            raise Misconfigured("the first sample has nothing to pay; measure with an invoice as the first one")
        return _word_called(self.pack, document, f"to_pay.{pay['state']}.label")

    def save(self, page: Page, edit: "_Edit", number: int) -> tuple[list[tuple[str, str, float]], float]:
        """Save, and wait until nothing moves: what was painted and how many ms after the save; the server's CPU ms."""
        time.sleep(_PAUSE)
        page.evaluate("noted.length = 0")
        before = cpu_ms(self.pid)
        begun = edit.save(number)
        self.until(page, "noted.length > 0", f"the change of {edit.what}")
        self.until(page, "still()", f"the change of {edit.what}")
        page.wait_for_timeout(80)  # the frames of the last swap
        spent = cpu_ms(self.pid) - before
        noted: list[tuple[str, str, float]] = [
            (str(row), str(part), float(when) - begun * 1000) for row, part, when in page.evaluate("noted")
        ]
        return noted, spent

    def until(self, page: Page, condition: str, what: str) -> None:
        """Look again and again from outside: the page's policy lets nobody evaluate anything inside."""
        late = time.monotonic() + _PATIENCE
        while not page.evaluate(condition):
            if time.monotonic() > late:
                raise Unrenderable(f"{what} did not arrive within {_PATIENCE} s; see the board itself")
            time.sleep(0.02)


@dataclass(frozen=True, slots=True)
class _Edit:
    """One place in a file that each save writes anew."""

    what: str
    file: Path
    good: str
    changed: Callable[[str], str]

    def save(self, number: int) -> float:
        """Save another text; when the clock said what, at the moment before."""
        text = self.changed(str(number))
        begun = time.time()
        self.file.write_text(text, encoding="utf-8")
        return begun

    def mend(self) -> None:
        """The file as it was."""
        self.file.write_text(self.good, encoding="utf-8")
        time.sleep(1)


def _label(pack: Pack, ending: str) -> _Edit:
    name = f"sections/totals.{ending}"
    good = pack.read(name).decode()
    if LABEL not in good:
        raise Misconfigured(f"{pack.files[name]} has no {LABEL} to change; measure with another --brand")
    return _Edit(name, pack.files[name], good, lambda number: good.replace(LABEL, f"{LABEL} {number}"))


def _word(pack: Pack, document: Document, text: str) -> _Edit:
    name = word_at(pack, document.recipient.language, text)
    if name is None:
        raise Misconfigured("the text message is made of no word of the pack; measure with another --brand")
    return _word_called(pack, document, name)


def _word_called(pack: Pack, document: Document, name: str) -> _Edit:
    file = pack.files[f"words.{document.recipient.language}.toml"]
    for path in (file, *sorted(file.parents[1].glob(f"*/{file.name}"))):
        good = path.read_text(encoding="utf-8")
        line = line_of_word(good, name)
        if line is not None:
            return _Edit(name, path, good, partial(_with_number, good, line))
    raise Misconfigured(f'no file of words has "{name}"; measure with another --brand')


def _with_number(toml: str, line: int, number: str) -> str:
    """The file with `number` at the beginning of the text that stands on `line`."""
    lines = toml.split("\n")
    lines[line - 1] = lines[line - 1].replace('"', f'"{number} ', 1)
    return "\n".join(lines)


def _made(document: Document, pack: Pack, kind: ArtifactKind) -> bytes:
    return rendered_here(document, pack, kind).body


def _first(noted: list[tuple[str, str, float]], row: str, part: str | None = None) -> float:
    found = [when for one, its_part, when in noted if one == row and part in (None, its_part)]
    if not found:
        raise Unrenderable(f'a save did not change the pane "{row}"; measure with another --brand')
    return found[0]


def rows_shown_otherwise(document: Document, before: Pack, after: Pack) -> frozenset[str]:
    """The panes that show something else with the one pack than with the other: told from what they show alone."""
    old, new = (_artifacts(document, pack) for pack in (before, after))
    return frozenset(
        row.id for row in ROWS if row.made in old and _seen(row, old[row.made]) != _seen(row, new[row.made])
    )


def _artifacts(document: Document, pack: Pack) -> dict[Made, Artifact]:
    """What the rows of the board are made of, each made once."""
    able = kinds_of(document)
    return {
        made: rendered_here(document, pack, made.kind, Printing(monochrome=made.monochrome))
        for made in {row.made for row in ROWS}
        if made.kind in able
    }


def _seen(row: Row, artifact: Artifact) -> object:
    match row.show:
        case Show.SHEETS:
            count = len(page_sizes(artifact.body))
            return [picture(artifact.body, number) for number in range(1, count + 1)]
        case Show.FRAME:
            return framed(row, artifact.body)
        case _:
            return wall_pane(row, artifact, "")
