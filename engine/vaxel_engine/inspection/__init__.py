"""Inspection: everything that is wrong with a pack, told at once, each with file, line and remedy."""

from collections.abc import Callable, Iterable, Sequence
from pathlib import Path

from vaxel_engine.artifact import ArtifactKind
from vaxel_engine.errors import TemplateError, Unrenderable
from vaxel_engine.inspection.finding import Findings, PackFinding, Severity
from vaxel_engine.inspection.looks import examine_looks
from vaxel_engine.inspection.mails import examine_mail
from vaxel_engine.inspection.post import examine_post
from vaxel_engine.inspection.templates import examine_templates
from vaxel_engine.inspection.tree import read_tree
from vaxel_engine.inspection.wording import examine_wording
from vaxel_engine.model import Document
from vaxel_engine.packs import Pack, load
from vaxel_engine.rendering import Rendering, kinds_of

SHAPED = (
    ArtifactKind.PRINT_PDF,
    ArtifactKind.MAILBOX_PDF,
    ArtifactKind.EMAIL,
    ArtifactKind.WEB,
    ArtifactKind.SMS,
    ArtifactKind.CARD,
    ArtifactKind.MAILBOX_HTML,
    ArtifactKind.BANK,
)
"""What a pack gives its shape; an e-invoice has none."""

__all__ = ["SHAPED", "PackFinding", "Severity", "inspect", "render_samples"]


def inspect(
    brand: str,
    roots: Sequence[Path] | None = None,
    *,
    samples: Iterable[Document] = (),
    step: Callable[[], None] = lambda: None,
) -> list[PackFinding]:
    """Everything wrong with the pack called `brand`, and what is worth knowing; nothing found is an empty list.

    Its files are examined one by one, so that one fault does not hide another; a pack that can be read then renders
    `samples` in every form. `step` is called after each. Raises Misconfigured where there is no such pack.
    """
    found = Findings()
    tree = read_tree(brand, roots, found)
    if tree is None:
        return found.listed()
    examine_wording(tree, found)
    examine_looks(tree, found)
    examine_templates(tree, found)
    try:
        pack = load(brand, roots)
    except TemplateError as error:
        found.error(error)
    else:
        render_samples(pack, samples, found, step)
    return found.listed()


def render_samples(pack: Pack, samples: Iterable[Document], found: Findings, step: Callable[[], None]) -> int:
    """Render each of `samples` in each form, go on after what fails, and answer how many there were."""
    number = 0
    for document in samples:
        try:
            rendering = Rendering.of(document, pack)
        except Unrenderable as error:
            _failed(document, error, pack, found)
        else:
            for kind in (one for one in SHAPED if one in kinds_of(document)):
                try:
                    artifact = rendering.artifact(kind)
                    if kind is ArtifactKind.PRINT_PDF:
                        examine_post(rendering, artifact.body, found)
                    if kind is ArtifactKind.EMAIL:
                        examine_mail(rendering, found)
                except Unrenderable as error:
                    _failed(document, error, pack, found)
        number += 1
        step()
    return number


def _failed(document: Document, error: Unrenderable, pack: Pack, found: Findings) -> None:
    if isinstance(error, TemplateError):
        found.error(error, f"seen with the sample {document.reference}")
        return
    what, _, then = str(error).partition("; ")
    found.wrong(str(pack.files["brand.toml"]), None, what, then or f"seen with the sample {document.reference}")
