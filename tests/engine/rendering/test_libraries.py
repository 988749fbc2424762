"""A process that begins to render starts no other: no compiler is asked where the system's libraries are."""

import json
import subprocess
import sys

import pytest

_STARTED = """
import json, sys
started = []
sys.addaudithook(lambda event, given: started.append(str(given[0])) if event == "subprocess.Popen" else None)
import {first}
import vaxel_engine.compiled.harfbuzz, vaxel_engine.rendering.print_pdf
import ctypes.util
print(json.dumps([started, ctypes.util.find_library.__module__]))
"""


@pytest.mark.skipif(sys.platform != "linux", reason="where libraries have other names they may have to be looked up")
@pytest.mark.parametrize("first", ["vaxel_engine.rendering.typesetting", "vaxel_engine.rendering.glyph_widths"])
def test_nothing_is_started_to_find_the_libraries(first: str) -> None:
    source = _STARTED.format(first=first)
    done = subprocess.run([sys.executable, "-c", source], capture_output=True, text=True, check=True, timeout=60)
    assert json.loads(done.stdout) == [[], "ctypes.util"]


def test_where_a_library_has_to_be_looked_up_it_is() -> None:
    """A loader that knows none of the names, as on a system whose libraries lie elsewhere."""
    source = """
import cffi.api, ctypes.util
looked_up = []
def find_library(name, found=ctypes.util.find_library):
    looked_up.append(name)
    return found(name)
ctypes.util.find_library = find_library
real = cffi.api._load_backend_lib
def known_after_a_look(backend, name, flags):
    if name is not None and ".so" in name and "/" not in name:
        raise OSError(name)
    return real(backend, name, flags)
cffi.api._load_backend_lib = known_after_a_look
from vaxel_engine.rendering.libraries import libraries
print(libraries.pango.pango_version() > 0, bool(looked_up))
"""
    done = subprocess.run([sys.executable, "-c", source], capture_output=True, text=True, check=True, timeout=120)
    assert done.stdout.strip() == "True True"
