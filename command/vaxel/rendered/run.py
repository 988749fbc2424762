"""One run of `vaxel render`: documents read, rendered by all processors, put in their place, and written down."""

import hashlib
import json
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from importlib.metadata import version
from pathlib import Path

from vaxel.progress import Step
from vaxel.rendered.journal import Entry, Journal
from vaxel.rendered.names import Names
from vaxel.rendered.places import Files, Packs, Place
from vaxel_engine.artifact import ArtifactKind
from vaxel_engine.errors import Unreadable, Unwritable
from vaxel_engine.intake import Reading
from vaxel_engine.mailing import Printing
from vaxel_engine.packs import Pack
from vaxel_engine.press import Order, Press, Printed, press_in_bulk
from vaxel_engine.rendering import kinds_of

_SETTLED_EVERY, _SETTLED_AFTER = 256, 2.0
"""Documents, seconds: so much at most is compared byte for byte, or done again, after a power cut."""
_IN_VAIN = 20
"""Documents in a row for which there was no room, after which a run stops instead of rendering a million in vain."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a run makes of a file."""

    file: Path
    mapping: Path | None
    pack: Pack
    kinds: tuple[ArtifactKind, ...]
    """None: all that each document can be."""
    printing: Printing
    packed: bool

    def described(self) -> dict[str, object]:
        """What has a say in the artifacts, and where they lie: the first line of the journal. Raises Unreadable."""
        return {
            "file": self.file.name,
            "sha256": _sha256(self.file),
            "mapping": None if self.mapping is None else _sha256(self.mapping),
            "brand": self.pack.brand,
            "pack": self.pack.digest,
            "vaxel": version("vaxel"),
            "kinds": list(self.kinds),
            "monochrome": self.printing.monochrome,
            "duplex": self.printing.duplex,
            "packed": self.packed,
        }


@dataclass(slots=True)
class Rendered:
    """What became of the documents so far; `already` of those `rendered` were finished by an earlier run."""

    rendered: int = 0
    failed: int = 0
    already: int = 0
    unnoted: list[Entry] = field(default_factory=list[Entry])
    """What failed while the journal itself had no room."""


def render_batch(
    wanted: Wanted,
    reading: Reading,
    folder: Path,
    *,
    press: Press,
    workers: int,
    step: Step,
    told: Callable[[str], object],
) -> tuple[Rendered, Journal]:
    """Render all that is not finished yet, and answer with the counts and the journal, which the caller closes.

    `told` hears a sentence for each document that failed. Raises Unwritable where the folder has no more room; what is
    finished stays, and the same call goes on from it.
    """
    described = wanted.described()
    run = hashlib.sha256(json.dumps(described, sort_keys=True).encode()).hexdigest()[:12]
    place: Place = Packs(folder, run) if wanted.packed else Files(folder)
    journal = Journal.open(folder / f"render-{run}.jsonl", described, lambda lying, same: place.holds(lying, same=same))
    counts = Rendered()
    keeper = _Keeper(place, journal, counts, told)

    def orders() -> Iterator[Order]:
        names = Names()
        for record, document in reading.numbered():
            name = names.of(document.reference, record)
            if journal.finished(record):
                counts.already += 1
                counts.rendered += 1
                step()
            else:
                yield Order(record, name, document, wanted.kinds or kinds_of(document))

    try:
        for printed in press_in_bulk(press, orders(), pack=wanted.pack, workers=workers, printing=wanted.printing):
            keeper.keep(printed)
            step()
        keeper.settle()
        place.close()
    except BaseException:
        journal.close()
        raise
    return counts, journal


@dataclass(slots=True)
class _Keeper:
    """Puts what was rendered in its place and writes it down, now and then on the disk itself."""

    place: Place
    journal: Journal
    counts: Rendered
    told: Callable[[str], object]
    unsettled: int = 0
    since: float = 0.0
    in_vain: int = 0

    def keep(self, printed: Printed) -> None:
        order, error = printed.order, printed.error
        if error is None:
            try:
                files = self.place.keep(order.name, printed.artifacts.values())
                self.journal.note(Entry(order.number, order.document.reference, files))
            except Unwritable as full:
                error = str(full)
                self.in_vain += 1
                if self.in_vain == _IN_VAIN:
                    done = self.counts.rendered
                    raise Unwritable(
                        f"{error}; the {done} documents that are finished are not rendered again"
                    ) from full
            else:
                self.counts.rendered += 1
                self.in_vain = 0
                self._settle_now_and_then()
                return
        self.counts.failed += 1
        self.told(f"failed: {order.document.reference}: {error}")
        failure = Entry(order.number, order.document.reference, error=error)
        try:
            self.journal.note(failure)
        except Unwritable:  # it was told, and a run that goes on from here tries it again in any case
            self.counts.unnoted.append(failure)

    def _settle_now_and_then(self) -> None:
        self.unsettled += 1
        now = time.monotonic()
        if self.unsettled >= _SETTLED_EVERY or now - self.since >= _SETTLED_AFTER:
            self.settle()
            self.unsettled, self.since = 0, now

    def settle(self) -> None:
        self.place.settle()
        self.journal.settled()


def _sha256(path: Path) -> str:
    try:
        with path.open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest()
    except OSError as error:
        raise Unreadable(f"{path.name}: cannot be read ({error.strerror}); check its permissions.") from error
