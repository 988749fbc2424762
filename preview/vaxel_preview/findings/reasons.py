"""Which channel the document at hand would take, and why: told by whoever started the preview."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from vaxel_engine.errors import VaxelError
from vaxel_engine.model import Document
from vaxel_preview.findings.finding import Drawer, Finding


@dataclass(frozen=True, slots=True)
class Reasons:
    """What is said of one document: by what it was decided, the sentence, and the branches of the tree.

    A branch is its sentence, and in softer ink its place and channel.
    """

    by: str
    sentence: str
    branches: Sequence[tuple[str, str]]


Tell = Callable[[Document], Reasons]
"""Tells a document's reasons; the switch is no business of the preview, so the command brings it.

Raises:
    VaxelError: the settings or the rules are wrong; the sentence is shown.
"""


def reasons_drawer(document: Document, tell: Tell | None) -> Drawer:
    """The drawer of one document."""
    if tell is None:
        return Drawer("channel", "Channel", "This preview was started without a switch: nothing is decided here.")
    try:
        told = tell(document)
    except VaxelError as error:
        return Drawer("channel", "Channel", "Which channel it would take, and why.", [Finding(str(error))])
    branches = list(told.branches)
    same = [place for sentence, place in branches if sentence == told.sentence]
    branches = [branch for branch in branches if branch[0] != told.sentence]
    rows = [Finding(told.sentence, grave=False, more=" · ".join([*same, told.by]))]
    rows += [Finding(sentence, grave=False, more=place) for sentence, place in branches]
    return Drawer("channel", "Channel", "Which channel it takes, and why: what vaxel why says of it.", rows)
