# pyright: reportUnknownMemberType=false, reportUnknownVariableType=false, reportUnknownArgumentType=false
"""A child process that opens other people's PDFs, so that neither a crash nor pdfium's lack of threads reaches us.

The only module that touches pypdfium2 (no types) and pikepdf (object graphs without types); run as a script of its own.
Each request and each reply is two frames (length as four bytes, then the bytes): a JSON object and a payload.
"""

import io
import json
import struct
import sys
from typing import Any, BinaryIO

import pikepdf
import pypdfium2 as pdfium

MM = 72 / 25.4  # points of PDF in a millimetre


def read_frame(source: BinaryIO) -> bytes | None:
    """One frame, or None at the end."""
    head = source.read(4)
    return source.read(struct.unpack(">I", head)[0]) if len(head) == 4 else None


def write_frames(target: BinaryIO, *frames: bytes) -> None:
    """Write frames and flush."""
    for frame in frames:
        target.write(struct.pack(">I", len(frame)))
        target.write(frame)
    target.flush()


def inspect(pdf: bytes) -> dict[str, Any]:
    """Version, encryption, page sizes in millimetres, interactive parts and fonts that are not embedded."""
    document = pdfium.PdfDocument(pdf)
    try:
        pages = [[round(width / MM, 2), round(height / MM, 2)] for width, height in map(_size, document)]
        encrypted = pdfium.raw.FPDF_GetSecurityHandlerRevision(document) != -1
    finally:
        version = document.get_version()
        document.close()
    return {"version": version, "encrypted": encrypted, "pages": pages, **_inside(pdf)}


def _inside(pdf: bytes) -> dict[str, Any]:
    try:
        with pikepdf.open(io.BytesIO(pdf)) as document:
            root = document.Root
            names = root.get("/Names", pikepdf.Dictionary())
            actions = [root.get("/OpenAction"), root.get("/AA")]
            interactive = (
                ("/AcroForm" in root and len(root.AcroForm.get("/Fields", [])) > 0)
                or "/JavaScript" in names
                or any(isinstance(action, pikepdf.Dictionary) for action in actions)
            )
            loose = sorted({name for page in document.pages for name in _loose_fonts(page)})
            return {"interactive": interactive, "loose_fonts": loose}
    except pikepdf.PdfError:
        return {"interactive": False, "loose_fonts": []}  # pdfium could read it; the checks above stand


def _loose_fonts(page: Any) -> list[str]:
    loose: list[str] = []
    for font in page.get("/Resources", {}).get("/Font", {}).values():
        inner = font.get("/DescendantFonts", [font])[0]
        described = inner.get("/FontDescriptor", ())
        embedded = any(name in described for name in ("/FontFile", "/FontFile2", "/FontFile3"))
        if str(font.get("/Subtype")) != "/Type3" and not embedded:
            loose.append(str(font.get("/BaseFont")))
    return loose


def _size(page: Any) -> tuple[float, float]:
    size: tuple[float, float] = page.get_size()
    return size


def text_in(pdf: bytes, page: int, box: tuple[float, float, float, float]) -> dict[str, Any]:
    """The text inside a box (left, top, right, bottom in millimetres from the top left) and characters it cuts."""
    document = pdfium.PdfDocument(pdf)
    try:
        sheet = document[page]
        height = _size(sheet)[1]
        left, top, right, bottom = box
        text = sheet.get_textpage()
        points = (left * MM, height - bottom * MM, right * MM, height - top * MM)
        inside: str = text.get_text_bounded(*points)
        cut = sum(_is_cut(text.get_charbox(index), points) for index in range(text.count_chars()))
        return {"text": inside, "cut": cut}
    finally:
        document.close()


def _is_cut(char: tuple[float, float, float, float], box: tuple[float, float, float, float]) -> bool:
    left, bottom, right, top = char
    empty = right <= left or top <= bottom
    apart = right <= box[0] or left >= box[2] or top <= box[1] or bottom >= box[3]
    within = left >= box[0] and right <= box[2] and bottom >= box[1] and top <= box[3]
    return not (empty or apart or within)


def picture(pdf: bytes, page: int, scale: float) -> bytes:
    """A page as PNG; `scale` 1 is 72 dots per inch."""
    document = pdfium.PdfDocument(pdf)
    try:
        bitmap: Any = document[page].render(scale=scale)  # pyright: ignore[reportArgumentType] - inferred from 1
        image = bitmap.to_pil()
        png = io.BytesIO()
        image.convert("RGB").save(png, "PNG")
        return png.getvalue()
    finally:
        document.close()


def answer(request: dict[str, Any], pdf: bytes) -> tuple[dict[str, Any], bytes]:
    """Do one piece of work; what pdfium cannot read becomes an `error`."""
    try:
        match request["do"]:
            case "inspect":
                return inspect(pdf), b""
            case "text_in":
                return text_in(pdf, request["page"], tuple(request["box"])), b""
            case "picture":
                return {}, picture(pdf, request["page"], request["scale"])
            case unknown:
                return {"error": f"unknown work {unknown}"}, b""
    except (pdfium.PdfiumError, IndexError) as error:
        return {"error": str(error)}, b""


def main() -> None:
    """Serve requests until standard input ends."""
    source, target = sys.stdin.buffer, sys.stdout.buffer
    while (head := read_frame(source)) is not None and (pdf := read_frame(source)) is not None:
        reply, payload = answer(json.loads(head), pdf)
        write_frames(target, json.dumps(reply).encode(), payload)


if __name__ == "__main__":
    main()
