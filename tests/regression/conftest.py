"""Approved pictures, the browser that takes the others, and the samples they are taken of."""

from collections.abc import Callable
from pathlib import Path

import pytest

from vaxel_engine import packs
from vaxel_engine.artifact import ArtifactKind
from vaxel_engine.intake import read
from vaxel_engine.rendering import Rendering
from vaxel_regression import References, Verdict

ROOT = Path(__file__).parents[2]
SAMPLES = {"swedish": 1, "english": 3}
"""Two consumer invoices of samples/november.json, by record."""

LookAlike = Callable[..., None]


@pytest.fixture
def look_alike(request: pytest.FixtureRequest) -> LookAlike:
    """`look_alike(name, png, family=…)`: fails unless the picture shows what was approved under that name.

    A picture without a reference fails; a family without any is skipped with a notice. `--vaxel-update` writes instead.
    """
    references = References(Path(__file__).parent / "references", ROOT / "out" / "regression")

    def compare(name: str, png: bytes, *, family: str, dpi: float | None = None) -> None:
        if request.config.getoption("--vaxel-update"):
            references.keep(name, png, family=family)
            return
        judgement = references.judge(name, png, family=family, dpi=dpi)
        if judgement.verdict is Verdict.UNKNOWN_FAMILY:
            pytest.skip(judgement.sentence)
        assert judgement.verdict is Verdict.SAME, judgement.sentence

    return compare


@pytest.fixture(scope="session")
def rendered() -> Callable[[str, ArtifactKind], bytes]:
    """The bytes of one artifact of one sample, by the production function."""
    numbered = dict(read(ROOT / "samples" / "november.json").numbered())
    pack = packs.load("nordljus")
    renderings = {name: Rendering.of(numbered[record], pack) for name, record in SAMPLES.items()}

    def artifact(sample: str, kind: ArtifactKind) -> bytes:
        return renderings[sample].artifact(kind).body

    return artifact
