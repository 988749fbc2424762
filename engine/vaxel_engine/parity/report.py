"""The facts of one document against all its finished artifacts: rows of facts, a column for each artifact."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from vaxel_engine.artifact import Artifact, ArtifactKind
from vaxel_engine.model import Document
from vaxel_engine.packs import Pack
from vaxel_engine.parity.asking import NOTHING, asked, is_drawn
from vaxel_engine.parity.canonical import Fact, canonical_facts, qr_expected, state_of
from vaxel_engine.parity.explained import explained
from vaxel_engine.parity.judging import GRAVITY, Looked, Status, judge
from vaxel_engine.parity.places import places
from vaxel_engine.parity.policy import is_shown
from vaxel_engine.parity.readback import Part, read_back


@dataclass(frozen=True, slots=True)
class Cell:
    """What one artifact says of one fact: the gravest of what its parts say.

    part    where it is missing or different: "subject", "QR code"; None where all is well
    shown   what stands there instead; None unless it is different
    """

    status: Status
    part: str | None = None
    shown: str | None = None

    @property
    def holds(self) -> bool:
        """Whether the fact is there, or need not be."""
        return self.status in (Status.FOUND, Status.NOT_SHOWN)


@dataclass(frozen=True, slots=True)
class Row:
    """One fact, and what each artifact says of it."""

    fact: Fact
    cells: Mapping[ArtifactKind, Cell]


@dataclass(frozen=True, slots=True)
class Parity:
    """The facts of one document × its artifacts."""

    reference: str
    kinds: tuple[ArtifactKind, ...]
    rows: tuple[Row, ...]

    @property
    def holds(self) -> bool:
        """Whether every artifact says what the document says."""
        return all(cell.holds for row in self.rows for cell in row.cells.values())

    @property
    def faults(self) -> tuple[str, ...]:
        """Each cell that does not hold, in one sentence."""
        return tuple(
            _sentence(self.reference, row.fact, kind, cell)
            for row in self.rows
            for kind, cell in row.cells.items()
            if not cell.holds
        )


def parity(document: Document, artifacts: Iterable[Artifact], *, pack: Pack) -> Parity:
    """Read each artifact back and compare it with what `document` says.

    The expectation comes from the model alone; `pack` is asked for the words that lead to a fact and the sections that
    it shows. Raises Unreadable or Unrenderable when an artifact cannot be read at all.
    """
    facts = canonical_facts(document)
    language = document.recipient.language
    known = explained(document, facts, pack)
    leading = places(pack, language, state_of(document))
    code = qr_expected(document) and "payment" in pack.sections(document.kind)
    columns: dict[ArtifactKind, dict[Fact, Cell]] = {}
    for artifact in artifacts:
        parts = read_back(artifact, code_expected=code)
        looked = [Looked(part, leading, language, known) for part in parts]
        columns[artifact.kind] = {fact: _cell(fact, looked, document, pack) for fact in facts}
        if is_drawn(document):
            columns[artifact.kind][NOTHING] = _asking(parts, document, pack)
    if is_drawn(document):
        facts = (*facts, NOTHING)
    kinds = tuple(columns)
    rows = tuple(Row(fact, {kind: columns[kind][fact] for kind in kinds}) for fact in facts)
    return Parity(document.reference, kinds, rows)


def _cell(fact: Fact, looked: list[Looked], document: Document, pack: Pack) -> Cell:
    gravest = Cell(Status.NOT_SHOWN)
    for part in looked:
        finding = judge(fact, part, shown=is_shown(fact, part.part.column, document.kind, pack))
        if GRAVITY.index(finding.status) > GRAVITY.index(gravest.status):
            named = part.part.name if finding.status in (Status.MISSING, Status.DIFFERENT) else None
            gravest = Cell(finding.status, named, finding.shown)
    return gravest


def _asking(parts: Iterable[Part], document: Document, pack: Pack) -> Cell:
    for part in parts:
        if (shown := asked(document, part, pack)) is not None:
            return Cell(Status.DIFFERENT, part.name, shown)
    return Cell(Status.NOT_SHOWN)


def _sentence(reference: str, fact: Fact, kind: ArtifactKind, cell: Cell) -> str:
    where = f"{reference}: {fact.name} in {kind} ({cell.part})"
    if cell.status is Status.DIFFERENT:
        return f"{where} is different: {cell.shown}, the document says {fact.shown}"
    return f"{where} is missing: {fact.shown}"
