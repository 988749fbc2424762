"""The machine's HarfBuzz, the one that Pango uses: words into glyphs, and fonts cut down to the glyphs in use."""

from bisect import bisect_left
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from importlib import import_module
from typing import Any

from vaxel_engine.compiled.subsets import Outlines
from vaxel_engine.rendering.libraries import libraries

_ffi: Any = import_module("cffi").FFI()  # no types
_ffi.cdef(
    """
    typedef struct { uint32_t codepoint, mask, cluster, var1, var2; } hb_glyph_info_t;
    typedef struct { int32_t x_advance, y_advance, x_offset, y_offset; uint32_t var; } hb_glyph_position_t;
    typedef struct { uint32_t tag, value; unsigned int start, end; } hb_feature_t;
    void *hb_blob_create(const char *data, unsigned int length, int mode, void *user_data, void *destroy);
    void hb_blob_destroy(void *blob);
    const char *hb_blob_get_data(void *blob, unsigned int *length);
    void *hb_face_create(void *blob, unsigned int index);
    void *hb_face_reference_blob(void *face);
    void hb_face_destroy(void *face);
    unsigned int hb_face_get_upem(void *face);
    unsigned int hb_face_get_glyph_count(void *face);
    void *hb_font_create(void *face);
    void hb_font_set_scale(void *font, int x, int y);
    void *hb_buffer_create(void);
    void hb_buffer_clear_contents(void *buffer);
    void hb_buffer_add_utf32(void *buffer, const char *text, int length, unsigned int offset, int item_length);
    void hb_buffer_guess_segment_properties(void *buffer);
    void hb_buffer_set_language(void *buffer, void *language);
    void *hb_language_from_string(const char *text, int length);
    uint32_t hb_tag_from_string(const char *text, int length);
    void hb_shape(void *font, void *buffer, const hb_feature_t *features, unsigned int count);
    hb_glyph_info_t *hb_buffer_get_glyph_infos(void *buffer, unsigned int *length);
    hb_glyph_position_t *hb_buffer_get_glyph_positions(void *buffer, unsigned int *length);
    const char *hb_version_string(void);
    void *hb_subset_input_create_or_fail(void);
    void hb_subset_input_destroy(void *input);
    void *hb_subset_input_glyph_set(void *input);
    void *hb_subset_input_set(void *input, int type);
    void hb_set_add_sorted_array(void *set, const uint32_t *sorted, unsigned int count);
    void hb_subset_input_set_flags(void *input, unsigned int flags);
    void *hb_subset_or_fail(void *face, void *input);
    """
)
_lib: Any = libraries._dlopen(_ffi, "libharfbuzz.so.0", "harfbuzz", "libharfbuzz-0", "libharfbuzz.0.dylib")
_subset: Any = libraries._dlopen(
    _ffi, "libharfbuzz-subset.so.0", "harfbuzz-subset", "libharfbuzz-subset-0", "libharfbuzz-subset.0.dylib"
)
_DROPPED = ("BASE", "DSIG", "EBDT", "EBLC", "EBSC", "GPOS", "GSUB", "JSTF", "LTSH", "PCLT", "SVG ")
APART = "\n"
"""Between texts that are shaped at once."""
_UNSAFE = 0x1
"""HB_GLYPH_FLAG_UNSAFE_TO_BREAK, in a glyph's mask."""
_NO_HINTING, _RETAIN_GIDS, _DESUBROUTINIZE, _PASSTHROUGH = 0x1, 0x2, 0x4, 0x20
_DROP_TABLE_TAG = 3

Glyphs = tuple[tuple[int, ...], tuple[int, ...], tuple[int, ...], bool]
"""Glyphs, where each begins in the text, advances, and whether one of them is moved from its place."""


@dataclass(frozen=True, slots=True)
class Several:
    """Texts that were shaped at once: the glyphs of all of them, as `Glyphs` says them, and which are whose."""

    glyphs: list[int]
    begins: list[int] | None
    """Where each glyph begins in the whole; None where every character is a glyph of its own."""
    advances: list[int]
    moved: bool
    parts: list[tuple[int, int] | None]
    """Of each text the first of its glyphs and the one after its last; None where its neighbours had a say in them."""


def version() -> str:
    """HarfBuzz's version."""
    return str(_ffi.string(_lib.hb_version_string()).decode())


class FontFile:
    """A font file, its design read once."""

    def __init__(self, content: bytes) -> None:
        self._content = _ffi.from_buffer(content)
        blob = _lib.hb_blob_create(self._content, len(content), 1, _ffi.NULL, _ffi.NULL)
        self.face: Any = _lib.hb_face_create(blob, 0)
        self.upem = int(_lib.hb_face_get_upem(self.face))
        self._outlines = self._pieces()

    def cut_down(self, glyphs: Iterable[int]) -> bytes:
        """The file with these glyphs only, their numbers kept, as small as it can be."""
        return self._outlines.cut_down(glyphs) if self._outlines is not None else self.cut_down_by_harfbuzz(glyphs)

    def cut_down_by_harfbuzz(self, glyphs: Iterable[int]) -> bytes:
        """The same without what was made ready, for outlines of any kind."""
        kept = sorted(glyphs)
        smaller = _cut(self.face, kept, _RETAIN_GIDS | _NO_HINTING | _DESUBROUTINIZE | _PASSTHROUGH, drop=True)
        shorter = _cut(smaller, list(range(kept[-1] + 1)), _NO_HINTING | _DESUBROUTINIZE | _PASSTHROUGH, drop=False)
        content = _content(shorter)
        _lib.hb_face_destroy(smaller)
        _lib.hb_face_destroy(shorter)
        return content

    def _pieces(self) -> Outlines | None:
        """The file's glyphs without hints; None where their outlines are not TrueType's."""
        every = range(int(_lib.hb_face_get_glyph_count(self.face)))
        without = _cut(self.face, list(every), _RETAIN_GIDS | _NO_HINTING | _PASSTHROUGH, drop=True)
        try:
            return Outlines(_content(without))
        except ValueError:
            return None
        finally:
            _lib.hb_face_destroy(without)


def _content(face: Any) -> bytes:
    blob = _lib.hb_face_reference_blob(face)
    length = _ffi.new("unsigned int *")
    content = bytes(_ffi.buffer(_lib.hb_blob_get_data(blob, length), int(length[0])))
    _lib.hb_blob_destroy(blob)
    return content


def _cut(face: Any, glyphs: list[int], flags: int, *, drop: bool) -> Any:
    wanted = _subset.hb_subset_input_create_or_fail()
    array = _ffi.new("uint32_t[]", glyphs)
    _lib.hb_set_add_sorted_array(_subset.hb_subset_input_glyph_set(wanted), array, len(glyphs))
    _subset.hb_subset_input_set_flags(wanted, flags)
    if drop:
        tags = _ffi.new("uint32_t[]", sorted(_lib.hb_tag_from_string(name.encode(), 4) for name in _DROPPED))
        _lib.hb_set_add_sorted_array(_subset.hb_subset_input_set(wanted, _DROP_TABLE_TAG), tags, len(_DROPPED))
    cut = _subset.hb_subset_or_fail(face, wanted)
    _subset.hb_subset_input_destroy(wanted)
    if cut == _ffi.NULL:
        raise ValueError("a font cannot be cut down to the glyphs in use")
    return cut


class Shaper:
    """A font at a size (in 1/1024 of a pixel) with features, for a language."""

    def __init__(self, font: FontFile, scale: int, features: Iterable[tuple[str, int]], language: str) -> None:
        self._file = font
        self._font = _lib.hb_font_create(font.face)
        _lib.hb_font_set_scale(self._font, scale, scale)
        wanted = [(_lib.hb_tag_from_string(name.encode(), -1), value, 0, 0xFFFFFFFF) for name, value in features]
        self._features = _ffi.new("hb_feature_t[]", wanted) if wanted else _ffi.NULL
        self._count = len(wanted)
        self._language = _lib.hb_language_from_string(language.encode(), -1) if language else None
        self._buffer = _lib.hb_buffer_create()
        self._length = _ffi.new("unsigned int *")

    def glyphs(self, text: str) -> Glyphs:
        """`text` as glyphs, left to right."""
        infos, places = self._shaped(text)
        moved = _moved(places)
        return tuple(infos[0::5].tolist()), tuple(infos[2::5].tolist()), tuple(places[0::5].tolist()), moved

    def several(self, texts: Sequence[str]) -> Several:
        """Texts of one script as glyphs, each as it is shaped alone.

        HarfBuzz marks the glyphs before which a text must not be parted; before all others both sides are as they are
        shaped apart.
        """
        whole = APART.join(texts)
        infos, places = self._shaped(whole)
        glyphs, masks = infos[0::5].tolist(), infos[1::5].tolist()
        begins: list[int] | None = infos[2::5].tolist()
        count = len(glyphs)
        masks.append(0)
        if begins == list(range(len(whole))):
            begins = None
        parts: list[tuple[int, int] | None] = []
        at = 0
        for text in texts:
            ends = at + len(text)
            one, other = at, ends
            parted = True
            if begins is not None:
                one, other = bisect_left(begins, at), bisect_left(begins, ends)
                parted = begins[one : one + 1] == [at] and (other == count or begins[other] == ends)
            parts.append((one, other) if parted and not (masks[one] | masks[other]) & _UNSAFE else None)
            at = ends + 1
        return Several(glyphs, begins, places[0::5].tolist(), _moved(places), parts)

    def _shaped(self, text: str) -> tuple[memoryview, memoryview]:
        """Five numbers of each glyph: what it is, and where it stands; they hold until the next text."""
        buffer = self._buffer
        _lib.hb_buffer_clear_contents(buffer)
        _lib.hb_buffer_add_utf32(buffer, text.encode("utf-32-le"), len(text), 0, len(text))
        if self._language is not None:
            _lib.hb_buffer_set_language(buffer, self._language)
        _lib.hb_buffer_guess_segment_properties(buffer)
        _lib.hb_shape(self._font, buffer, self._features, self._count)
        infos = _lib.hb_buffer_get_glyph_infos(buffer, self._length)
        size = 20 * int(self._length[0])
        if not size:
            return memoryview(b"").cast("I"), memoryview(b"").cast("i")
        placed = _lib.hb_buffer_get_glyph_positions(buffer, self._length)
        return memoryview(_ffi.buffer(infos, size)).cast("I"), memoryview(_ffi.buffer(placed, size)).cast("i")


def _moved(places: memoryview) -> bool:
    """Whether a glyph is drawn beside its place."""
    return bool(places[2::5].tobytes().strip(b"\0") or places[3::5].tobytes().strip(b"\0"))
