"""The ghost of a pack: what was approved or published last, rendered of the document that is looked at now."""

import hashlib
import threading
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from lxml import etree

from vaxel_engine.artifact import Artifact, ArtifactKind
from vaxel_engine.errors import Misconfigured, VaxelError
from vaxel_engine.mailing.printing import Printing
from vaxel_engine.packs import Pack, load
from vaxel_engine.packs.approvals import folder_of, signature, state_of
from vaxel_engine.packs.reading import build, layers
from vaxel_engine.packs.store import history, load_published
from vaxel_engine.press import Press, Pressed, Sitting
from vaxel_engine.rendering import kinds_of
from vaxel_engine.rendering.stamps import unstamped
from vaxel_preview.findings.where import HTML, PAPER, taken_apart
from vaxel_preview.kept import Kept, kept
from vaxel_preview.mail import open_mail
from vaxel_preview.materials import LIMITS, Look, Materials
from vaxel_preview.table import QUICKEST_FIRST
from vaxel_regression.boxes import written
from vaxel_regression.changes import Finding
from vaxel_regression.tags import reading, structure
from vaxel_regression.telling import names_of, tell


@dataclass(frozen=True, slots=True)
class Ghost:
    """A pack to compare with, and what it is: "approved by Eva on 2026-11-03"."""

    label: str
    pack: Pack


class Ghosts:
    """Finds and renders ghosts; every method may be called from any thread, one renders at a time."""

    def __init__(self, materials: Materials, store: Path | None) -> None:
        self._materials, self._store = materials, store
        self._turn = threading.RLock()
        self._known: dict[str, Ghost] = {}
        self._press = Press(LIMITS)
        self._at: tuple[Look, Ghost, Sitting, Sitting] | None = None

    def of(self, brand: str) -> Ghost:
        """The newest approved state that is known: the files as they are, else the live version, else the first seen.

        Raises as `load` does where the files cannot be read and nothing is known.
        """
        with self._turn:
            found = self._approved(brand) or self._known.get(brand) or self._live(brand)
            if found is None:
                found = Ghost(
                    "as it was when this preview began; nothing is approved yet", load(brand, self._materials.roots)
                )
            self._known[brand] = found
            return found

    def artifacts(self, look: Look) -> dict[str, Kept]:
        """What the ghost makes of the document of a look, by what the table calls it; raises as rendering does."""
        with self._turn:
            ghost, document = self.of(look.brand), self._materials.document(look)
            if self._at is None or self._at[:2] != (look, ghost) or self._at[2].document != document:
                self.rest()
                pair = [
                    self._press.sitting(document, ghost.pack, printing=Printing(monochrome=one))
                    for one in (False, True)
                ]
                self._at = (look, ghost, pair[0], pair[1])
            found: dict[str, Kept] = {}
            for made in QUICKEST_FIRST:
                sitting = self._at[3] if made.monochrome else self._at[2]
                if made.kind in kinds_of(document):
                    found[made.id] = kept(sitting.artifact(made.kind), sitting, 0.0)
            self._at[2].rest()
            self._at[3].rest()
            return found

    def rest(self) -> None:
        """Let the processes go."""
        with self._turn:
            for sitting in self._at[2:] if self._at is not None else ():
                sitting.rest()
            self._at = None

    def _approved(self, brand: str) -> Ghost | None:
        try:
            tree = layers(brand, self._materials.roots)
            board = signature(brand, folder_of(brand, self._materials.roots), state_of(tree)).board
            label = f"approved by {board.by} on {board.at:%Y-%m-%d}"
            known = self._known.get(brand)
            if known is not None and known.pack.digest == board.tree:
                return known if known.label == label else Ghost(label, known.pack)
            return Ghost(label, build(brand, tree))
        except VaxelError:
            return None  # not approved as it is now, or not readable: then something older is the ghost

    def _live(self, brand: str) -> Ghost | None:
        turns = history(brand, self._store) if self._store is not None else ()
        if not turns or self._store is None:
            return None
        try:
            pack = load_published(brand, self._store)
        except Misconfigured:
            return None  # a store that somebody tidied: `vaxel publish` says so when it matters
        return Ghost(f"version {turns[-1].version}, live since {turns[-1].at:%Y-%m-%d}", pack)


def differences(before: Mapping[str, Kept], now: Mapping[str, Kept]) -> dict[str, Sequence[Finding] | None]:
    """What differs in each artifact, in words, the gravest first; None where nothing does, to the byte.

    Artifacts that are nowhere now are left out: their pane says why.
    """
    found: dict[str, Sequence[Finding] | None] = {}
    for made, one in now.items():
        old = before.get(made)
        if old is None:
            found[made] = ()
        elif _bytes(old.made) == _bytes(one.made):
            found[made] = None
        else:
            names = names_of(Pressed.of(one.sitting.document, one.sitting.pack).facts)
            found[made] = tell(_seen(old.made), _seen(one.made), names)
    return found


def _bytes(artifact: Artifact) -> object:
    if artifact.kind is not ArtifactKind.EMAIL:
        return artifact.body
    mail = open_mail(artifact.body)
    return (_seen(artifact), [(one.name, one.body) for one in mail.attachments if one.media_type != "application/pdf"])


def _seen(artifact: Artifact) -> dict[str, str]:
    """What a reader meets in an artifact, without asking a browser."""
    body, kind = artifact.body, artifact.kind
    if kind in PAPER:
        pages = taken_apart(body)
        tags = structure(body, pages)
        return {"text.txt": reading(tags), "boxes.json": written([page.sheet for page in pages])}
    if kind is ArtifactKind.EMAIL:
        mail = open_mail(body)
        return {"head.txt": f"{mail.subject}\n", "plain.txt": mail.text, **_page(mail.html)}
    if kind in HTML:
        return _page(body.decode())
    return {"text.txt": body.decode()}


def _page(html: str) -> dict[str, str]:
    root = etree.fromstring(html.encode(), etree.HTMLParser(encoding="utf-8", no_network=True, huge_tree=True))
    etree.strip_elements(root, "script", "style", with_tail=False)
    lines = [" ".join(str(piece).split()) for piece in root.itertext()]
    sha = hashlib.sha256(unstamped(html).encode()).hexdigest()
    return {"text.txt": "\n".join(filter(None, lines)), "sha256.txt": f"artifact {sha}\n"}
