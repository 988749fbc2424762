"""The deliberate errors of Vaxel; the class says what the caller can do, the text says what, where and how to mend it.

VaxelError
├── Unreadable            the input cannot be read at all: choose another file or mend it
│   └── Rejected          one record of a readable input is broken: mend that record, the others go on
├── Unrenderable          the document or the pack cannot become this artifact
│   ├── TemplateError     a designer's file is wrong: the text names file, line and variable
│   └── Mismatched        what was rendered does not say what the document says: it must not go out
├── NotCarried            the format to be written has no place for a term: leave it out, or say that it may be lost
├── Unapproved            nobody approved what is to be published or rendered: look at it, approve it
├── Unwritable            a place for output cannot be written: choose another or make room
├── Misconfigured         a setting is missing, unknown or contradicts another
├── Refused               the receiving side said no for good: fix the document or the address
├── Unreachable           it never left us: retry with the same key
└── OutcomeUnknown        it may have arrived: ask, never resend blindly
"""

from pathlib import PurePath


class VaxelError(Exception):
    """The root of all deliberate errors; catch this to catch everything Vaxel says on purpose."""


class Unreadable(VaxelError):
    """An input that cannot be read at all: absent, empty, a directory, of no known format, or hostile."""


class Rejected(Unreadable):
    """One record that was not accepted.

    `record` is the 1-based ordinal in `file`, `line` the 1-based line for text formats, `path` an XPath or JSON Pointer
    of the field, `found` what stood there (shortened, never a personal number) and `remedy` what to do about it.
    `further` holds the other faults of the same record, where the first was not the only one.
    """

    def __init__(
        self,
        *,
        file: str,
        record: int,
        path: str,
        found: str,
        remedy: str,
        line: int | None = None,
        term: str | None = None,
        further: "tuple[Rejected, ...]" = (),
    ) -> None:
        self.file = PurePath(file).name
        self.record = record
        self.line = line
        self.path = path
        self.term = term
        self.found = found
        self.remedy = remedy
        self.further = further
        super().__init__(self.sentence)

    def __eq__(self, other: object) -> bool:
        """Whether it says the same."""
        if not isinstance(other, Rejected):
            return NotImplemented
        return self._said == other._said

    def __hash__(self) -> int:
        return hash(self._said)

    @property
    def _said(self) -> "tuple[object, ...]":
        return (self.file, self.record, self.line, self.path, self.term, self.found, self.remedy, self.further)

    @property
    def sentence(self) -> str:
        """The rejection in one sentence: file, record, field, what was found, what to do."""
        at = f"record {self.record}" + (f" (line {self.line})" if self.line is not None else "")
        field = f"{self.path} ({self.term})" if self.term else self.path
        more = f" (and {len(self.further)} more)" if self.further else ""
        return f"{self.file}, {at}, {field or 'the record'}: found {self.found}; {self.remedy}{more}."


class Unrenderable(VaxelError):
    """The document or the pack cannot become the artifact asked for."""


class TemplateError(Unrenderable):
    """A designer's file is wrong; `file` and `line` say where, so that a preview can show the place."""

    def __init__(self, message: str, *, file: str, line: int | None = None) -> None:
        self.message = message
        self.file = file
        self.line = line
        where = f"{file}, line {line}" if line is not None else file
        super().__init__(f"{where}: {message}")


class Mismatched(Unrenderable):
    """What was rendered does not say what the document says; the text names the fact, where, and both values."""


class NotCarried(VaxelError):
    """The format to be written has no place for what the invoice says; `terms` names each business term.

    Whoever asks for a lossy writing gets the same names as a list instead.
    """

    def __init__(self, message: str, *, terms: tuple[str, ...]) -> None:
        self.terms = terms
        super().__init__(message)


class Unapproved(VaxelError):
    """A pack that nobody approved as it is now; the text says what has changed since, and the command that approves."""


class Unwritable(VaxelError):
    """A place for output cannot be written: it is missing, closed or full; choose another or make room."""


class Misconfigured(VaxelError):
    """A setting is missing, unknown or contradicts another; the text names file and key."""


class Refused(VaxelError):
    """The receiving side refused for good; trying again unchanged gives the same answer."""


class Unreachable(VaxelError):
    """The request never left us, or the receiver said it took nothing: retry with the same key.

    `retry_after` is the receiver's wish in seconds, where it stated one.
    """

    def __init__(self, message: str, *, retry_after: float | None = None) -> None:
        self.retry_after = retry_after
        super().__init__(message)


class OutcomeUnknown(VaxelError):
    """The request may have been taken: ask the receiver, never resend blindly."""
