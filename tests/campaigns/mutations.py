"""How a good input is made bad: by bytes, elements, fields, cells and entries, all from one seeded generator."""

import copy
import json
import re
import zipfile
from collections.abc import Callable
from io import BytesIO
from random import Random
from typing import Any, TypeAlias, cast

from lxml import etree
from tests.campaigns.seeds import Seed, packed

Mutation: TypeAlias = Callable[[bytes, Random], bytes]

LARGEST = 3_000_000
"""Bytes of a mutated input: enough to be unpleasant, few enough for thousands of them."""
EDGES = (
    *("0", "-0", "-1", "0.005", "1e400", "1E5", "NaN", "Infinity", "-Infinity", "9" * 40, "1" * 5_000, "1_000", "1,5"),
    *("0." + "0" * 400 + "1", "１２", "١٢", "+5", ".5", "5.", "--1", "1.2.3", " 7 ", "0x10", "true", "null", "", " "),
    *("2026-02-30", "0000-00-00", "9999-12-31", "20261120", "2026-11-20T00:00:00Z", "\u202e12", "e" + "\u0335" * 60),
    *(
        "x" * 1_500,
        "\ud7ff\ue000",
        "=1+1",
        "<![CDATA[x]]>",
        "&amp;",
        "SKR",
        "XX",
        "../../x",
        "%s{0}",
        "\ufeff",
        "\u2028",
    ),
)
_ODD_BYTES = (
    b"\x00",
    b"\xff\xfe",
    b"\xef\xbb\xbf",
    b"\xc3",
    b"\x1a",
    b"\r",
    b'"',
    b"<",
    b"&",
    b"{",
    b"]",
    b"\\",
    b"\n",
)
_DEEP = "nested without end"
_NUMBER = re.compile(rb"-?[0-9]+(?:[.,][0-9]+)?")


def flip(body: bytes, random: Random) -> bytes:
    """Up to eight bytes become other bytes."""
    changed = bytearray(body)
    for _ in range(random.randint(1, 8)):
        changed[random.randrange(len(changed))] = random.randrange(256)
    return bytes(changed)


def truncate(body: bytes, random: Random) -> bytes:
    """The end is missing, or the beginning."""
    at = random.randrange(len(body))
    return body[:at] if random.random() < 0.8 else body[at:]


def duplicate(body: bytes, random: Random) -> bytes:
    """A part stands there twice, or a thousand times."""
    start = random.randrange(len(body))
    part = body[start : start + random.choice((1, 10, 100, 2_000))]
    times = random.choice((1, 2, 1_000))
    return body[:start] + part * min(times, LARGEST // max(len(part), 1)) + body[start:]


def remove(body: bytes, random: Random) -> bytes:
    """A part is missing from the middle."""
    start = random.randrange(len(body))
    return body[:start] + body[start + random.choice((1, 2, 10, 300)) :]


def insert(body: bytes, random: Random) -> bytes:
    """Bytes that mean something to a parser stand where none should."""
    at = random.randrange(len(body) + 1)
    return body[:at] + random.choice(_ODD_BYTES) * random.choice((1, 1, 1, 1_000)) + body[at:]


def swap_parts(body: bytes, random: Random) -> bytes:
    """Two neighbouring parts change places."""
    first, second, third = sorted(random.randrange(len(body) + 1) for _ in range(3))
    return body[:first] + body[second:third] + body[first:second] + body[third:]


def change_number(body: bytes, random: Random) -> bytes:
    """A number as it is written becomes an edge of what numbers can be."""
    found = list(_NUMBER.finditer(body))
    if not found:
        return flip(body, random)
    match = random.choice(found)
    return body[: match.start()] + _edge(random) + body[match.end() :]


def recode(body: bytes, random: Random) -> bytes:
    """Another encoding than the one that is declared."""
    text = body.decode("utf-8", "replace")
    return text.encode(random.choice(("utf-16", "utf-16-le", "utf-32", "latin-1", "cp1252", "utf-7")), "replace")


def _edge(random: Random) -> bytes:
    return random.choice(EDGES).encode("utf-8", "replace")


BYTES: tuple[Mutation, ...] = (flip, truncate, duplicate, remove, insert, swap_parts, change_number, recode)


def change_elements(body: bytes, random: Random) -> bytes:
    """Elements are dropped, doubled, moved, renamed, emptied, nested or given edges as their text."""
    try:
        root = etree.fromstring(body)
    except (etree.XMLSyntaxError, ValueError):
        return flip(body, random)
    for _ in range(random.randint(1, 4)):
        elements = list(root.iter("*"))
        element, other = random.choice(elements), random.choice(elements)
        parent = element.getparent()
        match random.randrange(9):
            case 0 if parent is not None:
                parent.remove(element)
            case 1 if parent is not None:
                for _ in range(random.choice((1, 1, 300))):
                    parent.append(copy.deepcopy(element))
            case 2 if parent is not None and element not in other.iterancestors() and other is not element:
                other.append(element)
            case 3:
                element.tag = other.tag
            case 4:
                element.text = None
            case 5:
                for name in element.attrib:
                    element.set(name, _xml(random.choice(EDGES)))
            case 6:
                inner = element
                for _ in range(random.choice((5, 300))):
                    inner = etree.SubElement(inner, other.tag)
            case 7:
                element.append(etree.Comment("a comment"))
                element.append(etree.ProcessingInstruction("instruction", "x"))
            case _:
                element.text = _xml(random.choice(EDGES))
    written = b"<?xml version='1.0' encoding='UTF-8'?>" + etree.tostring(root, encoding="UTF-8")
    if random.random() < 0.2:
        text = written.decode().replace("UTF-8", "UTF-16", 1)
        return text.encode("utf-16")
    if random.random() < 0.05:
        end = written.index(b"?>") + 2
        written = written[:end] + b'<!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/passwd">]>' + written[end:]
    return written


def _xml(text: str) -> str:
    return "".join(character for character in text if character.isprintable() or character == " ")


def change_fields(body: bytes, random: Random) -> bytes:
    """Fields of JSON are dropped, renamed, given other kinds of values, swapped, doubled or nested."""
    lines = body.splitlines()
    is_lines = len(lines) > 1 and lines[0].startswith(b'{"') and lines[0].rstrip().endswith(b"}")
    at = random.randrange(len(lines)) if is_lines else 0
    try:
        value: Any = json.loads(lines[at] if is_lines else body)
    except ValueError:
        return flip(body, random)
    for _ in range(random.randint(1, 4)):
        _change_one(value, random)
    written = json.dumps(value, ensure_ascii=random.random() < 0.5).encode("utf-8", "surrogatepass")
    written = written.replace(json.dumps(_DEEP).encode(), b"[" * 3_000 + b"]" * 3_000)
    if random.random() < 0.15:
        written = written.replace(b'"name":', b'"name": "x", "name":', 1)
    if is_lines:
        lines[at] = written
        return b"\n".join(lines)
    return written


_VALUES: tuple[Any, ...] = (None, True, [], {}, 0, -1.5, 10**40, [[[]]], {"": {}}, "\ud800", float("nan"))


def _change_one(value: Any, random: Random) -> None:
    places: list[tuple[Any, Any]] = []
    waiting: list[Any] = [value]
    while waiting:
        here = waiting.pop()
        for key in _keys(here):
            places.append((here, key))
            waiting.append(here[key])
    if not places:
        return
    (holder, key), (other, other_key) = random.choice(places), random.choice(places)
    match random.randrange(7):
        case 0:
            del holder[key]
        case 1:
            holder[key] = random.choice(_VALUES)
        case 2:
            holder[key] = copy.deepcopy(other[other_key])
        case 3 if isinstance(key, str):
            holder[random.choice(EDGES)] = holder.pop(key)
        case 4 if isinstance(key, int):
            holder.extend(copy.deepcopy(holder) * random.choice((1, 40)))
        case 5:
            holder[key] = _DEEP if random.random() < 0.3 else [[[holder[key]]]]
        case _:
            holder[key] = random.choice(EDGES)


def _keys(here: Any) -> list[Any]:
    match here:
        case dict():
            return list(cast("dict[str, Any]", here))
        case [*items]:
            return list(range(len(items)))
        case _:
            return []


def change_cells(body: bytes, random: Random) -> bytes:
    """Lines and cells are dropped, doubled, swapped, left open or given edges."""
    lines = body.split(b"\n")
    at = random.randrange(len(lines))
    delimiter = max((b";", b",", b"\t"), key=body.count)
    cells = lines[at].split(delimiter)
    cell = random.randrange(len(cells))
    match random.randrange(6):
        case 0:
            del lines[at]
        case 1:
            lines[at:at] = [lines[at]] * random.choice((1, 2_000))
        case 2:
            del cells[cell]
            lines[at] = delimiter.join(cells)
        case 3:
            lines[at] = b'"' + lines[at]
        case 4:
            random.shuffle(cells)
            lines[at] = delimiter.join(cells)
        case _:
            cells[cell] = _edge(random)
            lines[at] = delimiter.join(cells)
    return b"\n".join(lines)


def change_entries(body: bytes, random: Random) -> bytes:
    """Entries of a ZIP are mutated by their own kind, renamed, doubled, dropped or packed once more."""
    try:
        with zipfile.ZipFile(BytesIO(body)) as archive:
            entries = [(info.filename, archive.read(info)) for info in archive.infolist()]
    except zipfile.BadZipFile:
        return flip(body, random)
    at = random.randrange(len(entries))
    name, content = entries[at]
    match random.randrange(7):
        case 0:
            del entries[at]
        case 1:
            entries.append((random.choice(EDGES).replace("\x00", "") or "x", content))
        case 2:
            entries[at] = (random.choice(("../x", "/x", "a\\b", "C:x", "index.jsonl", "x\u202e")), content)
        case 3:
            entries[at] = (name, packed((name, content)))
        case 4:
            entries.extend((f"{number}-{name}", content) for number in range(random.choice((1, 30))))
        case _:
            entries[at] = (name, _by_kind(name)(content, random) if content else content)
    return packed(*entries)


def _by_kind(name: str) -> Mutation:
    def mutate(body: bytes, random: Random) -> bytes:
        return random.choice((*BYTES, *OF_KIND.get(name.rpartition(".")[2], ())))(body, random)

    return mutate


OF_KIND: dict[str, tuple[Mutation, ...]] = {
    "xml": (change_elements,) * 8,
    "json": (change_fields,) * 8,
    "jsonl": (change_fields,) * 8,
    "csv": (change_cells,) * 8,
    "zip": (change_entries,) * 8,
}
"""What suits a kind of file, tried as often as all mutations of bytes together."""


def mutated(seed: Seed, random: Random) -> tuple[tuple[str, bytes], ...]:
    """The seed's files, one of them changed once to three times; mostly the first, on which the others hang."""
    files = [*seed.files]
    at = random.randrange(len(files)) if random.random() < 0.3 else 0
    name, body = files[at]
    for _ in range(random.choice((1, 1, 2, 3))):
        try:
            body = _by_kind(name)(body, random)[:LARGEST] or b" "
        except Exception:  # noqa: BLE001  # what was changed before may give this change nothing to hold on to
            body = flip(body, random)
    files[at] = (name, body)
    return tuple(files)
