"""Where the sender's customer pages take documents, and the secret that both sides sign with."""

import base64
import binascii
import os
from collections.abc import Mapping
from dataclasses import dataclass

from vaxel_channels.settings import Mode, checked_url, host_of, read_table, secret
from vaxel_engine.errors import Misconfigured

SHORTEST_SECRET = 24
"""Bytes (Standard Webhooks: 24 to 64)."""


@dataclass(frozen=True, slots=True)
class MyPagesSettings:
    """The table `[channel.my_pages]`; docs/channels/my_pages.md explains each key."""

    secret: str = secret()
    base_url: str = ""
    pull: bool = False
    max_bytes: int = 10_000_000
    list_every_seconds: float = 60.0
    timeout_seconds: float = 30.0

    @property
    def hosts(self) -> frozenset[str]:
        """Every host that is contacted with these settings."""
        return frozenset() if self.pull else frozenset({host_of(self.base_url)})

    @property
    def key(self) -> bytes:
        """The bytes of the secret; raises Misconfigured."""
        try:
            key = base64.b64decode(self.secret.removeprefix("whsec_"), validate=True)
        except (binascii.Error, ValueError):
            key = b""
        if len(key) < SHORTEST_SECRET:
            raise Misconfigured(
                f"[channel.my_pages] `secret` is not whsec_ and base64 of at least {SHORTEST_SECRET} bytes; make one "
                "with `openssl rand -base64 32`."
            )
        return key

    @classmethod
    def read(cls, table: Mapping[str, object], _mode: Mode) -> "MyPagesSettings":
        """Return the settings of `table`.

        Raises:
            Misconfigured: the text names the key.
        """
        return read_table(cls, table, channel="my_pages", environ=os.environ)

    def __post_init__(self) -> None:
        """Refuse what contradicts itself."""
        if self.pull == bool(self.base_url):
            raise Misconfigured(
                "[channel.my_pages] states both `base_url` and `pull`, or neither; write where the pages take pushes, "
                "or `pull = true` where they fetch by themselves."
            )
        if self.base_url:
            object.__setattr__(self, "base_url", checked_url(self.base_url, channel="my_pages", key="base_url"))
        if self.max_bytes < 1:
            raise Misconfigured("[channel.my_pages] `max_bytes` is below 1; write how much the pages take.")
        _ = self.key
