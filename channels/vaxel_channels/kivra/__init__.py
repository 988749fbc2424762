"""Kivra, the Swedish digital mailbox: letters and payable invoices to people and companies.

Documentation: https://developer.kivra.com/ (sender API, read 2026-11-22). What we make of it: docs/channels/kivra.md.
"""

from vaxel_channels.kivra.adapter import Kivra
from vaxel_channels.kivra.settings import KivraSettings

__all__ = ["Kivra", "KivraSettings"]
