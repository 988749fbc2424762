"""Kivra on loopback, from its public OpenAPI description and error list (developer.kivra.com, 2026-03-06)."""

from vaxel_simulators.kivra.simulator import KivraSimulator, MailboxItem

__all__ = ["KivraSimulator", "MailboxItem"]
