"""Records and files for the intake's tests: small ones made here, real-looking ones out of `samples/`."""

import copy
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from vaxel_engine.errors import Rejected
from vaxel_engine.intake import Reading, read

ROOT = Path(__file__).parents[3]

Write = Callable[[str | bytes], Path]
Record = dict[str, Any]


@pytest.fixture
def samples() -> Path:
    """The folder of samples."""
    return ROOT / "samples"


@pytest.fixture
def corpus() -> Path:
    """The e-invoice corpus that lies beside some checkouts; the test is skipped with a notice elsewhere."""
    folder = ROOT.parent / "shared" / "corpus" / "einvoice"
    if not folder.is_dir():
        pytest.skip("the e-invoice corpus does not lie beside this checkout")
    return folder


@pytest.fixture
def write(tmp_path: Path) -> Write:
    """Writes a file whose name says nothing about its format."""

    def into(content: str | bytes) -> Path:
        path = tmp_path / "handed-over.dat"
        path.write_bytes(content.encode("utf-8") if isinstance(content, str) else content)
        return path

    return into


@pytest.fixture
def letter() -> Record:
    """The smallest document there is: a message."""
    return {
        "kind": "message",
        "reference": "M-1",
        "sender": "nordljus",
        "recipient": {"name": "Elin Forsberg"},
        "message": {"subject": "Hej", "body": "Natten till torsdag är strömmen borta."},
    }


@pytest.fixture(scope="session")
def _first_invoice() -> Record:
    text = (ROOT / "samples" / "november.json").read_text(encoding="utf-8")
    record: Record = json.loads(text)["documents"][0]
    return record


@pytest.fixture
def invoice(_first_invoice: Record) -> Record:
    """A good invoice, to be broken by the test."""
    return copy.deepcopy(_first_invoice)


@pytest.fixture
def ubl(samples: Path) -> str:
    """A good UBL invoice, to be broken by the test."""
    return (samples / "peppol-invoice.xml").read_text(encoding="utf-8")


@pytest.fixture
def only_rejection(write: Write) -> Callable[[str | bytes | Record], Rejected]:
    """Reads a file with one record and returns why it was rejected."""

    def reject(content: str | bytes | Record) -> Rejected:
        reading = exhausted(write(json.dumps(content) if isinstance(content, dict) else content))
        assert (reading.counts.accepted, reading.counts.rejected) == (0, 1)
        return reading.rejections[0]

    return reject


def exhausted(path: Path) -> Reading:
    """Read to the end."""
    reading = read(path)
    for _ in reading:
        pass
    return reading
