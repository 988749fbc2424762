"""What checking says: one finding for each rule that does not hold, at each place where it does not."""

from dataclasses import dataclass

from vaxel_engine.rules.rule import Severity


@dataclass(frozen=True, slots=True)
class Finding:
    """One rule that does not hold at one place."""

    id: str
    """The official id, or VX-… for arithmetic of our own, which is a warning always."""
    severity: Severity
    term: str | None
    """The business terms of EN 16931 that it is about, e.g. "BT-112"."""
    path: str
    """XPath or JSON Pointer of the input."""
    found: str
    """What stood there; of names, addresses and numbers of persons only the shape."""
    expected: str
    message: str


@dataclass(frozen=True, slots=True)
class Findings:
    """The findings of one record, in the order of the document, and the rules that were applied."""

    findings: tuple[Finding, ...]
    rule_sets: tuple[str, ...]

    @property
    def fatal(self) -> bool:
        """Whether a receiver that follows the official rules would refuse it."""
        return any(finding.severity == "fatal" for finding in self.findings)

    @property
    def fatal_ids(self) -> frozenset[str]:
        """The ids of the fatal ones, each once."""
        return frozenset(finding.id for finding in self.findings if finding.severity == "fatal")
