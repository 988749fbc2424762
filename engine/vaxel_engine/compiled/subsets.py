"""A TrueType font cut down to the glyphs of one document: what HarfBuzz left of the file, put together anew.

HarfBuzz takes the hints and the tables for shaping out of the file once; each document then needs six short tables made
of pieces that are there, a tenth of the work of cutting the file down again. Numbers of glyphs are kept.
"""

import struct
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

_WORD = 0xFFFF_FFFF
_WHOLE_FILE = 0xB1B0_AFBA
"""OpenType, `head`: what the sums of the file and its adjustment add up to."""
_LARGEST_SHORT = 0x1_FFFC
"""Bytes of outlines that offsets of two bytes reach."""
_MORE, _WORDS, _SCALE, _SCALES, _MATRIX = 0x20, 0x01, 0x08, 0x40, 0x80
"""Flags of a part of a composite glyph, OpenType, `glyf`."""
_TABLES = ("glyf", "head", "hhea", "hmtx", "loca", "maxp")
"""ISO 32000-1, 9.9: what a reader needs of an embedded TrueType font, in the order of their names."""


class Outlines:
    """The glyphs of a file with TrueType outlines; raises ValueError for a file that has others."""

    def __init__(self, content: bytes) -> None:
        tables = tables_of(content)
        if not tables.keys() >= set(_TABLES) or "fvar" in tables:
            raise ValueError("a font without TrueType outlines of its own")
        self._head, self._hhea, self._maxp = tables["head"], tables["hhea"], tables["maxp"]
        self._glyf = tables["glyf"]
        count = int.from_bytes(self._maxp[4:6], "big")
        long = int.from_bytes(self._head[50:52], "big") == 1
        form = f">{count + 1}{'I' if long else 'H'}"
        self._offsets = [one if long else 2 * one for one in struct.unpack_from(form, tables["loca"])]
        measured = int.from_bytes(self._hhea[34:36], "big")
        advances = struct.unpack_from(">" + "Hh" * measured, tables["hmtx"])
        sides = struct.unpack_from(f">{count - measured}h", tables["hmtx"], 4 * measured)
        self._metrics = [
            *(struct.pack(">Hh", *advances[at : at + 2]) for at in range(0, 2 * measured, 2)),
            *(struct.pack(">Hh", advances[-2], side) for side in sides),
        ]
        self._pieces: dict[int, _Piece] = {}

    def cut_down(self, glyphs: Iterable[int]) -> bytes:
        """A file with these glyphs and those that they are made of; what is beyond the last of them follows it."""
        kept = {0, *glyphs}
        last = max(kept)
        for glyph in tuple(kept):
            kept |= self._piece(glyph).parts
        moved = {part: at for at, part in enumerate(sorted(one for one in kept if one > last), start=last + 1)}
        pieces = [(moved.get(glyph, glyph), self._piece(glyph)) for glyph in sorted(kept)]
        short = sum(len(piece.outline) for _, piece in pieces) <= _LARGEST_SHORT
        outlines: list[bytes] = []
        metrics: list[bytes] = []
        places: list[bytes] = []
        at = before = sum_outlines = sum_metrics = sum_places = 0
        for number, piece in pieces:
            again = number + 1 - before
            place = at // 2 if short else at
            places.append(place.to_bytes(2 if short else 4, "big") * again)
            sum_places += place * (_paired(before, again) if short else again)
            metrics.append(bytes(4 * (number - before)) + piece.measures)
            sum_metrics += int.from_bytes(piece.measures, "big")
            outline, added = piece.outline, piece.sum
            if moved and not moved.keys().isdisjoint(piece.parts):
                outline = _renamed(outline, moved)
                added = _sum(outline)
            outlines.append(outline)
            sum_outlines += added
            at += len(outline)
            before = number + 1
        place = at // 2 if short else at
        places.append(place.to_bytes(2 if short else 4, "big"))
        sum_places += place * (_paired(before, 1) if short else 1)
        head = self._head[:8] + bytes(4) + self._head[12:50] + (b"\0\0" if short else b"\0\1") + self._head[52:]
        count = before.to_bytes(2, "big")
        hhea, maxp = self._hhea[:34] + count, self._maxp[:4] + count + self._maxp[6:]
        return _file(
            (
                (b"".join(outlines), sum_outlines),
                (head, _sum(head)),
                (hhea, _sum(hhea)),
                (b"".join(metrics), sum_metrics),
                (b"".join(places), sum_places),
                (maxp, _sum(maxp)),
            )
        )

    def _piece(self, glyph: int) -> "_Piece":
        known = self._pieces.get(glyph)
        if known is None:
            outline = self._glyf[self._offsets[glyph] : self._offsets[glyph + 1]]
            parts: set[int] = set()
            for _, part in _parts(outline):
                parts |= {part, *self._piece(part).parts}
            padded = outline + bytes(-len(outline) % 4)
            known = self._pieces[glyph] = _Piece(padded, _sum(padded), self._metrics[glyph], frozenset(parts))
        return known


@dataclass(frozen=True, slots=True)
class _Piece:
    """A glyph's outline and its sum, its measures, and the glyphs that it is made of."""

    outline: bytes
    sum: int
    measures: bytes
    parts: frozenset[int]


def tables_of(content: bytes) -> dict[str, bytes]:
    """The tables of a TrueType or OpenType file by their names."""
    tables: dict[str, bytes] = {}
    for at in range(12, 12 + 16 * int.from_bytes(content[4:6], "big"), 16):
        begins, length = (int.from_bytes(content[at + of : at + of + 4], "big") for of in (8, 12))
        tables[content[at : at + 4].decode("latin-1")] = content[begins : begins + length]
    return tables


def _parts(outline: bytes) -> Iterable[tuple[int, int]]:
    """The glyphs that a composite one is made of, each with the place where its number stands."""
    if len(outline) < 10 or int.from_bytes(outline[:2], "big", signed=True) >= 0:
        return
    at, flags = 10, _MORE
    while flags & _MORE:
        flags, part = struct.unpack_from(">HH", outline, at)
        yield at + 2, part
        at += 8 if flags & _WORDS else 6
        at += 2 if flags & _SCALE else 4 if flags & _SCALES else 8 if flags & _MATRIX else 0


def _renamed(outline: bytes, moved: Mapping[int, int]) -> bytes:
    """A composite glyph whose parts are at other numbers."""
    written = bytearray(outline)
    for at, part in _parts(outline):
        struct.pack_into(">H", written, at, moved.get(part, part))
    return bytes(written)


def _paired(first: int, count: int) -> int:
    """By what an offset of two bytes counts in the sum of a table of words, where it stands `count` times."""
    upper = (first + count + 1) // 2 - (first + 1) // 2
    return (upper << 16) + count - upper


def _sum(table: bytes) -> int:
    padded = table + bytes(-len(table) % 4)
    return sum(struct.unpack(f">{len(padded) // 4}I", padded))


def _file(tables: Iterable[tuple[bytes, int]]) -> bytes:
    """The tables, each with its sum, as a file (OpenType, table directory)."""
    directory = [struct.pack(">IHHHH", 0x0001_0000, len(_TABLES), 64, 2, 32)]
    body: list[bytes] = []
    at, whole = 12 + 16 * len(_TABLES), 0
    begins_head = 0
    for name, (table, added) in zip(_TABLES, tables, strict=True):
        directory.append(struct.pack(">4sIII", name.encode(), added & _WORD, at, len(table)))
        padded = table + bytes(-len(table) % 4)
        if name == "head":
            begins_head = at
        body.append(padded)
        at += len(padded)
        whole += added
    begun = b"".join(directory)
    written = bytearray(begun + b"".join(body))
    struct.pack_into(">I", written, begins_head + 8, _WHOLE_FILE - whole - _sum(begun) & _WORD)
    return bytes(written)
