"""What a process holds and has held, in kilobytes, as Linux tells it.

Not `ru_maxrss`: a child inherits that from whoever started it, and in a long process it is some earlier test's.
"""

from pathlib import Path


def peak() -> int:
    """The most that this process has held since it began, or since `forget`."""
    status = Path("/proc/self/status").read_text(encoding="ascii")
    return int(status.partition("VmHWM:")[2].split()[0])


def forget() -> int:
    """Begin anew with what is held now, and return it."""
    Path("/proc/self/clear_refs").write_text("5", encoding="ascii")
    return peak()
