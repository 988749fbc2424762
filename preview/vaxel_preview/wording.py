"""Words edited where they are read: which word or block it is, where else it shows, and its new text in its file."""

import json
import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass

from vaxel_engine.errors import Misconfigured, VaxelError
from vaxel_engine.packs import Pack
from vaxel_preview.findings.where import plain, taken_apart
from vaxel_preview.inspector import words_of
from vaxel_preview.kept import Kept
from vaxel_preview.sources import Source, Sources, line_of_word, word_at
from vaxel_preview.table import ROWS

_LEAST = 8
"""Letters of a block that must be met: "or" stands in many."""
_ONE_LINE = re.compile(r"""^(\s*[\w.-]+\s*=\s*)("(?:[^"\\]|\\.)*"|'[^']*')(\s*(?:#.*)?)$""")


@dataclass(frozen=True, slots=True)
class Wording:
    """What may be edited in place: a word by its dotted name, or the body of a block by its file.

    `shows` are the panes of this document that have it.
    """

    name: str
    value: str
    source: Source
    line: int
    is_block: bool
    shows: tuple[str, ...]


def wording_at(text: str, pack: Pack, language: str, sources: Sources, kept: Mapping[str, Kept]) -> Wording | None:
    """The word or block that `text` was made of; None for what comes from the document or stands in a template."""
    block = _block(text, pack, sources, kept)
    if block is not None:
        return block
    name = word_at(pack, language, text)
    found = None if name is None else _place(name, pack, language, sources)
    if name is None or found is None:
        return None
    source, line = found
    return Wording(
        name,
        pack.words(language)[name],
        source,
        line,
        is_block=False,
        shows=_shows(_pattern(pack, language, name), kept),
    )


def text_on_paper(kept: Kept, page: int, x: float, y: float) -> str:
    """The words that stand on a page at a point, in per cent of it."""
    pages = taken_apart(kept.artifact.body)
    if not 1 <= page <= len(pages):
        return ""
    sheet = pages[page - 1].sheet
    left, top = x * sheet.width / 100, y * sheet.height / 100
    hit = [
        box
        for box in sheet.boxes
        if box.text
        and box.left - 1 <= left <= box.left + box.width + 1
        and box.top - 1 <= top <= box.top + box.height + 1
    ]
    return min(hit, key=lambda box: box.width * box.height).text if hit else ""


def rewritten(source: Source, name: str, value: str, *, is_block: bool) -> str:
    """The text of a file with another value of a word, or another body of a block; nothing else in it changes.

    Raises Misconfigured where it cannot be done so: the file is to be opened then.
    """
    if is_block:
        head, fence, _ = _halves(source.text)
        if not value.strip():
            raise Misconfigured("a block without words is none; open the file to take it out")
        return f"{head}{fence}\n{value.strip()}\n"
    line = line_of_word(source.text, name)
    lines = source.text.split("\n")
    found = _ONE_LINE.match(lines[line - 1].rstrip("\r")) if line is not None else None
    if line is None or found is None:
        raise Misconfigured(f"{name} is written over several lines; open {source.id} and change it there")
    before = tomllib.loads(source.text)
    lines[line - 1] = f"{found[1]}{json.dumps(value, ensure_ascii=False)}{found[3]}"
    text = "\n".join(lines)
    _check(before, text, name, value)
    return text


def _check(before: dict[str, object], text: str, name: str, value: str) -> None:
    after = tomllib.loads(text)
    inner: object = after
    for part in name.split("."):
        inner = inner.get(part) if isinstance(inner, dict) else None  # pyright: ignore[reportUnknownMemberType,reportUnknownVariableType]
    if inner != value or set(after) != set(before):
        raise Misconfigured(f"{name} cannot be changed in place; open the file and change it there")


def _place(name: str, pack: Pack, language: str, sources: Sources) -> tuple[Source, int] | None:
    file = f"words.{language}.toml"
    first = sources.id_of(pack.files[file]) if file in pack.files else None
    for source_id in (first, *(one for one in sources.names() if one.endswith(f"/{file}"))):
        source = sources.read(source_id) if source_id is not None else None
        line = line_of_word(source.text, name) if source is not None else None
        if source is not None and line is not None:
            return source, line
    return None


def _block(text: str, pack: Pack, sources: Sources, kept: Mapping[str, Kept]) -> Wording | None:
    said = plain(text)
    if len(said) < _LEAST:
        return None
    for block in pack.blocks:
        file = f"blocks/{block.name}.md" if f"blocks/{block.name}.md" in pack.files else block.name
        bare = plain(re.sub(r"[*_`\[\]]|\(http[^)]*\)", "", block.body))
        if file not in pack.files or not (said in bare or bare in said):
            continue
        source_id = sources.id_of(pack.files[file])
        source = sources.read(source_id) if source_id is not None else None
        if source is None:
            continue
        head, _, body = _halves(source.text)
        first = re.escape(bare[:40])
        return Wording(file, body.strip(), source, head.count("\n") + 2, is_block=True, shows=_shows(first, kept))
    return None


def _halves(text: str) -> tuple[str, str, str]:
    """The head of a block with its first fence, the second fence, and the body."""
    found = re.match(r"(\s*\+\+\+.*?\n)(\+\+\+[^\S\n]*)\n", text, re.DOTALL)
    if found is None:
        raise Misconfigured("the block has no head between two lines of +++; open the file and mend it")
    return found[1], found[2], text[found.end() :]


def _pattern(pack: Pack, language: str, name: str) -> str:
    pieces = [" ".join(piece.split()) for piece in re.split(r"\{\w+\}", pack.words(language)[name])]
    return ".{0,300}?".join(map(re.escape, pieces))


def _shows(pattern: str, kept: Mapping[str, Kept]) -> tuple[str, ...]:
    has: set[str] = set()
    for made, one in kept.items():
        try:
            if re.search(rf"(?<!\w){pattern}(?!\w)", words_of(one.made)):
                has.add(made)
        except VaxelError:
            continue  # a PDF that cannot be read back says so in its own pane
    return tuple(row.id for row in ROWS if row.made.id in has)
