"""A worker: renders what it is given, one document at a time, each under its limits; answers with bytes or a sentence.

It knows one pack and no settings, no ledger and no secrets. What it answers is read as values by whoever asked.
"""

import os
import pickle
import socket
from collections.abc import Sequence
from dataclasses import replace
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

from vaxel_engine.artifact import Artifact, ArtifactKind
from vaxel_engine.errors import VaxelError
from vaxel_engine.inspection import PackFinding, examine_artifact, inspect
from vaxel_engine.inspection.finding import Findings
from vaxel_engine.mailing.printing import Printing
from vaxel_engine.model import Document
from vaxel_engine.packs import Pack
from vaxel_engine.parity import demand
from vaxel_engine.press.frames import Head, receive, send
from vaxel_engine.press.limits import arm, disarm, resident
from vaxel_engine.press.said import told
from vaxel_engine.press.sweeping import Sweeping
from vaxel_engine.press.warmth import line_in_changed, note
from vaxel_engine.rendering import Rendering
from vaxel_engine.rendering.environment import place_in

if TYPE_CHECKING:
    from vaxel_engine.compiled.using import InUse

NO_CHECK, BULK, COMPLETE = "none", "bulk", "complete"
"""How what was rendered is compared with the document before it is answered; see `vaxel_engine.parity`."""


def work(channel: socket.socket, pack: Pack | None) -> None:
    """Answer until nobody asks any more (GoneError), or until memory has run out once.

    What a document leaves behind is swept up after its answer, so that nobody waits for it.
    """
    sweeping = Sweeping()
    rendering: Rendering | None = None
    while True:
        head, bodies, _ = receive(channel, seconds=None)
        answer: Head = {}
        made: Sequence[bytes] = ()
        arm(head["processor"], head["memory"])
        try:
            if head["do"] == "inspect":
                answer = {"findings": [_as_head(one) for one in _inspected(head)]}
            elif head["do"] == "line":
                assert pack is not None  # noqa: S101  # only a worker with a pack is asked
                answer = {"line": line_in_changed(pack, head["file"], head["line"])}
            else:
                assert pack is not None  # noqa: S101  # only a worker with a pack is asked to render
                if head["begin"]:
                    rendering = None
                    if head["changed"]:
                        pack, bodies = pack.changed(told_by(bodies[0])), bodies[1:]
                    document, printing = _unpacked(bodies[0])
                    rendering = Rendering.of(document, pack, head["link"], printing)
                assert rendering is not None  # noqa: S101  # the first question brings the document
                for kind, body in zip(head["given"], bodies[head["begin"] :], strict=True):
                    rendering.give(Artifact(ArtifactKind(kind), body))
                answer, made = _rendered(rendering, head)
        except VaxelError as error:
            answer = told(error)
        except MemoryError as error:
            rendering = None
            answer = {"limit": "memory", "place": None if pack is None else place_in(error, pack)}
        except Exception as error:  # noqa: BLE001  # whatever a template or a page can provoke is the document's fault alone
            answer = {"fault": type(error).__name__}
        finally:
            disarm()
        send(channel, {**answer, "resident": resident()}, made, seconds=None)
        if "limit" in answer:
            return
        sweeping.after_a_document()


def _rendered(rendering: Rendering, head: Head) -> tuple[Head, list[bytes]]:
    kinds = [ArtifactKind(kind) for kind in head["kinds"]]
    note(f"document {rendering.document.reference}")
    made: list[Artifact] = []
    before = set(rendering.by_program)
    if head["withdrawn"]:
        _used(rendering).withdrawn = head["withdrawn"]
    for kind in kinds:
        note(f"artifact {kind}")
        made.append(_letter(rendering) if head["letter"] else rendering.artifact(kind))
    if head["check"] != NO_CHECK:
        note("parity")
        demand(rendering, made, complete=head["check"] == COMPLETE)
    found = Findings()
    for artifact in made if head["examine"] else ():
        note(f"examine {artifact.kind}")
        examine_artifact(rendering, artifact, found)
    answer: Head = {
        "findings": [_as_head(one) for one in found.listed()],
        "places": list(rendering.places) if rendering.pack.stamped else [],
        "opened": {kind: sorted(rendering.opened("letter" if head["letter"] else kind)) for kind in kinds},
        "set": [outcome for kind, outcome in rendering.by_program.items() if kind not in before],
        "differs": _used(rendering).differs if rendering.by_program and not head["withdrawn"] else "",
        "gist": rendering.gist() if rendering.pack.stamped else "",
        "slow": _slow(rendering) if head["slow"] else [],
        "facts": rendering.context() if head["facts"] else {},
    }
    return answer, [artifact.body for artifact in made]


def _slow(rendering: Rendering) -> list[Head]:
    """What of the document's pages only WeasyPrint can set."""
    from vaxel_engine.compiled.advice import slow_in

    pack = replace(rendering.pack, stamped=False)
    found = Findings()
    for one in slow_in(rendering.document, pack):
        found.note(str(pack.files[one.file]), one.line, one.what, one.remedy)
    return [_as_head(one) for one in found.listed()]


def _used(rendering: Rendering) -> "InUse":
    """The pack's program in this process; there is one."""
    from vaxel_engine.compiled.using import in_use  # with WeasyPrint behind it, which few artifacts need

    return rendering.pack.once(in_use)


def _letter(rendering: Rendering) -> Artifact:
    """The e-mail before its pages are attached."""
    write = import_module("vaxel_engine.rendering.email").render_letter
    return Artifact(ArtifactKind.EMAIL, write(rendering))


def _inspected(head: Head) -> list[PackFinding]:
    os.chdir(head["folder"])  # so that a folder is found, and named, as whoever asks does
    roots = head["roots"]
    return inspect(head["brand"], None if roots is None else [Path(root) for root in roots], note=note)


def _as_head(one: PackFinding) -> Head:
    return {"file": one.file, "line": one.line, "severity": one.severity.value, "what": one.what, "remedy": one.remedy}


def told_by(packed: bytes) -> dict[str, Any]:
    """What a worker or a stem is told of a pack that has changed."""
    return cast("dict[str, Any]", pickle.loads(packed))  # noqa: S301  # from the press that started this process


def _unpacked(packed: bytes) -> tuple[Document, Printing | None]:
    return cast("tuple[Document, Printing | None]", pickle.loads(packed))  # noqa: S301  # from our own press
