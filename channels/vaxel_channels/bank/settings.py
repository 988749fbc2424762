"""Where the list of those who enrolled for the bank's e-invoice is, and how long it holds."""

import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from vaxel_channels import enrolment
from vaxel_channels.settings import Mode, read_table
from vaxel_engine.errors import Misconfigured


@dataclass(frozen=True, slots=True)
class BankSettings:
    """The table `[channel.bank]`; docs/channels/bank.md explains each key."""

    enrolled: Path
    fresh_days: int = 7

    @property
    def hosts(self) -> frozenset[str]:
        """Nobody is contacted."""
        return frozenset()

    @classmethod
    def read(cls, table: Mapping[str, object], _mode: Mode) -> "BankSettings":
        """Return the settings of `table`, after a look at the list.

        Raises:
            Misconfigured: the text names the key, or file and line of the list.
        """
        found = read_table(cls, table, channel="bank", environ=os.environ)
        enrolment.read(found.enrolled)
        return found

    def __post_init__(self) -> None:
        """Refuse what cannot be."""
        if not 1 <= self.fresh_days <= 366:
            raise Misconfigured("[channel.bank] `fresh_days` is not between 1 and 366; write how long the list holds.")
