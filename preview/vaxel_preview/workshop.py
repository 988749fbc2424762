"""The workshop behind the live page: who looks at what, what is stale, and the threads that render it anew."""

import gc
import threading
import time
from base64 import b64encode
from collections import OrderedDict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict
from pathlib import Path

from vaxel_engine.artifact import Artifact, ArtifactKind
from vaxel_engine.model import Document
from vaxel_engine.press import DroppedError, Sitting
from vaxel_engine.rendering import kinds_of
from vaxel_engine.rendering.rendering import Place
from vaxel_preview.dependence import untouched
from vaxel_preview.desks import Desk, Job
from vaxel_preview.kept import Kept, kept
from vaxel_preview.listening import Listener
from vaxel_preview.materials import Look, Materials
from vaxel_preview.panes import LAYOUTS
from vaxel_preview.pictures import Pictures, page_address
from vaxel_preview.problems import Problem, describe
from vaxel_preview.samples import Sample
from vaxel_preview.splicing import splice, text_of
from vaxel_preview.table import BY_ID, QUICKEST_FIRST, ROWS, WHOLE_MAIL, Dress, Lane, Made, Row, Show, rows_of
from vaxel_preview.wall import absent_wall_pane, wall_pane

__all__ = ["Kept", "Workshop"]

_KEPT_ARTIFACTS = 32
"""By two names each: enough for what browsers still fetch of the state before."""
_KEPT_DESKS = 24
_QUIET = 2.0
"""Seconds without a change after which the press makes itself ready for the next one: who saves now and then again does
not meet it at that."""
_PAINTED = 0.05
"""Seconds that the other lanes leave to a browser for the page that somebody waits for."""
_SHORT = 220
"""Milliseconds: where a letter takes longer, colours and one ink are set at the same time."""
_UNENDED = 6
"""Processes of states that are out of date, which are ended when nobody waits."""
_ON_PAPER = (ArtifactKind.PRINT_PDF, ArtifactKind.MAILBOX_PDF)
_MAIL, _PAGES, _PRINT = (
    next(made for made in QUICKEST_FIRST if made.id == name) for name in ("email", "mailbox_pdf", "print_pdf")
)


class Workshop:
    """Renders what is looked at, at production's press, whenever a file of a pack or of the samples changes.

    Rendering happens in a thread for each lane, an artifact at a time: what a browser has on its screen before
    the rest, and never for a state that is already out of date. Every method may be called from any thread.
    """

    def __init__(self, materials: Materials) -> None:
        self.materials = materials
        self.pictures = Pictures()
        self._turn = threading.Condition()
        self._generation = 0
        self._desks: OrderedDict[Look, Desk] = OrderedDict()
        self._listeners: set[Listener] = set()
        self._artifacts: OrderedDict[str, Kept] = OrderedDict()
        self._at_work: dict[Lane, tuple[Job, int, Sitting | None]] = {}
        self._dropped: dict[Lane, bool] = {}
        self._stopped = False
        self._warming: Listener | None = None
        self._renderers = [
            threading.Thread(target=self._render_on, args=(lane,), name=lane.value, daemon=True) for lane in Lane
        ]

    def start(self) -> None:
        """Begin to render what is looked at; what a first browser will see is made before it comes."""
        self._warming = self.listen(self.materials.look(None, None))
        for renderer in self._renderers:
            renderer.start()

    def stop(self) -> None:
        """End, and let every listener go; what is being rendered is finished first."""
        with self._turn:
            self._stopped = True
            self._turn.notify_all()
            for listener in self._listeners:
                listener.close()
        for renderer in self._renderers:
            renderer.join(timeout=10)
        gc.unfreeze()  # what `Materials.prepare` froze is let go with everything else
        if not any(renderer.is_alive() for renderer in self._renderers):
            for lane in Lane:
                self.materials.rest(lane)

    def panes(self, look: Look) -> Mapping[str, str]:
        """The last good panes of a look, as HTML by the row's id."""
        with self._turn:
            return dict(self._desk(look).panes)

    def artifact(self, name: str) -> Kept | None:
        """An artifact shown now or a moment ago, by its key or its look; None when it is not kept any more."""
        with self._turn:
            found = self._artifacts.get(name)
            on_desks = (kept for desk in self._desks.values() for kept in desk.kept.values())
            return found or next((kept for kept in on_desks if name in (kept.key, kept.look)), None)

    def keep(self, kept: Kept) -> None:
        """Let an artifact that was made elsewhere be asked for by its key for a while."""
        with self._turn:
            self._keep(kept)

    def kept(self, look: Look) -> Mapping[str, Kept]:
        """The last good artifacts of a look, by what they are called; an e-mail with its pages once they are there."""
        with self._turn:
            return {made.id: kept for made, kept in sorted(self._desk(look).kept.items(), key=_whole_last)}

    def listen(self, look: Look) -> Listener:
        """Follow a look: everything known about it at once, then every change, until `leave`."""
        listener = Listener(look)
        with self._turn:
            self._listeners.add(listener)
            desk = self._desk(look)
            listener.tell("hello", {"listener": listener.id})
            for row_id, html in desk.panes.items():
                _tell_pane(listener, row_id, html, _places(desk.kept.get(BY_ID[row_id].made)))
            _tell_state(listener, desk, settled=desk.settled(self._generation))
            self._turn.notify_all()
        return listener

    def leave(self, listener: Listener) -> None:
        """Stop following."""
        with self._turn:
            self._listeners.discard(listener)

    def on_screen(self, listener_id: str, kinds: Iterable[str]) -> None:
        """A browser says which panes it has on its screen now, the largest first; they are rendered before the rest."""
        with self._turn:
            for listener in self._listeners:
                if listener.id == listener_id:
                    listener.on_screen = tuple(kinds)
            self._turn.notify_all()

    def changed(self, paths: Iterable[Path]) -> None:
        """Files changed on disk: everything made of them is out of date from now on, also what is being made."""
        relisted = self.materials.reread(paths)
        with self._turn:
            self._generation += 1
            for listener in self._listeners:
                listener.tell("working", {})
                if relisted:
                    listener.tell("relisted", {})
            late = [(lane, at[2]) for lane, at in self._at_work.items() if at[2] is not None]
            self._turn.notify_all()
        for lane, sitting in late:
            if not self._dropped.get(lane):  # every second one is finished, or a page would never be seen while typing
                self._dropped[lane] = True
                sitting.drop()

    def put(self, file: str, documents: Mapping[str, tuple[Document, str]]) -> list[Sample]:
        """Put documents beside the samples, by name, each with why it is looked at."""
        fresh = self.materials.put(file, documents)
        self.changed(())
        return fresh

    def _desk(self, look: Look) -> Desk:
        desk = self._desks.setdefault(look, Desk())
        self._desks.move_to_end(look)
        followed = {listener.look for listener in self._listeners} | {look}
        for other in [other for other in self._desks if other not in followed][:-_KEPT_DESKS]:
            del self._desks[other]
        return desk

    def _render_on(self, lane: Lane) -> None:
        rested: object = None
        while True:
            with self._turn:
                job = self._next(lane)
                while job is None and not self._stopped:
                    told = self._turn.wait(None if rested == self._state() else _QUIET)
                    job = self._next(lane)
                    if job is None and not told:
                        break
                if self._stopped:
                    return
                generation, state, busy = self._generation, self._state(), bool(self._at_work)
                looks = {listener.look for listener in self._listeners}
                desk = None if job is None else self._desk(job.look)
                if job is not None:
                    self._at_work[lane] = (job, generation, None)
            if job is None or desk is None:
                self.materials.rest(lane, but=looks)
                if lane is Lane.SCREEN and state[1] is not None and not busy:
                    self.materials.prepare(state[1], generation)
                rested = None if busy else state
                continue
            try:
                self._render(job, desk, generation)
            finally:
                with self._turn:
                    self._at_work.pop(lane, None)
                    self._turn.notify_all()
            self.materials.tidy(lane, most=_UNENDED)

    def _state(self) -> tuple[int, Look | None]:
        """What a quiet lane has been put to rest for."""
        return self._generation, next((listener.look for listener in self._listeners), None)

    def _next(self, lane: Lane) -> Job | None:
        """What a lane renders now: on a screen before off it, then what waits longest, then the quickest.

        What nobody sees waits until what somebody sees is there, in the other lanes too; one ink comes beside it.
        """
        waiting = [job for job in self._waiting() if job.made.lane is lane]
        first = min(waiting, key=lambda job: job.order, default=None)
        if first is None:
            return None
        others = [job for job, _, _ in self._at_work.values()] + list(self._waiting())
        if lane is Lane.ONE_INK and any(job.seen and job.made == _PRINT and self._is_short(job.look) for job in others):
            return None  # the same pages in colour first: a designer waits for one page, not for two at half the speed
        first_of_all = any(job.seen and job.made.lane is not Lane.ONE_INK for job in others)
        return first if first.seen or not first_of_all else None

    def _is_short(self, look: Look) -> bool:
        before = self._desks[look].kept.get(_PRINT) if look in self._desks else None
        return before is None or before.milliseconds < _SHORT

    def _waiting(self) -> Iterable[Job]:
        for listener in self._listeners:
            desk = self._desk(listener.look)
            seen = list(dict.fromkeys(BY_ID[row_id].made for row_id in listener.on_screen if row_id in BY_ID))
            for made in sorted(QUICKEST_FIRST, key=lambda made: seen.index(made) if made in seen else len(seen)):
                if desk.stale(made, self._generation) and not (made.whole and desk.stale(_PAGES, self._generation)):
                    yield Job(listener.look, made, made in seen, (made not in seen, desk.tried.get(made, -1)))

    def _render(self, job: Job, desk: Desk, generation: int) -> None:
        made, problem, fresh, source = job.made, None, None, None
        absent: dict[str, str] = {}
        first = b""
        begun = time.perf_counter()
        try:
            source = self.materials.sitting(job.look, generation, made)
            with self._turn:
                self._at_work[made.lane] = (job, generation, source)
            if made.kind not in kinds_of(source.document):
                why = f"Not made of a {source.document.kind.replace('_', ' ')}."
                absent = {row.id: absent_wall_pane(row, why) for row in rows_of(made)}
            elif made.whole and _PAGES in desk.problems:
                problem = desk.problems[_PAGES]
            elif not self._stays(desk, made, source):
                artifact = _artifact(made, source, desk)
                fresh = kept(artifact, source, (time.perf_counter() - begun) * 1000)
                if job.seen and made.kind in _ON_PAPER:  # told with the pane: whoever waits for it need not ask
                    first = self.pictures.of(fresh.look, artifact.body, 1)
        except DroppedError:
            return
        except Exception as error:  # noqa: BLE001 - a fault in one artifact must not end the page of all
            problem = describe(error, (*self.materials.roots, *self.materials.places))
        try:
            shown = _shown(desk, made, fresh) if fresh is not None else []
        except Exception as error:  # noqa: BLE001 - the same for what it looks like
            problem, fresh, shown = describe(error, (*self.materials.roots, *self.materials.places)), None, []
        before = desk.kept.get(made)
        look_before = None if before is None else before.look
        spliced = {} if fresh is None else self._spliced(job.look, before, fresh)
        page = {} if fresh is None or not first else {page_address(fresh.look, 1): b64encode(first).decode()}
        with self._turn:
            self._dropped[made.lane] = False
            desk.tried[made] = generation
            if problem is not None:
                desk.problems[made] = problem
            else:
                desk.problems.pop(made, None)
                if source is not None:
                    desk.made_of[made] = source
            if fresh is not None:
                self._keep(fresh)
                desk.kept[made] = fresh
                if made.whole:
                    desk.whole_of = _parts_of_mail(desk)
            told = [*((row_id, html, html) for row_id, html in absent.items()), *shown]
            told = [(row_id, html, seen) for row_id, html, seen in told if desk.shown.get(row_id) != seen]
            for row_id, html, seen in told:
                desk.panes[row_id], desk.shown[row_id] = html, seen
            for listener in self._listeners:
                if listener.look == job.look:
                    for row_id, html, _ in sorted(told, key=lambda one: one[0] not in listener.on_screen):
                        places = _places(desk.kept.get(BY_ID[row_id].made))
                        _tell_pane(listener, row_id, html, places, spliced.get(row_id), page)
                    _tell_state(listener, desk, settled=desk.settled(self._generation))
            if self._warming is not None and self._warming.look == job.look and desk.settled(self._generation):
                self._listeners.discard(self._warming)
                self._warming = None
        if fresh is not None and look_before != fresh.look and job.seen and made == _PRINT and self._is_short(job.look):
            time.sleep(_PAINTED)  # what is drawn meanwhile would only make it late

    def _stays(self, desk: Desk, made: Made, source: Sitting) -> bool:
        """Whether the last good artifact is what would be made now."""
        before = desk.kept.get(made)
        if before is None or made in desk.problems:
            return False
        if made.whole:
            return desk.whole_of == _parts_of_mail(desk)
        return desk.made_of.get(made) is source or untouched(made.kind, before.sitting, source, self.materials.gist)

    def _spliced(self, look: Look, before: Kept | None, fresh: Kept) -> dict[str, Mapping[str, object]]:
        """By frame that somebody has on a screen, what its text is now, told by what it was before."""
        if before is None or before.look == fresh.look:
            return {}
        made = next(row.made for row in ROWS if row.made.kind is fresh.artifact.kind)
        with self._turn:
            seen = {row_id for one in self._listeners if one.look == look for row_id in one.on_screen}
        return {
            row.id: {
                "from": before.look,
                **asdict(splice(text_of(row, before.artifact.body), text_of(row, fresh.artifact.body))),
            }
            for row in rows_of(made)
            if row.id in seen and row.show is Show.FRAME and row.dress is not Dress.FORCED  # turned when it is fetched
        }

    def _keep(self, fresh: Kept) -> None:
        for name in (fresh.key, fresh.look):
            self._artifacts[name] = fresh
            self._artifacts.move_to_end(name)
        while len(self._artifacts) > _KEPT_ARTIFACTS:
            self._artifacts.popitem(last=False)


def _artifact(made: Made, source: Sitting, desk: Desk) -> Artifact:
    if made.whole:
        source.give(desk.kept[_PAGES].artifact)
        return source.artifact(made.kind)
    return source.letter() if made == _MAIL else source.artifact(made.kind)


def _parts_of_mail(desk: Desk) -> tuple[str, ...]:
    return tuple(desk.kept[made].key for made in (_MAIL, _PAGES) if made in desk.kept)


def _shown(desk: Desk, made: Made, fresh: Kept) -> list[tuple[str, str, object]]:
    """Of each pane that an artifact has a part in: the row, its HTML, and what of it a reader would see."""
    whole = fresh if made.whole else desk.kept.get(WHOLE_MAIL)
    letter = desk.kept.get(_MAIL, fresh) if made.whole else fresh
    rows = [row for row in rows_of(_MAIL) if row.show is Show.INBOX] if made.whole else rows_of(made)
    artifact = letter.made
    return [(row.id, *_pane(row, artifact, letter, whole)) for row in rows]


def _pane(row: Row, artifact: Artifact, fresh: Kept, whole: Kept | None) -> tuple[str, object]:
    attached = None if whole is None else whole.artifact
    seen = wall_pane(row, artifact, "", look=fresh.look, whole=attached)
    html = wall_pane(row, artifact, fresh.key, look=fresh.look, whole=attached, milliseconds=fresh.milliseconds)
    return html, (seen, fresh.places)


def _whole_last(one: tuple[Made, Kept]) -> bool:
    return one[0].whole


def _tell_pane(
    listener: Listener,
    row_id: str,
    html: str,
    places: Sequence[Place],
    text: Mapping[str, object] | None = None,
    pictures: Mapping[str, str] | None = None,
) -> None:
    """`pictures` are PNGs in Base64 by the address that `html` shows them by."""
    said = {"kind": row_id, "html": html, "places": places, "text": text, "pictures": pictures or {}}
    listener.tell("pane", said, about=row_id)


def _places(kept: Kept | None) -> Sequence[Place]:
    """Where the lines stand, for panes that show paper."""
    return () if kept is None else kept.places


def _tell_state(listener: Listener, desk: Desk, *, settled: bool) -> None:
    causes: dict[Problem, list[str]] = {}
    for row in ROWS:
        for made in (row.made, *([WHOLE_MAIL] if row.made == _MAIL and row.made not in desk.problems else [])):
            if made in desk.problems:
                causes.setdefault(desk.problems[made], []).append(row.title)
    html = LAYOUTS.get_template("problems.html").render(causes=causes, every=len(ROWS))
    failed = list(dict.fromkeys(made.id for made in desk.problems))
    listener.tell("state", {"settled": settled, "html": html, "failed": failed})
