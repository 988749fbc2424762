"""What a PDF says of a font: the widths of its glyphs, and which letters they read as."""


def widths(used: dict[int, int]) -> bytes:
    """The widths of glyphs in use, in runs of glyphs that follow each other (ISO 32000-1, 9.7.4.3)."""
    written: list[str] = []
    for glyph, width in used.items():
        if glyph - 1 in used:
            written.append(f" {width}")
        else:
            written.append(f"{']' if written else ''} {glyph} [{width}")
    return "".join([*written, "]"]).encode()


_MAPPING = (
    "/CIDInit /ProcSet findresource begin",
    "12 dict begin",
    "begincmap",
    "/CIDSystemInfo",
    "<< /Registry (Adobe)",
    "/Ordering (UCS)",
    "/Supplement 0",
    ">> def",
    "/CMapName /Adobe-Identity-UCS def",
    "/CMapType 2 def",
    "1 begincodespacerange",
    "<0000> <ffff>",
    "endcodespacerange",
)


def letters(read: dict[int, str]) -> bytes:
    """The mapping of glyphs to letters, a hundred at a time (ISO 32000-1, 9.10.3)."""
    items = list(read.items())
    lines: list[str] = [*_MAPPING]
    for at in range(0, len(items), 100):
        part = items[at : at + 100]
        lines.append(f"{len(part)} beginbfchar")
        lines += [f"<{glyph:04x}> <{text.encode('utf-16-be').hex()}>" for glyph, text in part]
        lines.append("endbfchar")
    lines += ["endcmap", "CMapName currentdict /CMap defineresource pop", "end", "end"]
    return "\n".join(lines).encode()
