"""The formats that are read, in the order they are tried; one more is one more module and one more row."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

from vaxel_engine.errors import Unreadable
from vaxel_engine.intake import cii, factur_x, finished_pdf, json_file, json_lines, oioubl, svefaktura, ubl, zip_file
from vaxel_engine.intake.candidate import Records
from vaxel_engine.intake.source import Source


@dataclass(frozen=True, slots=True)
class Format:
    """How a format is told from the others, and how its records are read."""

    name: str
    """As `Reading.format` and reports have it."""
    title: str
    """As a person calls it."""
    recognises: Callable[[Source], bool]
    """Decides from the content alone, since file names lie."""
    records: Callable[[Source], Records]
    """Raises Unreadable at once where the whole file is broken; what it returns yields one entry per record."""


_OF_ONE_FILE = (
    Format("oioubl", "OIOUBL 2.1 and 3", oioubl.recognises, oioubl.records),
    Format("ubl", "UBL 2.1 (Peppol BIS Billing 3)", ubl.recognises, ubl.records),
    Format("cii", "CII (Factur-X, ZUGFeRD, XRechnung)", cii.recognises, cii.records),
    Format("factur-x", "Factur-X or ZUGFeRD (PDF)", factur_x.recognises, factur_x.records),
    Format("svefaktura", "Svefaktura 1.0", svefaktura.recognises, svefaktura.records),
    Format("json-lines", "JSON Lines", json_lines.recognises, json_lines.records),
    Format("json", "JSON", json_file.recognises, json_file.records),
)


def _read_entry(source: Source) -> Records:
    """The records of an entry of an archive, by its own content; raises Unreadable."""
    for form in _OF_ONE_FILE:
        if form.recognises(source):
            return form.records(source)
    raise Unreadable(f"{source.name}: is {source.looks_like()}; take it out of the archive, or name it in an index.")


FORMATS = (
    Format("finished-pdf", "PDF with an index beside it", finished_pdf.recognises, finished_pdf.records),
    Format("zip", "ZIP", zip_file.recognises, partial(zip_file.records, read=_read_entry)),
    *_OF_ONE_FILE,
)
