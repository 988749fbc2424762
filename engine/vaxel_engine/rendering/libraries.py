"""The system's libraries that WeasyPrint loads, found without asking a compiler where they are.

WeasyPrint tries the names that each system has for them, one after the other, and cffi looks up what the loader does
not know with `ctypes.util.find_library`: on Linux that runs ldconfig, gcc and ld for every name, a hundred processes
and a fifth of a second of processor time whenever a process begins to render. The names that Linux knows are among
those that are tried, so nothing is looked up while WeasyPrint is imported here, unless it can be had no other way.

Whoever imports WeasyPrint imports this module before.
"""

import ctypes.util
import io
import sys
from collections.abc import Generator
from contextlib import contextmanager, redirect_stdout
from importlib import import_module
from typing import Any

_NAME = "weasyprint.text.ffi"


@contextmanager
def _nothing_looked_up() -> Generator[None]:
    find_library = ctypes.util.find_library
    ctypes.util.find_library = lambda name: None  # noqa: ARG005  # called by this name
    try:
        yield
    finally:
        ctypes.util.find_library = find_library


def _loaded() -> Any:
    if sys.platform == "linux" and _NAME not in sys.modules:
        try:
            with _nothing_looked_up(), redirect_stdout(io.StringIO()):  # where it fails it prints
                return import_module(_NAME)
        except OSError:
            for name in [name for name in sys.modules if name.partition(".")[0] == "weasyprint"]:
                del sys.modules[name]  # half imported
    return import_module(_NAME)


libraries: Any = _loaded()
"""WeasyPrint's module of them: `pango`, `harfbuzz`, `ffi`, …; it has no types."""
