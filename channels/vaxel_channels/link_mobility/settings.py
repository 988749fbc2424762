"""Who we are at LINK Mobility, what stands as the sender of a text, and where texts may go."""

import os
import re
from collections.abc import Mapping
from dataclasses import dataclass

from vaxel_channels.settings import Mode, checked_url, host_of, read_table, secret
from vaxel_channels.texting import NORDIC, checked_rules
from vaxel_engine.errors import Misconfigured

_NAME = re.compile(r"[A-Za-z0-9 ]{1,11}")
_NUMBER = re.compile(r"\+[1-9][0-9]{6,14}")
_SHORT = re.compile(r"[0-9]{3,6}")


@dataclass(frozen=True, slots=True)
class LinkMobilitySettings:
    """The table `[channel.sms]` with `provider = "link_mobility"`; docs/channels/link_mobility.md explains each key."""

    sender_name: str
    base_url: str
    username: str
    platform_id: str
    platform_partner_id: str
    password: str = secret()
    report_gate: str = ""
    allowed_prefixes: tuple[str, ...] = NORDIC
    max_parts: int = 6
    daily_cap: int = 0
    timeout_seconds: float = 30.0

    @property
    def hosts(self) -> frozenset[str]:
        """Every host that is contacted with these settings."""
        return frozenset({host_of(self.base_url)})

    @property
    def source_type(self) -> str:
        """LINK Mobility's word for what `sender_name` is."""
        if _NUMBER.fullmatch(self.sender_name):
            return "MSISDN"
        return "SHORTNUMBER" if _SHORT.fullmatch(self.sender_name) else "ALPHANUMERIC"

    @classmethod
    def read(cls, table: Mapping[str, object], _mode: Mode) -> "LinkMobilitySettings":
        """Return the settings of `table`.

        Raises:
            Misconfigured: the text names the key.
        """
        return read_table(cls, table, channel="sms", environ=os.environ)

    def __post_init__(self) -> None:
        """Refuse what contradicts itself."""
        if not (_NAME.fullmatch(self.sender_name) or _NUMBER.fullmatch(self.sender_name)):
            raise Misconfigured(
                "[channel.sms] `sender_name` is neither 1 to 11 letters and digits, nor a number such as +46701740605, "
                "nor a short number."
            )
        for key in ("platform_id", "platform_partner_id", "username"):
            if not str(getattr(self, key)).strip():
                raise Misconfigured(f"[channel.sms] `{key}` is empty; LINK Mobility gave it with the contract.")
        checked_rules(prefixes=self.allowed_prefixes, max_parts=self.max_parts, daily_cap=self.daily_cap)
        object.__setattr__(self, "base_url", checked_url(self.base_url, channel="sms", key="base_url"))
