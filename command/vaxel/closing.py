"""How a run ends: the ledger lines of its batches added up, with their documents."""

from collections.abc import Sequence

from vaxel.ledger_outputs import ArtifactLine, DocumentLine, LedgerOutput
from vaxel.switch import Batch


def total(batches: Sequence[Batch]) -> LedgerOutput:
    """Add up the ledger lines of batches, and list their documents."""
    lines = [batch.counts() for batch in batches]
    return LedgerOutput(
        **{"in": sum(line.in_ for line in lines)},
        delivered=sum(line.delivered for line in lines),
        waiting=sum(line.waiting for line in lines),
        failed=sum(line.failed for line in lines),
        rejected=sum(line.rejected for line in lines),
        cancelled=sum(line.cancelled for line in lines),
        unknown=sum(line.unknown for line in lines),
        documents=tuple(
            DocumentLine(
                document=row.document,
                recipient=row.recipient,
                kind=row.kind,
                channel=row.channel,
                status=row.status.value,
                reason=row.reason,
                artifacts=tuple(
                    ArtifactLine(kind=kept.kind, sha256=kept.sha256, bytes=kept.size) for kept in row.artifacts
                ),
            )
            for batch in batches
            for row in batch.report()
        ),
    )
