"""In which line of a TOML file each key stands: the standard library's parser does not say."""

import re

_PART = r"""(?:"(?:[^"\\]|\\.)*"|'[^']*'|[A-Za-z0-9_-]+)"""
_KEY = rf"{_PART}(?:\s*\.\s*{_PART})*"
_TABLE = re.compile(rf"\s*\[\[?\s*({_KEY})\s*\]\]?\s*(?:#.*)?$")
_ASSIGNMENT = re.compile(rf"\s*({_KEY})\s*=")
_PARTS = re.compile(_PART)

Key = tuple[str, ...]


def key_lines(text: str) -> dict[Key, int]:
    """The line of each table and key, by its full path; a quoted key with dots is the path it spells."""
    lines: dict[Key, int] = {}
    table: Key = ()
    within = ""
    for number, line in enumerate(text.splitlines(), start=1):
        if within:
            within = "" if within in line else within
            continue
        heading, assignment = _TABLE.match(line), _ASSIGNMENT.match(line)
        if heading:
            table = _path(heading[1])
            lines.setdefault(table, number)
        elif assignment:
            lines.setdefault((*table, *_path(assignment[1])), number)
            within = next((mark for mark in ('"""', "'''") if line.count(mark) == 1), "")
    return lines


def line_at(lines: dict[Key, int], path: Key) -> int:
    """The line of a key, else that of the table around it."""
    while path:
        if path in lines:
            return lines[path]
        path = path[:-1]
    return 1


def _path(key: str) -> Key:
    parts = [part[1:-1] if part[0] in "\"'" else part for part in _PARTS.findall(key)]
    return tuple(step for part in parts for step in part.split("."))
