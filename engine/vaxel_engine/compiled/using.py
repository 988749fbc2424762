"""A published pack's program at work: what it sets, and one document in a thousand set both ways and compared."""

from dataclasses import dataclass
from hashlib import sha256

from vaxel_engine.artifact import ArtifactKind
from vaxel_engine.compiled.artifacts import render
from vaxel_engine.compiled.comparing import compare
from vaxel_engine.compiled.compiling import key_of, setter_of
from vaxel_engine.compiled.keeping import unpacked
from vaxel_engine.compiled.miss import Miss, Reason
from vaxel_engine.compiled.setting import Setter
from vaxel_engine.packs import Pack
from vaxel_engine.rendering.rendering import Rendering

SHADOWED = 1_000
"""One document in so many is set both ways."""


@dataclass(slots=True)
class InUse:
    """The program of a pack in this process; `withdrawn` says why it is not used any more."""

    setter: Setter | None
    withdrawn: str = ""


def in_use(pack: Pack) -> InUse:
    """The pack's program, made ready once; none where it is damaged or of other engines, and that is said."""
    program = unpacked(pack.program, key_of(pack))
    if program is None:
        return InUse(None, "the program is damaged, or was made by other versions; compile the pack again")
    return InUse(setter_of(pack, program))


def written_by_program(rendering: Rendering, kind: ArtifactKind) -> bytes:
    """The artifact as the pack's program writes it; raises Miss, after which the reference path makes it.

    A document that is shadowed is set by WeasyPrint as well. Where both differ, the program is withdrawn in this
    process, and this document and all that follow are set by WeasyPrint.
    """
    used = rendering.pack.once(in_use)
    if used.setter is None or used.withdrawn:
        raise Miss(Reason.WITHDRAWN, used.withdrawn)
    written = render(used.setter, rendering, kind)
    if is_shadowed(rendering):
        different = compare(rendering.by_reference(kind), written)
        if different:
            used.withdrawn = f"{rendering.document.reference} differs from the reference path: {different[0]}"
            raise Miss(Reason.WITHDRAWN, used.withdrawn)
    return written


def is_shadowed(rendering: Rendering, of: int = SHADOWED) -> bool:
    """Whether a document is one in `of`: by its reference, so that a second run chooses the same ones."""
    said = f"{rendering.document.sender}\0{rendering.document.reference}".encode()
    return int.from_bytes(sha256(said).digest()[:8], "big") % of == 0
