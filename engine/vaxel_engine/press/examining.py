"""A pack examined at the press: its files by a worker, then samples rendered and read back; all that is wrong."""

import contextlib
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path

from vaxel_engine.errors import TemplateError, Unreadable, Unrenderable
from vaxel_engine.inspection import SHAPED, PackFinding, Severity
from vaxel_engine.inspection.finding import Findings
from vaxel_engine.model import Document
from vaxel_engine.packs import Pack, load
from vaxel_engine.press.press import Check, Press
from vaxel_engine.rendering import kinds_of


def examine(
    brand: str,
    roots: Sequence[Path] | None = None,
    *,
    samples: Iterable[Document] = (),
    step: Callable[[], None] = lambda: None,
    press: Press | None = None,
) -> list[PackFinding]:
    """Everything wrong with the pack called `brand`, and what is worth knowing; nothing found is an empty list.

    As `vaxel_engine.inspection.inspect`, under the limits of one document. A pack that can be read then renders
    `samples` in every form, and what was made is read back and has to say what they say. `step` is called after each.
    Raises Misconfigured where there is no such pack.
    """
    press = press or Press()
    found = Findings()
    _add(press.inspect(brand, roots), found)
    try:
        pack = load(brand, roots)
    except TemplateError as error:
        found.error(error)
    else:
        for document in samples:
            _render(press, document, pack, found)
            step()
    return found.listed()


def _render(press: Press, document: Document, pack: Pack, found: Findings) -> None:
    """Every form of a document; after the first that fails each is tried alone, so that no fault hides another."""
    shaped = [kind for kind in SHAPED if kind in kinds_of(document)]
    with press.sitting(document, pack) as sitting:
        try:
            sitting.artifacts(shaped, check=Check.COMPLETE, examined=True)
        except (Unreadable, Unrenderable):
            for kind in shaped:
                try:
                    sitting.artifacts([kind], check=Check.COMPLETE, examined=True)
                except (Unreadable, Unrenderable) as error:
                    _failed(document, error, pack, found)
        _add(sitting.findings, found)
        with contextlib.suppress(Unreadable, Unrenderable):  # said above
            _add(sitting.slow(), found)


def _add(told: Iterable[PackFinding], found: Findings) -> None:
    for one in told:
        tell = found.wrong if one.severity is Severity.WRONG else found.note
        tell(one.file, one.line, one.what, one.remedy)


def _failed(document: Document, error: Unreadable | Unrenderable, pack: Pack, found: Findings) -> None:
    if isinstance(error, TemplateError):
        found.error(error, f"seen with the sample {document.reference}")
        return
    what, _, then = str(error).partition("; ")
    found.wrong(str(pack.files["brand.toml"]), None, what, then or f"seen with the sample {document.reference}")
