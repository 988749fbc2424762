"""What all files of a pack have alike: the colour profile, the output intent, colour spaces, the names of fonts."""

import re
import zlib
from typing import Any
from xml.sax.saxutils import escape

from vaxel_engine.compiled import inside
from vaxel_engine.compiled.laid import Laid
from vaxel_engine.compiled.miss import Miss, Reason
from vaxel_engine.compiled.program import AUTHOR, TITLE, FontNames, Program

as_bytes = inside.as_bytes
_REFERENCE = re.compile(rb"(\d+) 0 R")


def learn_objects(program: Program, laid: Laid) -> None:
    """Take up fonts, and once what hangs on the colour spaces and the output intent."""
    for font in laid.recorder.fonts.values():
        name = font.hash.encode()
        names = FontNames(font.name, font.family, font.flags, font.ascent, font.descent, font.upem)
        program.fonts.setdefault(name, names)
    pdf = laid.recorder.pdf
    _learn_images(program, pdf)
    if program.objects:
        return
    metadata = laid.document.metadata
    xmp = next(
        b"\n".join(as_bytes(part) for part in one.stream)
        for one in pdf.objects
        if not isinstance(one, dict) and getattr(one, "extra", {}).get("Type") == "/Metadata"
    )
    for said, name in ((metadata.title, TITLE), (", ".join(metadata.authors), AUTHOR)):
        element = b">%b<" % escape(said or "").encode()
        if not said or xmp.count(element) != 1:
            raise Miss(Reason.HEAD, "a document without a title and an author, or with both the same")
        xmp = xmp.replace(element, b">%b<" % name)
    program.metadata, program.producer = xmp, str(pdf.info["Producer"].string)
    dictionaries: list[Any] = [one for one in pdf.objects if isinstance(one, dict)]
    resources = next(one for one in dictionaries if "ColorSpace" in one and "ExtGState" in one)
    roots = [as_bytes(resources["ColorSpace"]), pdf.catalog["OutputIntents"].data]
    program.objects = tuple(_forms(pdf, roots))


def _learn_images(program: Program, pdf: Any) -> None:
    """Take up the pictures of pixels that a file draws."""
    dictionaries: list[Any] = [one for one in pdf.objects if isinstance(one, dict)]
    for resources in dictionaries:
        if "XObject" not in resources or "ExtGState" not in resources:
            continue
        for name, reference in resources["XObject"].items():
            kept = str(name).encode()
            if name.startswith("i") and kept not in program.images:
                _, *forms = _forms(pdf, [as_bytes(reference)])
                program.images[kept] = tuple(forms)


def _forms(pdf: Any, roots: list[bytes]) -> list[bytes]:
    """What is written, and what hangs on it, as forms in a numbering of their own."""
    numbers: dict[int, int] = {}
    found: list[Any] = []

    def visit(written: bytes) -> None:
        for match in _REFERENCE.finditer(written):
            number = int(match[1])
            if number not in numbers:
                numbers[number] = len(found)
                found.append(pdf.objects[number])
                one = pdf.objects[number]
                visit(one.data if one.compressible else inside.pydyf.Dictionary(one.extra).data)

    for root in roots:
        visit(root)

    def renumbered(written: bytes) -> bytes:
        return _REFERENCE.sub(lambda match: b"%%(%d)d 0 R" % numbers[int(match[1])], written.replace(b"%", b"%%"))

    written: list[bytes] = [renumbered(root) for root in roots]
    for one in found:
        if one.compressible:
            written.append(renumbered(one.data))
            continue
        content = b"\n".join(as_bytes(part) for part in one.stream)
        extra = dict(one.extra)
        if "Filter" not in extra:
            content = zlib.compress(content, 9)
            extra["Filter"] = "/FlateDecode"
        extra = inside.pydyf.Dictionary({**extra, "Length": len(content)})
        written.append(renumbered(extra.data) + b"\nstream\n" + content + b"\nendstream")
    return written
