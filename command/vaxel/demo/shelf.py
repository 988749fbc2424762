"""Every artifact of every document, rendered once, kept in a folder, and handed to the switch when it asks."""

import json
from collections.abc import Iterable, Mapping
from pathlib import Path

from vaxel.files import file_stem, writable_folder, write_whole
from vaxel_engine.artifact import Artifact, ArtifactKind
from vaxel_engine.model import Document
from vaxel_engine.packs import Pack
from vaxel_engine.press import Press
from vaxel_engine.rendering import kinds_of


class Shelf:
    """Renders all kinds where the switch asks for one: the demo shows also what a channel had no use for.

    The bytes are those that production makes, by the same function; only more of them.
    """

    def __init__(self, folder: Path, pack: Pack) -> None:
        self._pack = pack
        self._press = Press()
        self._folder = writable_folder(folder)
        self._artifacts: dict[str, dict[ArtifactKind, Artifact]] = {}

    def render(
        self, document: Document, kinds: Iterable[ArtifactKind], link: str | None
    ) -> Mapping[ArtifactKind, Artifact]:
        """Return the kinds asked for; all are made and written at the first call for a document."""
        made = self._artifacts.get(document.reference)
        if made is None:
            made = self._press.render_all(document, kinds_of(document), pack=self._pack, link=link)
            for artifact in made.values():
                write_whole(self._folder / self._name(document.reference, artifact), artifact.body)
            self._artifacts[document.reference] = made
        return {kind: made[kind] for kind in kinds}

    def of(self, reference: str) -> dict[ArtifactKind, tuple[str, bytes]]:
        """Return path (relative to the folder above) and bytes of each artifact of a document; empty for none."""
        made = self._artifacts.get(reference, {})
        return {
            kind: (f"{self._folder.name}/{self._name(reference, artifact)}", artifact.body)
            for kind, artifact in made.items()
        }

    def summary(self, reference: str) -> str:
        """Return what the document says in one line, as its card does; empty for none."""
        card = self._artifacts.get(reference, {}).get(ArtifactKind.CARD)
        return str(json.loads(card.body)["summary"]) if card else ""

    @staticmethod
    def _name(reference: str, artifact: Artifact) -> str:
        return f"{file_stem(reference)}{artifact.suffix}"
