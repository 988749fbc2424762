"""What is rendered: packs and samples as they lie on disk, read anew when they change."""

import contextlib
import gc
import threading
from collections import OrderedDict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from vaxel_engine import packs
from vaxel_engine.artifact import Artifact, ArtifactKind
from vaxel_engine.errors import Misconfigured, Unrenderable, VaxelError
from vaxel_engine.mailing.printing import Printing
from vaxel_engine.model import Document
from vaxel_engine.packs import Pack
from vaxel_engine.press import Check, Limits, Press, Sitting
from vaxel_engine.rendering import kinds_of
from vaxel_preview.samples import Sample, read_shelf
from vaxel_preview.table import Lane, Made

_KEPT = 48
_MOST_DRAFTS = 200
LIMITS = Limits(seconds=30, processor=15, ready=15)
"""Half of what production allows: somebody waits."""


@dataclass(frozen=True, slots=True)
class Look:
    """What one browser looks at."""

    brand: str
    sample: str


class Materials:
    """Packs under `roots` (the first root wins) and the sample files in `places`; an artifact is made within `limits`.

    Raises Misconfigured when there is no sample, no brand, or none called `brand`.
    """

    def __init__(
        self, roots: Sequence[Path], places: Sequence[Path], brand: str | None = None, limits: Limits = LIMITS
    ) -> None:
        self.roots = tuple(root.resolve() for root in roots)
        self.places = tuple(place.resolve() for place in places)
        self._on_disk = self.shelf = read_shelf(self.places)
        self._drafts: dict[str, Sample] = {}
        if not self.shelf.samples:
            why = next((f": {error}" for error in self.shelf.refused.values()), "")
            raise Misconfigured(f"no sample document can be read{why or '; name other files with --samples'}")
        known = self.brands()
        if not known:
            raise Misconfigured(f"there is no brand pack in {', '.join(map(str, roots))}; name a folder with --packs")
        if brand is not None and brand not in known:
            raise Misconfigured(f'there is no brand pack "{brand}"; choose one of {", ".join(known)}')
        self.brand = brand or next((name for name in known if name != "base"), known[0])
        self._packs: dict[str, tuple[int, Pack | Exception]] = {}
        self._press = Press(limits)
        self._good: dict[str, Pack] = {}
        self._sittings: OrderedDict[tuple[Look, Lane], Sitting] = OrderedDict()
        self._over: dict[Lane, list[Sitting]] = {lane: [] for lane in Lane}
        self._turn = threading.RLock()

    def brands(self) -> tuple[str, ...]:
        """Every brand that can be shown, by name."""
        return tuple(sorted({path.parent.name for root in self.roots for path in root.glob("*/brand.toml")}))

    def look(self, brand: str | None, sample: str | None) -> Look:
        """What is asked for, as far as it exists; else the brand begun with and the first sample."""
        shelf = self.shelf
        plain = sample.partition("@")[0] if sample is not None else ""
        known = plain in shelf.samples or shelf.trouble(plain) is not None
        return Look(
            brand if brand is not None and brand in self.brands() else self.brand,
            sample if sample is not None and known else next(iter(shelf.samples)),
        )

    def reread(self, paths: Iterable[Path]) -> bool:
        """Read the samples again when one of `paths` is theirs; whether the list of samples is another now."""
        if not any(path in self.places or path.parent in self.places for path in (path.resolve() for path in paths)):
            return False
        try:
            shelf = read_shelf(self.places)
        except Misconfigured:
            return False  # the last file went away, or is just being replaced: the shelf stays as it was
        relisted = list(shelf.samples) != list(self._on_disk.samples)
        self._on_disk, self.shelf = shelf, shelf.with_drafts(self._drafts.values())
        return relisted

    def put(self, file: str, documents: Mapping[str, tuple[Document, str]]) -> list[Sample]:
        """Put documents beside the samples, by name, each with why; those of the same names take their place."""
        label = Path(file if file not in self._on_disk.files else f"{file} (dropped)")
        fresh = {
            f"{label}:{name}": Sample(f"{label}:{name}", label, document, why)
            for name, (document, why) in documents.items()
        }
        self._drafts.update(fresh)
        while len(self._drafts) > _MOST_DRAFTS:
            self._drafts.pop(next(iter(self._drafts)))
        self.shelf = self._on_disk.with_drafts(self._drafts.values())
        return list(fresh.values())

    def sitting(self, look: Look, generation: int, made: Made) -> Sitting:
        """The document with its pack at the press, for artifacts that share what they are made of with `made`.

        The same object as long as document and pack are the same, for one thread at a time; several may be at work.
        Raises Unrenderable, TemplateError, Rejected or Unreadable: what is wrong with pack or sample.
        """
        document = self.document(look)
        with self._turn:
            pack = self._pack(look.brand, generation)
            return self._at_press(look, made.lane, document, pack)

    def gist(self, sitting: Sitting) -> str:
        """What is the same as long as the facts are; raises as the sitting does.

        All lanes ask the process that makes small things: it has the facts first, and needs them anyway.
        """
        with self._turn:
            look = next((key[0] for key, one in self._sittings.items() if one is sitting), None)
            small = None if look is None else self._at_press(look, Lane.SCREEN, sitting.document, sitting.pack)
        return (small or sitting).gist()

    def tidy(self, lane: Lane, *, most: int = 0) -> None:
        """End a lane's processes of states that are out of date, but for `most`: ending one takes time."""
        with self._turn:
            over = self._over[lane]
            self._over[lane] = over[len(over) - most :] if most else []
        for sitting in over[: len(over) - most] if most else over:
            sitting.rest()

    def rest(self, lane: Lane, but: Collection[Look] = ()) -> None:
        """Nobody waits for a lane: let its processes go, except those of looks that will be rendered again.

        For the thread of that lane, or when it has ended.
        """
        self.tidy(lane)
        with self._turn:
            at_rest = [(look, sitting) for (look, its_lane), sitting in self._sittings.items() if its_lane is lane]
        sittings = [sitting for look, sitting in at_rest if look not in but]
        for sitting in sittings:
            sitting.rest()

    def prepare(self, look: Look, generation: int) -> None:
        """While nobody waits: the press makes ready what the next save will need. What is wrong was told before.

        The collector of garbage is done with what stays, which else takes it 70 ms in the midst of a save.
        """
        with contextlib.suppress(VaxelError):
            document = self.document(look)
            with self._turn:
                pack = self._pack(look.brand, generation)
            self._press.adopt(document, pack, kinds_of(document))
        gc.unfreeze()
        gc.collect()
        gc.freeze()

    def pack(self, brand: str) -> Pack:
        """The pack as it lies on disk, as production reads it; raises what is wrong with it."""
        return packs.load(brand, self.roots)

    def document(self, look: Look) -> Document:
        """The document of a look; raises Rejected, Unreadable or Unrenderable where it cannot be read."""
        plain, _, language = look.sample.partition("@")
        trouble = self.shelf.trouble(plain)
        if trouble is not None:
            raise trouble
        sample = self.shelf.samples.get(plain)
        if sample is None:
            raise Unrenderable(f"{plain} is not among the samples any more; choose another one")
        return sample.document if not language else sample.speaking(language)

    def facts(self, look: Look) -> Mapping[str, object]:
        """Every name of a template with its value for the document of a look, made at the press."""
        with self._press.sitting(self.document(look), self.pack(look.brand).with_stamps()) as sitting:
            return sitting.facts()

    def produced(self, document: Document, stamped: Pack, kind: ArtifactKind) -> Artifact:
        """What production makes of a document whose stamped form was shown."""
        return self._press.render(document, kind, pack=replace(stamped, stamped=False), check=Check.NONE)

    def _at_press(self, look: Look, lane: Lane, document: Document, pack: Pack) -> Sitting:
        key = (look, lane)
        known = self._sittings.get(key)
        if known is None or known.dropped or known.pack is not pack or known.document != document:
            fresh = self._press.sitting(document, pack, printing=Printing(monochrome=lane is Lane.ONE_INK))
            if known is not None:
                fresh.follow(known)
                self._over[lane].append(known)
            self._sittings[key] = known = fresh
        self._sittings.move_to_end(key)
        while len(self._sittings) > _KEPT:
            (_, its_lane), oldest = self._sittings.popitem(last=False)
            self._over[its_lane].append(oldest)
        return known

    def _pack(self, brand: str, generation: int) -> Pack:
        read_in, known = self._packs.get(brand, (-1, None))
        if read_in < generation:
            try:
                fresh: Pack | Exception = packs.load(brand, self.roots).with_stamps()
            except Exception as error:  # noqa: BLE001 - kept and raised for every artifact of this generation
                fresh = error
            if isinstance(fresh, Pack) and (last := self._good.get(brand)) is not None:
                same = fresh.digest == last.digest and fresh.files == last.files
                fresh = (
                    last if same else last.changed(fresh.told_to(last))
                )  # whose unchanged contents are not held twice
            if isinstance(fresh, Pack):
                self._good[brand] = fresh
            known = fresh
            self._packs[brand] = (generation, fresh)
        if isinstance(known, Exception):
            raise known
        assert known is not None  # noqa: S101 - just read
        return known
