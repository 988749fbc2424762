"""The cases as pytest sees them: a pack's `brand.toml` holds samples, a sample languages, a language its artifacts."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar, cast

import pytest

from vaxel_engine.errors import VaxelError
from vaxel_engine.inspection.watching import watched
from vaxel_engine.packs import Pack
from vaxel_engine.press import Pressed
from vaxel_engine.rendering import Rendering
from vaxel_regression import torture as torture_data
from vaxel_regression.coverage import Coverage, count_branches
from vaxel_regression.guard import Guard, Outcome
from vaxel_regression.matrix import Matrix, Sample, Samples, Selection, artifacts, first_invoice, languages, load
from vaxel_regression.torture import torture

PROPERTY = "vaxel"
"""The name under which a report carries its outcome: it reaches JUnit, and the controller from a worker."""

TORTURE = torture_data.FILE

WHOLE = "no_case_is_lost"

N = TypeVar("N", bound=pytest.Item | pytest.Collector)


class NotAsReviewed(AssertionError):
    """A case that is new or changed; the text says it all, so no traceback is shown."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """What this run guards: the folder of packs with its brands, the samples, how many of them, and which cases."""

    folder: Path
    brands: tuple[str, ...]
    samples: Samples
    matrix: Matrix
    selection: Selection
    guard: Guard
    torture: bool = False
    coverage: Coverage | None = None


WANTED = pytest.StashKey[Wanted]()


def _under(parent: pytest.Collector, made: type[N], **named: object) -> N:
    """A node of class `made` under `parent`; pytest's own way to make one takes keywords without types."""
    make = cast("Callable[..., N]", made.from_parent)  # pyright: ignore[reportUnknownMemberType]
    return make(parent, **named)


class PackCases(pytest.File):
    """One pack, by its `brand.toml`."""

    @classmethod
    def of(cls, parent: pytest.Collector, path: Path) -> "PackCases":
        """The collector of the pack at `path`."""
        return _under(parent, cls, path=path)

    def collect(self) -> Iterable[pytest.Item | pytest.Collector]:
        """A sample each; raises CollectError with the pack's own sentence when the pack does not build."""
        wanted = self.config.stash[WANTED]
        try:
            pack = load(self.path.parent.name, wanted.folder)
        except VaxelError as error:
            raise self.CollectError(str(error)) from error
        if wanted.coverage is not None:
            count_branches(pack, wanted.coverage)
        for sample in wanted.samples.chosen(wanted.matrix):
            yield SampleCases.of(self, sample, pack)
        if wanted.torture:
            try:
                hard = list(torture(first_invoice(wanted.samples), pack, full=wanted.matrix is Matrix.FULL))
            except VaxelError as error:
                raise self.CollectError(str(error)) from error
            for sample in hard:
                yield SampleCases.of(self, sample, pack)
        if not wanted.selection.terms:
            yield NoCaseIsLost.of(self, pack)


class SampleCases(pytest.Collector):
    """One sample in one pack."""

    sample: Sample
    pack: Pack

    @classmethod
    def of(cls, parent: PackCases, sample: Sample, pack: Pack) -> "SampleCases":
        """The collector of a sample under its pack."""
        made = _under(parent, cls, name=sample.name)
        made.sample, made.pack = sample, pack
        return made

    def collect(self) -> Iterable[pytest.Item | pytest.Collector]:
        """A language each, those that the pack speaks; hard data is as hard in one language as in another."""
        spoken = languages(self.pack)
        for language in spoken[-1:] if self.sample.file == TORTURE else spoken:
            yield LanguageCases.of(self, language)


class LanguageCases(pytest.Collector):
    """One sample in one language: its artifacts share one rendering, made when the first of them runs."""

    inside: SampleCases
    _rendering: Rendering | None = None

    @classmethod
    def of(cls, parent: SampleCases, language: str) -> "LanguageCases":
        """The collector of a language under its sample."""
        made = _under(parent, cls, name=language)
        made.inside = parent
        return made

    def collect(self) -> Iterable[pytest.Item | pytest.Collector]:
        """A case for each artifact that is asked for."""
        wanted = self.config.stash[WANTED]
        for artifact in artifacts(self.inside.sample.document):
            case = f"{self.inside.pack.brand}/{self.inside.sample.name}/{self.name}/{artifact}"
            if wanted.selection.has(case):
                yield Case.of(self, artifact, case)

    def rendering(self) -> Rendering:
        """The document on its way to its artifacts; kept for the cases of this language, forgotten with `forget`."""
        if self._rendering is None:
            document = self.inside.sample.speaking(self.name)
            counts = self.config.stash[WANTED].coverage is not None  # which another process could not tell
            self._rendering = (watched if counts else Pressed.of)(document, self.inside.pack)
        return self._rendering

    def forget(self) -> None:
        """Let the rendering go: a thousand of them would not fit into memory."""
        if isinstance(self._rendering, Pressed):
            self._rendering.rest()
        self._rendering = None


class _Told(pytest.Item):
    """A case whose failures are sentences."""

    def repr_failure(self, excinfo: pytest.ExceptionInfo[BaseException], style: Any = None) -> Any:
        """The sentence alone where we said it on purpose; everything else as pytest shows it."""
        if isinstance(excinfo.value, NotAsReviewed | VaxelError):
            return str(excinfo.value)
        return super().repr_failure(excinfo)


class Case(_Told):
    """One artifact of one sample in one language of one pack, against what was reviewed."""

    inside: LanguageCases
    case: str

    @classmethod
    def of(cls, parent: LanguageCases, artifact: str, case: str) -> "Case":
        """The item of an artifact under its language."""
        made = _under(parent, cls, name=artifact)
        made.inside, made.case = parent, case
        return made

    def runtest(self) -> None:
        """Pass when it is as reviewed or was written; skip when there was nothing to compare with; else fail."""
        guard = self.config.stash[WANTED].guard
        judge = guard.examine if self.inside.inside.sample.file == TORTURE else guard.judge
        told = judge(self.case, self.inside.rendering(), self.name)
        self.user_properties.append((PROPERTY, told.outcome.value))
        self.user_properties.append((f"{PROPERTY}.case", self.case))
        for finding in told.findings:
            self.user_properties += [
                (f"{PROPERTY}.change", finding.change.value),
                (f"{PROPERTY}.finding", finding.sentence),
            ]
        self.user_properties += [(f"{PROPERTY}.fault", f"{one.oracle}: {one.sentence}") for one in told.faults]
        if told.outcome is Outcome.REFUSED:
            self.user_properties.append((f"{PROPERTY}.refused", told.sentence))
        if told.evidence is not None:
            self.user_properties.append((f"{PROPERTY}.evidence", str(told.evidence)))
        self.user_properties += [(f"{PROPERTY}.written", f"{self.case}/{name}") for name in told.touched]
        if told.outcome is Outcome.NOT_COMPARED:
            pytest.skip(told.sentence)
        if told.outcome in (Outcome.CHANGED, Outcome.NEW, Outcome.FAULTY):
            raise NotAsReviewed(told.sentence)

    def teardown(self) -> None:
        """The last artifact of a language lets its rendering go."""
        if self.name == artifacts(self.inside.inside.sample.document)[-1]:
            self.inside.forget()

    def reportinfo(self) -> tuple[Path, int | None, str]:
        """Where a report says the case is."""
        return self.path, None, self.case


class NoCaseIsLost(_Told):
    """Every baseline of the pack's own sample files still has its case: a case that is gone cannot fail by itself."""

    pack: Pack

    @classmethod
    def of(cls, parent: PackCases, pack: Pack) -> "NoCaseIsLost":
        """The item under its pack."""
        made = _under(parent, cls, name=WHOLE)
        made.pack = pack
        return made

    def runtest(self) -> None:
        """Fail for baselines whose record, language or artifact is no more; an update removes them."""
        wanted = self.config.stash[WANTED]
        forms = {sample.name: artifacts(sample.document) for sample in wanted.samples.documents}
        lost: list[tuple[str, str]] = []
        for family, case in wanted.guard.baselines.cases():
            brand, sample, language, artifact = case.split("/")
            if brand != self.pack.brand or sample.rpartition("-")[0] not in wanted.samples.files:
                continue
            if artifact not in forms.get(sample, ()) or language not in languages(self.pack):
                lost.append((family, case))
        if wanted.guard.update:
            for family, case in lost:
                wanted.guard.baselines.forget(family, case)
        elif lost:
            said = "".join(f"\n  {family}/{case}" for family, case in lost[:20])
            raise NotAsReviewed(
                f"{len(lost)} reviewed cases are not rendered any more:{said}\n"
                "  (a record that cannot be read, a language or an artifact that is gone; --vaxel-update removes them)"
            )

    def reportinfo(self) -> tuple[Path, int | None, str]:
        """Where a report says the case is."""
        return self.path, None, f"{self.pack.brand}: {WHOLE}"
