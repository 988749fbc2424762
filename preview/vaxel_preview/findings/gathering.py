"""All drawers of one look."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

from vaxel_engine import parity
from vaxel_engine.artifact import ArtifactKind
from vaxel_engine.errors import Misconfigured, VaxelError
from vaxel_engine.inspection import PackFinding
from vaxel_engine.press import DroppedError, Pressed
from vaxel_preview.findings.finding import Drawer, Finding
from vaxel_preview.findings.mails import link_drawer, mail_drawer
from vaxel_preview.findings.paper import on_sheets, print_drawer, zones
from vaxel_preview.findings.reasons import Tell, reasons_drawer
from vaxel_preview.findings.where import PAPER, pane_of, row_title, taken_apart
from vaxel_preview.kept import Kept
from vaxel_preview.lens import Lens
from vaxel_preview.panes import TITLES
from vaxel_regression.tags import structure

_MOST_LOOKED = 64
_LOOKED: dict[tuple[str, str], tuple[PackFinding, ...]] = {}
"""What was found of a pack and a document; the same pack and document are not looked at twice."""
SLOW = 1_000.0
"""Milliseconds of one artifact after which somebody who works with it waits."""


@dataclass(frozen=True, slots=True)
class Looked:
    """What was found in one state of the board; `waiting` screens are still being looked at."""

    drawers: tuple[Drawer, ...]
    zones: list[dict[str, object]] = field(default_factory=list[dict[str, object]])
    waiting: int = 0


def gather(kept: Mapping[str, Kept], lens: Lens | None = None, tell: Tell | None = None) -> Looked:
    """Everything found in the artifacts of one look; with a `lens` also what takes a browser."""
    if not kept:
        return Looked((Drawer("parity", "Parity", "Nothing is rendered yet."),))
    some = next(iter(kept.values()))
    document, pack = some.sitting.document, some.sitting.pack
    rendering = Pressed.of(document, pack)
    screens, waiting, why = _screens(kept, lens)
    slow = _slow(kept)
    drawers = (
        _parity(kept),
        Drawer(
            "layout",
            "Layout",
            f"Beyond its page or screen, cut off, printed over, missing glyphs, orphans; every sheet and {why}.",
            [*on_sheets(kept, rendering, structure=False), *screens["layout"]],
        ),
        print_drawer(kept, pack.profile),
        mail_drawer(kept),
        Drawer(
            "access",
            "Access",
            f"axe-core on mail, page, mailbox and bank, light and dark, {why}; the tags of every PDF.",
            [*screens["access"], *on_sheets(kept, rendering, structure=True), *_tags(kept)],
        ),
        link_drawer(kept),
        reasons_drawer(document, tell),
        _timings(kept, slow),
    )
    return Looked(drawers, zones(kept, pack.profile), waiting)


def _screens(kept: Mapping[str, Kept], lens: Lens | None) -> tuple[dict[str, list[Finding]], int, str]:
    found: dict[str, list[Finding]] = {"layout": [], "access": []}
    if lens is None:
        return found, 0, "not yet every screen"
    try:
        from vaxel_preview.findings.screens import seen  # takes Playwright, which comes with the extra [regression]
    except ModuleNotFoundError:
        note = Finding("screens were not looked at: pip install 'vaxel[regression]' brings the browser", grave=False)
        return {what: [note] for what in found}, 0, "no screen, since there is no browser"
    try:
        looked = {what: seen(kept, lens, what) for what in found}
    except Misconfigured as error:
        note = Finding(f"screens were not looked at: {error}", grave=False)
        return {what: [note] for what in found}, 0, "no screen, since there is no browser"
    waiting = sum(left for _, left in looked.values())
    why = f"{waiting} screens still being looked at" if waiting else "every screen"
    return {what: rows for what, (rows, _) in looked.items()}, waiting, why


def _parity(kept: Mapping[str, Kept]) -> Drawer:
    some = next(iter(kept.values()))
    order = [*TITLES, ArtifactKind.EINVOICE_XML]
    artifacts = sorted(
        (one.artifact for made, one in kept.items() if made == one.artifact.kind),
        key=lambda artifact: order.index(artifact.kind),
    )
    asked = "Each fact of the document, read back from every finished artifact; QR codes decoded."
    try:
        found = parity.parity(some.sitting.document, artifacts, pack=replace(some.sitting.pack, stamped=False))
    except VaxelError as error:
        return Drawer("parity", "Parity", asked, [Finding(str(error))])
    signs = {parity.Status.FOUND: "✓", parity.Status.NOT_SHOWN: "·"}
    rows: list[Finding] = []
    for row in found.rows:
        for kind, cell in row.cells.items():
            if not cell.holds:
                stands = f"says {cell.shown}" if cell.shown else "does not say it"
                said = f"{row.fact.name}: {TITLES.get(kind, kind)}{f' ({cell.part})' if cell.part else ''} {stands}"
                rows.append(
                    Finding(said, pane_of(kind), words=cell.shown or "", more=f"the document: {row.fact.shown}")
                )
    table = {
        "kinds": [TITLES.get(kind, "E-invoice") for kind in found.kinds],
        "rows": [
            {
                "name": row.fact.name,
                "value": row.fact.shown,
                "cells": [
                    {
                        "sign": signs.get(cell.status, "✗"),
                        "said": f"{row.fact.name} in {TITLES.get(kind, 'E-invoice')}: {cell.shown or cell.status}",
                        "bad": not cell.holds,
                        "shown": cell.status is parity.Status.FOUND,
                        "pane": pane_of(kind),
                        "made": str(kind),
                    }
                    for kind, cell in row.cells.items()
                ],
            }
            for row in found.rows
        ],
    }
    return Drawer("parity", "Parity", asked, rows, table)


def _tags(kept: Mapping[str, Kept]) -> list[Finding]:
    """How many tags each PDF has; what is wrong with them the oracles say."""
    rows: list[Finding] = []
    for made in (made for made in ("print_pdf", "mailbox_pdf") if made in kept):
        body = kept[made].artifact.body
        tags = structure(body, taken_apart(body)).splitlines()
        count = sum(line.startswith(" ") for line in tags)
        said = f"{row_title(made)} has {count} tags, {tags[0]}; its order is that of the tags, not validated as PDF/UA"
        rows.append(Finding(said, made, grave=False))
    return rows


def _slow(kept: Mapping[str, Kept]) -> list[Finding]:
    """What of the pages keeps a published version from being set by its program, with the line to change."""
    on_paper = [made for made, one in kept.items() if one.artifact.kind in PAPER]
    if not on_paper:
        return []
    some = kept[on_paper[0]].sitting
    key = (some.pack.digest, some.document.reference)
    if key not in _LOOKED:
        try:
            found = tuple(some.slow())
        except (VaxelError, DroppedError):
            return []  # said elsewhere, and another look follows
        while len(_LOOKED) >= _MOST_LOOKED:
            _LOOKED.pop(next(iter(_LOOKED)), None)
        _LOOKED[key] = found
    names = {str(path): name for name, path in some.pack.files.items()}
    return [
        Finding(
            f"slow: {one.what}",
            on_paper[0],
            f"{names[one.file]}:{one.line or 1}" if one.file in names else "",
            grave=False,
            more=f"write instead: {one.remedy}",
        )
        for one in _LOOKED[key]
    ]


def _timings(kept: Mapping[str, Kept], slow: Sequence[Finding]) -> Drawer:
    longest = sorted(kept.items(), key=lambda item: -item[1].milliseconds)
    most = max((one.milliseconds for one in kept.values()), default=1.0) or 1.0
    rows = [
        Finding(
            f"{one.milliseconds:,.0f} ms".replace(",", " "),
            made,
            grave=False,
            more=_share(one.milliseconds / most),
        )
        for made, one in longest
    ]
    long = sum(one.milliseconds > SLOW for one in kept.values())
    asked = f"How long each artifact took the last time it was made, the slowest first; {long} took more than a second."
    if any(one.artifact.kind in PAPER for one in kept.values()):
        paper = "what keeps them from that stands first" if slow else "nothing here keeps them from that"
        asked += f" Pages of a published version are set by a program, ten times as fast; {paper}."
    return Drawer("timing", "Timing", asked, [*slow, *rows])


def _share(part: float) -> str:
    return "▇" * max(1, round(24 * part))
