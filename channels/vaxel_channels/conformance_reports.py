"""The promises of whoever reads a provider's reports: twice counts once, forged counts never, and nobody is named.

That reports out of order end in the right state is the ledger's promise, for every channel alike; what a channel owes
it is a name for the hand-over and a name for the report.
"""

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, field

from vaxel_channels.conformance import Broken
from vaxel_channels.contract import Report


@dataclass(frozen=True, slots=True)
class ReportHarness:
    """What an author of a channel provides: the reader, and bodies as the provider writes them."""

    read: Callable[[bytes], Report]
    """Raises ValueError for what is no report."""
    good: Sequence[bytes] = field(repr=False)
    """Reports of one hand-over in different states, each of them once."""
    forged: Sequence[bytes] = field(repr=False)
    """What somebody else might post: of another shape, cut off, without a name."""
    secrets: Collection[str] = field(repr=False)
    """Texts of the forged bodies that must never show."""


ReportRow = Callable[[ReportHarness], None]


def a_report_that_comes_twice_counts_once(harness: ReportHarness) -> None:
    """The same body has the same name, and another state another one, so that the ledger can tell them apart."""
    first = [harness.read(body).receipt_id for body in harness.good]
    second = [harness.read(body).receipt_id for body in reversed(harness.good)]
    _require(first == second[::-1], "the same report had two names")
    _require(len(set(first)) == len(first), "two states had one name, so the second would be lost")


def every_report_names_its_hand_over(harness: ReportHarness) -> None:
    """All reports of one hand-over name the same one, by our key or by the provider's reference."""
    reports = [harness.read(body) for body in harness.good]
    _require(all(report.key or report.reference for report in reports), "a report names no hand-over")
    _require(len({(report.key, report.reference) for report in reports}) == 1, "two hand-overs are named")
    _require(all(report.raw == body for report, body in zip(reports, harness.good, strict=True)), "raw is not raw")


def what_is_forged_is_no_report(harness: ReportHarness) -> None:
    """What the provider would not write raises ValueError, and the text holds nothing of it."""
    for number, body in enumerate(harness.forged):
        try:
            harness.read(body)
        except ValueError as error:
            _require(not any(secret in str(error) for secret in harness.secrets), f"forgery {number} is quoted")
        else:
            raise Broken(f"forgery {number} passed for a report")


REPORT_ROWS: Sequence[ReportRow] = (
    a_report_that_comes_twice_counts_once,
    every_report_names_its_hand_over,
    what_is_forged_is_no_report,
)


def _require(kept: bool, sentence: str) -> None:
    if not kept:
        raise Broken(sentence)
