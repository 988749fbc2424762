"""A font cut down is the font that HarfBuzz would have cut down: the same glyphs, in a file that is whole."""

import random
import struct
import zlib

import pytest

from vaxel_engine.compiled.comparing import outlines_differ
from vaxel_engine.compiled.harfbuzz import FontFile
from vaxel_engine.compiled.subsets import Outlines, tables_of
from vaxel_engine.deflating import deflated
from vaxel_engine.packs import Pack

_REGULAR = "fonts/Inter-Regular.ttf"


@pytest.mark.parametrize("number", [1, 60, 900])
def test_the_glyphs_are_those_that_harfbuzz_leaves(nordljus: Pack, number: int) -> None:
    font = FontFile(nordljus.read(_REGULAR))
    chance = random.Random(number)  # noqa: S311  # nothing secret is drawn
    glyphs = frozenset(chance.sample(range(1, 2_900), number))  # some are made of others, before and beyond them
    assert list(outlines_differ(font.cut_down_by_harfbuzz(glyphs), font.cut_down(glyphs))) == []


def test_the_file_and_its_tables_add_up_as_they_say(nordljus: Pack) -> None:
    content = FontFile(nordljus.read(_REGULAR)).cut_down(range(40, 90))
    padded = content + bytes(-len(content) % 4)
    assert sum(struct.unpack(f">{len(padded) // 4}I", padded)) & 0xFFFF_FFFF == 0xB1B0_AFBA  # OpenType, `head`
    directory = [struct.unpack_from(">4sIII", content, at) for at in range(12, 12 + 16 * 6, 16)]
    for (name, stated, _, _), table in zip(directory, tables_of(content).values(), strict=True):
        if name != b"head":
            filled = table + bytes(-len(table) % 4)
            assert sum(struct.unpack(f">{len(filled) // 4}I", filled)) & 0xFFFF_FFFF == stated


def test_a_font_without_truetype_outlines_is_left_to_harfbuzz(nordljus: Pack) -> None:
    content = nordljus.read(_REGULAR)
    with pytest.raises(ValueError, match="TrueType"):
        Outlines(content.replace(b"glyf", b"CFF ", 1))


def test_what_is_made_small_is_an_ordinary_zlib_stream() -> None:
    for content in (b"", b"x", b"1 0 0 -1 72 40.5 Tm\n" * 900):
        assert zlib.decompress(deflated(content)) == content
