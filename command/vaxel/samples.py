"""The sample files, in a checkout and in the wheel alike."""

from collections.abc import Iterable
from importlib.resources import files
from pathlib import Path

from vaxel_engine.intake import read
from vaxel_engine.model import Document


def samples() -> tuple[Path, ...]:
    """Return every sample file, in the order of their names."""
    return tuple(sorted(path for path in _folder().iterdir() if path.suffix in {".json", ".jsonl", ".xml"}))


def every_channel_sample() -> Path:
    """Return the file that holds one document for each channel."""
    return _folder() / "channels" / "every-channel.json"


def _folder() -> Path:
    packed = Path(str(files("vaxel") / "_samples"))
    return packed if packed.is_dir() else Path(__file__).parents[2] / "samples"


def gate_samples(files: Iterable[Path]) -> list[Document]:
    """A few documents of many files, the first of each kind in each language: for a look that must be quick."""
    found: dict[tuple[str, str], Document] = {}
    for file in files:
        with read(file) as reading:
            for document in reading:
                found.setdefault((document.kind, document.recipient.language), document)
    return list(found.values())
