"""One file being read: documents come out one by one, what was rejected and how many are known at any moment."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Any, cast

from pydantic import ValidationError

from vaxel_engine.errors import Rejected, Unreadable
from vaxel_engine.intake.candidate import Candidate, Records
from vaxel_engine.intake.control_totals import ControlTotals
from vaxel_engine.intake.faults import rejection
from vaxel_engine.intake.formats import FORMATS, Format
from vaxel_engine.intake.mapping import format_of, load
from vaxel_engine.intake.pdf_guard import RefusedPdf, inspect
from vaxel_engine.intake.rejections import Rejections
from vaxel_engine.intake.source import Source, look_at
from vaxel_engine.model import Document

PATHS_TOLD = 1000
"""How many different paths `not_carried` names; a file that has more is no e-invoice of any dialect."""


@dataclass(frozen=True, slots=True)
class Counts:
    """How many records were read so far; each was either accepted or rejected."""

    accepted: int
    rejected: int

    @property
    def read(self) -> int:
        """Accepted and rejected together."""
        return self.accepted + self.rejected


class Reading(Iterator[Document]):
    """The documents of one file, in its order, read while they are asked for.

    `rejections` grows with each record that was not accepted; `not_carried` counts, for each path of what records say
    and the model has no place for, in how many accepted records it stands. Both stay small however long the file is.
    Iterating may raise Unreadable where the disk fails half-way, Unwritable where there is no room for rejections.
    """

    def __init__(self, source: Source, form: Format, sender: str | None) -> None:
        self.file = source.name
        self.format = form.name
        self.rejections = Rejections()
        self.not_carried: dict[str, int] = {}
        self._sender = sender
        self._accepted = 0
        self._last: Candidate | None = None
        self._source = source
        self._records: Records = form.records(source)

    @property
    def control_totals(self) -> ControlTotals | None:
        """What the file says is in it; known at its end, None where it says nothing."""
        return self._source.announced[-1] if self._source.announced else None

    @property
    def counts(self) -> Counts:
        """The counts of this moment."""
        return Counts(accepted=self._accepted, rejected=len(self.rejections))

    def __next__(self) -> Document:
        return self._advance()[1]

    def candidates(self) -> Iterator[Candidate | Rejected]:
        """The records still to come as their format understood them, before the model: what the rules judge."""
        while True:
            try:
                yield self._next_entry()
            except StopIteration:
                return

    def numbered(self) -> Iterator[tuple[int, Document]]:
        """The documents still to come, each with its 1-based number in the file; rejected records keep theirs."""
        while True:
            try:
                yield self._advance()
            except StopIteration:
                return

    def line_of(self, path: tuple[str | int, ...]) -> int | None:
        """The line of a field of the document that was given last; None where its format has no lines."""
        return self._last.locate(path).line if self._last is not None else None

    def close(self) -> None:
        """Let go of the file before its end; harmless when repeated."""
        closing = getattr(self._records, "close", None)
        if closing is not None:
            closing()

    def __enter__(self) -> "Reading":
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def _advance(self) -> tuple[int, Document]:
        while True:
            entry = self._next_entry()
            judged = self.judged(entry) if isinstance(entry, Candidate) else entry
            if isinstance(judged, Rejected):
                self.rejections.append(judged)
            else:
                self._accepted += 1
                self._last = entry if isinstance(entry, Candidate) else None
                return judged

    def _next_entry(self) -> Candidate | Rejected:
        try:
            return next(self._records)
        except OSError as error:
            raise Unreadable(f"{self.file}: broke off while being read ({error.strerror}); try again.") from error

    def judged(self, candidate: Candidate) -> tuple[int, Document] | Rejected:
        """Hold a candidate against the model; `rejections` and `counts` are left to the reading itself."""
        if candidate.fault is not None:
            return candidate.fault
        fields = candidate.fields
        if isinstance(fields, dict):
            stranger = self._settle_sender(candidate, cast("dict[str, Any]", fields))
            if stranger is not None:
                return stranger
        try:
            document = Document.model_validate(fields)
        except ValidationError as error:
            return rejection(error, candidate, self.file)
        if document.pdf is not None:
            try:
                inspect(document.pdf.content)
            except RefusedPdf as refusal:
                place = candidate.locate(("pdf", "content"))
                return Rejected(
                    file=self.file,
                    record=candidate.record,
                    line=place.line,
                    path=place.path,
                    found=refusal.found,
                    remedy=refusal.remedy,
                )
        for path in candidate.not_carried:
            if path in self.not_carried or len(self.not_carried) < PATHS_TOLD:
                self.not_carried[path] = self.not_carried.get(path, 0) + 1
        return candidate.record, document

    def _settle_sender(self, candidate: Candidate, fields: dict[str, Any]) -> Rejected | None:
        """Fill in the sender where the record names none; a record of another sender does not belong in this file."""
        sender = self._sender or candidate.sender
        if sender is None or fields.setdefault("sender", sender) == sender:
            return None
        place = candidate.locate(("sender",))
        return Rejected(
            file=self.file,
            record=candidate.record,
            line=place.line,
            path=place.path,
            found="another sender than the one the file was handed in for",
            remedy=f"write {sender} or leave the field out",
        )


_MAPPABLE = ("XML with", "a text file")


def read(path: str | Path, *, sender: str | None = None, mapping: str | Path | None = None) -> Reading:
    """Read a file of documents in any format of the table FORMATS, told apart by their content, or by a mapping.

    `sender` is whose file it is; records that name no sender get it, records that name another are rejected. Raises
    Unreadable for a file that cannot be read as a whole; what is wrong with single records is in `rejections`.
    `mapping` is a TOML file that says what the columns of a CSV or the elements of any XML mean; raises Misconfigured
    where the mapping itself is wrong.
    """
    chosen = format_of(load(Path(mapping))) if mapping is not None else None
    source = look_at(Path(path))
    if chosen is not None:
        return Reading(source, chosen, sender)
    for form in FORMATS:
        if form.recognises(source):
            return Reading(source, form, sender)
    titles = [form.title for form in FORMATS]
    kind = source.looks_like()
    own = " It can be read by a mapping of its own: vaxel new mapping." if kind.startswith(_MAPPABLE) else ""
    raise Unreadable(f"{source.name}: is {kind}; hand over {', '.join(titles[:-1])} or {titles[-1]}.{own}")
