"""Ramps that stop by themselves: how the hand-overs of a channel went since its ramp began."""

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass, field

from vaxel_channels.routing import SenderPolicy
from vaxel_channels.routing.rules import Ramp
from vaxel_ledger import Ledger, alarms
from vaxel_ledger.states import AttemptState
from vaxel_ledger.tallies import tally


@dataclass(slots=True)
class Ramps:
    """Which ramps have stopped; one that has stays so until the rules file changes. Looked at every few seconds."""

    ledger: Ledger
    clock: Callable[[], dt.datetime]
    every: dt.timedelta = dt.timedelta(seconds=5)
    _stopped: dict[tuple[str, str], frozenset[str]] = field(
        default_factory=dict[tuple[str, str], frozenset[str]], init=False
    )
    _looked: dict[tuple[str, str], dt.datetime] = field(default_factory=dict[tuple[str, str], dt.datetime], init=False)

    def stopped(self, tenant: str, policy: SenderPolicy) -> frozenset[str]:
        """The channels of a sender's rules whose ramp has stopped, since too many hand-overs failed."""
        rules = policy.in_force
        ramps = {name: told.ramp for name, told in rules.of_channels.items() if told.ramp is not None}
        if not ramps:
            return frozenset()
        now, key = self.clock(), (tenant, rules.digest)
        if key in self._looked and now - self._looked[key] < self.every:
            return self._stopped[key]
        self._looked[key] = now
        self._stopped[key] = frozenset(name for name, ramp in ramps.items() if self._stops(key, name, ramp, now))
        return self._stopped[key]

    def _stops(self, key: tuple[str, str], name: str, ramp: Ramp, now: dt.datetime) -> bool:
        tenant, digest = key
        what = f"ramp {name} {digest[:12]}"
        with self.ledger.reading() as connection:
            if any(one.what == what for one in alarms.standing(connection, tenant)):
                return True
            counted = tally(connection, tenant, name, since=ramp.since)
        failed, total = counted.get(AttemptState.FAILED, 0), sum(counted.values())
        if total < ramp.after or failed * 100 <= ramp.stop_at * total:
            return False
        sentence = (
            f"the ramp of {name} stopped by itself: {failed:,} of {total:,} hand-overs failed, more than "
            f"{ramp.stop_at.normalize():f} %; its documents take the other channels. Find out why, then change the "
            "rules file, which lets it begin anew"
        )
        with self.ledger.writing() as connection:
            alarms.sound(connection, tenant, what, sentence, at=now, told={"failed": failed, "total": total})
        return True
