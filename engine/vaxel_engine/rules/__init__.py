"""The official rules of EN 16931 and Peppol, by their ids, at the speed of bulk."""

from vaxel_engine.rules.check import check
from vaxel_engine.rules.finding import Finding, Findings
from vaxel_engine.rules.registry import EN_16931, PEPPOL, RULES, SELF_BILLING, VERSIONS

__all__ = ["EN_16931", "PEPPOL", "RULES", "SELF_BILLING", "VERSIONS", "Finding", "Findings", "check"]
