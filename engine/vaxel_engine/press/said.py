"""Deliberate errors as values, so that one raised in a worker is raised again, as it was, where the document is."""

from vaxel_engine.errors import (
    Misconfigured,
    Mismatched,
    NotCarried,
    TemplateError,
    Unreadable,
    Unrenderable,
    VaxelError,
)
from vaxel_engine.press.frames import Head

_PLAIN: dict[str, type[VaxelError]] = {
    kind.__name__: kind for kind in (Unrenderable, Mismatched, Unreadable, Misconfigured)
}
_LONGEST = 2_000
"""Characters of one sentence; a template may raise one as long as its data."""


def told(error: VaxelError) -> Head:
    """The error as a head."""
    match error:
        case TemplateError():
            return {
                "error": "TemplateError",
                "sentence": error.message[:_LONGEST],
                "file": error.file,
                "line": error.line,
            }
        case NotCarried():
            return {"error": "NotCarried", "sentence": str(error)[:_LONGEST], "terms": list(error.terms)}
        case _:
            name = type(error).__name__
            return {"error": name if name in _PLAIN else "Unrenderable", "sentence": str(error)[:_LONGEST]}


def raised(head: Head) -> VaxelError:
    """The error that a head tells of."""
    sentence = str(head.get("sentence", ""))[:_LONGEST]
    match head["error"]:
        case "TemplateError":
            line = head.get("line")
            return TemplateError(sentence, file=str(head.get("file", "")), line=line if isinstance(line, int) else None)
        case "NotCarried":
            return NotCarried(sentence, terms=tuple(str(term) for term in head.get("terms", ())))
        case name:
            return _PLAIN.get(str(name), Unrenderable)(sentence)
