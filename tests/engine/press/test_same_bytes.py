"""The same input gives the same bytes: in another process, under another hash seed, time zone, language and day."""

import os
import subprocess
import sys
import textwrap
from collections.abc import Callable
from pathlib import Path

import pytest

from vaxel_engine.model import Document
from vaxel_engine.packs import Pack
from vaxel_engine.press import Press
from vaxel_engine.rendering import kinds_of

PROGRAM = """
    import datetime, time
    from tests.engine.conftest import make_document
    from vaxel_engine.packs import load
    from vaxel_engine.press import Press
    from vaxel_engine.rendering import kinds_of, render_all
    document = make_document(usage=True, balance=True)
    make = {how}
    for kind, made in make(document, kinds_of(document), pack=load("nordljus")).items():
        print(kind, made.sha256)
"""


@pytest.mark.parametrize(
    ("how", "environment"),
    [
        ("render_all", {"PYTHONHASHSEED": "1", "TZ": "Pacific/Auckland", "LANG": "tr_TR.UTF-8", "LC_ALL": "C"}),
        ("Press().render_all", {"PYTHONHASHSEED": "4711", "TZ": "America/Caracas", "LANG": "sv_SE.UTF-8"}),
    ],
)
def test_hash_seed_time_zone_and_language_change_no_byte(
    how: str, environment: dict[str, str], patient: Press, nordljus: Pack, build: Callable[..., Document]
) -> None:
    document = build(usage=True, balance=True)
    here = patient.render_all(document, kinds_of(document), pack=nordljus)
    there = subprocess.run(
        [sys.executable, "-c", textwrap.dedent(PROGRAM.format(how=how))],
        capture_output=True,
        text=True,
        check=True,
        cwd=Path(__file__).parents[3],
        env={
            "PATH": os.environ["PATH"],
            "HOME": os.environ.get("HOME", "/"),
            "PYTHONPATH": os.pathsep.join(path for path in sys.path if path),
            **environment,
        },
    )
    assert there.stdout.splitlines() == [f"{kind} {made.sha256}" for kind, made in here.items()]
