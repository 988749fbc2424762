"""WeasyPrint's inside, which has neither types nor promises: every name that the block program uses stands here.

The version is pinned (pyproject.toml); an upgrade is tried by the gate before any program written with it is used.
"""

from hashlib import sha256
from importlib import import_module
from typing import Any

pdf: Any = import_module("weasyprint.pdf")
tags: Any = import_module("weasyprint.pdf.tags")
stream: Any = import_module("weasyprint.pdf.stream")
draw: Any = import_module("weasyprint.draw")
boxes: Any = import_module("weasyprint.formatting_structure.boxes")
absolute: Any = import_module("weasyprint.layout.absolute")
block: Any = import_module("weasyprint.layout.block")
inline: Any = import_module("weasyprint.layout.inline")
build: Any = import_module("weasyprint.formatting_structure.build")
properties: Any = import_module("weasyprint.css.properties")
urls: Any = import_module("weasyprint.urls")
line_break: Any = import_module("weasyprint.text.line_break")
fonts: Any = import_module("weasyprint.text.fonts")
pydyf: Any = import_module("pydyf")


def kind(box: Any) -> str:
    """The name of a box's class: "BlockBox", "TextBox", "TableRowBox"."""
    return type(box).__name__


def laid_out(box: Any) -> Any:
    """The box itself, where something stands in for one that is placed by its position."""
    return box._box if isinstance(box, absolute.AbsolutePlaceholder) else box


def is_a(box: Any, name: str) -> bool:
    """Whether a box is of the class `name` or one below it."""
    return isinstance(box, getattr(boxes, name))


def children(box: Any) -> list[Any]:
    """What is in a box, in the order of the document."""
    return [laid_out(child) for child in getattr(box, "children", ())]


def everything(box: Any) -> list[Any]:
    """A box and all that is in it, each once."""
    found = [box]
    for child in children(box):
        found += everything(child)
    return found


def as_bytes(value: object) -> bytes:
    """A number or name as it is written into a PDF."""
    written: bytes = pydyf._to_bytes(value)
    return written


def digest_of(font: Any) -> str:
    """The digest of the whole file that a font of a PDF was made from."""
    return sha256(fonts.get_hb_object_data(font.hb_face)).hexdigest()
