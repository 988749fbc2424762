"""What is rendered says the same everywhere: the samples, and documents drawn by seed."""

from collections.abc import Callable
from pathlib import Path

import pytest

from vaxel_engine.artifact import ArtifactKind
from vaxel_engine.intake import read
from vaxel_engine.model import Document
from vaxel_engine.packs import Pack
from vaxel_engine.parity import READABLE, check, parity
from vaxel_engine.parity.policy import topics
from vaxel_engine.rendering import Rendering, kinds_of, render_all

pytestmark = pytest.mark.long

SAMPLES = sorted((Path(__file__).parents[3] / "samples").glob("*.[jx]*"))


@pytest.mark.parametrize("file", SAMPLES, ids=lambda file: file.name)
def test_every_sample_says_the_same_in_every_artifact(file: Path, nordljus: Pack) -> None:
    faults: list[str] = []
    for document in read(file):
        artifacts = render_all(document, kinds_of(document), pack=nordljus)
        faults += parity(document, artifacts.values(), pack=nordljus).faults
    assert faults == []


def test_generated_documents_say_the_same_in_every_artifact(
    generate: Callable[[int], Document], nordljus: Pack, full_size: bool
) -> None:
    faults: list[str] = []
    for number in range(1_000 if full_size else 20):
        document = generate(number)
        rendering = Rendering.of(document, nordljus)
        artifacts = [rendering.artifact(kind) for kind in kinds_of(document)]
        faults += parity(document, artifacts, pack=nordljus).faults
        faults += [f"{document.reference}: {wrong.name}" for wrong in check(document, rendering.facts)]
    assert faults == []


def test_every_kind_of_artifact_is_read_back() -> None:
    assert set(READABLE) == set(ArtifactKind)


def test_the_policy_says_yes_or_no_for_every_part() -> None:
    columns = {
        "pages",
        "qr",
        "subject",
        "text",
        "html",
        "page",
        "page_qr",
        "sms",
        "card",
        "mailbox_page",
        "bank",
        "xml",
    }
    for topic, row in topics().items():
        assert set(row) == {"topic", "section"} | columns
        assert {row[column] for column in columns} <= {"yes", "no"}, topic
