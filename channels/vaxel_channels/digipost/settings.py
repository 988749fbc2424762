"""Who we are at Digipost, and what its print service does for those who have no mailbox or do not read."""

import os
import re
from collections.abc import Mapping
from dataclasses import dataclass

from vaxel_channels.digipost.signing import Signer
from vaxel_channels.settings import Mode, checked_url, host_of, read_table, secret
from vaxel_engine.errors import Misconfigured

PRODUCTION = "https://api.digipost.no"
TEST = "https://api.test.digipost.no"
SANDBOX_HOSTS = frozenset({host_of(TEST), "api.difitest.digipost.no"})

LEVELS = ("PASSWORD", "TWO_FACTOR", "IDPORTEN_3", "IDPORTEN_4")
"""How the recipient must have signed in, schema v8 `authentication-level`; the last two are for government agencies."""

_NUMBER = re.compile(r"[0-9]{1,18}")
_RETURN = ("return_name", "return_street", "return_post_code", "return_city")


@dataclass(frozen=True, slots=True)
class DigipostSettings:
    """The table `[channel.digipost]`; docs/channels/digipost.md explains each key."""

    sender_id: str
    private_key: str = secret()
    user_id: str = ""
    base_url: str = PRODUCTION
    authentication_level: str = "PASSWORD"
    by_name_and_address: bool = False
    print_fallback: bool = False
    print_if_unread_days: int = 0
    colour: bool = False
    shred_undeliverable: bool = False
    return_name: str = ""
    return_street: str = ""
    return_post_code: str = ""
    return_city: str = ""
    events_every_seconds: float = 60.0
    events_days: int = 14
    timeout_seconds: float = 30.0

    @property
    def hosts(self) -> frozenset[str]:
        """Every host that is contacted with these settings."""
        return frozenset({host_of(self.base_url)})

    @property
    def prints(self) -> bool:
        """Whether Digipost's print service may be used at all."""
        return self.print_fallback or self.print_if_unread_days > 0

    @property
    def signer(self) -> Signer:
        """Who signs the requests; raises Misconfigured."""
        try:
            return Signer.of(self.user_id or self.sender_id, self.private_key)
        except ValueError as error:
            raise Misconfigured(f"[channel.digipost] `private_key` {error}.") from None

    @classmethod
    def read(cls, table: Mapping[str, object], mode: Mode) -> "DigipostSettings":
        """Return the settings of `table`; in sandbox mode Digipost's test environment is the default.

        Raises:
            Misconfigured: the text names the key.
        """
        chosen = {"base_url": TEST if mode is Mode.SANDBOX else PRODUCTION, **table}
        return read_table(cls, chosen, channel="digipost", environ=os.environ)

    def __post_init__(self) -> None:
        """Refuse what contradicts itself."""
        for key in ("sender_id", "user_id"):
            if (value := getattr(self, key)) and not _NUMBER.fullmatch(value):
                raise Misconfigured(
                    f"[channel.digipost] `{key}` is not the number that Digipost gave; it is no organisation number."
                )
        if not self.sender_id:
            raise Misconfigured("[channel.digipost] `sender_id` is empty; write the number that Digipost gave.")
        if self.authentication_level not in LEVELS:
            raise Misconfigured(
                f"[channel.digipost] `authentication_level` is none of Digipost's; there are {', '.join(LEVELS)}."
            )
        for number in ("print_if_unread_days", "events_every_seconds"):
            if getattr(self, number) < 0:
                raise Misconfigured(f"[channel.digipost] `{number}` is below 0; write 0 for none.")
        if self.events_days < 1:
            raise Misconfigured("[channel.digipost] `events_days` is below 1; write how many days to look back.")
        if self.prints and (absent := [key for key in _RETURN if not getattr(self, key)]):
            raise Misconfigured(
                f"[channel.digipost] lets Digipost print and lacks `{absent[0]}`; letters need a return address."
            )
        object.__setattr__(self, "base_url", checked_url(self.base_url, channel="digipost", key="base_url"))
        _ = self.signer
