"""Artifacts of paper by a pack's program: the mailbox PDF with the invoice in it, and the print PDF with its marks."""

import gc
from collections.abc import Generator
from contextlib import contextmanager

from vaxel_engine.artifact import ArtifactKind
from vaxel_engine.compiled.miss import Miss, Reason
from vaxel_engine.compiled.setting import Painted, Setter
from vaxel_engine.compiled.writing import Attached
from vaxel_engine.rendering import Rendering
from vaxel_engine.rendering.factur_x import NAME, embedded, stated
from vaxel_engine.rendering.furniture import A4_POINTS, has_blank_back, marks_over
from vaxel_engine.rendering.monochrome import grey_lines
from vaxel_engine.rendering.paper import grey_source_for_program, source_for_program


def render(setter: Setter, rendering: Rendering, kind: ArtifactKind) -> bytes:
    """The document as `kind`, equal object for object to what the reference path makes of it.

    Raises Miss where the program leaves it to the reference path, and what filling the templates raises.
    """
    document = rendering.document
    if document.pdf is not None or rendering.pack.stamped:
        raise Miss(Reason.PAGE, "a PDF that was finished elsewhere, or a pack that a preview looks at")
    with _not_swept():
        return _rendered(setter, rendering, kind)


@contextmanager
def _not_swept() -> Generator[None]:
    """Python looks for no cycles meanwhile: hardly any are made, and a long bill has a hundred thousand objects.

    Where several threads are here, it looks for them again when the first is done.
    """
    if not gc.isenabled():
        yield
        return
    gc.disable()
    try:
        yield
    finally:
        gc.enable()


def _rendered(setter: Setter, rendering: Rendering, kind: ArtifactKind) -> bytes:
    document = rendering.document
    match kind:
        case ArtifactKind.MAILBOX_PDF:
            painted, identifier = rendering.once("painted", lambda one: _painted(setter, one))
            xml = embedded(document)
            if xml is None or document.invoice is None:
                return setter.written(painted, identifier)
            invoice = document.invoice
            day = f"D:{invoice.issue_date:%Y%m%d}000000Z"
            attached = Attached(xml, NAME, f"Invoice {invoice.number}", day)
            return setter.written(painted, identifier, attached=attached, xmp=stated)
        case ArtifactKind.PRINT_PDF:
            printing, profile = rendering.printing, rendering.pack.profile
            own = setter
            if printing.monochrome:
                if setter.grey is None:
                    raise Miss(Reason.PAGE, "ink of one colour, which the program has not learned")
                own = setter.grey
            if printing.monochrome:
                html, pictures, identifier = rendering.once("grey source", grey_source_for_program)
                painted = own.painted(html, pictures)
            else:
                painted, identifier = rendering.once("painted", lambda one: _painted(setter, one))
            return own.written(
                painted,
                identifier,
                over=lambda page, pages: marks_over(profile, printing, page, pages),
                ink=grey_lines if printing.monochrome else None,
                back=lambda pages: A4_POINTS if has_blank_back(printing, pages) else None,
            )
        case _:
            raise Miss(Reason.PAGE, f"{kind} is not on paper")


def _painted(setter: Setter, rendering: Rendering) -> tuple[Painted, bytes]:
    """The pages in colour, which the mailbox and print share, and by what the file is known."""
    html, pictures, identifier = rendering.once("source", source_for_program)
    return setter.painted(html, pictures), identifier
