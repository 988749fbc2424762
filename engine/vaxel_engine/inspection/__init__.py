"""Inspection: everything that is wrong with a pack, told at once, each with file, line and remedy."""

from collections.abc import Callable, Sequence
from pathlib import Path

from vaxel_engine.artifact import Artifact, ArtifactKind
from vaxel_engine.errors import TemplateError
from vaxel_engine.inspection.finding import Findings, PackFinding, Severity
from vaxel_engine.inspection.looks import examine_looks
from vaxel_engine.inspection.mails import examine_mail
from vaxel_engine.inspection.post import examine_post
from vaxel_engine.inspection.templates import examine_templates
from vaxel_engine.inspection.tree import read_tree
from vaxel_engine.inspection.wording import examine_wording
from vaxel_engine.packs import load
from vaxel_engine.rendering import Rendering

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

__all__ = ["SHAPED", "PackFinding", "Severity", "examine_artifact", "inspect"]


def inspect(
    brand: str,
    roots: Sequence[Path] | None = None,
    *,
    note: Callable[[str], None] = lambda _: None,
) -> list[PackFinding]:
    """Everything wrong with the pack called `brand`, and what is worth knowing; nothing found is an empty list.

    Its files are examined one by one, so that one fault does not hide another. It compiles templates and styles, so
    that a hostile pack may take any amount of time and memory: `vaxel_engine.press.examine` does it under limits, and
    renders samples too. `note` is told of each file before its turn. Raises Misconfigured where there is no such pack.
    """
    found = Findings()
    tree = read_tree(brand, roots, found)
    if tree is None:
        return found.listed()
    examine_wording(tree, found)
    examine_looks(tree, found)
    examine_templates(tree, found, note)
    try:
        load(brand, roots)
    except TemplateError as error:
        found.error(error)
    return found.listed()


def examine_artifact(rendering: Rendering, artifact: Artifact, found: Findings) -> None:
    """What is wrong with a finished artifact of a sample, beyond what its facts say."""
    if artifact.kind is ArtifactKind.PRINT_PDF:
        examine_post(rendering, artifact.body, found)
    if artifact.kind is ArtifactKind.EMAIL:
        examine_mail(rendering, found)
