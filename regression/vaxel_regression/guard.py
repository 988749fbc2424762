"""The guard of one test run: where its baselines are, what it may do, the browser it shares, and how it judges."""

import shutil
from collections.abc import Mapping
from contextlib import ExitStack, suppress
from dataclasses import dataclass, field, replace
from enum import StrEnum
from pathlib import Path

from vaxel_engine.errors import TemplateError, Unrenderable
from vaxel_engine.rendering import Rendering
from vaxel_regression.baselines import Baselines, family_of
from vaxel_regression.browser import Camera, camera
from vaxel_regression.changes import Finding
from vaxel_regression.matrix import languages
from vaxel_regression.observation import FACTS, Observation, draw, fingerprint, observe
from vaxel_regression.oracles import Fault, read_faults
from vaxel_regression.pictures import STORE, PictureStore, read_index
from vaxel_regression.telling import names_of, tell
from vaxel_regression.tolerances import Tolerances
from vaxel_regression.tongues import tongues_of

ORACLES = "oracles.txt"
PICTURES = "pictures"
BEFORE = " as approved"
"""What the picture that was approved is called, after the name of the one that is there now."""


class Outcome(StrEnum):
    """How a case stands to its baseline."""

    SAME = "same"
    CHANGED = "changed"
    NEW = "new"
    FAULTY = "faulty"
    NOT_COMPARED = "not compared"
    WRITTEN = "written"
    REFUSED = "refused"


@dataclass(frozen=True, slots=True)
class Told:
    """The outcome of one case in words; `findings` where it changed, `touched` where it was written."""

    outcome: Outcome
    sentence: str
    findings: tuple[Finding, ...] = ()
    faults: tuple[Fault, ...] = ()
    touched: tuple[str, ...] = ()
    evidence: Path | None = None


class SharedBrowser:
    """The one headless browser of a process, started when it is first asked for."""

    def __init__(self) -> None:
        self._stack = ExitStack()
        self._camera: Camera | None = None

    def __call__(self) -> Camera:
        """The running browser; raises Misconfigured when there is none on this machine."""
        if self._camera is None:
            self._camera = self._stack.enter_context(camera())
        return self._camera

    def close(self) -> None:
        """End it, if it was ever started."""
        self._stack.close()
        self._camera = None


@dataclass(frozen=True, slots=True)
class Guard:
    """Compares cases with their baselines, or writes them; each case touches only folders of its own."""

    baselines: Baselines
    evidence: Path
    browser: SharedBrowser = field(repr=False)
    tolerances: Tolerances = field(default_factory=Tolerances)
    update: bool = False

    def judge(self, case: str, rendering: Rendering, artifact: str) -> Told:
        """Compare the artifact with what was reviewed under `case`, or write it when this run updates.

        Raises TemplateError for a designer's file that is wrong and Misconfigured where a browser is missing.
        """
        family = family_of(artifact, self.browser)
        kept = self.baselines.find(family, case)
        if kept is None and not self.update:
            strangers = self.baselines.strangers(family)
            if strangers:
                return Told(
                    Outcome.NOT_COMPARED,
                    f"NOT COMPARED: no baselines of {family} (there are: {', '.join(strangers)}); "
                    "run with --vaxel-update on this machine, review and commit the new family",
                )
        if kept is not None and not self.update and self.is_same(kept, rendering, artifact):
            faults = read_faults(kept.get(ORACLES)) if artifact != FACTS else ()
            if faults is not None:
                return self._sound(case, Told(Outcome.SAME, f"{case} is as reviewed"), faults)
        seen = self.observe(rendering, artifact)
        faults = read_faults(seen.get(ORACLES)) or ()
        if self.update:
            touched = self.baselines.keep(family, case, seen)
            return self._sound(
                case, Told(Outcome.WRITTEN, f"{case}: {len(touched)} files written", touched=touched), faults
            )
        if kept is None:
            shown = self.show(case, seen)
            self.picture(case, rendering, artifact)
            sentence = f"{case} is new: review it and update (it is in {shown}; --vaxel-update keeps it)"
            return Told(Outcome.NEW, sentence, faults=self.tolerances.inexcusable(case, faults), evidence=shown)
        findings = self.differences(case, rendering, kept, seen) if seen != kept else ()
        if not findings:
            return self._sound(case, Told(Outcome.SAME, f"{case} is as reviewed, within its tolerances"), faults)
        shown = self.show(case, seen)
        self.picture(case, rendering, artifact)
        left = self.tolerances.inexcusable(case, faults)
        said = [finding.sentence for finding in findings] + [f"{fault.oracle}: {fault.sentence}" for fault in left]
        words = "".join(f"\n  {sentence}" for sentence in said)
        return Told(
            Outcome.CHANGED,
            f"{case} is not as reviewed:{words}\n  (what it is now: {shown}; if it is meant, run with --vaxel-update)",
            findings,
            left,
            evidence=shown,
        )

    def examine(self, case: str, rendering: Rendering, artifact: str) -> Told:
        """Ask the oracles alone: for a document that nobody reviews, since it is made to be hard."""
        seen = self.observe(rendering, artifact)
        if "refused.txt" in seen:
            return Told(Outcome.REFUSED, f"{case} is refused: {seen['refused.txt'].strip()}")
        told = self._sound(case, Told(Outcome.SAME, f"{case} is sound"), read_faults(seen.get(ORACLES)) or ())
        if told.outcome is Outcome.FAULTY:
            shown = self.show(case, seen)
            self.picture(case, rendering, artifact)
            return replace(told, evidence=shown)
        return told

    def is_same(self, kept: Observation, rendering: Rendering, artifact: str) -> bool:
        """Whether the artifact is the reviewed one, byte for byte."""
        try:
            return kept["sha256.txt"].startswith(f"artifact {fingerprint(rendering, artifact)}\n")
        except TemplateError:
            raise
        except Unrenderable:
            return False  # the observation knows whether it was refused before

    def _sound(self, case: str, told: Told, faults: tuple[Fault, ...]) -> Told:
        """The same, unless an oracle found something that nobody excused."""
        left = self.tolerances.inexcusable(case, faults)
        if not left:
            return told
        words = "".join(f"\n  {fault.oracle}: {fault.sentence}" for fault in left)
        sentence = f"{case} is faulty, whatever was reviewed:{words}\n  (mend it, or excuse it in tolerances.toml)"
        return replace(told, outcome=Outcome.FAULTY, sentence=sentence, faults=left)

    def differences(self, case: str, rendering: Rendering, kept: Observation, seen: Observation) -> tuple[Finding, ...]:
        """What differs between two observations of a case, beyond what its tolerances let be."""
        tongues = tongues_of(rendering.pack, rendering.language, languages(rendering.pack))
        return self.tolerances.left_over(case, tell(kept, seen, names_of(rendering.facts), tongues))

    def picture(self, case: str, rendering: Rendering, artifact: str, drawn: Mapping[str, bytes] | None = None) -> None:
        """Leave pictures of the case as it is now, and those that were approved, beside its texts.

        Those that were `drawn` while it was observed are not drawn again.
        """
        place = self.evidence / case / PICTURES
        approved = read_index(self.baselines.place(family_of(artifact, self.browser), case))
        store = PictureStore(self.baselines.folder / STORE)
        shown = {f"{name}{BEFORE}": store.find(sha) for name, sha in approved.items()}
        with suppress(Unrenderable):  # the text tells why
            shown |= drawn or draw(rendering, artifact, self.browser)
        if shown:
            place.mkdir(parents=True, exist_ok=True)
        for name, picture in shown.items():
            (place / f"{name}.png").write_bytes(picture)

    def pictures_of(self, case: str) -> dict[str, bytes]:
        """The pictures of the case as it is now, as `picture` left them."""
        found = sorted((self.evidence / case / PICTURES).glob("*.png"))
        return {path.stem: path.read_bytes() for path in found if not path.stem.endswith(BEFORE)}

    def observe(self, rendering: Rendering, artifact: str, shots: dict[str, bytes] | None = None) -> Observation:
        """What there is to see; that a document cannot become this artifact is seen as well.

        Pictures of it as a browser shows it are put into `shots` where these are wanted.
        """
        try:
            return observe(rendering, artifact, self.browser, shots=shots)
        except TemplateError:
            raise
        except Unrenderable as error:
            return {"sha256.txt": "artifact none\n", "refused.txt": f"{error}\n"}

    def show(self, case: str, observation: Observation) -> Path:
        """Leave the actual texts where a person and CI find them."""
        place = self.evidence / case
        shutil.rmtree(place, ignore_errors=True)
        place.mkdir(parents=True)
        for name, text in observation.items():
            (place / name).write_bytes(text.encode())
        return place
