"""Reviewing a pack in the preview: everything examined, decided in groups, published and rolled back."""

import datetime as dt
import hashlib
import threading
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path

from vaxel_engine.errors import Misconfigured, TemplateError, Unapproved, Unrenderable, VaxelError
from vaxel_engine.packs import Pack, load
from vaxel_engine.packs.approvals import folder_of, signature, state_of
from vaxel_engine.packs.publishing import publish, roll_back
from vaxel_engine.packs.reading import layers
from vaxel_engine.packs.store import Turn, history
from vaxel_engine.press import Pressed
from vaxel_preview.review_settings import ReviewDesk
from vaxel_regression.approving import Examined, Group, decide, examine
from vaxel_regression.baselines import Baselines
from vaxel_regression.guard import BEFORE, PICTURES, Guard, SharedBrowser
from vaxel_regression.matrix import Matrix, Sample, Selection, languages, read_samples
from vaxel_regression.observation import draw
from vaxel_regression.tolerances import read_tolerances

IDLE = "idle"


@dataclass(slots=True)
class Job:
    """What is being done, or was done last; `done` counts documents and cases, `sentence` says how it ended."""

    what: str = IDLE
    done: int = 0
    sentence: str = ""
    failed: bool = False
    running: bool = False
    examined: Examined | None = field(default=None, repr=False)


class Review:
    """One reviewer at a desk: long work runs in a thread of its own, one at a time; any thread may ask how it goes."""

    def __init__(self, desk: ReviewDesk, roots: Sequence[Path], ghost: Callable[[str], Pack]) -> None:
        self.desk = desk
        self._ghost = ghost
        self._roots = tuple(roots)
        self._work = ThreadPoolExecutor(1, thread_name_prefix="review")
        self._turn = threading.Lock()
        self._jobs: dict[str, Job] = {}
        self._pictures: dict[str, Path] = {}

    def job(self, brand: str) -> Job:
        """What goes on with a brand."""
        return self._jobs.setdefault(brand, Job())

    def standing(self, brand: str) -> tuple[bool, str]:
        """Whether the brand is approved as its files are now, and a sentence that says so."""
        try:
            state = state_of(layers(brand, self._roots))
            board = signature(brand, folder_of(brand, self._roots), state).board
        except Unapproved as error:
            said = str(error).partition("; ")[0]
            return False, f"{said[0].upper()}{said[1:]}."
        except VaxelError as error:
            return False, str(error)
        return True, f"{brand} is approved as it is now, by {board.by} on {board.at:%Y-%m-%d}."

    def turns(self, brand: str) -> tuple[Turn, ...]:
        """When which version went live, the oldest first."""
        return history(brand, self.desk.store)

    def examine(self, brand: str) -> Future[None]:
        """Begin to look at everything of a brand."""
        return self._begin(brand, "Looking at everything", self._examine)

    def decide(self, brand: str, accepted: Sequence[str], rejected: Sequence[str], reason: str) -> Future[None]:
        """Begin to write down what was decided of the groups that `examine` found, by their names.

        Raises Misconfigured for a group that does not wait, and while nothing was examined.
        """
        examined = self.job(brand).examined
        if examined is None:
            raise Misconfigured(f"look at everything of {brand} first; then decide")
        known = {group.name: group for group in examined.groups}
        for name in (*accepted, *rejected):
            if name not in known:
                raise Misconfigured(f'there is no group "{name}" that waits; look at everything again')
        yes = [known[name] for name in accepted]
        no = {known[name]: reason for name in rejected}
        return self._begin(brand, "Writing down", lambda brand, job: self._decide(brand, job, examined, yes, no))

    def publish(self, brand: str) -> Future[None]:
        """Begin to publish a brand: it is examined once more, frozen, and live in everything at once."""
        return self._begin(brand, "Publishing", self._publish)

    def roll_back(self, brand: str, version: str) -> Turn:
        """Make an earlier version live again; raises Misconfigured where there is none."""
        return roll_back(brand, self.desk.store, version, at=dt.datetime.now(dt.UTC), by=self.desk.by)

    def pictures(self, group: Group) -> list[dict[str, str]]:
        """The pictures of the first case of a group: what each shows, and the ids of now and before."""
        folder = group.cases[0].evidence / PICTURES
        shown: list[dict[str, str]] = []
        for path in sorted(folder.glob("*.png")):
            if path.stem.endswith(BEFORE):
                continue
            before = path.with_name(f"{path.stem}{BEFORE}.png")
            entry = {"name": path.stem, "now": self._id(path)}
            if before.is_file():
                entry["before"] = self._id(before)
            shown.append(entry)
        return shown

    def picture(self, picture_id: str) -> Path | None:
        """The file of a picture by its id; None for any other."""
        return self._pictures.get(picture_id)

    def close(self) -> None:
        """End; what is being done is finished first."""
        self._work.shutdown(wait=True, cancel_futures=True)

    def _id(self, path: Path) -> str:
        name = hashlib.sha256(str(path).encode()).hexdigest()[:24]
        self._pictures[name] = path
        return name

    def _begin(self, brand: str, what: str, work: Callable[[str, Job], None]) -> Future[None]:
        with self._turn:
            old = self.job(brand)
            if old.running:
                raise Misconfigured(f"{old.what.lower()} is still going on; wait for it")
            if not (self.desk.folder / brand / "brand.toml").is_file():
                raise Misconfigured(
                    f"{brand} comes with Vaxel and is not yours to approve; begin your own with `vaxel new brand`"
                )
            job = self._jobs[brand] = Job(what, running=True, examined=old.examined)
        return self._work.submit(self._run, brand, job, work)

    def _run(self, brand: str, job: Job, work: Callable[[str, Job], None]) -> None:
        try:
            work(brand, job)
        except VaxelError as error:
            job.failed, job.sentence = True, str(error)
        except Exception as fault:  # noqa: BLE001 - the page must be told, whatever happened in this thread
            job.failed = True
            job.sentence = f"It stopped on a fault of its own ({type(fault).__name__}); please report it."
        finally:
            job.running = False

    def _guard(self) -> Guard:
        place = self.desk.baselines
        return Guard(Baselines(place), self.desk.evidence, SharedBrowser(), read_tolerances(place))

    def _examine(self, brand: str, job: Job) -> None:
        pack, guard = load(brand, self._roots), self._guard()
        samples = read_samples(self.desk.samples)

        def step() -> None:
            job.done += 1

        try:
            examined = examine(
                pack,
                folder_of(brand, self._roots),
                state_of(layers(brand, self._roots)),
                tuple(samples.chosen(Matrix.QUICK)),
                guard,
                selection=Selection.of(""),
                pictured=self._board(brand, languages(pack)[-1], samples.documents[0].name).has,
                step=step,
            )
            for group in examined.groups:
                self._as_approved(brand, group, {sample.name: sample for sample in samples.documents}, guard)
        finally:
            guard.browser.close()
        job.examined = examined
        total, waiting = len(examined.artifacts), len(examined.waiting)
        job.sentence = f"{total} cases: {total - waiting} as approved, {waiting} otherwise."

    def _as_approved(self, brand: str, group: Group, samples: Mapping[str, Sample], guard: Guard) -> None:
        """Leave pictures of what was approved beside those of a group's first case, where none were kept of it."""
        first = group.cases[0]
        _, sample, language, artifact = first.case.split("/")
        folder = first.evidence / PICTURES
        if not folder.is_dir() or any(folder.glob(f"*{BEFORE}.png")):
            return
        rendering = Pressed.of(samples[sample].speaking(language), self._ghost(brand))
        try:
            for name, picture in draw(rendering, artifact, guard.browser).items():
                (folder / f"{name}{BEFORE}.png").write_bytes(picture)
        except (Unrenderable, TemplateError):
            return  # an older pack that cannot draw this document: then there is no picture of before
        finally:
            rendering.rest()

    def _board(self, brand: str, language: str, sample: str) -> Selection:
        """The approved board: few pictures, since each version of each is kept in the repository for ever."""
        return Selection.of(f"pack={brand} sample={sample} language={language} artifact=mailbox_pdf,email,web")

    def _decide(self, brand: str, job: Job, examined: Examined, yes: Sequence[Group], no: Mapping[Group, str]) -> None:
        guard = self._guard()
        first, speaks = next(iter(examined.documents), "-/-").split("/")
        kept = self._board(brand, speaks, first).has
        if state_of(layers(brand, self._roots)).tree != examined.state.tree:
            raise Misconfigured("the files have changed since everything was looked at; look at everything again")
        try:
            now = dt.datetime.now(dt.UTC)
            done = decide(examined, guard, accepted=yes, rejected=no, by=self.desk.by, at=now, kept=kept)
        finally:
            guard.browser.close()
        decided = {group.name for group in (*yes, *no)}
        left = tuple(case for group in examined.groups if group.name not in decided for case in group.cases)
        job.examined = (
            None
            if done
            else Examined(
                examined.brand,
                examined.folder,
                examined.state,
                examined.documents,
                examined.artifacts,
                left,
                examined.whole,
            )
        )
        waits = f"{len(left)} cases still wait." if left else "It cannot be published while something is rejected."
        job.sentence = f"{brand} is approved as it is now." if done else waits

    def _publish(self, brand: str, job: Job) -> None:
        documents = [sample.document for sample in read_samples(self.desk.samples).chosen(Matrix.QUICK)]

        def step() -> None:
            job.done += 1

        now = dt.datetime.now(dt.UTC)
        done = publish(brand, self._roots, self.desk.store, samples=documents, at=now, by=self.desk.by, step=step)
        live = "is live" if done.went_live else "was live already"
        job.sentence = f"Version {done.version.version} {live}, in every kind and channel."
