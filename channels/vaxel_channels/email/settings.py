"""Which mail server takes our messages, how the way there is protected, and where bounces go."""

import os
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from vaxel_channels.email.signing import Signer
from vaxel_channels.settings import Mode, is_loopback, optional_secret, read_table
from vaxel_engine.errors import Misconfigured

SECURITIES = ("starttls", "tls", "none")
_USUAL_PORT = {"starttls": 587, "tls": 465, "none": 25}  # RFC 6409, RFC 8314, RFC 5321
_USUAL_IMAP_PORT = {"starttls": 143, "tls": 993, "none": 143}  # RFC 8314, RFC 9051
_FOLDER = re.compile(r"[A-Za-z0-9][A-Za-z0-9./ _-]{0,99}")
_DOMAIN = re.compile(r"(?!-)[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)+")
_LOCAL = re.compile(
    r"[A-Za-z0-9._-]{1,11}"
)  # with "+" and 52 digits of the key it stays within 64 (RFC 5321 §4.5.3.1.1)
_SELECTOR = re.compile(r"[A-Za-z0-9-]{1,63}(\.[A-Za-z0-9-]{1,63})*")


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
    bounce_folder: Path | None = None
    imap_host: str = ""
    imap_port: int = 0
    imap_security: str = "tls"
    imap_username: str = ""
    imap_password: str | None = optional_secret()
    imap_folder: str = "INBOX"
    dkim_selector: str = ""
    dkim_key: str | None = optional_secret()
    dkim_domain: str = ""
    domain_per_minute: int = 0
    domains_per_minute: tuple[str, ...] = ()
    timeout_seconds: float = 60.0
    signer: Signer | None = field(default=None, init=False, repr=False, compare=False)
    """Made of the three keys; not a setting."""
    paces: Mapping[str, int] = field(default_factory=dict[str, int], init=False, repr=False, compare=False)
    """`domains_per_minute` by domain; not a setting."""

    @property
    def hosts(self) -> frozenset[str]:
        """Every host that is contacted with these settings."""
        return frozenset({self.host, self.imap_host} - {""})

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
            raise Misconfigured("[channel.email] `bounce_mailbox` is not 1 to 11 letters, digits, dots or dashes.")
        if self.bounce_folder is not None and not self.bounce_folder.is_dir():
            raise Misconfigured(
                f"[channel.email] `bounce_folder` names {self.bounce_folder}, which is no folder; name the Maildir "
                "that your mail server delivers bounces to."
            )
        if self.imap_host:
            self._check_imap()
        object.__setattr__(self, "paces", self._read_paces())
        object.__setattr__(self, "signer", self._read_signer())
        if bool(self.username) != (self.password is not None):
            raise Misconfigured("[channel.email] states one of `username` and `password`; write both or neither.")
        if not 0 <= self.port <= 65535:
            raise Misconfigured("[channel.email] `port` is not a port; write one from 1 to 65535 or leave it out.")
        if self.port == 0:
            object.__setattr__(self, "port", _USUAL_PORT[self.security])

    def _check_imap(self) -> None:
        if self.bounce_folder is not None:
            raise Misconfigured(
                "[channel.email] states `bounce_folder` and `imap_host`; bounces come one way, keep it."
            )
        if self.imap_security not in SECURITIES:
            raise Misconfigured(
                f"[channel.email] `imap_security` is none of {', '.join(SECURITIES)}; write one of them."
            )
        if self.imap_security == "none" and not is_loopback(self.imap_host):
            raise Misconfigured(
                f"[channel.email] `imap_security` is none and {self.imap_host} is not this machine: the password would "
                "travel in the clear; write tls or starttls."
            )
        if not self.imap_username or self.imap_password is None:
            raise Misconfigured("[channel.email] names `imap_host` and lacks `imap_username` or `imap_password`.")
        if not _FOLDER.fullmatch(self.imap_folder):
            raise Misconfigured("[channel.email] `imap_folder` is not a name of letters, digits, dots, dashes and /.")
        if not 0 <= self.imap_port <= 65535:
            raise Misconfigured("[channel.email] `imap_port` is not a port; leave it out for the usual one.")
        if self.imap_port == 0:
            object.__setattr__(self, "imap_port", _USUAL_IMAP_PORT[self.imap_security])

    def _read_paces(self) -> dict[str, int]:
        if self.domain_per_minute < 0:
            raise Misconfigured("[channel.email] `domain_per_minute` is below 0; write a number, or 0 for no limit.")
        found: dict[str, int] = {}
        for one in self.domains_per_minute:
            domain, _, number = one.rpartition(" ")
            if not _DOMAIN.fullmatch(domain) or not (number.isascii() and number.isdigit()):
                raise Misconfigured(
                    "[channel.email] `domains_per_minute` holds something else than a domain and a number, such as "
                    '"example.com 300".'
                )
            found[domain.lower()] = int(number)
        return found

    def _read_signer(self) -> Signer | None:
        if bool(self.dkim_selector) != (self.dkim_key is not None):
            raise Misconfigured(
                "[channel.email] states one of `dkim_selector` and `dkim_key`; write both, or neither to go unsigned."
            )
        if self.dkim_key is None:
            return None
        domain = self.dkim_domain or self.domain
        if not _SELECTOR.fullmatch(self.dkim_selector):
            raise Misconfigured("[channel.email] `dkim_selector` is not a name such as 2026a; write one.")
        if not _DOMAIN.fullmatch(domain):
            raise Misconfigured("[channel.email] `dkim_domain` is not a domain in ASCII; write one.")
        try:
            return Signer.of(domain, self.dkim_selector, self.dkim_key)
        except ValueError as error:
            raise Misconfigured(f"[channel.email] `dkim_key` {error}.") from None
