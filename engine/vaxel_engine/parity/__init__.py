"""Parity: the facts of a document, proved equal in everything that was made of it."""

from vaxel_engine.parity.bulk import Mismatch, check
from vaxel_engine.parity.canonical import Fact, Sort, canonical_facts
from vaxel_engine.parity.emitted import demand, sampled, stands
from vaxel_engine.parity.judging import Status
from vaxel_engine.parity.readback import READABLE, Part, read_back
from vaxel_engine.parity.report import Cell, Parity, Row, parity

__all__ = [
    "READABLE",
    "Cell",
    "Fact",
    "Mismatch",
    "Parity",
    "Part",
    "Row",
    "Sort",
    "Status",
    "canonical_facts",
    "check",
    "demand",
    "parity",
    "read_back",
    "sampled",
    "stands",
]
