"""The e-invoice in Swedish internet banks: who is enrolled is known by a list, and no file is written.

The banks document that file descriptions exist, not their layout (read 2026-11-22): docs/channels/bank.md.
"""

from vaxel_channels.bank.adapter import Bank
from vaxel_channels.bank.settings import BankSettings

__all__ = ["Bank", "BankSettings"]
