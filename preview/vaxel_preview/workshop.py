"""The workshop behind the live page: who looks at what, what is stale, and the one thread that renders it anew."""

import threading
import time
from collections import OrderedDict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from vaxel_engine.artifact import Artifact
from vaxel_engine.press import Sitting
from vaxel_engine.rendering import kinds_of
from vaxel_engine.rendering.rendering import Place
from vaxel_engine.rendering.stamps import unstamped
from vaxel_preview.listening import Listener
from vaxel_preview.materials import Look, Materials
from vaxel_preview.panes import LAYOUTS
from vaxel_preview.problems import Problem, describe
from vaxel_preview.table import BY_ID, QUICKEST_FIRST, ROWS, Made, rows_of
from vaxel_preview.wall import absent_wall_pane, wall_pane

_KEPT_ARTIFACTS = 160
"""Enough for the desks of a few browsers and the pictures they still fetch of the state before."""
_KEPT_DESKS = 24
_TEMPLATES = ("layouts/", "sections/")
"""Files that an artifact depends on only when it opened them; words, styles and the brand are everybody's."""


@dataclass(frozen=True, slots=True)
class Kept:
    """An artifact as it is shown: stamped, with the document and the pack it was made of."""

    artifact: Artifact
    sitting: Sitting
    milliseconds: float = 0.0
    """How long it took to make."""

    @property
    def key(self) -> str:
        """What addresses call it; another one when only a line of a template has moved."""
        return self.artifact.sha256

    @property
    def made(self) -> Artifact:
        """The artifact without stamps; an e-mail's stand inside its encoded parts and stay."""
        return Artifact(self.artifact.kind, unstamped(self.artifact.body)) if self._is_text else self.artifact

    @property
    def _is_text(self) -> bool:
        return self.artifact.media_type.startswith("text/html")


@dataclass(slots=True)
class Desk:
    """The last good panes of one look, what each was made of, what is wrong, and when each was last tried."""

    panes: dict[str, str] = field(default_factory=dict[str, str])
    kept: dict[Made, Kept] = field(default_factory=dict[Made, Kept])
    made_of: dict[Made, Sitting] = field(default_factory=dict[Made, Sitting])
    problems: dict[Made, Problem] = field(default_factory=dict[Made, Problem])
    tried: dict[Made, int] = field(default_factory=dict[Made, int])

    def stale(self, made: Made, generation: int) -> bool:
        """Whether `made` was not tried yet since the last change."""
        return self.tried.get(made, -1) < generation

    def settled(self, generation: int) -> bool:
        """Whether everything was tried since the last change."""
        return not any(self.stale(made, generation) for made in QUICKEST_FIRST)


class Workshop:
    """Renders what is looked at, at production's press, whenever a file of a pack or of the samples changes.

    Rendering happens in one thread of its own, an artifact at a time: what a browser has on its screen before the rest,
    and never for a state that is already out of date. Every method may be called from any thread.
    """

    def __init__(self, materials: Materials) -> None:
        self.materials = materials
        self._turn = threading.Condition()
        self._generation = 0
        self._desks: OrderedDict[Look, Desk] = OrderedDict()
        self._listeners: set[Listener] = set()
        self._artifacts: OrderedDict[str, Kept] = OrderedDict()
        self._stopped = False
        self._warming: Listener | None = None
        self._renderer = threading.Thread(target=self._render_on, name="renderer", daemon=True)

    def start(self) -> None:
        """Begin to render what is looked at; what a first browser will see is made before it comes."""
        self._warming = self.listen(self.materials.look(None, None))
        self._renderer.start()

    def stop(self) -> None:
        """End, and let every listener go; what is being rendered is finished first."""
        with self._turn:
            self._stopped = True
            self._turn.notify_all()
            for listener in self._listeners:
                listener.close()
        self._renderer.join(timeout=10)
        if not self._renderer.is_alive():
            self.materials.rest()

    def panes(self, look: Look) -> Mapping[str, str]:
        """The last good panes of a look, as HTML by the row's id."""
        with self._turn:
            return dict(self._desk(look).panes)

    def artifact(self, digest: str) -> Kept | None:
        """An artifact shown now or a moment ago, by its key; None when it is not kept any more."""
        with self._turn:
            return self._artifacts.get(digest)

    def kept(self, look: Look) -> Mapping[str, Kept]:
        """The last good artifacts of a look, by what they are called."""
        with self._turn:
            return {made.id: kept for made, kept in self._desk(look).kept.items()}

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
        """A browser says which panes it has on its screen now; they are rendered before the rest."""
        with self._turn:
            for listener in self._listeners:
                if listener.id == listener_id:
                    listener.on_screen = frozenset(kinds)

    def changed(self, paths: Iterable[Path]) -> None:
        """Files changed on disk: everything made of them is out of date from now on."""
        relisted = self.materials.reread(paths)
        with self._turn:
            self._generation += 1
            for listener in self._listeners:
                listener.tell("working", {})
                if relisted:
                    listener.tell("relisted", {})
            self._turn.notify_all()

    def _desk(self, look: Look) -> Desk:
        desk = self._desks.setdefault(look, Desk())
        self._desks.move_to_end(look)
        followed = {listener.look for listener in self._listeners} | {look}
        for other in [other for other in self._desks if other not in followed][:-_KEPT_DESKS]:
            del self._desks[other]
        return desk

    def _render_on(self) -> None:
        while True:
            with self._turn:
                job = self._next()
                while job is None and not self._stopped:
                    self._turn.wait()
                    job = self._next()
                if self._stopped or job is None:
                    return
                generation, desk = self._generation, self._desk(job[0])
            self._render(*job, desk, generation)

    def _next(self) -> tuple[Look, Made] | None:
        """What to render now: on a screen before off it, then what waits longest, then the quickest."""
        waiting = [
            (made not in seen, desk.tried.get(made, -1), order, listener.look, made)
            for listener in self._listeners
            for desk in (self._desk(listener.look),)
            for seen in ({BY_ID[row_id].made for row_id in listener.on_screen if row_id in BY_ID},)
            for order, made in enumerate(QUICKEST_FIRST)
            if desk.stale(made, self._generation)
        ]
        if not waiting:
            return None
        *_, look, made = min(waiting, key=lambda entry: entry[:3])
        return look, made

    def _render(self, look: Look, made: Made, desk: Desk, generation: int) -> None:
        shown: dict[str, str] = {}
        problem, kept, source = None, None, None
        begun = time.perf_counter()
        try:
            source = self.materials.sitting(look, generation, monochrome=made.monochrome)
            if made.kind not in kinds_of(source.document):
                why = f"Not made of a {source.document.kind.replace('_', ' ')}."
                shown = {row.id: absent_wall_pane(row, why) for row in rows_of(made)}
            elif self._untouched(desk, made, source):
                pass
            elif desk.made_of.get(made) is not source:
                fresh = source.artifact(made.kind)
                spent = (time.perf_counter() - begun) * 1000
                kept = Kept(fresh, source, spent)
                shown = {row.id: wall_pane(row, kept.made, kept.key, milliseconds=spent) for row in rows_of(made)}
        except Exception as error:  # noqa: BLE001 - a fault in one artifact must not end the page of all
            problem = describe(error, (*self.materials.roots, *self.materials.places))
        with self._turn:
            desk.tried[made] = generation
            if problem is not None:
                desk.problems[made] = problem
            else:
                desk.problems.pop(made, None)
            if kept is not None:
                self._keep(kept)
                desk.kept[made] = kept
            if shown and source is not None:
                desk.panes.update(shown)
                desk.made_of[made] = source
            for listener in self._listeners:
                if listener.look == look:
                    for row_id, html in shown.items():
                        _tell_pane(listener, row_id, html, _places(kept))
                    _tell_state(listener, desk, settled=desk.settled(self._generation))
            if self._warming is not None and self._warming.look == look and desk.settled(self._generation):
                self._listeners.discard(self._warming)
                self._warming = None

    def _untouched(self, desk: Desk, made: Made, source: Sitting) -> bool:
        """Whether the last good artifact opened none of the templates that changed since; anything else changes all."""
        kept = desk.kept.get(made)
        if kept is None or made in desk.problems or desk.made_of.get(made) is None:
            return False
        before, now = kept.sitting, source
        if before.document != now.document or before.pack.files.keys() != now.pack.files.keys():
            return False
        changed = now.pack.changed_since(before.pack)
        opened = before.opened.get(made.kind, changed)
        return all(name.startswith(_TEMPLATES) for name in changed) and not changed & opened

    def _keep(self, kept: Kept) -> None:
        self._artifacts[kept.key] = kept
        self._artifacts.move_to_end(kept.key)
        while len(self._artifacts) > _KEPT_ARTIFACTS:
            self._artifacts.popitem(last=False)


def _tell_pane(listener: Listener, row_id: str, html: str, places: Sequence[Place]) -> None:
    listener.tell("pane", {"kind": row_id, "html": html, "places": places}, about=row_id)


def _places(kept: Kept | None) -> Sequence[Place]:
    """Where the lines stand, for panes that show paper."""
    return kept.sitting.places if kept is not None and kept.artifact.media_type == "application/pdf" else ()


def _tell_state(listener: Listener, desk: Desk, *, settled: bool) -> None:
    causes: dict[Problem, list[str]] = {}
    for row in ROWS:
        if row.made in desk.problems:
            causes.setdefault(desk.problems[row.made], []).append(row.title)
    html = LAYOUTS.get_template("problems.html").render(causes=causes, every=len(ROWS))
    listener.tell("state", {"settled": settled, "html": html, "failed": [made.id for made in desk.problems]})
