"""Which mail server takes our messages, how the way there is protected, and where bounces go."""

import os
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from vaxel_channels.settings import Mode, is_loopback, optional_secret, read_table
from vaxel_engine.errors import Misconfigured

SECURITIES = ("starttls", "tls", "none")
_USUAL_PORT = {"starttls": 587, "tls": 465, "none": 25}  # RFC 6409, RFC 8314, RFC 5321
_DOMAIN = re.compile(r"(?!-)[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)+")
_LOCAL = re.compile(r"[A-Za-z0-9._-]{1,20}")


@dataclass(frozen=True, slots=True)
class EmailSettings:
    """The table `[channel.email]`; docs/channels/email.md explains each key."""

    host: str
    domain: str
    port: int = 0
    security: str = "starttls"
    username: str = ""
    password: str | None = optional_secret()
    ca_file: Path | None = None
    bounce_mailbox: str = "bounce"
    timeout_seconds: float = 60.0

    @property
    def hosts(self) -> frozenset[str]:
        """Every host that is contacted with these settings."""
        return frozenset({self.host})

    @classmethod
    def read(cls, table: Mapping[str, object], _mode: Mode) -> "EmailSettings":
        """Return the settings of `table`.

        Raises:
            Misconfigured: the text names the key.
        """
        return read_table(cls, table, channel="email", environ=os.environ)

    def __post_init__(self) -> None:
        """Refuse what contradicts itself."""
        if self.security not in SECURITIES:
            raise Misconfigured(f"[channel.email] `security` is none of {', '.join(SECURITIES)}; write one of them.")
        if self.security == "none" and not is_loopback(self.host):
            raise Misconfigured(
                f"[channel.email] `security` is none and {self.host} is not this machine: documents would travel in "
                "the clear; write starttls or tls."
            )
        if not _DOMAIN.fullmatch(self.domain):
            raise Misconfigured("[channel.email] `domain` is not a domain in ASCII, e.g. nordljus.example; write one.")
        if not _LOCAL.fullmatch(self.bounce_mailbox):
            raise Misconfigured("[channel.email] `bounce_mailbox` is not 1 to 20 letters, digits, dots or dashes.")
        if bool(self.username) != (self.password is not None):
            raise Misconfigured("[channel.email] states one of `username` and `password`; write both or neither.")
        if not 0 <= self.port <= 65535:
            raise Misconfigured("[channel.email] `port` is not a port; write one from 1 to 65535 or leave it out.")
        if self.port == 0:
            object.__setattr__(self, "port", _USUAL_PORT[self.security])
