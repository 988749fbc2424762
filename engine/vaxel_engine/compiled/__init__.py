"""The block program: pages of a pack's documents without setting each anew, equal object for object to the reference.

    setter = compiled.empty(pack)                      # a program that knows nothing yet
    compiled.teach(setter, pack, documents)            # WeasyPrint sets what it misses, and it learns
    pdf = compiled.render(setter, Rendering.of(document, pack), ArtifactKind.MAILBOX_PDF)

`render` raises `Miss` where a document shows something that the program does not know; it is then set as ever.
"""

from vaxel_engine.compiled.artifacts import render
from vaxel_engine.compiled.comparing import Difference, compare
from vaxel_engine.compiled.compiling import Learned, empty, gather, greys_of, key_of, setter_of, teach
from vaxel_engine.compiled.miss import Miss, Reason
from vaxel_engine.compiled.probes import probe
from vaxel_engine.compiled.program import Program
from vaxel_engine.compiled.setting import Setter

__all__ = [
    "Difference",
    "Learned",
    "Miss",
    "Program",
    "Reason",
    "Setter",
    "compare",
    "empty",
    "gather",
    "greys_of",
    "key_of",
    "probe",
    "render",
    "setter_of",
    "teach",
]
