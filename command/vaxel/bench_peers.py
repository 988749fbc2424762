"""The same bill by other engines, each as long as it is installed, in one interleaved run."""

import base64
import gc
import json
import os
import statistics
import tempfile
import time
from collections.abc import Callable, Generator, Iterable, Mapping, Sequence
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, version
from importlib.resources import as_file, files
from pathlib import Path
from typing import Any

from vaxel.process_tree import cpu_ms
from vaxel_engine.bench_paths import Taking, set_by_the_reference_path
from vaxel_engine.bench_sheets import Sheeting, Sheets, set_plainly
from vaxel_engine.model import Document
from vaxel_engine.packs import Pack
from vaxel_engine.pdfium import opened
from vaxel_engine.press.sweeping import as_in_a_worker

Sets = Callable[[Document, Sheets], bytes]
_WARM_UP = 2
_OURS = "Vaxel"


@dataclass(frozen=True, slots=True)
class PeerCost:
    """Medians of one engine over bills of one length."""

    engine: str
    lines: int
    cpu_ms: float
    bytes: int
    pages: int
    documents: int
    hits: int | None = None
    """Of Vaxel: how many the program set, the others being set by the reference path."""


def bench_peers(
    taking: Taking, sizes: Mapping[int, Sequence[Document]], told: Callable[[str], object]
) -> list[PeerCost]:
    """Set every document by every engine that is there, another one first each time; `told` hears which is not.

    Processor time of this process, with what is swept up after a document as in a worker of the press, and of
    Chromium's for Chromium. The first two documents of each size do not count, where there are more; no document is
    set by an engine that has set it before.
    """
    costs: list[PeerCost] = []
    hit: list[bool] = []
    with ExitStack() as running:
        engines = dict(_engines(taking, hit, running, told))
        for lines, documents in sizes.items():
            spent: dict[str, list[float]] = {name: [] for name in engines}
            bodies: dict[str, bytes] = {}
            sizes_of: dict[str, list[int]] = {name: [] for name in engines}
            warm_up = _WARM_UP if len(documents) > _WARM_UP else 0
            sheeting = Sheeting(taking.pack)
            hit.clear()
            with as_in_a_worker() as sweeping:
                for turn, document in enumerate(documents):
                    sheets = sheeting.of(document)
                    names = list(engines)
                    for name in names[turn % len(names) :] + names[: turn % len(names)]:
                        gc.collect()  # what one engine leaves behind is not swept up at another's expense
                        before = _clock(name)
                        bodies[name] = engines[name](document, sheets)
                        sweeping.after_a_document()
                        taken = _clock(name) - before
                        if turn >= warm_up:
                            spent[name].append(taken)
                            sizes_of[name].append(len(bodies[name]))
            costs += [
                PeerCost(
                    name,
                    lines,
                    statistics.median(spent[name]),
                    round(statistics.median(sizes_of[name])),
                    _pages(bodies[name]),
                    len(spent[name]),
                    sum(hit[warm_up:]) if name == _OURS else None,
                )
                for name in engines
            ]
    return costs


def _clock(engine: str) -> float:
    """Milliseconds of processor time so far; a browser works in processes of its own."""
    return cpu_ms(os.getpid()) if engine.startswith("Chromium") else time.process_time() * 1000


def _pages(body: bytes) -> int:
    with opened(body) as pdf:
        return len(pdf)


def _engines(
    taking: Taking, hit: list[bool], running: ExitStack, told: Callable[[str], object]
) -> Iterable[tuple[str, Sets]]:
    pack = taking.pack

    def set_by_us(document: Document, _: Sheets) -> bytes:
        pdf, reason = taking.pdf(document)
        hit.append(reason is None)
        return pdf

    yield _OURS, set_by_us
    weasyprint = f"WeasyPrint {version('weasyprint')}"
    yield f"{weasyprint}, warm", lambda document, _: set_by_the_reference_path(document, pack)
    yield f"{weasyprint}, plain", lambda _, sheets: set_plainly(sheets)
    try:
        name, engine = f"Typst {version('typst')}", running.enter_context(_typst(pack))
    except PackageNotFoundError:
        told("Typst is not installed: pip install typst")
    else:
        yield name, engine
    try:
        name, engine = running.enter_context(_chromium())
    except (ImportError, LookupError) as error:
        told(f"Chromium is left out: {error}")
    else:
        yield name, engine


@contextmanager
def _typst(pack: Pack) -> Generator[Sets]:
    """The bill's own template in a warm compiler, data by JSON, tags as they are by default."""
    import typst

    with tempfile.TemporaryDirectory(prefix="vaxel-typst-") as folder, as_file(files("vaxel.benches")) as ours:
        fonts = Path(folder) / "fonts"
        fonts.mkdir()
        for name in pack.files:
            if name.startswith("fonts/") and name.endswith((".ttf", ".otf")):
                (fonts / Path(name).name).write_bytes(pack.read(name))
        template = Path(folder) / "bill.typ"
        template.write_bytes((ours / "bill.typ").read_bytes())
        compiler: Any = typst.Compiler(input=str(template), font_paths=[str(fonts)], ignore_system_fonts=True)

        def set_one(_: Document, sheets: Sheets) -> bytes:
            return bytes(compiler.compile(format="pdf", sys_inputs={"bill": json.dumps(_bill(sheets, pack))}))

        yield set_one


def _bill(sheets: Sheets, pack: Pack) -> dict[str, Any]:
    """What the page shows, as Typst's template wants it."""
    words = sheets.rendering.words
    shown: dict[str, Any] = sheets.rendering.context()
    payment = shown["payment"]
    page = words.fill("page.number", page="\x01", pages="\x01").split("\x01")
    slip: list[tuple[str, str]] = []
    if payment is not None:
        method = payment["methods"][0]
        slip = [(method["label"], method["account"]), (payment["reference_label"], payment["reference"])]
        slip += [(words["payment.amount"], payment["amount"]), (words["payment.payee"], payment["payee"])]
    names = ("description", "quantity", "unit", "unit_price", "vat", "amount")
    kept = ("title", "number", "language", "seller", "recipient", "details", "to_pay", "lines", "totals", "notices")
    charts = [
        {**chart, "picture": sheets.pictures[f"document:chart-{number}.svg"]}
        for number, chart in enumerate(shown["charts"], 1)
    ]
    return {
        **{name: shown[name] for name in kept},
        "payment": payment,
        "charts": charts,
        "colour": dict(pack.tokens["colour"]),
        "logo": pack.read("logo.svg").decode(),
        "qr": sheets.pictures.get("document:qr.svg", ""),
        "qr_words": words["payment.scan"],
        "pay_title": words["payment.heading"],
        "heads": [words[f"line.{name}"] for name in names],
        "page_words": page,
        "continued": words.fill(
            "page.continued",
            title=shown["title"],
            number=shown["number"],
            recipient=shown["recipient"]["name"],
        ),
        "slip": slip,
    }


@contextmanager
def _chromium() -> Generator[tuple[str, Sets]]:
    """The same HTML in a page of a browser that is kept, printed with tags.

    Raises ImportError and LookupError where there is none.
    """
    from playwright.sync_api import Error, sync_playwright

    from vaxel_regression.browser import executable

    with sync_playwright() as playwright:
        try:
            browser = playwright.chromium.launch(executable_path=executable())
        except Error as error:
            raise LookupError("no browser starts; see `vaxel doctor`") from error
        page = browser.new_page()

        def set_one(_: Document, sheets: Sheets) -> bytes:
            page.set_content(_standing_alone(sheets), wait_until="load")
            return page.pdf(prefer_css_page_size=True, print_background=True, tagged=True)

        try:
            yield f"Chromium {browser.version.partition('.')[0]}", set_one
        finally:
            with suppress(Error):
                browser.close()


def _standing_alone(sheets: Sheets) -> str:
    """The page with everything it asks for in it."""
    held = {address: (svg.encode(), "image/svg+xml") for address, svg in sheets.pictures.items()}
    whole = sheets.html.replace("</head>", f"<style>{sheets.style_sheet}</style></head>", 1)
    for address, (body, media_type) in {**sheets.assets, **held}.items():
        if address in whole:
            whole = whole.replace(address, f"data:{media_type};base64,{base64.b64encode(body).decode()}")
    return whole
