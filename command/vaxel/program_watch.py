"""The switch's eye on block programs: hits and misses are counted in the ledger, a withdrawn one is an alarm there."""

import datetime as dt
import logging
import time
from collections.abc import Callable
from dataclasses import dataclass, field

from vaxel.brands import Brands
from vaxel.program_words import sentence_about
from vaxel_engine.packs import Pack
from vaxel_engine.packs.programs import digest_of, withdrawn
from vaxel_engine.press.tally import Tally
from vaxel_ledger import Ledger, alarms, program_counts

_LOG = logging.getLogger(__name__)

EVERY = 5.0
"""Seconds between two looks while documents are rendered."""


@dataclass(slots=True)
class ProgramWatch:
    """What one process's press has counted, written down every few seconds and when its work is done.

    An alarm stands as long as the program that is used is withdrawn; `vaxel compile` makes another one, and ends it.
    """

    ledger: Ledger
    tenant: str
    brands: Brands
    tally: Tally
    clock: Callable[[], dt.datetime]
    _looked: float = field(default=-EVERY, init=False)
    _sounded: set[str] = field(default_factory=set[str], init=False)

    def look(self, *, now: bool = False) -> None:
        """Write down what was counted, and sound or end the alarms about programs."""
        if not now and time.monotonic() - self._looked < EVERY and not self.tally.withdrawn.keys() - self._sounded:
            return
        self._looked = time.monotonic()
        counted = self.tally.taken()
        why = {brand: _why(pack, self.tally) for brand, pack in self.brands.in_use().items()}
        with self.ledger.reading() as connection:
            standing = {one.what for one in alarms.standing(connection, self.tenant)}
        begin = {brand: said for brand, said in why.items() if said and alarm_about(brand) not in standing}
        over = [brand for brand, said in why.items() if not said and alarm_about(brand) in standing]
        self._sounded = {brand for brand, said in why.items() if said}
        if not (counted or begin or over):
            return
        at = self.clock()
        with self.ledger.writing() as connection:
            program_counts.add(connection, self.tenant, counted)
            for brand, said in begin.items():
                sentence = sentence_about(brand, said)
                if alarms.sound(connection, self.tenant, alarm_about(brand), sentence, at=at, told={"brand": brand}):
                    _LOG.warning("alarm: %s", sentence)
            for brand in over:
                alarms.end(connection, self.tenant, alarm_about(brand), at=at)
                _LOG.warning("the alarm about the %s is over", alarm_about(brand))


def alarm_about(brand: str) -> str:
    """What the alarm of a brand's program is called."""
    return f"program {brand}"


def _why(pack: Pack, tally: Tally) -> str:
    """Why the pack's program is withdrawn, in any process; empty where it is used, or where there is none."""
    if not pack.program or pack.program_place is None:
        return ""
    found = withdrawn(pack.program_place, digest_of(pack.program))
    return found or tally.withdrawn.get(pack.brand, "")
