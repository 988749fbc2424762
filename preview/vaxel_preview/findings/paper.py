"""The drawers of paper: the layout oracles, the mail house's rules, and its zones in millimetres."""

from collections.abc import Iterator, Mapping

from vaxel_engine.artifact import ArtifactKind
from vaxel_engine.mailing.check import check_print
from vaxel_engine.mailing.profile import SHEET_HEIGHT, SHEET_WIDTH, Profile, Rectangle
from vaxel_engine.press import Pressed
from vaxel_preview.findings.finding import Drawer, Finding
from vaxel_preview.findings.where import PAPER, quoted_in, row_title, smallest, stamp_at, taken_apart
from vaxel_preview.kept import Kept
from vaxel_preview.table import BY_ID
from vaxel_regression.oracles import Oracle, on_paper

_STRUCTURE = (Oracle.STRUCTURE, Oracle.ACCESSIBILITY)


def on_sheets(kept: Mapping[str, Kept], rendering: Pressed, *, structure: bool) -> Iterator[Finding]:
    """What the oracles of paper find in each PDF that is shown: in what is seen of it, or in its `structure`.

    The mail house's rules have a drawer of their own.
    """
    for made, one in kept.items():
        if one.artifact.kind not in PAPER:
            continue
        for fault in on_paper(rendering, one.artifact, taken_apart(one.artifact.body)):
            if fault.oracle is not Oracle.PRINT_CHECK and (fault.oracle in _STRUCTURE) is structure:
                words = quoted_in(fault.sentence)
                yield Finding(f"{fault.oracle}: {fault.sentence}", made, stamp_at(one, words), words=words)


def print_drawer(kept: Mapping[str, Kept], profile: Profile) -> Drawer:
    """What the mail house of the brand would send back, and what will look poor."""
    rows: list[Finding] = []
    for made in ("print_pdf", "print_pdf_monochrome"):
        if made not in kept:
            continue
        one = kept[made]
        for violation in check_print(one.artifact.body, profile).violations:
            area = violation.area
            stamp = ""
            if area is not None:
                x, y = 100 * (area.x + area.width / 2) / SHEET_WIDTH, 100 * (area.y + area.height / 2) / SHEET_HEIGHT
                stamp = smallest(one.sitting.places, violation.page or 1, x, y)
            rows.append(Finding(violation.sentence, made, stamp, violation.refused, more=row_title(made)))
    about = f"{profile.title} ({profile.quality}; {profile.source})"
    return Drawer("print", "Print", f"Held against {about}. Z shows its window and zones on the sheets.", rows)


def zones(kept: Mapping[str, Kept], profile: Profile) -> list[dict[str, object]]:
    """The window, the marks and what must stay clear on each page of each print PDF, in millimetres."""
    found: list[dict[str, object]] = []
    for made, one in kept.items():
        if BY_ID[made].made.kind is not ArtifactKind.PRINT_PDF:
            continue
        count = len(taken_apart(one.artifact.body))
        for page in range(1, count + 1):
            found += [{"pane": made, "page": page, **zone} for zone in _zones(profile, page, count)]
    return found


def _zones(profile: Profile, page: int, pages: int) -> Iterator[dict[str, object]]:
    edge = profile.edge
    yield _zone("edge", f"{edge:g} mm stay clear", edge, edge, SHEET_WIDTH - 2 * edge, SHEET_HEIGHT - 2 * edge)
    if page == 1 and profile.window is not None:
        yield _of("window", "window", profile.window)
        yield _of("address", "address", profile.usable)
    for zone in profile.clear:
        if zone.holds_on(page, duplex=True):
            yield _of("clear", zone.name, zone)
    if page % 2:
        for mark in profile.mark:
            if mark.sheets.has((page + 1) // 2, (pages + 1) // 2):
                yield _of("mark", mark.name, mark)


def _of(kind: str, name: str, one: Rectangle) -> dict[str, object]:
    said = f"{name}: {one.width:g} × {one.height:g} mm at {one.x:g}, {one.y:g}"
    return _zone(kind, said, one.x, one.y, one.width, one.height)


def _zone(kind: str, name: str, x: float, y: float, width: float, height: float) -> dict[str, object]:
    place = (100 * x / SHEET_WIDTH, 100 * y / SHEET_HEIGHT, 100 * width / SHEET_WIDTH, 100 * height / SHEET_HEIGHT)
    return {"kind": kind, "name": name, "at": [round(part, 3) for part in place]}
