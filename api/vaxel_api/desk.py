"""What the service works with: the ledger, and what `command` lends it to read, render and write reports."""

import datetime as dt
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from vaxel_engine.artifact import Artifact, ArtifactKind
from vaxel_engine.intake.control_totals import ControlTotals
from vaxel_engine.model import Document
from vaxel_ledger import Accepted, BatchLine, Ledger, LedgerLine, ReportLine

BODY_CAP = 50 * 1024 * 1024
"""Bytes of one request's body, unless the operator says otherwise."""

ReportWriter = Callable[[BatchLine, LedgerLine, Iterable[ReportLine]], Iterator[str]]


@dataclass(frozen=True, slots=True)
class Desk:
    """Everything that an answer may need."""

    ledger: Ledger
    tenant: str
    take_in: Callable[[Path, str, bool, ControlTotals | None], Accepted]
    """Accept a file as a sender's, held where it says so or where its totals differ: durable when it returns.

    A record of another sender is a rejection.
    """
    belongs: Callable[[Document, str], bool]
    """Whether a document is of a sender."""
    render: Callable[[Document, ArtifactKind, str], Artifact]
    """Render a document with the brand of a sender."""
    judge_webhook: Callable[[str], None]
    """See that an address may hear what happens; raises Refused."""
    reports: Mapping[str, ReportWriter]
    """By suffix: csv, json, xml."""
    clock: Callable[[], dt.datetime]
    version: str = "0"
    body_cap: int = BODY_CAP
