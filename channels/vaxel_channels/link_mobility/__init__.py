"""LINK Mobility, an SMS gateway: a short text with a link to the document.

Documentation: SMS REST API, MT and DLR, version 1.18 (read 2026-11-22). What we make of it:
docs/channels/link_mobility.md.
"""

from vaxel_channels.link_mobility.adapter import LinkMobility
from vaxel_channels.link_mobility.settings import LinkMobilitySettings

__all__ = ["LinkMobility", "LinkMobilitySettings"]
