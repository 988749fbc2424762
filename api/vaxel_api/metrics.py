"""What Prometheus reads: requests by operation and status, and the ledger's documents by state."""

import datetime as dt
from collections.abc import Callable, Iterator

from prometheus_client import CollectorRegistry, Counter, Histogram, generate_latest
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, Metric
from prometheus_client.registry import Collector
from sqlalchemy import func, select

from vaxel_ledger import Ledger, program_counts, tables
from vaxel_ledger.states import COUNTED_AS, Counted
from vaxel_ledger.switch_tables import alarm
from vaxel_ledger.webhook_tables import webhook_outbox

_PROGRAM = ("brand", "outcome")
_WAITING = [state for state, counted in COUNTED_AS.items() if counted is Counted.WAITING]


class _OfTheLedger(Collector):
    """Counted over the rows when it is asked for, like everything in the ledger."""

    def __init__(self, ledger: Ledger, clock: Callable[[], dt.datetime]) -> None:
        self._ledger = ledger
        self._clock = clock

    def describe(self) -> list[Metric]:
        """Nothing before it is collected, so that registering does not touch the database."""
        return []

    def collect(self) -> Iterator[Metric]:
        """The documents by state, and how long the oldest that waits has waited."""
        document = tables.document.c
        with self._ledger.reading() as connection:
            states = connection.execute(select(document.state, func.count()).group_by(document.state)).all()
            messages = connection.execute(
                select(webhook_outbox.c.state, func.count()).group_by(webhook_outbox.c.state)
            ).all()
            oldest: dt.datetime | None = connection.execute(
                select(func.min(document.created_at)).where(document.state.in_(_WAITING))
            ).scalar_one_or_none()
            counted = program_counts.counted(connection)
            standing = connection.execute(
                select(alarm.c.what, func.count()).where(alarm.c.ended_at.is_(None)).group_by(alarm.c.what)
            ).all()
        family = GaugeMetricFamily("vaxel_documents", "Documents of the ledger by state.", labels=["state"])
        for state, number in states:
            family.add_metric([state.value], number)
        yield family
        outbox = GaugeMetricFamily("vaxel_webhook_messages", "Messages to webhooks by state.", labels=["state"])
        for message_state, number in messages:
            outbox.add_metric([message_state.value], number)
        yield outbox
        waited = (self._clock() - oldest).total_seconds() if oldest is not None else 0.0
        programs = CounterMetricFamily(
            "vaxel_program_artifacts", "Pages that block programs wrote, or left to WeasyPrint.", labels=_PROGRAM
        )
        for (brand, outcome), number in counted.items():
            programs.add_metric([brand, outcome], number)
        yield programs
        alarmed = GaugeMetricFamily("vaxel_alarms", "Alarms that stand.", labels=["what"])
        for what, number in standing:
            alarmed.add_metric([what], number)
        yield alarmed
        yield GaugeMetricFamily("vaxel_oldest_waiting_seconds", "Age of the oldest document that waits.", value=waited)


class Metrics:
    """The metrics of one service."""

    def __init__(self, ledger: Ledger, clock: Callable[[], dt.datetime]) -> None:
        self.registry = CollectorRegistry()
        self.requests = Counter(
            "vaxel_http_requests", "Requests answered.", ["operation", "status"], registry=self.registry
        )
        self.seconds = Histogram(
            "vaxel_http_request_seconds", "Seconds until an answer began.", ["operation"], registry=self.registry
        )
        self.registry.register(_OfTheLedger(ledger, clock))

    def answered(self, operation: str, status: int, seconds: float) -> None:
        """Count one answer."""
        self.requests.labels(operation, str(status)).inc()
        self.seconds.labels(operation).observe(seconds)

    def text(self) -> bytes:
        """In Prometheus's text format."""
        return generate_latest(self.registry)
