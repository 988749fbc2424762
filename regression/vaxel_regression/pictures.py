"""Pictures of artifacts, and the store that keeps those of an approved board by what they show."""

import hashlib
import io
import os
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

from PIL import Image

from vaxel_engine.errors import Misconfigured, Unwritable
from vaxel_regression.references import compact

INDEX = "pictures.txt"
"""Beside the texts of a case: a line "page 1 <hash>" for each picture of it that is kept."""

STORE = "pictures"
"""Beside the families of a folder of baselines."""


def pixels_hash(picture: bytes) -> str:
    """SHA-256 of what a PNG shows: size and pixels, so that another encoder gives the same."""
    opened = Image.open(io.BytesIO(picture), formats=("PNG",)).convert("RGB")
    return hashlib.sha256(f"{opened.width}x{opened.height}\n".encode() + opened.tobytes()).hexdigest()


@dataclass(frozen=True, slots=True)
class PictureStore:
    """Pictures in `folder`/3f/3fa9….png, each once however many cases show it; writing one again is harmless."""

    folder: Path

    def place(self, sha: str) -> Path:
        """Where a picture lies."""
        return self.folder / sha[:2] / f"{sha}.png"

    def keep(self, picture: bytes) -> str:
        """Keep a picture, and answer its hash; whole or not at all. Raises Unwritable."""
        sha = pixels_hash(picture)
        path = self.place(sha)
        if path.is_file():
            return sha
        part = path.with_name(f".{sha}.{os.getpid()}.part")
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            part.write_bytes(compact(picture))
            part.replace(path)
        except OSError as error:
            raise Unwritable(f"{path} cannot be written ({error.strerror}); make room, or make it writable") from error
        return sha

    def find(self, sha: str) -> bytes:
        """The picture; raises Misconfigured when it is gone or shows something else than it did."""
        path = self.place(sha)
        try:
            picture = path.read_bytes()
        except OSError as error:
            raise Misconfigured(f"{path} is gone; restore the approved pictures from version control") from error
        if pixels_hash(picture) != sha:
            raise Misconfigured(f"{path} was changed; restore the approved pictures from version control")
        return picture

    def prune(self, wanted: Iterable[str]) -> tuple[Path, ...]:
        """Remove every picture that none of `wanted` names; returns what was removed."""
        kept = {self.place(sha) for sha in wanted}
        gone = tuple(path for path in sorted(self.folder.glob("??/*.png")) if path not in kept)
        for path in gone:
            path.unlink()
            if not any(path.parent.iterdir()):
                path.parent.rmdir()
        return gone


def read_index(case: Path) -> Mapping[str, str]:
    """Name and hash of each picture kept of the case in this folder; none where there is no index."""
    path = case / INDEX
    lines = path.read_text(encoding="utf-8").splitlines() if path.is_file() else []
    return dict(line.rsplit(" ", 1) for line in lines)


def write_index(case: Path, pictures: Mapping[str, str]) -> None:
    """Say which pictures are kept of the case in this folder; without any, there is no index."""
    path = case / INDEX
    if pictures:
        path.write_text("".join(f"{name} {sha}\n" for name, sha in pictures.items()), encoding="utf-8")
    else:
        path.unlink(missing_ok=True)


def prune(baselines: Path) -> tuple[Path, ...]:
    """Remove the pictures of a folder of baselines that no case names any more; returns what was removed."""
    named = [sha for index in baselines.glob(f"*/*/*/*/*/{INDEX}") for sha in read_index(index.parent).values()]
    return PictureStore(baselines / STORE).prune(named)
