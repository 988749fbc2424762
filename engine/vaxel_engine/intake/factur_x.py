"""Factur-X and ZUGFeRD: a PDF that carries its own invoice as CII; the XML is read, the pages are not."""

import zlib

from pikepdf import Name, Object, Pdf, PdfError, Stream, settings

from vaxel_engine.errors import Unreadable
from vaxel_engine.intake import cii
from vaxel_engine.intake.candidate import Records
from vaxel_engine.intake.source import WHOLE_FILE_LIMIT, Source
from vaxel_engine.intake.xml import parse

_NAMES = frozenset({"factur-x.xml", "zugferd-invoice.xml", "ZUGFeRD-invoice.xml", "xrechnung.xml"})
"""What the invoice is called: Factur-X 1.0, ZUGFeRD 2.0 and 1.0, ZUGFeRD 2.1 with the profile XRechnung."""

_UNPACKED = 48 * 1024 * 1024
"""Bytes that a stream which has to be read to open a PDF may unpack to: a megabyte can hold a gigabyte."""

settings.set_qpdf_limits(flate_max_memory=_UNPACKED, run_length_max_memory=_UNPACKED, png_max_memory=_UNPACKED)


def recognises(source: Source) -> bool:
    """Whether it is a PDF with an invoice in it, by the name of an attached file."""
    if not source.start.startswith(b"%PDF-") or source.size > WHOLE_FILE_LIMIT:
        return False
    try:
        with source.open() as stream, Pdf.open(stream, attempt_recovery=False) as pdf:
            return any(name in _NAMES for name in pdf.attachments)
    except (PdfError, ValueError, RecursionError):
        return False  # broken, or with a password: not for this format to say


def records(source: Source) -> Records:
    """Take the XML out and read it as CII; raises Unreadable where there is not exactly one that can be read."""
    root = parse(_invoice_in(source), source.name)
    if root.tag != cii.ROOT:
        raise Unreadable(
            f"{source.name}: carries an XML that is no CII invoice of D16B; ask for Factur-X 1.0 or ZUGFeRD 2."
        )
    return cii.one(root, source.name)


def _invoice_in(source: Source) -> bytes:
    try:
        with source.open() as stream, Pdf.open(stream, attempt_recovery=False) as pdf:
            names = [name for name in pdf.attachments if name in _NAMES]
            if len(names) != 1:
                raise Unreadable(f"{source.name}: carries {len(names)} invoices; exactly one says what is owed.")
            return _content(pdf.attachments[names[0]].get_file().obj, source)
    except (PdfError, ValueError, RecursionError) as error:
        raise Unreadable(f"{source.name}: its attached invoice cannot be read; export the PDF again.") from error


def _content(stored: Object, source: Source) -> bytes:
    """The bytes of the file, unpacked up to the limit: a few kilobytes of PDF can hold gigabytes."""
    if not isinstance(stored, Stream):
        raise Unreadable(f"{source.name}: its attached invoice cannot be read; export the PDF again.")
    packing = stored.get("/Filter")
    names = [] if packing is None else [packing] if isinstance(packing, Name) else list(packing.as_list())
    raw = stored.read_raw_bytes()
    if not names:
        return raw
    if names != [Name.FlateDecode] or "/DecodeParms" in stored:
        raise Unreadable(f"{source.name}: its attached invoice is packed in an unusual way; export the PDF again.")
    unpacking = zlib.decompressobj()
    try:
        content = unpacking.decompress(raw, WHOLE_FILE_LIMIT)
    except zlib.error as error:
        raise Unreadable(f"{source.name}: its attached invoice is damaged; export the PDF again.") from error
    if unpacking.unconsumed_tail:
        raise Unreadable(f"{source.name}: its attached invoice is larger than 32 MB; no invoice is.")
    return content
