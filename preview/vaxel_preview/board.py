"""The board of a finished run, as a folder that opens from disk: a table of all documents, a desk for each."""

import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from vaxel_engine.artifact import Artifact, ArtifactKind
from vaxel_engine.errors import Unwritable
from vaxel_preview.panes import LAYOUTS, TITLES, Pane, Places, pane
from vaxel_regression.pages import page_picture, page_sizes

DPI = 120
"""Sharp at the size the desk shows a sheet, with some room to enlarge, at a quarter of a megabyte a page."""

POLICY = (
    "default-src 'none'; script-src 'self' file:; style-src 'self' file: 'unsafe-inline'; "
    "img-src 'self' file: data:; font-src 'self' file:; frame-src 'self' file:; base-uri 'none'; form-action 'none'"
)
"""Nothing leaves the machine. `file:` since a folder is not 'self' to every browser; inline styles for the mails."""

_ASSETS = Path(__file__).parent / "assets"
_LIVE_ONLY = frozenset({"live.js", "desk.js", "studio.js", "studio.css", "wall.css"})
_TONES = {
    "delivered": "good",
    "read": "good",
    "accepted": "open",
    "handed over": "open",
    "waiting": "open",
    "held": "open",
    "outcome unknown": "doubt",
    "failed": "bad",
    "rejected": "bad",
}


@dataclass(frozen=True, slots=True)
class BoardEntry:
    """One document of a run: what it was, what became of it, and the artifacts the caller already wrote.

    `artifacts` holds, for each kind, the path relative to the board's folder, with forward slashes, and the bytes.
    """

    reference: str
    title: str
    recipient: str
    kind: str
    channel: str | None
    status: str
    reason: str
    artifacts: Mapping[ArtifactKind, tuple[str, bytes]] = field(
        default_factory=dict[ArtifactKind, tuple[str, bytes]], repr=False
    )


def write_board(folder: Path, entries: Sequence[BoardEntry], *, title: str = "Documents") -> Path:
    """Write `index.html`, a page for each document and the pictures they show; return the path of `index.html`.

    Raises:
        Unwritable: the folder cannot be written.
        Unrenderable: an artifact is not what its kind says.
    """
    stems = [_stem(number, entry.reference) for number, entry in enumerate(entries, 1)]
    try:
        for part in ("assets", "documents", "pages"):
            (folder / part).mkdir(parents=True, exist_ok=True)
        for asset in sorted(_ASSETS.iterdir()):
            if asset.name not in _LIVE_ONLY:
                (folder / "assets" / asset.name).write_bytes(asset.read_bytes())
        for at, (stem, entry) in enumerate(zip(stems, entries, strict=True)):
            _write(folder / "documents" / f"{stem}.html", _document_page(folder, stems, at, entry))
        index = folder / "index.html"
        _write(index, _index_page(stems, entries, title))
    except OSError as error:
        raise Unwritable(f"the board cannot be written to {folder} ({error.strerror}); choose another place") from error
    return index


def tone(status: str) -> str:
    """How a status is coloured: good, open, doubt, bad, or plain for a word not known here."""
    return _TONES.get(status.replace("_", " "), "plain")


def _document_page(folder: Path, stems: Sequence[str], at: int, entry: BoardEntry) -> str:
    return LAYOUTS.get_template("document.html").render(
        policy=POLICY,
        assets="../assets",
        entry=entry,
        tone=tone(entry.status),
        panes=list(_panes(folder, stems[at], entry)),
        titles={kind: title for kind, title in TITLES.items() if kind in entry.artifacts},
        number=at + 1,
        count=len(stems),
        previous=f"{stems[at - 1]}.html" if at else None,
        next=f"{stems[at + 1]}.html" if at + 1 < len(stems) else None,
    )


def _panes(folder: Path, stem: str, entry: BoardEntry) -> Iterable[Pane]:
    for kind in TITLES:
        if kind not in entry.artifacts:
            continue
        path, body = entry.artifacts[kind]
        artifact = Artifact(kind, body)
        if kind in (ArtifactKind.PRINT_PDF, ArtifactKind.MAILBOX_PDF):
            for number in range(1, len(page_sizes(body)) + 1):
                picture = page_picture(body, number, dpi=DPI)
                (folder / "pages" / _picture_name(stem, kind, number)).write_bytes(picture)

        def page(number: int, kind: ArtifactKind = kind) -> str:
            return f"../pages/{_picture_name(stem, kind, number)}"

        yield pane(artifact, Places(file=f"../{path}", frame=f"../{path}", page=page))


def _index_page(stems: Sequence[str], entries: Sequence[BoardEntry], title: str) -> str:
    counts = Counter(entry.status for entry in entries)
    rows = [
        {
            "entry": entry,
            "tone": tone(entry.status),
            "address": f"documents/{stem}.html",
            "picture": _thumbnail(stem, entry),
        }
        for stem, entry in zip(stems, entries, strict=True)
    ]
    return LAYOUTS.get_template("index.html").render(
        policy=POLICY,
        assets="assets",
        title=title,
        rows=rows,
        tally=[(status, count, tone(status)) for status, count in counts.most_common()],
        channels=Counter(entry.channel or "" for entry in entries).most_common(),
    )


def _thumbnail(stem: str, entry: BoardEntry) -> str | None:
    for kind in (ArtifactKind.PRINT_PDF, ArtifactKind.MAILBOX_PDF):
        if kind in entry.artifacts:
            return f"pages/{_picture_name(stem, kind, 1)}"
    return None


def _picture_name(stem: str, kind: ArtifactKind, number: int) -> str:
    return f"{stem}.{kind.value}.{number}.png"


def _stem(number: int, reference: str) -> str:
    """A file name that is safe everywhere, sorts as the run did, and never meets another."""
    slug = re.sub(r"[^A-Za-z0-9]+", "-", reference).strip("-")[:60]
    return f"{number:04d}-{slug or 'document'}"


def _write(path: Path, page: str) -> None:
    path.write_text(page, encoding="utf-8", newline="\n")
