"""The PDF for a print house: the mailbox's pages, object for object, with the envelope's furniture drawn over them."""

from vaxel_engine.rendering.furniture import add_furniture
from vaxel_engine.rendering.paper import write_pages
from vaxel_engine.rendering.rendering import Rendering


def render_print_pdf(rendering: Rendering) -> bytes:
    """The pages as they are posted.

    They are set once for print and mailbox, so that both can only differ where furniture stands; the e-invoice that
    travels in the mailbox PDF is not for a printer.
    A PDF that was finished elsewhere has its own furniture and is given on byte for byte. Raises as the mailbox PDF
    does.
    """
    if rendering.document.pdf is not None:
        return rendering.document.pdf.content
    return add_furniture(rendering.once("pages", write_pages))
