"""What is usual and what is not: a register that suddenly matches nobody, and more paper or fallback than ever."""

import datetime as dt
import logging
import math
from collections import defaultdict, deque
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

from vaxel_ledger import Ledger, alarms

_LOG = logging.getLogger(__name__)

LEARNED = 100
"""So many answers or documents before anything counts as usual."""
REMEMBERS = 5_000
"""What is usual follows what happens: the weight of all that went before grows no further."""
UNLIKELY = 1e-6
"""A run of misses is unusual when it would come by chance once in a million."""
WINDOW = 200
"""Documents over which a share is looked at."""
BAND = 0.05
"""A share may leave what is usual by four standard errors and this much."""


@dataclass(slots=True)
class _Share:
    """One share, e.g. how many of whom a register is asked about it has."""

    usual: float = 0.0
    seen: int = 0
    run: int = 0
    """Misses since the last hit."""
    recent: deque[bool] = field(default_factory=lambda: deque[bool](maxlen=WINDOW))

    def learn(self, yes: int, of: int) -> None:
        weight = min(self.seen, REMEMBERS)
        self.usual = (self.usual * weight + yes) / (weight + of)
        self.seen += of

    def nobody(self) -> bool:
        """Whether the run of misses is longer than chance makes it."""
        if self.seen < LEARNED or not 0.0 < self.usual < 1.0:
            return self.seen >= LEARNED and self.usual == 1.0 and self.run >= LEARNED
        return self.run * math.log(1 - self.usual) < math.log(UNLIKELY)

    def off(self) -> bool:
        """Whether the recent share is out of the usual band."""
        if self.seen < LEARNED or len(self.recent) < WINDOW:
            return False
        error = math.sqrt(self.usual * (1 - self.usual) / WINDOW)
        return abs(sum(self.recent) / WINDOW - self.usual) > 4 * error + BAND


@dataclass(slots=True)
class Watch:
    """One worker's eye on its ledger's usual shares; what is usual is kept there, alarms too."""

    ledger: Ledger
    clock: Callable[[], dt.datetime]
    keep_every: dt.timedelta = dt.timedelta(minutes=1)
    _shares: dict[tuple[str, str], _Share] = field(default_factory=dict[tuple[str, str], _Share], init=False)
    _read: set[str] = field(default_factory=set[str], init=False)
    _kept: dt.datetime | None = field(default=None, init=False)
    _sounding: set[tuple[str, str]] = field(default_factory=set[tuple[str, str]], init=False)

    def answered(self, tenant: str, channel: str, title: str, *, hits: int, missed: int) -> None:
        """A register answered about so many recipients, and has so many of them; what is unknown is no answer."""
        if not hits + missed:
            return
        share, what = self._share(tenant, f"register {channel}"), f"register {channel}"
        if hits:
            share.learn(hits, hits + missed + share.run)
            share.run = 0
            self._end(tenant, what)
            return
        share.run += missed
        if share.nobody():
            self._sound(
                tenant,
                what,
                f"the register of {title} has matched none of the last {share.run:,} recipients, and usually matches "
                f"{share.usual:.0%}: what would go on paper because of it waits, and it is asked again each minute. If "
                f'it is right, say so with `vaxel alarms --accept "{what}"`; `vaxel pause print` holds every letter',
                {"run": share.run, "usual": round(share.usual, 4)},
            )

    def doubts(self, tenant: str, channel: str) -> bool:
        """Whether the register of a channel matches nobody at present, and no person has said that this is right."""
        what = f"register {channel}"
        if (tenant, what) not in self._sounding:
            return False
        with self.ledger.reading() as connection:
            stands = any(one.what == what for one in alarms.standing(connection, tenant))
        if not stands:  # somebody has looked: what is usual is learned anew
            self._sounding.discard((tenant, what))
            self._shares[tenant, what] = _Share()
        return stands

    def decided(self, tenant: str, sender: str, *, paper: Sequence[bool], fell: Sequence[bool]) -> None:
        """Documents of a sender were decided: which of them go to paper, and which had tried something before."""
        self._looked(tenant, f"paper {sender}", paper, "of the documents go to paper", "vaxel pause print")
        self._looked(
            tenant, f"fallback {sender}", fell, "of the documents take a second way after a failure", "vaxel status"
        )

    def keep(self, *, now: bool = False) -> None:
        """Write down what is usual, once a minute."""
        at = self.clock()
        if not self._shares or (not now and self._kept is not None and at - self._kept < self.keep_every):
            return
        self._kept = at
        learned: dict[str, dict[str, tuple[float, int]]] = defaultdict(dict)
        for (tenant, what), share in self._shares.items():
            if share.seen:
                learned[tenant][what] = (share.usual, share.seen)
        with self.ledger.writing() as connection:
            for tenant, of_tenant in learned.items():
                alarms.learn(connection, tenant, of_tenant, at=at)

    def _share(self, tenant: str, what: str) -> _Share:
        if tenant not in self._read:
            self._read.add(tenant)
            with self.ledger.reading() as connection:
                known = alarms.known_usual(connection, tenant)
                standing = alarms.standing(connection, tenant)
            for name, (usual, seen) in known.items():
                self._shares[tenant, name] = _Share(usual, seen)
            self._sounding |= {(tenant, one.what) for one in standing}
        return self._shares.setdefault((tenant, what), _Share())

    def _looked(self, tenant: str, what: str, which: Sequence[bool], words: str, command: str) -> None:
        share = self._share(tenant, what)
        for one in which:
            if len(share.recent) == WINDOW and (tenant, what) not in self._sounding:
                share.learn(int(share.recent[0]), 1)  # only what has left the window is usual
            share.recent.append(one)
        if share.off():
            now = sum(share.recent) / WINDOW
            self._sound(
                tenant,
                what,
                f"{now:.0%} of the last {WINDOW} {words}, and usually {share.usual:.0%}: "
                f"see what waits and why with `vaxel status last`; `{command}`",
                {"now": round(now, 4), "usual": round(share.usual, 4)},
            )
        else:
            self._end(tenant, what)

    def _sound(self, tenant: str, what: str, sentence: str, told: Mapping[str, object]) -> None:
        if (tenant, what) in self._sounding:
            return
        self._sounding.add((tenant, what))
        with self.ledger.writing() as connection:
            alarms.sound(connection, tenant, what, sentence, at=self.clock(), told=told)
        _LOG.warning("alarm: %s", sentence)

    def _end(self, tenant: str, what: str) -> None:
        if (tenant, what) not in self._sounding:
            return
        self._sounding.discard((tenant, what))
        with self.ledger.writing() as connection:
            alarms.end(connection, tenant, what, at=self.clock())
        _LOG.warning("the alarm about %s is over", what)
