"""46elks, an SMS gateway: a short text with a link to the document.

Documentation: https://46elks.com/docs/send-sms (read 2026-11-22). What we make of it: docs/channels/elks.md.
"""

from vaxel_channels.elks.adapter import Elks
from vaxel_channels.elks.settings import ElksSettings

__all__ = ["Elks", "ElksSettings"]
