"""Where a print house picks up its jobs, and how it is to print and post them."""

import os
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path

from vaxel_channels.settings import Mode, read_table
from vaxel_engine.errors import Misconfigured
from vaxel_engine.mailing import Printing


@dataclass(frozen=True, slots=True)
class PrintHouseSettings:
    """The table `[channel.print]`; docs/channels/print_house.md explains each key."""

    folder: Path
    postage_class: str = "B"
    envelope: str = "C5"
    window: str = "c5-left"
    duplex: bool = True
    colour: bool = True
    blank_back: bool = False
    max_pages: int = 120
    max_bytes: int = 8_000_000
    test: bool = False

    @property
    def hosts(self) -> frozenset[str]:
        """None: a folder has no host."""
        return frozenset()

    @property
    def printing(self) -> Printing:
        """What the print PDF follows."""
        return Printing(monochrome=not self.colour, duplex=self.duplex, blank_back=self.blank_back)

    @classmethod
    def read(cls, table: Mapping[str, object], mode: Mode) -> "PrintHouseSettings":
        """Return the settings of `table`; in sandbox mode every job is a test, whatever the table says.

        Raises:
            Misconfigured: the text names the key.
        """
        settings = read_table(cls, table, channel="print", environ=os.environ)
        return replace(settings, test=True) if mode is Mode.SANDBOX else settings

    def __post_init__(self) -> None:
        """Refuse what contradicts itself."""
        for key in ("postage_class", "envelope", "window"):
            if not getattr(self, key):
                raise Misconfigured(f"[channel.print] `{key}` is empty; write the print house's word for it.")
        for key in ("max_pages", "max_bytes"):
            if getattr(self, key) < 1:
                raise Misconfigured(f"[channel.print] `{key}` is below 1; write how much the print house takes.")
