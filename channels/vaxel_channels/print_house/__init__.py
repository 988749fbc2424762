"""Enveloped letters through a print house's drop folder, in a house format of our own.

Documentation: docs/channels/print_house.md; no public Nordic standard for a print-job manifest was found.
"""

from vaxel_channels.print_house.adapter import PrintHouse
from vaxel_channels.print_house.settings import PrintHouseSettings

__all__ = ["PrintHouse", "PrintHouseSettings"]
