"""46elks on loopback, from its public documentation (46elks.com/docs, read 2026-11-22)."""

from vaxel_simulators.elks.reports import Report
from vaxel_simulators.elks.simulator import Bubble, ElksSimulator

__all__ = ["Bubble", "ElksSimulator", "Report"]
