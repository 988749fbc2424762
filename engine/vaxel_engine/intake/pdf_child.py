# pyright: reportUnknownMemberType=false, reportUnknownVariableType=false, reportUnknownArgumentType=false
"""A child process that opens other people's PDFs under limits of memory; a script of its own that imports none of ours.

The only module of intake that touches pikepdf and pypdfium2. Each request and each reply is two frames (length as four
bytes, then the bytes): a JSON object and a payload. It ends when its parent does.
"""

import contextlib
import json
import resource
import struct
import sys
import zlib
from io import BytesIO
from typing import Any, BinaryIO

import pikepdf

MEMORY = 640 * 1024 * 1024  # address space, of which the libraries themselves take some 300 MB
PAGES = 500
OBJECTS = 25_000  # a second of walking
UNPACKED = 96 * 1024 * 1024  # bytes that all streams of one PDF may hold together
IMAGE_PIXELS = 64_000_000  # A4 at 600 dpi has 35 million
SMALLEST, LARGEST = 50 * 72 / 25.4, 2000 * 72 / 25.4  # points: 50 mm to 2 m
EXPANSION = 1032  # the most that deflate can expand (zlib, technical details)
TEXT_OF_A_PAGE = 50_000  # characters looked at for a marker
LARGE_PDF_PAGES = 100_000

INVOICES_INSIDE = frozenset({"factur-x.xml", "zugferd-invoice.xml", "xrechnung.xml"})  # Factur-X 1.0 §6.2, ZUGFeRD 2
ACTIONS = frozenset({"/Launch", "/SubmitForm", "/ImportData", "/GoToR", "/GoToE", "/Rendition", "/Movie", "/Sound"})
ACTIVE_ANNOTATIONS = frozenset({"/RichMedia", "/Movie", "/Sound", "/3D", "/Screen", "/FileAttachment"})
FLATE = ("/FlateDecode", "/Fl")


class HostileError(Exception):
    """The PDF is refused: what was found, and what to do."""

    def __init__(self, found: str, remedy: str = "print it anew to a plain PDF") -> None:
        super().__init__(found)
        self.found = found
        self.remedy = remedy


def inspect(body: bytes) -> int:
    """How many pages a finished PDF has; raises HostileError for what runs, hides, swells or is broken."""
    with pikepdf.open(BytesIO(body), attempt_recovery=False) as pdf:
        _refuse_encrypted(pdf)
        count = len(pdf.objects)
        if count > OBJECTS:
            raise HostileError(f"a PDF of {count:,} objects", f"split it; up to {OBJECTS:,} are taken")
        _refuse_what_is_active(pdf)
        pages = len(pdf.pages)
        if not 1 <= pages <= PAGES:
            raise HostileError(f"a PDF of {pages:,} pages", f"hand over one document of 1 to {PAGES} pages")
        for number, page in enumerate(pdf.pages, start=1):
            left, bottom, right, top = (float(side) for side in page.mediabox)
            if not all(SMALLEST <= abs(length) <= LARGEST for length in (right - left, top - bottom)):
                raise HostileError(f"a page size out of bounds on page {number}", "use pages of 50 mm to 2 m")
        return pages


def _refuse_encrypted(pdf: Any) -> None:
    if pdf.is_encrypted:
        raise HostileError("an encrypted PDF", "save it without a password and without restrictions")


def _refuse_what_is_active(pdf: Any) -> None:
    """Walk over every object, reachable or not: readers differ in what they can reach."""
    inside: list[str] = []
    has_tree = False
    unpacked = 0
    opening = pdf.Root.get("/OpenAction")
    if isinstance(opening, pikepdf.Dictionary) and opening.get("/S") != "/GoTo":
        raise HostileError("a PDF that does something when it is opened (OpenAction)")
    waiting: list[Any] = list(pdf.objects)
    while waiting:
        here = waiting.pop()
        if isinstance(here, pikepdf.Array):
            waiting.extend(item for item in here if _is_direct_container(item))
            continue
        if not isinstance(here, (pikepdf.Dictionary, pikepdf.Stream)):
            continue
        keys = here.keys()
        _refuse_keys(here, keys)
        has_tree = has_tree or "/EmbeddedFiles" in keys
        if "/EF" in keys:
            inside.append(str(here.get("/UF", here.get("/F", ""))))
        if isinstance(here, pikepdf.Stream):
            unpacked += _size_of(here, UNPACKED - unpacked)
            if unpacked > UNPACKED:
                raise HostileError(f"a PDF that unpacks to more than {UNPACKED // 1_048_576} MB")
        waiting.extend(item for item in (here[key] for key in keys) if _is_direct_container(item))
    if len(inside) > 1 or has_tree > bool(inside) or any(name.lower() not in INVOICES_INSIDE for name in inside):
        raise HostileError("a PDF with files inside (EmbeddedFiles)", "take them out; one factur-x.xml may stay")


def _is_direct_container(value: Any) -> bool:
    """Indirect objects come by themselves, so that no loop is walked."""
    return isinstance(value, (pikepdf.Array, pikepdf.Dictionary)) and not value.is_indirect


def _refuse_keys(here: Any, keys: Any) -> None:
    if "/JS" in keys or "/JavaScript" in keys or here.get("/S") == "/JavaScript":
        raise HostileError("a PDF with a script in it (JavaScript)")
    if "/AA" in keys:
        raise HostileError("a PDF that does something by itself (AA)")
    if "/XFA" in keys:
        raise HostileError("a PDF with an XFA form")
    for key, refused in (("/S", ACTIONS), ("/Subtype", ACTIVE_ANNOTATIONS)):
        value = here.get(key) if key in keys else None
        if isinstance(value, pikepdf.Name) and str(value) in refused:
            raise HostileError(f"a PDF that starts something outside itself ({str(value)[1:]})")


def _size_of(stream: Any, room: int) -> int:
    """Bytes that a stream unpacks to, counted no further than past `room`."""
    if (
        stream.get("/Subtype") == "/Image"
        and int(stream.get("/Width", 0)) * int(stream.get("/Height", 0)) > IMAGE_PIXELS
    ):
        raise HostileError(f"a picture of more than {IMAGE_PIXELS // 1_000_000} million pixels", "make it smaller")
    filters = stream.get("/Filter")
    names = [str(name) for name in filters] if isinstance(filters, pikepdf.Array) else [str(filters)] if filters else []
    if len(names) > 2:
        raise HostileError("a stream packed more than twice")
    raw = stream.read_raw_bytes()
    if not names:
        return len(raw)
    if names[0] not in FLATE:
        return 0 if names[-1] in ("/DCTDecode", "/JPXDecode", "/CCITTFaxDecode", "/JBIG2Decode") else _decoded(stream)
    if len(names) == 2 and names[1] in FLATE:
        return _decoded(stream)
    if len(raw) * EXPANSION < 65_536:
        return len(raw) * EXPANSION
    inflater, total, rest = zlib.decompressobj(), 0, raw
    while rest and total <= room:
        try:
            total += len(inflater.decompress(rest, 262_144))
        except zlib.error:
            break  # what comes after damage is not unpacked by anyone
        rest = inflater.unconsumed_tail
    return total


def _decoded(stream: Any) -> int:
    return len(stream.read_bytes())


class Splitter:
    """One large PDF, its pages' words, and parts cut out of it."""

    def __init__(self, path: str) -> None:
        self._path = path
        self._pdf: Any = pikepdf.open(path, attempt_recovery=False)
        _refuse_encrypted(self._pdf)
        self.pages = len(self._pdf.pages)
        if not 1 <= self.pages <= LARGE_PDF_PAGES:
            raise HostileError(f"a PDF of {self.pages:,} pages", f"split it; up to {LARGE_PDF_PAGES:,} are taken")
        self._reader: Any = None

    def text(self, page: int) -> str:
        """The words of a page, from 1; empty where there are none."""
        import pypdfium2

        if self._reader is None:
            self._reader = pypdfium2.PdfDocument(self._path)
        leaf = self._reader[page - 1]
        words = leaf.get_textpage()
        try:
            count = min(words.count_chars(), TEXT_OF_A_PAGE)
            return str(words.get_text_range(0, count)) if count > 0 else ""
        finally:
            words.close()
            leaf.close()

    def cut(self, first: int, last: int) -> bytes:
        """The pages from `first` to `last`, both counted from 1, as a PDF of their own."""
        written = BytesIO()
        with pikepdf.new() as part:
            part.pages.extend(self._pdf.pages[first - 1 : last])
            part.remove_unreferenced_resources()
            part.save(written, deterministic_id=True, object_stream_mode=pikepdf.ObjectStreamMode.generate)
        return written.getvalue()


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


def answer(splitters: list[Splitter], request: dict[str, Any], payload: bytes) -> tuple[dict[str, Any], bytes]:
    """One reply: what was asked for, or `found` and `remedy` where the PDF is refused."""
    try:
        match request["do"]:
            case "inspect":
                return {"pages": inspect(payload)}, b""
            case "open":
                splitters[:] = [Splitter(request["path"])]
                return {"pages": splitters[0].pages}, b""
            case "text":
                return {}, splitters[0].text(request["page"]).encode("utf-8", "replace")
            case _:
                return {}, splitters[0].cut(request["first"], request["last"])
    except HostileError as refusal:
        return {"found": refusal.found, "remedy": refusal.remedy}, b""
    except pikepdf.PasswordError:
        return {"found": "an encrypted PDF", "remedy": "save it without a password and without restrictions"}, b""
    except MemoryError:
        return {"found": "a PDF that unpacks to more than can be borne", "remedy": "print it anew to a plain PDF"}, b""
    except Exception:  # noqa: BLE001  # whatever a hostile PDF makes the libraries raise, it is refused
        return {"found": "a broken PDF", "remedy": "make it anew; check that it was written to the end"}, b""


def main() -> None:
    """Serve requests until the parent closes the pipe."""
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    pikepdf.settings.set_qpdf_limits(
        flate_max_memory=UNPACKED // 2, run_length_max_memory=UNPACKED // 2, png_max_memory=UNPACKED // 2
    )
    source, target = sys.stdin.buffer, sys.stdout.buffer
    splitters: list[Splitter] = []
    while (head := read_frame(source)) is not None and (payload := read_frame(source)) is not None:
        reply, body = answer(splitters, json.loads(head), payload)
        write_frames(target, json.dumps(reply).encode(), body)


if __name__ == "__main__":
    with contextlib.suppress(KeyboardInterrupt, BrokenPipeError):
        main()
