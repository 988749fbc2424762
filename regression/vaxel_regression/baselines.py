"""The reviewed observations on disk: a folder of text per case, in families named after the engines that drew them."""

import shutil
import subprocess
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from vaxel_engine.artifact import MEDIA_TYPES
from vaxel_engine.errors import Misconfigured, Unwritable
from vaxel_regression.browser import Camera, executable
from vaxel_regression.observation import FACTS, Observation, kind_of
from vaxel_regression.pictures import INDEX
from vaxel_regression.references import pango_family

WORDS_FAMILY = "words"
"""Facts, text messages and cards: no engine draws them."""


@dataclass(frozen=True, slots=True)
class Baselines:
    """Baselines in `folder`/`family`/`case`/; a case's name is "brand/sample/language/artifact"."""

    folder: Path

    def place(self, family: str, case: str) -> Path:
        """Where the files of a case lie."""
        return self.folder / family / case

    def find(self, family: str, case: str) -> Observation | None:
        """What was reviewed, or None for a case that is new."""
        place = self.place(family, case)
        if not (place / "sha256.txt").is_file():
            return None
        # As bytes: reading as text would make one kind of line ending of all.
        return {
            path.name: path.read_bytes().decode()
            for path in sorted(place.iterdir())
            if path.is_file() and path.name != INDEX
        }

    def strangers(self, family: str) -> tuple[str, ...]:
        """The families of the same engine that are there while `family` is not; none when it is there."""
        if (self.folder / family).is_dir() or not self.folder.is_dir():
            return ()
        engine = family.partition("-")[0]
        return tuple(sorted(path.name for path in self.folder.glob(f"{engine}-*") if path.is_dir()))

    def keep(self, family: str, case: str, observation: Observation) -> tuple[str, ...]:
        """Write what differs from what is there, and nothing else; returns the names of the files touched."""
        place = self.place(family, case)
        old = self.find(family, case) or {}
        touched = [name for name, text in observation.items() if old.get(name) != text]
        gone = [name for name in old if name not in observation]
        try:
            place.mkdir(parents=True, exist_ok=True)
            for name in touched:
                (place / name).write_bytes(observation[name].encode())
            for name in gone:
                (place / name).unlink()
        except OSError as error:
            raise Unwritable(
                f"{place} cannot be written ({error.strerror}); make it writable or give another"
            ) from error
        return tuple(touched + gone)

    def cases(self) -> Iterator[tuple[str, str]]:
        """Family and name of every case that is kept."""
        for path in sorted(self.folder.glob("*/*/*/*/*/sha256.txt")):
            family, *name = path.parent.relative_to(self.folder).parts
            yield family, "/".join(name)

    def forget(self, family: str, case: str) -> None:
        """Remove a case that is no more."""
        shutil.rmtree(self.place(family, case))


def family_of(artifact: str, camera: Callable[[], Camera]) -> str:
    """The engines that make an artifact what it looks like, e.g. "weasyprint-70.0-pango-1.50" or "chromium-156".

    Raises Misconfigured when there is no browser for one that needs it.
    """
    media_type = "" if artifact == FACTS else MEDIA_TYPES[kind_of(artifact)].partition(";")[0]
    if media_type == "application/pdf":
        return _paper_family()
    if media_type in ("text/html", "message/rfc822"):
        return _browser_family() or camera().family
    return WORDS_FAMILY


@cache
def _paper_family() -> str:
    from importlib.metadata import version

    return f"weasyprint-{version('weasyprint')}-{pango_family()}"


@cache
def _browser_family() -> str | None:
    """Asked of the program itself, a hundred times quicker than starting it; None where it does not answer so."""
    found = executable()
    if found is None:
        return None
    try:
        answer = subprocess.run([found, "--version"], capture_output=True, text=True, timeout=20, check=False)  # noqa: S603 - a program of this machine, found on the path
    except (OSError, subprocess.TimeoutExpired) as error:
        raise Misconfigured(
            f"the browser {found} does not answer; sudo apt-get install -y --reinstall chromium-headless-shell"
        ) from error
    name, _, rest = answer.stdout.strip().rpartition(" ")
    major = rest.partition(".")[0]
    return f"chromium-{major}" if "chrom" in name.lower() and major.isdigit() else None
