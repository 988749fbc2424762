"""The press: documents in, artifacts out, each rendered in a process that is ended when it takes more than it may."""

import contextlib
import pickle
import threading
from collections.abc import Collection, Iterable, Mapping, Sequence
from enum import StrEnum
from pathlib import Path
from typing import Any

from vaxel_engine.artifact import Artifact, ArtifactKind
from vaxel_engine.errors import TemplateError, Unrenderable
from vaxel_engine.inspection import PackFinding, Severity
from vaxel_engine.mailing.printing import Printing
from vaxel_engine.model import Document
from vaxel_engine.packs import Pack
from vaxel_engine.press.endings import LostError, StoppedError
from vaxel_engine.press.floor import Bench, Floor, ask, shared_floor
from vaxel_engine.press.frames import GoneError, Head
from vaxel_engine.press.limits import Limits
from vaxel_engine.press.said import raised
from vaxel_engine.press.tally import Tally
from vaxel_engine.press.worker import Worker
from vaxel_engine.rendering.rendering import Place

_TRIES = 3
_SUCCESSORS = Limits(documents=300, growth=64)
"""What a worker that goes from a state of a pack to the next may do and hold before another takes its place."""
"""How often a document is begun when its worker is ended from outside; rendering is pure, so again is harmless."""


_LOST = (
    "{what}: the process that works on it was ended from outside again and again; the machine may be short of memory, "
    "see its log, and try anew"
)


class DroppedError(Exception):
    """A sitting that was dropped: nobody waits for what it was asked for."""


class Check(StrEnum):
    """How what was rendered is compared with the document before anybody gets it; see `vaxel_engine.parity`."""

    NONE = "none"
    BULK = "bulk"
    """What the writers emitted, in a fraction of a millisecond."""
    COMPLETE = "complete"
    """Also every finished artifact, read back."""


class Press:
    """Renders documents as `vaxel_engine.rendering.render_all` does, byte for byte, in processes with limits.

    A worker of a published pack is kept for many documents; anything else is rendered in a process of its own, but at a
    press that `keeps`: one run over the documents of one file, whose templates meet nobody else's data. Any
    number of threads may use a press, each document has its own worker. Processes are started at the first document
    and shared by all presses of this process.
    """

    def __init__(self, limits: Limits | None = None, *, floor: Floor | None = None, keeps: bool = False) -> None:
        self.limits = limits or Limits()
        self.keeps = keeps
        self.tally = Tally()
        self._floor = floor or shared_floor()

    def render_all(
        self,
        document: Document,
        kinds: Iterable[ArtifactKind],
        *,
        pack: Pack,
        link: str | None = None,
        printing: Printing | None = None,
        check: Check = Check.BULK,
    ) -> dict[ArtifactKind, Artifact]:
        """`document` as each of `kinds`, within the limits for all of them together.

        Raises Unrenderable, TemplateError with file and line where a file of the pack is at fault or was at work when a
        limit was met, and Mismatched when what was rendered does not say what the document says.
        """
        wanted = tuple(map(ArtifactKind, kinds))
        with Sitting(self, document, pack, link, printing) as sitting:
            return sitting.artifacts(wanted, check=check)

    def render(
        self,
        document: Document,
        kind: ArtifactKind,
        *,
        pack: Pack,
        link: str | None = None,
        printing: Printing | None = None,
        check: Check = Check.BULK,
    ) -> Artifact:
        """`document` as `kind`; raises as `render_all` does."""
        made = self.render_all(document, [kind], pack=pack, link=link, printing=printing, check=check)
        return made[ArtifactKind(kind)]

    def sitting(
        self, document: Document, pack: Pack, link: str | None = None, printing: Printing | None = None
    ) -> "Sitting":
        """One document whose artifacts are asked for one by one; what they share is made once."""
        return Sitting(self, document, pack, link, printing)

    def begin(self, kinds: Iterable[ArtifactKind]) -> None:
        """Start the first process, which takes a second, while something else is done."""
        self._floor.begin(tuple(kinds))

    def adopt(self, document: Document, pack: Pack, kinds: Iterable[ArtifactKind]) -> None:
        """While nobody waits: make ready what `document` will need when a file of a pack that is looked at is saved."""
        self._floor.adopt(pack, document, tuple(kinds), self.limits)

    def inspect(self, brand: str, roots: Sequence[Path] | None = None) -> list[PackFinding]:
        """What `vaxel_engine.inspection.inspect` finds, within the limits of one document.

        Where it meets a limit, that is the one thing found. Raises Misconfigured where there is no such pack.
        """
        named = None if roots is None else [str(root) for root in roots]
        head: Head = {"do": "inspect", "brand": brand, "roots": named, "folder": str(Path.cwd())}
        for _ in range(_TRIES):
            try:
                bench, worker = self._floor.take(None, (), None, self.limits)
                answer, _ = ask(self._floor, bench, worker, head, (), self.limits)
            except LostError:
                continue
            except StoppedError as error:
                place = error.place
                file = place.file or next((str(root / brand) for root in roots or () if (root / brand).is_dir()), brand)
                said = f"{error.met}{' ' * bool(place.stage)}{place.stage}"
                return [PackFinding(file, place.line, Severity.WRONG, said, "let it do less, or leave it out")]
            self._floor.give_back(bench, worker, self.limits, kept=False)
            if "error" in answer:
                raise raised(answer)
            if "fault" in answer:
                return [
                    PackFinding(brand, None, Severity.WRONG, f"stops its inspection on {answer['fault']}", "report it")
                ]
            return [_finding(one) for one in answer["findings"]]
        raise Unrenderable(_LOST.format(what=f'the pack "{brand}"'))

    @property
    def floor(self) -> Floor:
        """The processes."""
        return self._floor


class Sitting:
    """One document at the press: its artifacts one by one, each made once, by a worker that is kept until `rest`.

    Any thread may ask, one after the other.
    """

    def __init__(
        self, press: Press, document: Document, pack: Pack, link: str | None, printing: Printing | None
    ) -> None:
        self.document, self.pack, self.link, self.printing = document, pack, link, printing
        self.findings: list[PackFinding] = []
        """What `examined` artifacts are wrong about."""
        self.places: tuple[Place, ...] = ()
        """Where on paper the lines of a stamped pack stand, once a PDF is there."""
        self.opened: dict[ArtifactKind, frozenset[str]] = {}
        """The files and words of a stamped pack that each artifact was made with."""
        self._gist = ""
        self._facts: Mapping[str, object] = {}
        self._slow: list[PackFinding] = []
        self._press = press
        self._made: dict[ArtifactKind, Artifact] = {}
        self._at: tuple[Bench, Worker] | None = None
        self._told = False
        """Whether that worker has the document."""
        self._before: Sitting | None = None
        self._given: list[Artifact] = []
        self._turn = threading.RLock()
        self._dropped = False

    def __enter__(self) -> "Sitting":
        return self

    def __exit__(self, *_: object) -> None:
        self.rest()

    @property
    def pid(self) -> int | None:
        """The number of the process at work; None at rest."""
        return None if self._at is None else self._at[1].process.pid

    @property
    def dropped(self) -> bool:
        """Whether it was dropped: there will be no more artifacts of it."""
        return self._dropped

    def artifact(self, kind: ArtifactKind) -> Artifact:
        """The artifact of `kind`, not compared with the document; raises as `Press.render_all` does."""
        return self.artifacts((kind,), check=Check.NONE)[kind]

    def artifacts(
        self, kinds: Collection[ArtifactKind], *, check: Check, examined: bool = False
    ) -> dict[ArtifactKind, Artifact]:
        """The artifacts of `kinds`, within the limits for those that are not there yet; raises as the press does.

        With `examined` what an inspection says of finished artifacts is added to `findings`.
        """
        with self._turn:
            missing = [kind for kind in kinds if kind not in self._made]
            if missing:
                made = self._made_at_last(missing, check, examined=examined)
                self._made.update((artifact.kind, artifact) for artifact in made)
            return {kind: self._made[kind] for kind in kinds}

    def letter(self) -> Artifact:
        """The e-mail before its pages are attached, for a preview; raises as `artifacts` does."""
        with self._turn:
            return self._made_at_last([ArtifactKind.EMAIL], Check.NONE, letter=True)[0]

    def give(self, artifact: Artifact) -> None:
        """Take an artifact that another sitting has made of the same: an e-mail attaches what paper has set."""
        self._given.append(artifact)

    def drop(self) -> None:
        """Nobody wants what is being made any more: its process is ended, from another thread, and asking raises."""
        self._dropped = True
        at = self._at
        if at is not None:
            with contextlib.suppress(GoneError, TimeoutError):
                at[1].process.end(gently=False)

    def facts(self) -> Mapping[str, object]:
        """Every name that a template may use, with its value for this document; raises as `artifacts` does."""
        with self._turn:
            if not self._facts:
                self._made_at_last([], Check.NONE, facts=True)
            return self._facts

    def slow(self) -> list[PackFinding]:
        """What of the document's pages only WeasyPrint can set, and what to write instead; raises as `artifacts`."""
        with self._turn:
            self._made_at_last([], Check.NONE, slow=True)
            return self._slow

    def gist(self) -> str:
        """What is the same as long as all facts are, for a pack that is looked at; raises as `artifacts` does."""
        with self._turn:
            if not self._gist:
                self._made_at_last([], Check.NONE, facts=False)
            return self._gist

    def follow(self, before: "Sitting") -> None:
        """Take over the worker of a sitting of the same document with the pack as it was, once it is needed and free.

        Only for a pack that is looked at: a worker that has rendered has its memory to itself, where one that is forked
        must copy each page of it first.
        """
        self._before, before._before = (before if before._at is not None else before._before), None

    def rest(self) -> None:
        """Let the worker go; asking for more begins with another one. Harmless when repeated."""
        with self._turn:
            at, self._at, self._told = self._at, None, False
        if at is not None:
            self._press.floor.give_back(*at, self._press.limits, kept=self.pack.published or self._press.keeps)

    def _made_at_last(
        self,
        kinds: list[ArtifactKind],
        check: Check,
        *,
        examined: bool = False,
        letter: bool = False,
        facts: bool = False,
        slow: bool = False,
    ) -> list[Artifact]:
        """Ask again where a worker was ended from outside; rendering is pure, so again is harmless."""
        head: Head = {"do": "render", "kinds": kinds, "check": check, "link": self.link, "examine": examined}
        head |= {"facts": facts, "letter": letter, "slow": slow}
        for last in (*[False] * (_TRIES - 1), True):
            try:
                if self._dropped:
                    raise DroppedError
                return self._make(kinds, head)
            except LostError as error:
                if last:
                    raise Unrenderable(_LOST.format(what=f"document {self.document.reference}")) from error
        raise AssertionError

    def _make(self, kinds: list[ArtifactKind], head: Head) -> list[Artifact]:
        limits, floor = self._press.limits, self._press.floor
        try:
            if self._at is None:
                self._at = self._taken_over() or floor.take(self.pack, kinds, self.document.kind, limits)
            bench, worker = self._at
            change = floor.change(worker, self.pack) if self.pack.stamped else []
            told = (self.document, self.printing)
            packed = [] if self._told else [*change, pickle.dumps(told, pickle.HIGHEST_PROTOCOL)]
            head |= {"begin": not self._told, "changed": bool(change), "given": [one.kind for one in self._given]}
            head["withdrawn"] = bench.withdrawn
            try:
                answer, bodies = ask(floor, bench, worker, head, [*packed, *(one.body for one in self._given)], limits)
            except BaseException:
                self._at, self._told = None, False  # it was ended
                raise
            self._told = "error" not in answer and "fault" not in answer
        except StoppedError as error:
            raise self._explained(error, kinds) from error
        if "error" in answer:
            raise raised(answer)
        if "fault" in answer:
            raise Unrenderable(
                f"document {self.document.reference} cannot become {_named(kinds)}: the renderer stopped on "
                f"{answer['fault']}; simplify what the layouts do with it, and if they do nothing unusual, report it"
            )
        self._press.tally.add(self.pack.brand, answer["set"])
        if answer["differs"]:
            bench.withdrawn = answer["differs"]
            self._press.tally.withdraw(self.pack, answer["differs"])
        self.findings += [_finding(one) for one in answer["findings"]]
        self.opened.update({ArtifactKind(kind): frozenset(names) for kind, names in answer["opened"].items()})
        self._facts = answer["facts"] or self._facts
        self._slow = [_finding(one) for one in answer["slow"]]
        self._gist = answer["gist"]
        self.places = _places(answer["places"]) or self.places
        return [Artifact(kind, body) for kind, body in zip(kinds, bodies, strict=True)]

    def _taken_over(self) -> tuple[Bench, Worker] | None:
        """The worker of the sitting before, unless that is at work, or the worker is worn."""
        before, self._before = self._before, None
        if before is None or before.dropped or not before._turn.acquire(blocking=False):
            return None
        try:
            at, before._at, before._told = before._at, None, False
        finally:
            before._turn.release()
        if at is not None and self._press.floor.worn(at[1], _SUCCESSORS):
            self._press.floor.give_back(*at, self._press.limits, kept=False)
            return None
        return at

    def _explained(self, error: StoppedError, kinds: list[ArtifactKind]) -> Unrenderable:
        place = error.place
        what = place.kind or _named(kinds)
        stage = f" {place.stage}" if place.stage else ""
        if place.file is not None:
            return TemplateError(
                f"{error.met}{stage} (document {self.document.reference} as {what}); let it do less",
                file=place.file,
                line=place.line,
            )
        return Unrenderable(
            f"document {self.document.reference} as {what} {error.met}{stage}; simplify the layout or shorten the "
            "document, or raise the limit"
        )


def _named(kinds: Iterable[ArtifactKind]) -> str:
    return ", ".join(kinds)


def _places(told: Sequence[Sequence[Any]]) -> tuple[Place, ...]:
    return tuple(
        (int(page), float(left), float(top), float(width), float(height), str(stamp))
        for page, left, top, width, height, stamp in told
    )


def _finding(head: Head) -> PackFinding:
    line = head["line"]
    return PackFinding(
        str(head["file"]),
        line if isinstance(line, int) else None,
        Severity(head["severity"]),
        str(head["what"]),
        str(head["remedy"]),
    )
