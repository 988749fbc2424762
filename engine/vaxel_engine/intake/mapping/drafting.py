"""`draft_for`: one sample file in, a drafted mapping out."""

from pathlib import Path

from vaxel_engine.intake.mapping.draft import Draft, draft
from vaxel_engine.intake.mapping.draft_csv import csv_sample
from vaxel_engine.intake.mapping.draft_xml import xml_sample
from vaxel_engine.intake.source import look_at


def draft_for(path: Path) -> Draft:
    """Draft a mapping from a sample of CSV or XML; raises Unreadable for what is neither."""
    source = look_at(path)
    sample = xml_sample(source) if source.start.startswith(b"<") else csv_sample(source)
    return draft(sample, source.name)
