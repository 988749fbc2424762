"""Where a process was when it was ended: its notes and the interpreter's last words, as the place a designer opens."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

_FRAME = re.compile(r'^  File "(?P<file>.+)", line (?P<line>\d+)', re.MULTILINE)
_STAGES = {
    "typesetting.py": "while its pages were set",
    "markdown.py": "while a text in Markdown was read",
    "mjml.py": "while MJML was made HTML",
    "web_fonts.py": "while fonts were made ready for pages",
    "glyphs.py": "while a font was read",
    "web_shell.py": "while scripts and styles were made ready for pages",
    "pdfium.py": "while a PDF was read back",
}
"""Our modules that lead into somebody else's library, and what is done there."""


@dataclass(frozen=True, slots=True)
class Place:
    """What is known of where a process was.

    file     the pack's file, None where none was at work
    line     in the code compiled from it; the stem that compiled it knows the file's own
    kind     the artifact that was being made, None before the first
    stage    what was going on, in words; empty where the file says enough
    """

    file: str | None = None
    line: int | None = None
    kind: str | None = None
    stage: str = ""


def place_of(notes: str, files: Mapping[str, Path]) -> Place:
    """Read the notes of a process that was ended; `files` are the pack's, by name."""
    told = [line.removeprefix("now ").split(" ", 1) for line in notes.splitlines() if line.startswith("now ")]
    last = {one[0]: one[1] for one in told if len(one) == 2}
    file = last.get("file")
    frames = [(match["file"], int(match["line"])) for match in _FRAME.finditer(notes[notes.rfind("now ") :])]
    known = {str(path) for path in files.values()} | ({file} if file is not None else set[str]())
    stage = next((_STAGES[name] for path, _ in frames if (name := Path(path).name) in _STAGES), "")
    if told and told[-1] == ["parity"]:
        stage = "while what was made was compared with the document"
    for path, line in frames:
        if path in known:
            return Place(path, line, last.get("artifact"), stage)
    if file is not None and "document" not in last:
        return Place(str(files.get(file, file)), None, None, stage or "while it was read")
    return Place(None, None, last.get("artifact"), stage)
