"""A published pack's program at work: what it sets, and some documents set both ways and compared."""

import os
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
from vaxel_engine.packs.programs import digest_of, mark_of, withdrawn
from vaxel_engine.rendering.rendering import Rendering


@dataclass(slots=True)
class InUse:
    """The program of a pack in this process; `withdrawn` says why it is not used any more.

    `differs` says what was found in this process: whoever gave the document keeps it in the store.
    """

    setter: Setter | None
    withdrawn: str = ""
    differs: str = ""
    mark: str = ""
    """The file that another process would say it in."""


def in_use(pack: Pack) -> InUse:
    """The pack's program, made ready once; none where it is damaged or of other engines, and that is said."""
    program = unpacked(pack.program, key_of(pack))
    if program is None:
        return InUse(None, "the program is damaged, or was made by other versions; compile the pack again")
    mark = "" if pack.program_place is None else str(mark_of(pack.program_place, digest_of(pack.program)))
    return InUse(setter_of(pack, program), mark=mark)


def written_by_program(rendering: Rendering, kind: ArtifactKind) -> bytes:
    """The artifact as the pack's program writes it; raises Miss, after which the reference path makes it.

    A document that is shadowed is set by WeasyPrint as well. Where both differ, the program is withdrawn in this
    process, and this document and all that follow are set by WeasyPrint; so they are once any process withdrew it.
    """
    pack = rendering.pack
    used = pack.once(in_use)
    if not used.withdrawn and used.mark and os.path.exists(used.mark) and pack.program_place is not None:  # noqa: PTH110  # a Path costs more than asking
        used.withdrawn = withdrawn(pack.program_place, digest_of(pack.program))
    if used.setter is None or used.withdrawn:
        raise Miss(Reason.WITHDRAWN, used.withdrawn)
    written = render(used.setter, rendering, kind)
    if is_shadowed(rendering, pack.compared_one_in):
        different = compare(rendering.by_reference(kind), written)
        if different:
            document = rendering.document
            used.differs = (
                f"document {document.reference} as {kind} differs from the reference path at {different[0].path}"
            )
            used.withdrawn = used.differs
            raise Miss(Reason.WITHDRAWN, used.withdrawn)
    return written


def is_shadowed(rendering: Rendering, of: int) -> bool:
    """Whether a document is one in `of`, none where that is 0: by its reference, so that a second run chooses alike."""
    if of < 2:
        return of == 1
    said = f"{rendering.document.sender}\0{rendering.document.reference}".encode()
    return int.from_bytes(sha256(said).digest()[:8], "big") % of == 0
