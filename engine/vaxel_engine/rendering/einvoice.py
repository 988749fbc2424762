"""The e-invoice: UBL as Peppol BIS Billing 3 has it; a pack gives it no shape."""

from vaxel_engine.errors import NotCarried, Unrenderable
from vaxel_engine.rendering.rendering import Rendering
from vaxel_engine.writing import write_ubl


def render_einvoice(rendering: Rendering) -> bytes:
    """The invoice or credit note in XML; raises Unrenderable for what is none, and for a term that UBL cannot carry."""
    try:
        body = write_ubl(rendering.document).body
    except NotCarried as error:
        raise Unrenderable(str(error)) from error
    rendering.emit("xml", body.decode())
    return body
