"""Digipost, the Norwegian digital mailbox, with its print service for those who have none or do not read.

Documentation: https://github.com/digipost/digipost-api-client-java and its schema v8 (read 2026-11-22). What we make of
it: docs/channels/digipost.md.
"""

from vaxel_channels.digipost.adapter import Digipost
from vaxel_channels.digipost.settings import DigipostSettings

__all__ = ["Digipost", "DigipostSettings"]
