"""What the writers' tests share: documents to write, and the official validators."""

import os
import random
from collections.abc import Callable
from pathlib import Path

import pytest
from tests.engine.writing.maker import Maker
from tests.engine.writing.officials import Officials, compiled

from vaxel_engine.intake import read
from vaxel_engine.model import Document, Invoice

ROOT = Path(__file__).parents[3]


def campaign() -> bool:
    """Whether the full size was asked for (`make campaign-model`)."""
    return os.environ.get("VAXEL_CAMPAIGN") == "full"


@pytest.fixture(scope="session")
def generated() -> list[Document]:
    """1,000 documents in a campaign, 20 every day; always the same ones."""
    return [Maker(random.Random(seed), seed).document() for seed in range(1000 if campaign() else 20)]  # noqa: S311


@pytest.fixture(scope="session")
def corpus() -> Path:
    """The e-invoice corpus that lies beside some checkouts; the test is skipped with a notice elsewhere."""
    folder = ROOT.parent / "shared" / "corpus" / "einvoice"
    if not folder.is_dir():
        pytest.skip("the e-invoice corpus does not lie beside this checkout")
    return folder


@pytest.fixture(scope="session")
def officials(corpus: Path) -> Officials:
    """The validators, compiled once."""
    return compiled(corpus)


@pytest.fixture
def reread(tmp_path: Path) -> Callable[[bytes], Document]:
    """Reads what was written."""

    def again(body: bytes) -> Document:
        path = tmp_path / "written.xml"
        path.write_bytes(body)
        reading = read(path)
        documents = list(reading)
        assert [str(rejected) for rejected in reading.rejections] == []
        assert reading.not_carried in ({}, {"/Invoice/cac:PaymentMeans/cac:CardAccount/cbc:NetworkID": 1}) or (
            reading.not_carried == {"/CreditNote/cac:PaymentMeans/cac:CardAccount/cbc:NetworkID": 1}
        )
        return documents[0]

    return again


@pytest.fixture(scope="session")
def sample() -> Document:
    """A Peppol invoice out of the samples."""
    return next(read(ROOT / "samples" / "peppol-invoice.xml"))


@pytest.fixture(scope="session")
def changed() -> Callable[..., Document]:
    """The document with some fields of its invoice exchanged."""

    def change(document: Document, **fields: object) -> Document:
        assert document.invoice is not None
        invoice = Invoice.model_validate({**document.invoice.model_dump(), **fields})
        return document.model_copy(update={"invoice": invoice})

    return change
