"""What came in, was decided, was handed over, was answered: tables, transitions, counts, and the artifacts kept."""

from vaxel_ledger import switch_tables as switch_tables  # so that the schema is whole, whatever is imported
from vaxel_ledger.acceptance import Accepted, Entry
from vaxel_ledger.api_keys import ApiKey
from vaxel_ledger.counts import LedgerLine
from vaxel_ledger.database import migrate
from vaxel_ledger.decision import Decision, Reason
from vaxel_ledger.ledger import BatchLine, Ledger
from vaxel_ledger.links import Linked
from vaxel_ledger.report import ArtifactLine, ReportLine, Why
from vaxel_ledger.webhooks import Endpoint

__all__ = [
    "Accepted",
    "ApiKey",
    "ArtifactLine",
    "BatchLine",
    "Decision",
    "Endpoint",
    "Entry",
    "Ledger",
    "LedgerLine",
    "Linked",
    "Reason",
    "ReportLine",
    "Why",
    "migrate",
]
