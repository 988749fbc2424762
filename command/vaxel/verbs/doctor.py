"""`vaxel doctor`: what is missing on this machine, and the one thing to type for each."""

import ctypes.util
import datetime as dt
import os
import platform
import shutil
import sys
from collections.abc import Iterator
from importlib.util import find_spec
from pathlib import Path

import click
from rich.console import Console
from rich.markup import escape
from rich.table import Table

from vaxel import interpreter, settings
from vaxel.cli import COULD_NOT_WORK, DONE
from vaxel.outputs import DoctorOutput, Finding
from vaxel_engine.errors import Unrenderable, VaxelError
from vaxel_engine.press.endings import LostError
from vaxel_engine.press.floor import Floor
from vaxel_engine.press.limits import Limits

BROWSERS = ("chromium-headless-shell", "chromium", "google-chrome")
EXTRAS = {
    "switch": (("sqlalchemy", "alembic", "httpx", "cryptography", "flask", "aiosmtpd"), "sending and the demo"),
    "service": (("flask", "waitress", "prometheus_client"), "the HTTP service"),
    "preview": (("flask", "watchfiles"), "the preview server"),
    "regression": (("pytest", "playwright"), "visual regression tests"),
}
ROOM_FOR_A_BATCH = 2 * 1024**3  # bytes; some 20,000 documents with their artifacts


@click.command("doctor")
@click.option("--config", type=click.Path(path_type=Path, dir_okay=False), help="Also check this configuration.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object on standard output.")
def command(config: Path | None, as_json: bool) -> None:
    """Say what is missing on this machine and how to get it."""
    findings = tuple(look(config))
    output = DoctorOutput(ready=all(finding.status != "missing" for finding in findings), findings=findings)
    if as_json:
        click.echo(output.model_dump_json(indent=2))
    else:
        _show(output)
    raise SystemExit(DONE if output.ready else COULD_NOT_WORK)


def look(config: Path | None = None) -> Iterator[Finding]:
    """Look at everything a command may need; each thing gives one finding."""
    yield _python()
    yield from _interpreter_faults()
    yield _pango()
    yield _fonts()
    yield _press()
    yield _browser()
    for extra, (modules, used_for) in EXTRAS.items():
        absent = [module for module in modules if find_spec(module) is None]
        yield Finding(
            what=f"Libraries for {used_for}",
            status="missing" if absent else "ok",
            found=f"without {', '.join(absent)}" if absent else f"vaxel[{extra}] is complete",
            remedy=f"pip install 'vaxel[{extra}]'" if absent else None,
        )
    if config is not None or settings.DEFAULT_FILE.exists():
        yield from configured(config or settings.DEFAULT_FILE)
    else:
        yield _disk(Path.cwd())


def _python() -> Finding:
    enough = sys.version_info >= (3, 11)
    return Finding(
        what="Python 3.11 or newer",
        status="ok" if enough else "missing",
        found=f"{platform.python_implementation()} {platform.python_version()}",
        remedy=None if enough else "install Python 3.11 or newer and make the environment anew",
    )


def _press() -> Finding:
    """Whether a process can be started that renders, and told to end."""
    what, floor = "Rendering in a process of its own", Floor()
    try:
        bench, worker = floor.take(None, (), None, Limits())
        floor.give_back(bench, worker, Limits(), kept=False)
    except (Unrenderable, LostError) as error:
        remedy = "allow processes and sockets for this user, and make room in memory"
        return Finding(what=what, status="missing", found=str(error) or "it ended at once", remedy=remedy)
    finally:
        floor.close()
    return Finding(what=what, status="ok", found="started and ended")


def _interpreter_faults() -> Iterator[Finding]:
    tests = (
        (
            "Mail headers",
            interpreter.splits_mail_headers,
            "CVE-2024-6923; Vaxel checks every header it writes itself",
        ),
        (
            "ZIP entries",
            interpreter.reads_overlapping_zip_entries,
            "CVE-2024-0450; Vaxel compares the entries of every archive itself",
        ),
    )
    for what, faulty, known_as in tests:
        at_fault = faulty()
        yield Finding(
            what=f"{what} in this Python",
            status="warning" if at_fault else "ok",
            found=f"has the fault {known_as}" if at_fault else "sound",
            remedy="use the newest patch release of Python 3.13 or 3.11" if at_fault else None,
        )


def _pango() -> Finding:
    wanted = ("pango-1.0", "pangoft2-1.0", "harfbuzz-subset")
    absent = [name for name in wanted if ctypes.util.find_library(name) is None]
    return Finding(
        what="Pango and HarfBuzz, for PDF",
        status="missing" if absent else "ok",
        found=f"without {', '.join(absent)}" if absent else "present",
        remedy="sudo apt-get install -y libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0" if absent else None,
    )


def _fonts() -> Finding:
    from vaxel_engine.packs import packs

    fonts = sorted(Path(str(packs())).glob("*/fonts/*.ttf"))
    return Finding(
        what="Fonts shipped with the packs",
        status="ok" if fonts else "missing",
        found=f"{len(fonts)} font files" if fonts else "none",
        remedy=None if fonts else "install Vaxel again; its packs are incomplete",
    )


def _browser() -> Finding:
    found = next((path for name in BROWSERS if (path := shutil.which(name))), None)
    return Finding(
        what="Headless browser, for visual tests only",
        status="ok" if found else "warning",
        found=Path(found).name if found else "none",
        remedy=None if found else "sudo apt-get install -y chromium-headless-shell",
    )


def _disk(folder: Path) -> Finding:
    """Where artifacts are kept there has to be room: the folder, or the nearest one above it that is there."""
    nearest = next(one for one in (folder, *folder.parents) if one.exists())
    free = shutil.disk_usage(nearest).free
    enough = free >= ROOM_FOR_A_BATCH
    return Finding(
        what="Room on the disk",
        status="ok" if enough else "warning",
        found=f"{free / 1024**3:.1f} GiB free at {nearest}",
        remedy=None if enough else "free some space; artifacts take about 0.1 MB each",
    )


def configured(path: Path) -> Iterator[Finding]:
    """Look at what a configuration relies on, and at the room where its artifacts are kept."""
    told = _configuration(path)
    yield told
    if told.status == "ok" and find_spec("sqlalchemy") and find_spec("cryptography"):
        from vaxel.checkup import examine  # needs [switch], which may be what is missing

        chosen = settings.load(path)
        yield _disk(chosen.ledger.artifacts)
        yield from examine(chosen, dt.datetime.now(dt.UTC))
    else:
        yield _disk(path.resolve().parent)


def _configuration(path: Path) -> Finding:
    try:
        read = settings.load(path)
    except VaxelError as error:
        return Finding(
            what="Configuration", status="missing", found=str(error), remedy="correct the file, or `vaxel init`"
        )
    folder = Path(read.ledger.artifacts)
    nearest = next(parent for parent in (folder, *folder.parents) if parent.exists())
    if not os.access(nearest, os.W_OK):
        return Finding(
            what="Configuration", status="missing", found=f"{nearest} cannot be written", remedy="choose another folder"
        )
    return Finding(
        what="Configuration", status="ok", found=f"{path}: mode {read.mode}, senders {', '.join(read.senders)}"
    )


def _show(output: DoctorOutput) -> None:
    marks = {"ok": "[green]ok[/]", "warning": "[yellow]note[/]", "missing": "[red]missing[/]"}
    table = Table(box=None, pad_edge=False, show_header=False)
    for finding in output.findings:
        table.add_row(marks[finding.status], escape(finding.what), escape(finding.found))
        if finding.remedy:
            table.add_row("", "", f"[bold]→ {escape(finding.remedy)}[/]")
    console = Console()
    console.print(table)
    console.print("\nReady." if output.ready else "\nNot ready: see what is missing above.")
