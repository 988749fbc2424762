"""One thing that was found in a pack, and the list that they are gathered in."""

from dataclasses import dataclass, field
from enum import StrEnum

from vaxel_engine.errors import TemplateError


class Severity(StrEnum):
    """How much a finding matters: what is wrong keeps a pack from being published, a note does not."""

    WRONG = "wrong"
    NOTE = "note"


@dataclass(frozen=True, slots=True, order=True)
class PackFinding:
    """What is wrong or worth knowing at one place of a pack, and what to do about it."""

    file: str
    line: int | None
    severity: Severity
    what: str
    remedy: str


@dataclass(slots=True)
class Findings:
    """Everything found so far; the same thing at the same place counts once."""

    _found: dict[tuple[str, int | None, str], PackFinding] = field(
        default_factory=dict[tuple[str, int | None, str], PackFinding]
    )

    def wrong(self, file: str, line: int | None, what: str, remedy: str) -> None:
        """Add what keeps the pack from being published."""
        self._found.setdefault((file, line, what), PackFinding(file, line, Severity.WRONG, what, remedy))

    def note(self, file: str, line: int | None, what: str, remedy: str) -> None:
        """Add what is worth knowing."""
        self._found.setdefault((file, line, what), PackFinding(file, line, Severity.NOTE, what, remedy))

    def error(self, error: TemplateError, remedy: str = "mend it there") -> None:
        """Add an error of rendering or reading; what stands after its semicolon is the remedy."""
        what, _, then = error.message.partition("; ")
        self.wrong(error.file, error.line, what, then or remedy)

    def listed(self) -> list[PackFinding]:
        """What is wrong first, then the notes; each by file and line."""
        return sorted(self._found.values(), key=lambda one: (one.severity is Severity.NOTE, one.file, one.line or 0))
