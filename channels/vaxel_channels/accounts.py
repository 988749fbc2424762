"""The open channels of a switch: those that all senders share, and those for which a sender has its own account."""

from collections.abc import Iterator, Mapping
from typing import Literal

from vaxel_channels.contract import Channel
from vaxel_channels.registry import open_channels
from vaxel_channels.settings import Mode
from vaxel_engine.errors import Misconfigured

_NONE: Mapping[str, Mapping[str, Channel]] = {}


class Accounts(Mapping[str, Channel]):
    """Channels by name, as every sender has them; `of` says what one sender has.

    A sender's own account stands in the place of the shared channel of that name: another gateway, another print house,
    another tenant of the same mailbox. The ledger, reports and wishes name the channel, never the account.
    """

    def __init__(self, shared: Mapping[str, Channel], own: Mapping[str, Mapping[str, Channel]] | None = None) -> None:
        """`own` is by sender as documents name it: a name or a legal registration number."""
        self._shared = dict(shared)
        self._senders = {sender: {**shared, **channels} for sender, channels in (own or _NONE).items()}

    def __getitem__(self, name: str) -> Channel:
        return self._shared[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._shared)

    def __len__(self) -> int:
        return len(self._shared)

    def of(self, sender: str) -> Mapping[str, Channel]:
        """The channels by name as this sender has them; for a stranger what all share."""
        return self._senders.get(sender, self._shared)

    def each(self) -> Iterator[tuple[str, Channel]]:
        """Every open channel once, with its name."""
        seen: set[int] = set()
        for channels in (self._shared, *self._senders.values()):
            for name, channel in channels.items():
                if id(channel) not in seen:
                    seen.add(id(channel))
                    yield name, channel

    def close(self) -> None:
        """Close every channel; may be called twice."""
        for _, channel in self.each():
            channel.close()


def accounts(channels: Mapping[str, Channel]) -> Accounts:
    """The same channels as accounts, where they are none yet: every sender shares them."""
    return channels if isinstance(channels, Accounts) else Accounts(channels)


Tables = Mapping[str, Mapping[str, object]]


def open_accounts(
    shared: Tables, own: Mapping[str, Tables], *, mode: Mode | Literal["sandbox", "live"]
) -> tuple[dict[str, Channel], dict[str, dict[str, Channel]]]:
    """Open the shared channels, and each sender's own by the sender's name; the caller closes them all.

    Raises:
        Misconfigured: one cannot be opened; those already open are closed again.
    """
    opened = open_channels(shared, mode=mode)
    theirs: dict[str, dict[str, Channel]] = {}
    try:
        for sender, tables in own.items():
            try:
                theirs[sender] = open_channels(tables, mode=mode)
            except Misconfigured as error:
                raise Misconfigured(f"sender.{sender}: {error}") from error
    except BaseException:
        Accounts(opened, theirs).close()
        raise
    return opened, theirs
