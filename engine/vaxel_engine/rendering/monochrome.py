"""Pages for ink of one colour: every colour becomes the grey that is as light, and no operator of colour is left."""

import re
from collections.abc import Iterator, Sequence
from decimal import Decimal
from functools import lru_cache
from io import BytesIO
from typing import Any, cast

import pikepdf
from PIL import Image

from vaxel_engine.errors import Unrenderable
from vaxel_engine.rendering.palette import grey_of

_INTO_GREY = {"rg": "g", "RG": "G", "k": "g", "K": "G"}
_PAINTED = re.compile(rb"^([\d.]+) ([\d.]+) ([\d.]+) (rg|RG)$", re.MULTILINE)
_BY_PARSING = re.compile(rb"(?:^|\s)(?:cs|CS|sc|SC|scn|SCN|k|K|BI|ID)$", re.MULTILINE)
"""Operators of colour that need their operands looked at; a drawing of the pack's own may have them."""
_COLOUR = frozenset({"/DeviceRGB", "/DeviceCMYK", "/CalRGB"})
_FREE = frozenset({"/DeviceGray", "/Pattern"})


def in_greys(pages: bytes) -> bytes:
    """The PDF `pages` with greys for colours, in pages, forms, gradients and pictures, and nothing else changed.

    A grey has the luminance of its colour, so that every contrast with white stays what it was. Raises Unrenderable
    for a colour in a space of its own, which no style sheet of paper needs.
    """
    with pikepdf.open(BytesIO(pages)) as pdf:
        for page in pdf.pages:
            page.Contents = pikepdf.Stream(pdf, _grey_operators(page, page.resources))
        for item in pdf.objects:
            if isinstance(item, pikepdf.Stream):
                _grey_stream(item)
            if isinstance(item, pikepdf.Dictionary):
                _grey_dictionary(item)
        printed = BytesIO()
        pdf.save(printed, deterministic_id=True, fix_metadata_version=False)
    return printed.getvalue()


def grey_lines(operators: bytes) -> bytes:
    """Operators that WeasyPrint wrote, one a line, with greys for the colours that are named by their channels."""
    return _PAINTED.sub(_grey_line, operators)


def _grey_line(painted: re.Match[bytes]) -> bytes:
    return f"{_grey(painted.group(1, 2, 3))} {_INTO_GREY[painted[4].decode()]}".encode()


def _grey_operators(source: pikepdf.Page | pikepdf.Object, resources: pikepdf.Object) -> bytes:
    written_so_far = _bytes_of(source)
    if _BY_PARSING.search(written_so_far) is None:
        return grey_lines(written_so_far)
    spaces = resources.get("/ColorSpace", pikepdf.Dictionary())
    written: list[Any] = []
    for instruction in pikepdf.parse_content_stream(source):
        operator, operands = str(instruction.operator), list(cast("Sequence[Any]", instruction.operands))
        if operator in _INTO_GREY:
            written.append(([_grey(operands)], pikepdf.Operator(_INTO_GREY[operator])))
        elif operator in ("cs", "CS"):
            written.append(([_grey_space(operands[0], spaces)], pikepdf.Operator(operator)))
        elif operator in ("sc", "SC", "scn", "SCN") and len(operands) > 2:
            written.append(([_grey(operands)], pikepdf.Operator(operator)))
        else:
            written.append(instruction)
    return bytes(pikepdf.unparse_content_stream(written))


def _bytes_of(source: pikepdf.Page | pikepdf.Object) -> bytes:
    if isinstance(source, pikepdf.Page):
        contents = source.obj.get("/Contents")
        parts = list(cast("Sequence[Any]", contents)) if isinstance(contents, pikepdf.Array) else [contents]
        return b"\n".join(part.read_bytes() for part in parts if part is not None)
    return source.read_bytes()


def _grey_space(name: Any, spaces: pikepdf.Object) -> pikepdf.Name:
    if str(name) in _FREE:
        return cast("pikepdf.Name", name)
    if _is_colour(spaces.get(str(name), name)):
        return pikepdf.Name.DeviceGray
    raise Unrenderable(
        f"a colour of the pages is in the colour space {name}, which has no grey in monochrome print; "
        "write it as #rrggbb in the style sheet or the drawing"
    )


def _is_colour(space: Any) -> bool:
    """Whether a colour space has three or four channels that are read as sRGB or as inks; WeasyPrint's ICC is sRGB."""
    if isinstance(space, pikepdf.Array):
        kind = str(space[0])
        return kind in _COLOUR or (kind == "/ICCBased" and int(space[1].N) > 1)
    return str(space) in _COLOUR


def _grey_stream(stream: pikepdf.Stream) -> None:
    kind = stream.get("/Subtype")
    if kind == "/Form" or stream.get("/PatternType") == 1:
        stream.write(_grey_operators(stream, stream.get("/Resources", pikepdf.Dictionary())))
    elif kind == "/Image" and _is_colour(stream.get("/ColorSpace")):
        picture: Image.Image = pikepdf.PdfImage(stream).as_pil_image().convert("L")
        stream.write(picture.tobytes())
        stream.ColorSpace, stream.BitsPerComponent = pikepdf.Name.DeviceGray, 8
        for key in ("/Decode", "/DecodeParms"):
            if key in stream:
                del stream[key]


def _grey_dictionary(item: pikepdf.Object) -> None:
    if "/ShadingType" in item and _is_colour(item.get("/ColorSpace")):
        item.ColorSpace = pikepdf.Name.DeviceGray
        for function in _functions(item.Function):
            for end in ("/C0", "/C1"):
                if end in function and len(function[end]) > 1:
                    function[end] = pikepdf.Array([_grey(list(function[end]))])
    group = item.get("/Group")
    if isinstance(group, pikepdf.Dictionary) and _is_colour(group.get("/CS")):
        group.CS = pikepdf.Name.DeviceGray


def _functions(function: pikepdf.Object) -> Iterator[pikepdf.Object]:
    """A gradient's function and those it is stitched of."""
    yield function
    for part in function.get("/Functions", ()):
        yield from _functions(part)


def _grey(operands: Sequence[Any]) -> Decimal:
    return _of(tuple(round(float(operand), 6) for operand in operands))


@lru_cache(maxsize=1024)
def _of(parts: tuple[float, ...]) -> Decimal:
    if len(parts) == 4:
        *inks, black = parts
        parts = tuple((1 - ink) * (1 - black) for ink in inks)
    red, green, blue = parts
    return Decimal(f"{grey_of(red, green, blue):.4f}").normalize()
