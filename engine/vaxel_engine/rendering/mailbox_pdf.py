"""The PDF for a digital mailbox and for the e-mail's attachment."""

from vaxel_engine.rendering.paper import write_pages
from vaxel_engine.rendering.rendering import Rendering


def render_mailbox_pdf(rendering: Rendering) -> bytes:
    """The pages as they are read; raises TemplateError when a file of the pack is wrong.

    A PDF that was finished elsewhere is given on byte for byte.
    """
    if rendering.document.pdf is not None:
        return rendering.document.pdf.content
    return write_pages(rendering)
