"""What a process of the press says about where it is, and what it makes ready once for all documents of a pack.

A process that is ended at a limit cannot explain itself. So it notes what it is about to do, and where SIGPROF ends it
(at the limit of processor time, or sent by the press at the limit on the clock) the interpreter's own handler, which
needs no working interpreter, adds the lines of code that were running.
"""

import faulthandler
import signal
from io import FileIO

from vaxel_engine.artifact import ArtifactKind
from vaxel_engine.errors import VaxelError
from vaxel_engine.model import Document, DocumentKind
from vaxel_engine.packs import Pack
from vaxel_engine.press.frames import Head
from vaxel_engine.press.limits import arm, disarm
from vaxel_engine.rendering.environment import environment, place_in
from vaxel_engine.rendering.readiness import draw, make_ready

_notes: list[FileIO] = []


def watched(notes: FileIO) -> None:
    """From now on this process writes into `notes` what it is at, and where it was when it was ended."""
    _notes[:] = [notes]
    faulthandler.enable(notes, all_threads=False)
    faulthandler.register(signal.SIGPROF, notes, all_threads=False, chain=True)


def note(what: str) -> None:
    """Write down what is begun now."""
    for notes in _notes:
        notes.write(f"now {what}\n".encode())


def made_ready(pack: Pack, head: Head, document: Document | None = None) -> Head:
    """Compile and load what documents of a kind share; answers with a limit that was met, else with nothing.

    Of a `document` that is looked at the charts are drawn, too.
    A fault in a file of the pack is left for the document that needs the file: it says it with its own name.
    """
    arm(head["processor"], head["memory"])
    try:
        kinds = [ArtifactKind(kind) for kind in head["kinds"]]
        make_ready(pack, kinds, DocumentKind(head["document_kind"]), note)
        if document is not None:
            draw(document, pack, kinds)
    except MemoryError as error:
        return {"limit": "memory", "place": place_in(error, pack)}
    except VaxelError:
        return {}
    finally:
        disarm()
    return {}


def line_in_template(pack: Pack, file: str, line: int) -> int | None:
    """The line of a template that a line of the code compiled from it stands for; None where it is not known."""
    for template in environment(pack).compiled():
        if template.filename == file:
            return int(template.get_corresponding_lineno(line))
    return None


def line_in_changed(pack: Pack, file: str, line: int) -> int | None:
    """The same in a process that has compiled nothing yet; raises TemplateError for a file that cannot be compiled."""
    for name, path in pack.files.items():
        if str(path) == file and name.endswith((".html", ".txt", ".css", ".svg")):
            return int(environment(pack).template(name).get_corresponding_lineno(line))
    return None
