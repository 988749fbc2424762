"""Rendering in this very process, for an examination that has to see the templates run."""

from vaxel_engine.model import Document
from vaxel_engine.packs import Pack
from vaxel_engine.rendering import Rendering


def watched(document: Document, pack: Pack) -> Rendering:
    """The document on its way through `pack`, without the press and its limits: what it goes through, what it costs.

    Only for packs that one would open in one's own editor.
    """
    return Rendering.of(document, pack)
