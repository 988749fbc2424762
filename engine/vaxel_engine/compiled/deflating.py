"""Streams made small, by the library that takes least for it (docs/decisions/0009-block-program.md)."""

from importlib import import_module
from typing import Any

_libdeflate: Any = import_module("deflate")  # half of its types are missing
_LEVEL = 1


def deflated(content: bytes) -> bytes:
    """`content` as a zlib stream, RFC 1950, which every reader of PDF has to know."""
    return bytes(_libdeflate.zlib_compress(content, _LEVEL))
