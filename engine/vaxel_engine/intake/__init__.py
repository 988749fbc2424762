"""Intake: one file in, documents out; a broken record is rejected with its reason and the others go on."""

from vaxel_engine.intake.formats import FORMATS, Format
from vaxel_engine.intake.reading import Counts, Reading, read

__all__ = ["FORMATS", "Counts", "Format", "Reading", "read"]
