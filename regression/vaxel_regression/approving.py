"""Approving a pack: what differs from what was approved, in groups of equal changes, each accepted or rejected."""

import datetime as dt
import hashlib
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from vaxel_engine.errors import TemplateError, Unrenderable
from vaxel_engine.packs import Pack
from vaxel_engine.packs.approvals import (
    ApprovedDocument,
    Board,
    Rejection,
    State,
    document_hash,
    read_approvals,
    write_approvals,
)
from vaxel_engine.press import Pressed
from vaxel_engine.rendering import Rendering
from vaxel_regression.baselines import family_of
from vaxel_regression.guard import ORACLES, Guard
from vaxel_regression.matrix import Sample, Selection, artifacts, languages
from vaxel_regression.observation import FACTS, Observation, fingerprint, made
from vaxel_regression.oracles import read_faults
from vaxel_regression.pictures import STORE, PictureStore, prune, write_index

NONE = "0" * 64
"""The hash of an artifact that a document cannot become."""


@dataclass(frozen=True, slots=True)
class Waiting:
    """One case that nobody approved as it is now; `words` say how it differs, `likeness` what it has in common."""

    case: str
    family: str
    sha256: str
    words: tuple[str, ...]
    changes: tuple[str, ...]
    likeness: str
    seen: Observation = field(repr=False)
    evidence: Path


@dataclass(frozen=True, slots=True)
class Group:
    """Cases that differ alike; decided upon together. `name` is the same in every run that finds the same."""

    name: str
    cases: tuple[Waiting, ...] = field(compare=False)

    @property
    def words(self) -> tuple[str, ...]:
        """How its first case differs."""
        return self.cases[0].words


@dataclass(frozen=True, slots=True)
class Examined:
    """A pack as it is now against its approvals: the hash of every artifact, and what waits for a decision."""

    brand: str
    folder: Path
    state: State
    documents: Mapping[str, ApprovedDocument]
    artifacts: Mapping[str, str]
    waiting: tuple[Waiting, ...]
    whole: bool
    """Whether every case of the matrix was looked at, so that the pack can be signed."""

    @property
    def groups(self) -> tuple[Group, ...]:
        """What waits, equal changes together, the group with the most cases first."""
        alike: dict[str, list[Waiting]] = {}
        for waiting in self.waiting:
            alike.setdefault(waiting.likeness, []).append(waiting)
        made = [Group(_name(likeness), tuple(cases)) for likeness, cases in alike.items()]
        return tuple(sorted(made, key=lambda group: -len(group.cases)))

    @property
    def is_signed(self) -> bool:
        """Whether the approvals hold for exactly these files, fonts and engines."""
        board = read_approvals(self.folder).board(self.state.engines)
        signed = board is not None and (board.tree, board.fonts) == (self.state.tree, dict(self.state.fonts))
        return signed and not self.waiting


@dataclass(frozen=True, slots=True)
class _Wanted:
    """Whether pictures of a case are wanted, which are taken while it is observed, and those that were taken."""

    always: bool
    if_new: bool
    """It is the first of its kind, if nobody ever reviewed it."""
    shots: dict[str, bytes] = field(default_factory=dict[str, bytes])

    def of(self, before: Observation | None) -> dict[str, bytes] | None:
        """Where to put pictures of a case that was seen as `before`; None where none are wanted."""
        return self.shots if self.always or (self.if_new and before is None) else None


def examine(
    pack: Pack,
    folder: Path,
    state: State,
    samples: Iterable[Sample],
    guard: Guard,
    *,
    selection: Selection,
    pictured: Callable[[str], bool],
    step: Callable[[], None] = lambda: None,
) -> Examined:
    """Render every case of the pack in `folder`, and compare those that are not approved byte for byte.

    Pictures are drawn of each case that `pictured` asks for, and of the first of each group. Raises Misconfigured where
    there is no browser, TemplateError where a designer's file is wrong.
    """
    board = read_approvals(folder).board(state.engines)
    documents: dict[str, ApprovedDocument] = {}
    hashes: dict[str, str] = {}
    waiting: list[Waiting] = []
    met: set[str] = set()
    for sample in samples:
        for language in languages(pack):
            document = sample.speaking(language)
            rendering = Pressed.of(document, pack)
            short = f"{sample.name}/{language}"
            for artifact in artifacts(document):
                case = f"{pack.brand}/{short}/{artifact}"
                if not selection.has(case):
                    continue
                documents[short] = ApprovedDocument(kind=document.kind, sha256=document_hash(document))
                hashes[f"{short}/{artifact}"] = sha = _subject(rendering, artifact)
                wanted = _Wanted(always=pictured(case), if_new=_new(artifact) not in met)
                differs = _differs(case, rendering, artifact, sha, board, guard, wanted)
                if differs is not None:
                    waiting.append(differs)
                    if differs.likeness not in met or pictured(case):
                        met.add(differs.likeness)
                        guard.picture(case, rendering, artifact, wanted.shots)
                step()
            rendering.rest()
    return Examined(pack.brand, folder, state, documents, hashes, tuple(waiting), not selection.terms)


def decide(
    examined: Examined,
    guard: Guard,
    *,
    accepted: Sequence[Group],
    rejected: Mapping[Group, str],
    by: str,
    at: dt.datetime,
    kept: Callable[[str], bool],
) -> bool:
    """Write what was decided, and answer whether the pack is approved now: nothing waits, nothing was rejected.

    An accepted case becomes the baseline; pictures are kept of those that `kept` names. Raises Unwritable.
    """
    store = PictureStore(guard.baselines.folder / STORE)
    taken = {waiting.case for group in accepted for waiting in group.cases}
    for group in accepted:
        for waiting in group.cases:
            guard.baselines.keep(waiting.family, waiting.case, waiting.seen)
            place = guard.baselines.place(waiting.family, waiting.case)
            drawn = guard.pictures_of(waiting.case) if kept(waiting.case) else {}
            write_index(place, {name: store.keep(picture) for name, picture in drawn.items()})
    approvals = read_approvals(examined.folder)
    board = approvals.board(examined.state.engines)
    refused = {
        _short(waiting.case): Rejection(sha256=waiting.sha256, by=by, at=at, reason=reason)
        for group, reason in rejected.items()
        for waiting in group.cases
    }
    left = [waiting for waiting in examined.waiting if waiting.case not in taken]
    done = examined.whole and not left
    old = board.artifacts if board is not None else {}
    now = {
        name: sha
        for name, sha in examined.artifacts.items()
        if f"{examined.brand}/{name}" not in {waiting.case for waiting in left}
    }
    if not (taken or refused or (done and not examined.is_signed)):
        return done
    made = Board(
        engines=dict(examined.state.engines),
        tree=examined.state.tree if done else board.tree if board is not None else None,
        fonts=dict(examined.state.fonts) if done else board.fonts if board is not None else {},
        by=by,
        at=at,
        documents=dict(
            sorted({**(board.documents if board is not None and not done else {}), **examined.documents}.items())
        ),
        artifacts=dict(sorted((now if done else {**old, **now}).items())),
        rejected={} if done else _still(board, examined) | refused,
    )
    write_approvals(examined.folder, approvals.with_board(made))
    prune(guard.baselines.folder)
    return done


def _differs(
    case: str, rendering: Rendering, artifact: str, sha: str, board: Board | None, guard: Guard, wanted: _Wanted
) -> Waiting | None:
    family = family_of(artifact, guard.browser)
    before = guard.baselines.find(family, case)
    approved = board.artifacts.get(_short(case)) if board is not None else None
    if approved == sha and before is not None:
        return None
    reviewed = before is not None and guard.is_same(before, rendering, artifact)
    seen = before if before is not None and reviewed else guard.observe(rendering, artifact, wanted.of(before))
    evidence = guard.show(case, seen)
    words: tuple[str, ...]
    changes: tuple[str, ...]
    faults = guard.tolerances.inexcusable(case, read_faults(seen.get(ORACLES)) or ())
    wrong = tuple(f"{fault.oracle}: {fault.sentence}" for fault in faults)
    if before is None:
        words, changes = (f"new: no {artifact} of it was ever reviewed under {family}",), ("new",)
        return Waiting(case, family, sha, (*words, *wrong), changes, _new(artifact), seen, evidence)
    findings = guard.differences(case, rendering, before, seen) if before != seen else ()
    if not findings:
        words = ("looks as reviewed in the baselines, and nobody approved it yet",)
        alike = f"unapproved {artifact}"
        return Waiting(case, family, sha, (*words, *wrong), ("unapproved",), alike, seen, evidence)
    words = tuple(finding.sentence for finding in findings)
    changes = tuple(dict.fromkeys(finding.change.value for finding in findings))
    likeness = "\n".join(sorted({finding.likeness for finding in findings}))
    return Waiting(case, family, sha, (*words, *wrong), changes, likeness, seen, evidence)


def _subject(rendering: Rendering, artifact: str) -> str:
    """What is signed of a case: the bytes that would leave the house."""
    try:
        if artifact == FACTS:
            return fingerprint(rendering, artifact)
        return made(rendering, artifact).sha256
    except TemplateError:
        raise
    except Unrenderable:
        return NONE


def _still(board: Board | None, examined: Examined) -> dict[str, Rejection]:
    """Earlier rejections of artifacts that are still what they were."""
    old = board.rejected if board is not None else {}
    return {name: was for name, was in old.items() if examined.artifacts.get(name) == was.sha256}


def _short(case: str) -> str:
    return case.partition("/")[2]


def _name(likeness: str) -> str:
    return hashlib.sha256(likeness.encode()).hexdigest()[:6]


def _new(artifact: str) -> str:
    """What all cases of an artifact have in common that nobody ever reviewed."""
    return f"new {artifact}"
