"""Who we are at Kivra: the tenant we send for, the client we are, and which of Kivra's two environments."""

import os
import re
from collections.abc import Mapping
from dataclasses import dataclass

from vaxel_channels.settings import Mode, checked_url, host_of, read_table, secret
from vaxel_engine.errors import Misconfigured

PRODUCTION = "https://sender.api.kivra.com"
SANDBOX = "https://sender.sandbox-api.kivra.com"
SANDBOX_HOSTS = frozenset({host_of(SANDBOX)})

_KEY = re.compile(r"[0-9]{10}[a-f0-9]{32}")


@dataclass(frozen=True, slots=True)
class KivraSettings:
    """The table `[channel.kivra]`; docs/channels/kivra.md explains each key."""

    tenant_key: str
    client_id: str
    client_secret: str = secret()
    base_url: str = ""
    sandbox: bool = False
    scope: str = ""
    timeout_seconds: float = 30.0

    @property
    def hosts(self) -> frozenset[str]:
        """Every host that is contacted with these settings."""
        return frozenset({host_of(self.base_url)})

    @classmethod
    def read(cls, table: Mapping[str, object], mode: Mode) -> "KivraSettings":
        """Return the settings of `table`; in sandbox mode Kivra's sandbox is the default.

        Raises:
            Misconfigured: the text names the key.
        """
        chosen = dict(table)
        chosen.setdefault("sandbox", mode is Mode.SANDBOX)
        chosen.setdefault("base_url", SANDBOX if chosen["sandbox"] is True else PRODUCTION)
        return read_table(cls, chosen, channel="kivra", environ=os.environ)

    def __post_init__(self) -> None:
        """Refuse what contradicts itself."""
        if not _KEY.fullmatch(self.tenant_key):
            raise Misconfigured(
                "[channel.kivra] `tenant_key` is not ten digits and 32 hexadecimal digits; copy it anew."
            )
        object.__setattr__(self, "base_url", checked_url(self.base_url or PRODUCTION, channel="kivra", key="base_url"))
        if self.hosts <= SANDBOX_HOSTS and not self.sandbox:
            raise Misconfigured(
                "[channel.kivra] `base_url` is Kivra's sandbox, which does not recognise repeats, and `sandbox` is "
                "false; set `sandbox = true`."
            )
