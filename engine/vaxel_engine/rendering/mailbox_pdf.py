"""The PDF for a digital mailbox and for the e-mail's attachment."""

from vaxel_engine.rendering.factur_x import embedded, with_invoice
from vaxel_engine.rendering.paper import write_pages
from vaxel_engine.rendering.rendering import Rendering


def render_mailbox_pdf(rendering: Rendering) -> bytes:
    """The pages as they are read, and the invoice in them as Factur-X where it can be written as CII.

    A PDF that was finished elsewhere is given on byte for byte. Raises TemplateError when a file of the pack is wrong.
    """
    if rendering.document.pdf is not None:
        return rendering.document.pdf.content
    pages = rendering.once("pages", write_pages)
    xml = embedded(rendering.document)
    return pages if xml is None else with_invoice(pages, xml, rendering.document)
