"""Problems: what a designer has to mend, with the lines around it."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from vaxel_engine.errors import Rejected, TemplateError, VaxelError

_AROUND = 3
_LONGEST_LINE = 240


@dataclass(frozen=True, slots=True)
class SourceLine:
    """One line of the excerpt; `culprit` is the one the error names."""

    number: int
    text: str
    culprit: bool


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing that is wrong: in which file and line, in one sentence, with the source around it."""

    sentence: str
    file: str | None = None
    line: int | None = None
    excerpt: tuple[SourceLine, ...] = ()


def describe(error: Exception, places: Sequence[Path]) -> Problem:
    """What is wrong, for a reader. A file's lines are shown only when it lies in one of `places`, folders or files."""
    match error:
        case TemplateError(file=file, line=line):
            where = f"{file}, line {line}" if line is not None else file
            sentence = str(error).removeprefix(f"{where}: ")
            return _with_source(sentence, file, line, places)
        case Rejected(file=file, line=line):
            return _with_source(error.sentence, file, line, places)
        case VaxelError():
            return Problem(str(error))
        case _:
            return Problem(f"The renderer stopped on a fault of its own ({type(error).__name__}); please report it.")


def _with_source(sentence: str, file: str, line: int | None, places: Sequence[Path]) -> Problem:
    path = _found(file, places)
    if path is None:
        return Problem(sentence, Path(file).name, line)
    shown = f"{path.parent.name}/{path.name}"
    for place in places:
        if place.is_dir() and path.is_relative_to(place.resolve()):
            shown = path.relative_to(place.resolve()).as_posix()
    return Problem(sentence, shown, line, _excerpt(path, line))


def _found(file: str, places: Sequence[Path]) -> Path | None:
    """The file an error names, where it is one the designer works on."""
    for place in places:
        whole = place.resolve()
        candidate = (whole.parent / file if whole.is_file() else whole / file).resolve()
        allowed = candidate == whole if whole.is_file() else candidate.is_relative_to(whole)
        if allowed and candidate.is_file():
            return candidate
    return None


def _excerpt(path: Path, line: int | None) -> tuple[SourceLine, ...]:
    if line is None:
        return ()
    try:
        lines = path.read_text(encoding="utf-8", errors="replace").splitlines()
    except OSError:
        return ()  # it went away meanwhile: the sentence still says where it was
    first = max(1, line - _AROUND)
    return tuple(
        SourceLine(number, text[:_LONGEST_LINE], number == line)
        for number, text in enumerate(lines[first - 1 : line + _AROUND], first)
    )
