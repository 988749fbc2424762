"""The PDF for a print house: the mailbox's pages, object for object, with the envelope's furniture drawn over them."""

from vaxel_engine.rendering.furniture import add_furniture
from vaxel_engine.rendering.monochrome import in_greys
from vaxel_engine.rendering.paper import write_grey_pages, write_pages
from vaxel_engine.rendering.rendering import Rendering


def render_print_pdf(rendering: Rendering) -> bytes:
    """The pages as they are posted.

    They are set once for print and mailbox, so that both can only differ where furniture stands; the e-invoice that
    travels in the mailbox PDF is not for a printer. In monochrome the same pages are set with charts that tell their
    bars apart without colour, and every colour is written as the grey that is as light.
    A PDF that was finished elsewhere has its own furniture and is given on byte for byte. Raises as the mailbox PDF
    does.
    """
    if rendering.document.pdf is not None:
        return rendering.document.pdf.content
    printing = rendering.printing
    pages = rendering.once("grey pages", _grey) if printing.monochrome else rendering.once("pages", write_pages)
    return add_furniture(pages, rendering.pack.profile, printing)


def _grey(rendering: Rendering) -> bytes:
    return in_greys(write_grey_pages(rendering))
