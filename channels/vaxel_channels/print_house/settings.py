"""Where a print house picks up its jobs, and how it is to print and post them."""

import os
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path

from vaxel_channels.settings import Mode, optional_secret, read_table
from vaxel_engine.errors import Misconfigured
from vaxel_engine.mailing import Printing, Profile, chosen, read_profile, shipped
from vaxel_engine.mailing.profile import DEFAULT


@dataclass(frozen=True, slots=True)
class PrintHouseSettings:
    """The table `[channel.print]`; docs/channels/print_house.md explains each key."""

    folder: Path | None = None
    host: str = ""
    port: int = 22
    host_key: str = ""
    username: str = ""
    password: str | None = optional_secret()
    private_key: str | None = optional_secret()
    directory: str = "."
    timeout_seconds: float = 30.0
    postage_class: str = "B"
    envelope: str = "C5"
    window: str = "c5-left"
    duplex: bool = True
    colour: bool = True
    blank_back: bool = False
    co_envelope: bool = False
    paper_gsm: int = 80
    envelope_grams: int = 7
    weight_steps: tuple[int, ...] = (20, 50, 100, 250, 500, 1000, 2000)
    profile: str = DEFAULT
    profile_file: Path | None = None
    max_pages: int = 120
    max_bytes: int = 8_000_000
    test: bool = False

    @property
    def hosts(self) -> frozenset[str]:
        """The server; none for a folder."""
        return frozenset({self.host}) if self.host else frozenset()

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
        if (self.folder is None) == (not self.host):
            raise Misconfigured("[channel.print] states not one of `folder` and `host`; name the folder or the server.")
        if self.host:
            self._check_server()
        if not self.weight_steps or list(self.weight_steps) != sorted(set(self.weight_steps)):
            raise Misconfigured("[channel.print] `weight_steps` does not rise; write the grams where postage changes.")
        if min(self.paper_gsm, self.weight_steps[0]) < 1 or self.envelope_grams < 0:
            raise Misconfigured("[channel.print] has a weight below nothing; write grams.")
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

    def _check_server(self) -> None:
        if len(self.host_key.split()) < 2:
            raise Misconfigured(
                "[channel.print] lacks `host_key`, the server's public key as the print house states it, e.g. "
                '"ssh-ed25519 AAAA…"; a server that nobody can tell from another gets no letters.'
            )
        if not self.username or (self.password is None) == (self.private_key is None):
            raise Misconfigured(
                "[channel.print] names a server and not one way in; write `username` and one of `private_key` and "
                "`password`."
            )
        if not 0 < self.port < 65_536:
            raise Misconfigured("[channel.print] `port` is no port; write 22 or what the print house says.")
