"""The sample files, in a checkout and in the wheel alike."""

from importlib.resources import files
from pathlib import Path


def samples() -> tuple[Path, ...]:
    """Return every sample file, in the order of their names."""
    packed = Path(str(files("vaxel") / "_samples"))
    folder = packed if packed.is_dir() else Path(__file__).parents[2] / "samples"
    return tuple(sorted(path for path in folder.iterdir() if path.suffix in {".json", ".jsonl", ".xml"}))
