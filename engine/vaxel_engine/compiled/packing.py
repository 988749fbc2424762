"""Pieces that every file is packed of: streams, forms of what all files have alike, the table of references."""

from functools import cache

from vaxel_engine.deflating import deflated

_MOST = 1 << 16
"""Objects in one stream."""


def written(number: int, *content: bytes) -> bytes:
    """An object of a file, with its number."""
    return b"".join((b"%d 0 obj\n" % number, *content, b"\nendobj\n"))


def counted(count: int) -> list[bytes]:
    """The numbers from nought, as a reference stream writes them; raises OverflowError for too many."""
    if count > _MOST:
        raise OverflowError("more objects than a reference stream of two bytes can count")
    return _two_bytes()[:count]


@cache
def _two_bytes() -> list[bytes]:
    return [at.to_bytes(2, "big") for at in range(_MOST)]


def filled(form: bytes, first: int) -> bytes:
    """A form of what all files have alike, its references from `first` on."""
    head, separator, content = form.partition(b"\nstream\n")
    pieces = head.split(b"%(")
    written = [pieces[0].replace(b"%%", b"%")]
    for piece in pieces[1:]:
        at, rest = piece.split(b")d", 1)
        written.append(b"%d%b" % (first + int(at), rest.replace(b"%%", b"%")))
    return b"".join(written) + separator + content


def stream(dictionary: bytes, content: bytes) -> tuple[bytes, bytes, bytes]:
    """A stream in parts, since it may be long."""
    packed = deflated(content)
    return b"<<%b/Filter /FlateDecode/Length %d>>\nstream\n" % (dictionary, len(packed)), packed, b"\nendstream"
