"""Every oracle that an artifact's media type has, asked."""

from collections.abc import Iterator, Sequence

from vaxel_engine.artifact import Artifact, ArtifactKind
from vaxel_engine.errors import Unreadable, Unrenderable
from vaxel_engine.identifiers.ocr import is_ocr
from vaxel_engine.parity import READABLE, parity
from vaxel_engine.rendering import Rendering
from vaxel_engine.rendering.facts import Facts
from vaxel_regression.oracles import paper
from vaxel_regression.oracles.fault import Fault, Oracle
from vaxel_regression.pages import Drawn


def said_otherwise(rendering: Rendering, artifact: Artifact) -> Iterator[Fault]:
    """Facts of the document that the artifact does not say, or says otherwise, read back from its bytes."""
    if artifact.kind not in READABLE:
        return
    try:
        found = parity(rendering.document, [artifact], pack=rendering.pack)
    except (Unreadable, Unrenderable) as error:
        yield Fault(Oracle.PARITY, f"cannot be read back: {error}")
        return
    refused = {
        row.fact.name for row in found.rows for cell in row.cells.values() if row.fact.ocr and _fails(cell.shown)
    }
    for sentence in found.faults:
        told = sentence.removeprefix(f"{found.reference}: ")
        wrong_digit = any(told.startswith(f"{name} in ") for name in refused)
        yield Fault(Oracle.CHECK_DIGIT if wrong_digit else Oracle.PARITY, told)


def _fails(shown: str | None) -> bool:
    """Whether what stands in the place of a reference is one that no bank would take."""
    return shown is not None and not is_ocr("".join(filter(str.isdigit, shown.partition(" (")[0])))


def on_paper(rendering: Rendering, artifact: Artifact, pages: Sequence[Drawn]) -> Iterator[Fault]:
    """What is wrong with a PDF; `pages` are what was observed of it.

    What was finished elsewhere is kept as it came, and its structure is not the pack's.
    """
    sheets = [page.sheet for page in pages]
    yield from paper.outside(sheets)
    yield from paper.clipped(pages)
    yield from paper.overlapping(sheets)
    yield from paper.orphaned(sheets, rows_and_total(rendering.facts))
    printed = artifact.kind is not ArtifactKind.MAILBOX_PDF
    yield from paper.keep_clear(sheets, rendering.pack.profile, rendering.facts.recipient.address, printed=printed)
    yield from paper.missing_glyphs(artifact.body)
    if rendering.document.pdf is None:
        yield from paper.badly_built(artifact.body)
    if printed and rendering.document.recipient.postal_address is not None:
        yield from paper.sent_back(artifact.body, rendering.pack.profile)


def rows_and_total(facts: Facts) -> dict[str, str]:
    """Which texts are a row, and which the total that they come to."""
    names = {line.description: "row" for line in facts.lines}
    if facts.totals:
        names[facts.totals[-1].amount] = "total"
    return names
