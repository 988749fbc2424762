"""LINK Mobility on loopback, from its SMS REST API 1.18 (MT and DLR, read 2026-11-22)."""

from vaxel_simulators.link_mobility.simulator import LinkMobilitySimulator, Text

__all__ = ["LinkMobilitySimulator", "Text"]
