"""Digipost on loopback, as its schema v8 and its open client libraries document it."""

from vaxel_simulators.digipost.simulator import DigipostSimulator

__all__ = ["DigipostSimulator"]
