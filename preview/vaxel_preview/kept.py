"""What was rendered, as the board keeps it: an artifact with document and pack, and what its pictures are called."""

import hashlib
import re
from dataclasses import dataclass

from vaxel_engine.artifact import Artifact, ArtifactKind
from vaxel_engine.press import Sitting
from vaxel_engine.rendering.rendering import Place
from vaxel_engine.rendering.stamps import unstamped
from vaxel_preview.mail import open_mail

_IDENTIFIER = re.compile(rb"/ID\s*\[[^\]]{0,200}\]")


@dataclass(frozen=True, slots=True)
class Kept:
    """An artifact as it is shown: stamped, with the document and the pack it was made of."""

    artifact: Artifact
    sitting: Sitting
    look: str
    """What addresses call its pages or frames: the same as long as they show the same."""
    places: tuple[Place, ...] = ()
    """Where on paper the lines stand."""
    milliseconds: float = 0.0
    """How long it took to make."""

    @property
    def key(self) -> str:
        """What addresses call the artifact; another one when only a line of a template has moved."""
        return self.artifact.sha256

    @property
    def made(self) -> Artifact:
        """The artifact without stamps; an e-mail's stand inside its encoded parts and stay."""
        return Artifact(self.artifact.kind, unstamped(self.artifact.body)) if self._is_text else self.artifact

    @property
    def _is_text(self) -> bool:
        return self.artifact.media_type.startswith("text/html")


def kept(artifact: Artifact, sitting: Sitting, milliseconds: float) -> Kept:
    """An artifact that `sitting` has just made."""
    on_paper = artifact.media_type == "application/pdf"
    return Kept(artifact, sitting, _look(artifact), sitting.places if on_paper else (), milliseconds)


def _look(artifact: Artifact) -> str:
    """Of a mail the HTML; of pages everything but the identifier, which is another one with each change of a pack."""
    match artifact.kind:
        case ArtifactKind.EMAIL:
            seen = open_mail(artifact.body).html.encode()
        case ArtifactKind.PRINT_PDF | ArtifactKind.MAILBOX_PDF:
            seen = _IDENTIFIER.sub(b"", artifact.body)
        case _:
            seen = artifact.body
    return hashlib.sha256(seen).hexdigest()
