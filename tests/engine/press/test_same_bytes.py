"""The same input gives the same bytes: in another process, under another hash seed, time zone, language and day."""

import os
import subprocess
import sys
import textwrap
from collections.abc import Callable
from pathlib import Path

from vaxel_engine.model import Document
from vaxel_engine.packs import Pack
from vaxel_engine.press import Press
from vaxel_engine.rendering import kinds_of

PROGRAM = """
    from tests.engine.conftest import make_document
    from vaxel_engine.packs import load
    from vaxel_engine.press import Press
    from vaxel_engine.rendering import kinds_of
    document = make_document(usage=True, balance=True)
    make = Press().render_all
    for kind, made in make(document, kinds_of(document), pack=load("nordljus")).items():
        print(kind, made.sha256)
"""


def test_hash_seed_time_zone_and_language_change_no_byte(
    patient: Press, nordljus: Pack, build: Callable[..., Document]
) -> None:
    document = build(usage=True, balance=True)
    here = patient.render_all(document, kinds_of(document), pack=nordljus)
    there = subprocess.run(
        [sys.executable, "-c", textwrap.dedent(PROGRAM)],
        capture_output=True,
        text=True,
        check=True,
        cwd=Path(__file__).parents[3],
        env={
            "PATH": os.environ["PATH"],
            "HOME": os.environ.get("HOME", "/"),
            "PYTHONPATH": os.pathsep.join(path for path in sys.path if path),
            "PYTHONHASHSEED": "4711",
            "TZ": "America/Caracas",
            "LANG": "tr_TR.UTF-8",
        },
    )
    assert there.stdout.splitlines() == [f"{kind} {made.sha256}" for kind, made in here.items()]
