"""Numbers as they are written into a PDF."""


def number(value: float) -> bytes:
    """A coordinate as it is written: six decimals at most."""
    written = b"%.6f" % value
    written = written.rstrip(b"0")
    return written[:-1] if written[-1] == 46 else written
