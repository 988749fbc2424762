"""Streams made small, by the library that takes least for it (docs/decisions/0009-block-program.md)."""

from importlib import import_module
from typing import Any

_libdeflate: Any = import_module("deflate")  # half of its types are missing
FAST, SMALL = 1, 6
"""Levels of libdeflate: a fifth of the time of zlib at its ordinary level, and smaller than that in half its time."""


def deflated(content: bytes, level: int = FAST) -> bytes:
    """`content` as a zlib stream, RFC 1950, which every reader of PDF and PNG has to know."""
    return bytes(_libdeflate.zlib_compress(content, level))
