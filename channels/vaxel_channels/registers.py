"""What the registers said, remembered for as long as an answer holds; what is unknown is never remembered."""

import datetime as dt
import logging
from collections import OrderedDict
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from vaxel_channels.contract import Channel, Reach
from vaxel_engine.model import Recipient

_LOG = logging.getLogger(__name__)

REMEMBERED = 200_000
"""Answers kept in memory, some 100 MB; the oldest are forgotten first."""

_LASTING = frozenset({Reach.HIT, Reach.CONFIRMED_MISS, Reach.UNMATCHED})
"""Answers that hold for a while: a missing address costs nothing to see, and a suppression may come any time."""

_Key = tuple[int, str]


@dataclass(frozen=True, slots=True)
class Asked:
    """What one question to a register gave."""

    reaches: Sequence[Reach]
    fresh: int
    """How many of the recipients were really asked about; the others were remembered."""
    hits: int
    """Of those asked about, how many the register has."""
    missed: int
    """Of those asked about, how many it does not have, or does not list."""


@dataclass(slots=True)
class Registers:
    """A memory for the answers of open channels, for as long as they are open. Safe for one worker."""

    clock: Callable[[], dt.datetime]
    remembered: int = REMEMBERED
    _known: OrderedDict[_Key, tuple[Reach, dt.datetime]] = field(
        default_factory=OrderedDict[_Key, tuple[Reach, dt.datetime]], init=False, repr=False
    )

    def remembers(self, channel: Channel, recipient: Recipient, *, fresh: dt.timedelta | None = None) -> bool:
        """Whether a question about a recipient would ask nobody outside."""
        holds = fresh or channel.capabilities.register_holds
        if channel.capabilities.register_holds is None or holds is None:
            return True
        return self._remembered((id(channel), _identity(recipient)), self.clock() - holds) is not None

    def look_up(
        self,
        channel: Channel,
        recipients: Sequence[Recipient],
        *,
        fresh: dt.timedelta | None = None,
        doubted: bool = False,
    ) -> Asked:
        """Say for each recipient, in order, whether the channel reaches them, asking only about who is not remembered.

        `fresh` is how long an answer holds, in place of what the channel declares; a channel that asks nobody outside
        is asked each time. One that fails answers *unknown* for all. A register that is `doubted` matches nobody at
        present, so that no miss of it is remembered.
        """
        holds = fresh or channel.capabilities.register_holds
        if channel.capabilities.register_holds is None or holds is None:
            reaches = _asked(channel, recipients)
            return Asked(reaches, len(recipients), reaches.count(Reach.HIT), 0)
        now, account = self.clock(), id(channel)
        keys = [(account, _identity(recipient)) for recipient in recipients]
        known = {key: self._remembered(key, now - holds) for key in keys}
        if doubted:
            known = {key: reach if reach is Reach.HIT else None for key, reach in known.items()}
        new = {key: one for key, one in zip(keys, recipients, strict=True) if known[key] is None}
        answered = _asked(channel, list(new.values()))
        for key, reach in zip(new, answered, strict=True):
            known[key] = reach
            if reach in _LASTING:
                self._known[key] = (reach, now)
                self._known.move_to_end(key)
        while len(self._known) > self.remembered:
            self._known.popitem(last=False)
        missed = sum(reach in (Reach.CONFIRMED_MISS, Reach.UNMATCHED) for reach in answered)
        reaches = [known[key] or Reach.UNKNOWN for key in keys]
        return Asked(reaches, len(new), answered.count(Reach.HIT), missed)

    def _remembered(self, key: _Key, oldest: dt.datetime) -> Reach | None:
        found = self._known.get(key)
        return found[0] if found is not None and found[1] > oldest else None


def _asked(channel: Channel, recipients: Sequence[Recipient]) -> list[Reach]:
    if not recipients:
        return []
    try:
        reached = list(channel.look_up(recipients))
    except Exception as error:  # noqa: BLE001  # a channel by others must not stop the batch; unknown waits
        name = channel.capabilities.name
        _LOG.warning("the look-up of %s stopped unexpectedly (%s)", name, type(error).__name__)
        return [Reach.UNKNOWN] * len(recipients)
    return reached if len(reached) == len(recipients) else [Reach.UNKNOWN] * len(recipients)


def _identity(recipient: Recipient) -> str:
    """All by which a register may know a recipient: another address is another question."""
    address, number = recipient.postal_address, recipient.national_id
    known = [f"{number.country_code}{number.value}" if number else None]
    known += [recipient.organisation_number, recipient.email, recipient.mobile]
    if address is not None:
        known += [recipient.name, address.line_1, address.line_2, address.line_3]
        known += [address.post_code, address.city, address.country_code]
    return "\n".join(one or "" for one in known)
