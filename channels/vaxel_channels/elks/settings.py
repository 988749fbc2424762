"""Who we are at 46elks, what stands as the sender of a text, and where texts may go."""

import os
import re
from collections.abc import Mapping
from dataclasses import dataclass

from vaxel_channels.settings import Mode, checked_url, host_of, read_table, secret
from vaxel_channels.texting import NORDIC, checked_rules
from vaxel_engine.errors import Misconfigured

PRODUCTION = "https://api.46elks.com"

_SENDER = re.compile(r"[A-Za-z][A-Za-z0-9]{0,10}|\+[0-9]{7,15}")


@dataclass(frozen=True, slots=True)
class ElksSettings:
    """The table `[channel.sms]`; docs/channels/elks.md explains each key."""

    sender_name: str
    username: str
    password: str = secret()
    base_url: str = PRODUCTION
    report_url: str = ""
    allowed_prefixes: tuple[str, ...] = NORDIC
    max_parts: int = 6
    daily_cap: int = 0
    keep_text: bool = False
    timeout_seconds: float = 30.0

    @property
    def hosts(self) -> frozenset[str]:
        """Every host that is contacted with these settings."""
        return frozenset({host_of(self.base_url)})

    @classmethod
    def read(cls, table: Mapping[str, object], _mode: Mode) -> "ElksSettings":
        """Return the settings of `table`.

        Raises:
            Misconfigured: the text names the key.
        """
        return read_table(cls, table, channel="sms", environ=os.environ)

    def __post_init__(self) -> None:
        """Refuse what contradicts itself."""
        if not _SENDER.fullmatch(self.sender_name):
            raise Misconfigured(
                "[channel.sms] `sender_name` is neither 1 to 11 letters and digits, a letter first, nor a number such "
                "as +46701740605."
            )
        checked_rules(prefixes=self.allowed_prefixes, max_parts=self.max_parts, daily_cap=self.daily_cap)
        object.__setattr__(self, "base_url", checked_url(self.base_url, channel="sms", key="base_url"))
        if self.report_url:
            checked_url(self.report_url, channel="sms", key="report_url")
