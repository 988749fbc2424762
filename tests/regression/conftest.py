"""The samples that pictures are taken of."""

from collections.abc import Callable
from pathlib import Path

import pytest

from vaxel_engine import packs
from vaxel_engine.artifact import ArtifactKind
from vaxel_engine.intake import read
from vaxel_engine.rendering import Rendering

ROOT = Path(__file__).parents[2]
SAMPLES = {"swedish": 1, "english": 3}
"""Two consumer invoices of samples/november.json, by record."""


@pytest.fixture(scope="session")
def rendered() -> Callable[[str, ArtifactKind], bytes]:
    """The bytes of one artifact of one sample, by the production function."""
    numbered = dict(read(ROOT / "samples" / "november.json").numbered())
    pack = packs.load("nordljus")
    renderings = {name: Rendering.of(numbered[record], pack) for name, record in SAMPLES.items()}

    def artifact(sample: str, kind: ArtifactKind) -> bytes:
        return renderings[sample].artifact(kind).body

    return artifact
