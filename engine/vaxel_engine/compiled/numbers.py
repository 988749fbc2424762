"""Numbers as they are written into a PDF."""

from collections.abc import Iterable

_WHOLE = [b"%d" % one for one in range(1 << 15)]
"""Whole numbers as they are written: a long file names each of its objects several times."""


def whole(value: int) -> bytes:
    """A whole number, from nought on."""
    return _WHOLE[value] if value < len(_WHOLE) else b"%d" % value


def wholes(begin: int, end: int) -> list[bytes]:
    """The whole numbers from one to before another."""
    return _WHOLE[begin:end] if end <= len(_WHOLE) else [b"%d" % one for one in range(begin, end)]


def references(numbers: Iterable[int]) -> bytes:
    """References to objects, one after the other."""
    written = b" 0 R ".join(map(whole, numbers))
    return written + b" 0 R" if written else b""


def number(value: float) -> bytes:
    """A coordinate as it is written: six decimals at most."""
    written = b"%.6f" % value
    written = written.rstrip(b"0")
    return written[:-1] if written[-1] == 46 else written
