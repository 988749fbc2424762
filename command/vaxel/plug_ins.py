"""The two example channels of the documentation, found by their entry points as if they were installed."""

import contextlib
import importlib
import sys
import tomllib
from collections.abc import Generator
from importlib.metadata import entry_points
from importlib.resources import files
from pathlib import Path

from vaxel_channels.registry import ENTRY_POINTS

EXAMPLES = ("cloud_folder", "chat")
"""The folders of the examples, and the names of their channels."""


@contextlib.contextmanager
def example_channels(site: Path) -> Generator[None]:
    """While it lasts, the examples are installed: `site` holds their metadata, as pip would have written it.

    An example that is installed already is left as it is.
    """
    there = {entry.name for entry in entry_points(group=ENTRY_POINTS)}
    missing = [name for name in EXAMPLES if name not in there]
    site.mkdir(parents=True, exist_ok=True)
    for name in missing:
        _write_metadata(_folder() / name, site)
    places = [str(site), *(str(_folder() / name) for name in missing)]
    sys.path[:0] = places
    importlib.invalidate_caches()
    try:
        yield
    finally:
        for place in places:
            sys.path.remove(place)
        importlib.invalidate_caches()
        for name in missing:
            sys.modules.pop(name, None)


def _write_metadata(example: Path, site: Path) -> None:
    """Name, version and entry points of the example's `pyproject.toml`, as a `.dist-info` folder."""
    project = tomllib.loads((example / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    info = site / f"{project['name'].replace('-', '_')}-{project['version']}.dist-info"
    info.mkdir(exist_ok=True)
    about = f"Metadata-Version: 2.1\nName: {project['name']}\nVersion: {project['version']}\n"
    (info / "METADATA").write_text(about, encoding="utf-8")
    lines: list[str] = []
    for group, named in project["entry-points"].items():
        lines += [f"[{group}]", *(f"{name} = {where}" for name, where in named.items())]
    (info / "entry_points.txt").write_text("\n".join(lines) + "\n", encoding="utf-8")


def _folder() -> Path:
    packed = Path(str(files("vaxel") / "_examples"))
    return packed if packed.is_dir() else Path(__file__).parents[2] / "docs" / "examples"
