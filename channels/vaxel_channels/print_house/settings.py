"""Where a print house picks up its jobs, and how it is to print and post them."""

import os
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path

from vaxel_channels.settings import Mode, read_table
from vaxel_engine.errors import Misconfigured
from vaxel_engine.mailing import Printing, Profile, chosen, read_profile, shipped
from vaxel_engine.mailing.profile import DEFAULT


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
    profile: str = DEFAULT
    profile_file: Path | None = None
    max_pages: int = 120
    max_bytes: int = 8_000_000
    test: bool = False

    @property
    def hosts(self) -> frozenset[str]:
        """None: a folder has no host."""
        return frozenset()

    @property
    def rules(self) -> Profile:
        """The mail house's profile, with the pages and bytes that are taken; raises Misconfigured."""
        if self.profile_file is None:
            profile = chosen(self.profile)
        else:
            try:
                content = self.profile_file.read_bytes()
            except OSError as error:
                raise Misconfigured(
                    f"[channel.print] `profile_file` names {self.profile_file}, which cannot be read "
                    f"({error.strerror or type(error).__name__}); name a profile, or use `profile`."
                ) from error
            profile = read_profile(self.profile_file.stem, content, file=str(self.profile_file))
        return profile.model_copy(
            update={
                "max_pages": min(self.max_pages, profile.max_pages),
                "max_bytes": min(self.max_bytes, profile.max_bytes),
            }
        )

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
        if self.profile_file is None and self.profile not in shipped():
            known = ", ".join(shipped())
            raise Misconfigured(
                f'[channel.print] `profile` is "{self.profile}", which Vaxel does not know; there are {known}, '
                "or write a `profile_file`."
            )
