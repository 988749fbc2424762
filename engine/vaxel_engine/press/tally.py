"""What packs' programs wrote at a press, why not the rest, and which of them were withdrawn."""

import threading
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field

from vaxel_engine.errors import Unwritable
from vaxel_engine.packs import Pack
from vaxel_engine.packs.programs import digest_of, withdraw


@dataclass(slots=True)
class Tally:
    """Counted by whoever gives documents to a press, from any thread."""

    _counted: Counter[tuple[str, str]] = field(default_factory=Counter[tuple[str, str]])
    _withdrawn: dict[str, str] = field(default_factory=dict[str, str])
    _lock: threading.Lock = field(default_factory=threading.Lock, repr=False)

    def add(self, brand: str, outcomes: Iterable[str]) -> None:
        """Count artifacts: "hit" for what the program wrote, else the reason why it did not."""
        with self._lock:
            self._counted.update((brand, outcome) for outcome in outcomes)

    def withdraw(self, pack: Pack, why: str) -> None:
        """A program differed from the reference path: say so beside it in the store, so that no process uses it."""
        try:
            if pack.program_place is not None:
                withdraw(pack.program_place, digest_of(pack.program), why)
        except Unwritable as error:
            why = f"{why}; {error}"
        with self._lock:
            self._withdrawn.setdefault(pack.brand, why)

    @property
    def withdrawn(self) -> dict[str, str]:
        """Why a brand's program was withdrawn at this press."""
        with self._lock:
            return dict(self._withdrawn)

    def so_far(self) -> dict[tuple[str, str], int]:
        """Artifacts by brand and outcome since the tally was last taken."""
        with self._lock:
            return dict(self._counted)

    def taken(self) -> dict[tuple[str, str], int]:
        """The same, and counting begins anew."""
        with self._lock:
            counted, self._counted = dict(self._counted), Counter()
        return counted
