"""Approvals: who signed how a pack looks, bound to the hashes of its files, its fonts, its engines and its artifacts.

They lie in the pack's own folder as `approvals.json`, travel with it, and are no part of what they sign. Each set of
engines has a board of its own: another Pango draws other bytes of the same files, which somebody has to look at again.
"""

import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import Literal

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, ValidationError

from vaxel_engine.artifact import Artifact, ArtifactKind
from vaxel_engine.errors import Misconfigured, Unapproved, Unwritable
from vaxel_engine.model import Document, DocumentKind
from vaxel_engine.packs.reading import APPROVALS, Layer, build, tree_digest
from vaxel_engine.rendering.engines import engine_versions

_SHA = "^[0-9a-f]{64}$"


class _Kept(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class ApprovedDocument(_Kept):
    """A document that artifacts were approved of; its hash says whether it is still the same."""

    kind: DocumentKind
    sha256: str = Field(pattern=_SHA)


class Rejection(_Kept):
    """An artifact that somebody looked at and did not want; it lapses when the artifact changes."""

    sha256: str = Field(pattern=_SHA)
    by: str
    at: AwareDatetime
    reason: str


class Board(_Kept):
    """What was approved under one set of engines.

    `tree` and `fonts` are those of the moment at which nothing was left to approve; files that have changed since, and
    have not been looked at, have other hashes. Names are "november.json-1/sv" and "november.json-1/sv/print_pdf".
    """

    engines: dict[str, str]
    tree: str | None = Field(default=None, pattern=_SHA)
    fonts: dict[str, str] = Field(default_factory=dict[str, str])
    by: str
    at: AwareDatetime
    documents: dict[str, ApprovedDocument] = Field(default_factory=dict[str, ApprovedDocument])
    artifacts: dict[str, str] = Field(default_factory=dict[str, str], description="SHA-256 of each by its name")
    rejected: dict[str, Rejection] = Field(default_factory=dict[str, Rejection])


class Approvals(_Kept):
    """The whole of `approvals.json`."""

    format: Literal[1] = 1
    boards: tuple[Board, ...] = ()

    def board(self, engines: Mapping[str, str]) -> Board | None:
        """What was approved under these engines; None where nobody looked at what they draw."""
        return next((board for board in self.boards if board.engines == dict(engines)), None)

    def with_board(self, board: Board) -> "Approvals":
        """The same with this board in the place of the one of its engines."""
        others = tuple(other for other in self.boards if other.engines != board.engines)
        return Approvals(boards=(*others, board))


def read_approvals(folder: Path) -> Approvals:
    """What was approved of the pack in `folder`, nothing without a file; raises Misconfigured for a wrong one."""
    path = folder / APPROVALS
    if not path.is_file():
        return Approvals()
    try:
        return Approvals.model_validate_json(path.read_bytes())
    except (OSError, ValidationError) as error:
        raise Misconfigured(
            f"{path} cannot be read as approvals; restore it from version control, or delete it and approve again"
        ) from error


def write_approvals(folder: Path, approvals: Approvals) -> None:
    """Replace the pack's approvals; whole or not at all. Raises Unwritable."""
    path = folder / APPROVALS
    part = path.with_name(f".{path.name}.{os.getpid()}.part")
    try:
        part.write_text(approvals.model_dump_json(indent=1, exclude_defaults=True) + "\n", encoding="utf-8")
        part.replace(path)
    except OSError as error:
        raise Unwritable(f"{path} cannot be written ({error.strerror}); nothing was approved") from error


def document_hash(document: Document) -> str:
    """The SHA-256 of a document as it is, recipient's language included."""
    return sha256(document.model_dump_json().encode()).hexdigest()


@dataclass(frozen=True, slots=True)
class State:
    """What of a pack decides how its artifacts look: SHA-256 of its tree, of each font by name, and the engines."""

    tree: str
    fonts: Mapping[str, str]
    engines: Mapping[str, str]


def state_of(tree: Sequence[Layer]) -> State:
    """The state of a pack with everything it inherits; raises TemplateError for one that does not build."""
    resolved = {name: content for layer in tree for name, (_, content) in layer.files.items()}
    fonts = {
        name: sha256(content).hexdigest()
        for name, content in sorted(resolved.items())
        if name.endswith((".ttf", ".otf", ".woff2"))
    }
    return State(tree_digest(tree), fonts, engine_versions(build(tree[-1].name, tree)))


@dataclass(frozen=True, slots=True)
class Signature:
    """The approval that a publication relies on; asked for each document that is rendered before it."""

    brand: str
    board: Board

    def check(self, document: Document, artifacts: Mapping[ArtifactKind, Artifact]) -> int:
        """How many of the artifacts were approved byte for byte; other documents of an approved kind count for none.

        Raises Unapproved for an artifact that differs from the approved one, and for a kind of which none was.
        """
        asked = document_hash(document)
        name = next((name for name, known in self.board.documents.items() if known.sha256 == asked), None)
        if name is None:
            if any(known.kind is document.kind for known in self.board.documents.values()):
                return 0
            raise Unapproved(
                f'no {document.kind} of the pack "{self.brand}" was approved, and {document.reference} is one; '
                f"`vaxel approve {self.brand}` with a sample of that kind"
            )
        same = 0
        for kind, artifact in artifacts.items():
            approved = self.board.artifacts.get(f"{name}/{kind}")
            if approved is not None and approved != artifact.sha256:
                raise Unapproved(
                    f"{self.brand}/{name}/{kind} is not the one that {self.board.by} approved, though files and "
                    f"engines are; another library draws otherwise: `vaxel approve {self.brand}` says what differs"
                )
            same += approved is not None
        return same


def signature(brand: str, folder: Path, state: State) -> Signature:
    """The approval of exactly this tree with these fonts under these engines.

    Raises Unapproved where there is none, with what has changed and the command that approves.
    """
    approvals = read_approvals(folder)
    remedy = f"look at it with `vaxel approve {brand}`"
    board = approvals.board(state.engines)
    if board is None:
        others = "; what is approved was drawn by others" if approvals.boards else ""
        raise Unapproved(f'nobody approved the pack "{brand}" as the engines of this machine draw it{others}; {remedy}')
    if board.tree == state.tree and board.fonts == dict(state.fonts):
        return Signature(brand, board)
    for name, rejection in board.rejected.items():
        raise Unapproved(f'{rejection.by} rejected {brand}/{name}: "{rejection.reason}"; mend it, then {remedy}')
    if board.tree is None:
        raise Unapproved(f'the pack "{brand}" was approved in part only; {remedy}')
    what = "the files" if board.fonts == dict(state.fonts) else "fonts"
    raise Unapproved(f'{what} of the pack "{brand}" have changed since {board.by} approved it; {remedy}')


def folder_of(brand: str, roots: Sequence[Path]) -> Path:
    """The folder of the brand itself, where its approvals lie; raises Misconfigured when no root has it."""
    for root in roots:
        if (root / brand / "brand.toml").is_file():
            return root / brand
    places = ", ".join(str(root) for root in roots)
    raise Misconfigured(f'there is no brand pack "{brand}" under {places}; choose another, or add it')
