"""The formats that are read, in the order they are tried; one more is one more module and one more row."""

from collections.abc import Callable
from dataclasses import dataclass

from vaxel_engine.intake import cii, factur_x, json_file, json_lines, oioubl, svefaktura, ubl
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


FORMATS = (
    Format("oioubl", "OIOUBL 2.1 and 3", oioubl.recognises, oioubl.records),
    Format("ubl", "UBL 2.1 (Peppol BIS Billing 3)", ubl.recognises, ubl.records),
    Format("cii", "CII (Factur-X, ZUGFeRD, XRechnung)", cii.recognises, cii.records),
    Format("factur-x", "Factur-X or ZUGFeRD (PDF)", factur_x.recognises, factur_x.records),
    Format("svefaktura", "Svefaktura 1.0", svefaktura.recognises, svefaktura.records),
    Format("json-lines", "JSON Lines", json_lines.recognises, json_lines.records),
    Format("json", "JSON", json_file.recognises, json_file.records),
)
