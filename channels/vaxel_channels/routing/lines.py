"""On which line of a TOML file a key stands, so that a mistake is named by file and line."""

import re
from collections.abc import Sequence

_HEADER = re.compile(r"^\s*(\[\[?)\s*([^\[\]]+?)\s*\]\]?\s*(?:#.*)?$")
_KEY = re.compile(r"""^\s*((?:[A-Za-z0-9_-]+|"[^"]*"|'[^']*')(?:\s*\.\s*(?:[A-Za-z0-9_-]+|"[^"]*"|'[^']*'))*)\s*=""")
_PART = re.compile(r"""[A-Za-z0-9_-]+|"[^"]*"|'[^']*'""")

Place = tuple[str | int, ...]


class Lines:
    """The places of a file's tables and keys; it reads layout alone, and is for files that `tomllib` took."""

    def __init__(self, text: str) -> None:
        self._found: dict[Place, int] = {}
        here: Place = ()
        arrays: dict[Place, int] = {}
        for number, line in enumerate(text.splitlines(), 1):
            if header := _HEADER.match(line):
                name = _parts(header[2])
                if header[1] == "[[":
                    arrays[name] = arrays.get(name, -1) + 1
                    here = (*name, arrays[name])
                else:
                    here = name
                self._found.setdefault(here, number)
            elif key := _KEY.match(line):
                self._found.setdefault((*here, *_parts(key[1])), number)

    def of(self, place: Sequence[str | int]) -> int:
        """The line of the nearest key or table around a place; 1 for the file as a whole."""
        for end in range(len(place), 0, -1):
            if (found := self._found.get(tuple(place[:end]))) is not None:
                return found
        return 1


def _parts(dotted: str) -> Place:
    return tuple(part.strip("\"'") for part in _PART.findall(dotted))
