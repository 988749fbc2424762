"""Every channel by name, ours and those that other packages bring, and how one is opened from its table of settings."""

import difflib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from importlib.metadata import entry_points
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Generic, Literal, Protocol, TypeVar

from vaxel_channels.bank import Bank, BankSettings
from vaxel_channels.contract import Channel
from vaxel_channels.digipost import Digipost, DigipostSettings
from vaxel_channels.digipost.settings import SANDBOX_HOSTS as DIGIPOST_SANDBOX
from vaxel_channels.elks import Elks, ElksSettings
from vaxel_channels.email import Email, EmailSettings
from vaxel_channels.kivra import Kivra, KivraSettings
from vaxel_channels.kivra.settings import SANDBOX_HOSTS as KIVRA_SANDBOX
from vaxel_channels.link_mobility import LinkMobility, LinkMobilitySettings
from vaxel_channels.my_pages import MyPagesSettings
from vaxel_channels.my_pages import pages as my_pages
from vaxel_channels.print_house import PrintHouse, PrintHouseSettings
from vaxel_channels.settings import Mode, is_loopback
from vaxel_engine.errors import Misconfigured

if TYPE_CHECKING:
    from _typeshed import DataclassInstance

ENTRY_POINTS = "vaxel.channels"
"""The group under which another package names its channels; each entry is a `ChannelKind`."""


class ChannelSettings(Protocol):
    """What the registry asks of every channel's settings."""

    @property
    def hosts(self) -> frozenset[str]:
        """Every host that is contacted with these settings; none for a folder."""
        ...


S = TypeVar("S", bound=ChannelSettings)


def _no_others() -> "Mapping[str, ChannelKind[Any]]":
    return {}


@dataclass(frozen=True, slots=True)
class ChannelKind(Generic[S]):
    """One kind of channel: how its table is read and how a channel is made of the settings."""

    settings: "type[DataclassInstance]"
    """The frozen dataclass whose fields are the keys of the table."""
    read: Callable[[Mapping[str, object], Mode], S]
    channel: Callable[[S], Channel]
    page: str
    """Its page in docs/channels, without the suffix."""
    sandbox_hosts: frozenset[str] = frozenset()
    """Hosts that the provider documents as its sandbox."""
    writes: bool = True
    """Whether it hands anything over; one that does not knows only whom it would reach."""
    providers: "Mapping[str, ChannelKind[Any]]" = field(default_factory=_no_others)
    """Others that carry the same, by the word that `provider` in the table names them with; this one by none."""

    def open(self, name: str, table: Mapping[str, object], mode: Mode) -> Channel:
        """Make the channel that `table` describes.

        Raises:
            Misconfigured: a key is wrong, or sandbox mode would reach a real provider.
        """
        if "provider" in table and self.providers:
            rest = {key: value for key, value in table.items() if key != "provider"}
            return self._provider(name, table["provider"]).open(name, rest, mode)
        settings = self.read(table, mode)
        if mode is Mode.SANDBOX:
            for host in sorted(settings.hosts - self.sandbox_hosts):
                if not is_loopback(host):
                    raise Misconfigured(
                        f"[channel.{name}] would reach {host} although the mode is sandbox; choose a stand-in on this "
                        'machine or the provider\'s documented sandbox, or set mode = "live".'
                    )
        return self.channel(settings)

    def _provider(self, name: str, wanted: object) -> "ChannelKind[Any]":
        if isinstance(wanted, str) and wanted in self.providers:
            return self.providers[wanted]
        known = ", ".join(self.providers)
        raise Misconfigured(f"[channel.{name}] `provider` is none that there is; known are {known}.")


_ELKS: ChannelKind[Any] = ChannelKind(ElksSettings, ElksSettings.read, Elks, "elks")
_LINK: ChannelKind[Any] = ChannelKind(LinkMobilitySettings, LinkMobilitySettings.read, LinkMobility, "link_mobility")

CHANNELS: Mapping[str, ChannelKind[Any]] = MappingProxyType(
    {
        "kivra": ChannelKind(KivraSettings, KivraSettings.read, Kivra, "kivra", KIVRA_SANDBOX),
        "digipost": ChannelKind(DigipostSettings, DigipostSettings.read, Digipost, "digipost", DIGIPOST_SANDBOX),
        "my_pages": ChannelKind(MyPagesSettings, MyPagesSettings.read, my_pages, "my_pages"),
        "email": ChannelKind(EmailSettings, EmailSettings.read, Email, "email"),
        "sms": replace(_ELKS, providers={"46elks": _ELKS, "link_mobility": _LINK}),
        "bank": ChannelKind(BankSettings, BankSettings.read, Bank, "bank", writes=False),
        "print": ChannelKind(PrintHouseSettings, PrintHouseSettings.read, PrintHouse, "print_house"),
    }
)
"""Our own channels by the name that settings, wishes and reports use."""


def every_kind() -> list[tuple[str, str | None, ChannelKind[Any]]]:
    """Our own channels with their name and, where there are several for one name, the provider's; for documentation."""
    found: list[tuple[str, str | None, ChannelKind[Any]]] = []
    for name, first in CHANNELS.items():
        found += [(name, provider, kind) for provider, kind in first.providers.items()] or [(name, None, first)]
    return found


def is_channel(name: str) -> bool:
    """Whether a channel of this name is there, ours or an installed package's."""
    return name in CHANNELS or any(entry.name == name for entry in entry_points(group=ENTRY_POINTS))


def channel_kind(name: str) -> ChannelKind[Any]:
    """Return the kind of channel that is called `name`, ours or another package's.

    Raises:
        Misconfigured: there is none, there are two, or what is installed under the name is no channel.
    """
    others = entry_points(group=ENTRY_POINTS)
    found = [entry for entry in others if entry.name == name]
    if len(found) + (name in CHANNELS) > 1:
        raise Misconfigured(f"[channel.{name}] is offered by more than one installed package; remove one of them.")
    if name in CHANNELS:
        return CHANNELS[name]
    if not found:
        known = sorted({*CHANNELS, *(entry.name for entry in others)})
        near = difflib.get_close_matches(name, known, n=2)
        remedy = f"did you mean {' or '.join(near)}" if near else f"known are {', '.join(known)}"
        raise Misconfigured(f"[channel.{name}] names no channel; {remedy}?")
    kind: object = found[0].load()
    if not isinstance(kind, ChannelKind):
        raise Misconfigured(f"[channel.{name}] leads to {found[0].value}, which is not a ChannelKind; ask its author.")
    return kind  # pyright: ignore[reportUnknownVariableType] - isinstance cannot see the parameter


def open_channels(
    tables: Mapping[str, Mapping[str, object]], *, mode: Mode | Literal["sandbox", "live"]
) -> dict[str, Channel]:
    """Open the channel of each table, in the order of the tables; the caller closes them.

    Raises:
        Misconfigured: one of them cannot be opened; those already open are closed again.
    """
    channels: dict[str, Channel] = {}
    try:
        for name, table in tables.items():
            channels[name] = channel_kind(name).open(name, table, Mode(mode))
    except BaseException:
        for channel in channels.values():
            channel.close()
        raise
    return channels
