"""A mapping file as a format: what `read` reads a file by when it is told a mapping."""

from functools import partial

from vaxel_engine.intake.formats import Format
from vaxel_engine.intake.mapping.csv_records import csv_records
from vaxel_engine.intake.mapping.rules import MappingFile
from vaxel_engine.intake.mapping.xml_records import xml_records
from vaxel_engine.intake.source import Source


def format_of(mapping: MappingFile) -> Format:
    """The format that a mapping makes of CSV or XML; it is chosen by hand, so that it recognises everything."""
    read = csv_records if mapping.format == "csv" else xml_records
    title = f"{mapping.format.upper()} by {mapping.name}"
    return Format(f"mapped-{mapping.format}", title, _anything, partial(read, mapping=mapping))


def _anything(_: Source) -> bool:
    return True
