"""Published packs on disk: files by their content, versions that never change, one pointer per brand.

files/3f/3fa9…/lines.paper.html    every content once, under the SHA-256 that it has
versions/nordljus/7c41d0e2a9b3.json    which contents a version is made of, and what was found out about it
programs/nordljus/7c41d0e2a9b3.*    its block program, and what became of it (`programs.py`); made again at any time
live/nordljus.json                 the version that is rendered, and how it came to be; replaced by one rename
"""

import hashlib
import json
import os
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Literal, TypeVar

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, ValidationError

from vaxel_engine.errors import Misconfigured, Unwritable
from vaxel_engine.packs.durable import plain_name, write_whole
from vaxel_engine.packs.pack import Pack
from vaxel_engine.packs.programs import kept_program, program_place
from vaxel_engine.packs.reading import Layer, build, tree_digest

T = TypeVar("T", bound=BaseModel)
_Sha = Field(pattern="^[0-9a-f]{64}$")


class _Kept(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class KeptLayer(_Kept):
    """One folder of the resolved tree: name of each file to the SHA-256 of its content."""

    name: str
    files: dict[str, str]


class Gate(_Kept):
    """One examination that the version passed before it was made."""

    name: str
    passed: bool
    found: str


class Version(_Kept):
    """One immutable version of a brand's pack with everything it inherits."""

    format: Literal[1] = 1
    brand: str
    version: str = Field(
        pattern="^[0-9a-f]{12}$", description="Of the tree and the engines, so the same gives the same"
    )
    tree: str = _Sha
    layers: tuple[KeptLayer, ...]
    fonts: dict[str, str] = Field(description="SHA-256 of each font by the name of its file")
    engines: dict[str, str]
    gates: tuple[Gate, ...]
    made_at: AwareDatetime
    made_by: str


class Turn(_Kept):
    """One moment at which a version went live."""

    version: str
    at: AwareDatetime
    by: str
    action: Literal["published", "rolled back"]
    approved_by: str | None = Field(default=None, description="Who approved that version; live mode asks for somebody")


class Pointer(_Kept):
    """What is live of a brand: the last turn. The first is the oldest."""

    format: Literal[1] = 1
    turns: tuple[Turn, ...] = Field(min_length=1)


def load_published(brand: str, store: Path, version: str | None = None) -> Pack:
    """The pack as it was published, by default the live version; it renders the bytes that the working pack rendered.

    Raises Misconfigured when nothing, or no such version, is published, or when a file in the store was changed.
    """
    found = read_version(brand, store, version if version is not None else live_version(brand, store))
    kept = tuple(
        Layer(layer.name, {name: _content(store, name, sha) for name, sha in layer.files.items()})
        for layer in found.layers
    )
    place = program_place(brand, store, found.version)
    return replace(build(brand, kept, published=True), program=kept_program(place), program_place=place)


def published_brands(store: Path) -> tuple[str, ...]:
    """The brands of which a version is live."""
    return tuple(sorted(path.stem for path in (store / "live").glob("*.json")))


def live_version(brand: str, store: Path) -> str:
    """The version of a brand that is rendered; raises Misconfigured, naming `vaxel publish`, when there is none."""
    turns = history(brand, store)
    if not turns:
        raise Misconfigured(f'the brand "{brand}" is not published in {store}; run `vaxel publish {brand}` first')
    return turns[-1].version


def history(brand: str, store: Path) -> tuple[Turn, ...]:
    """Every moment at which a version of a brand went live, the oldest first; none for a brand never published."""
    path = _pointer(brand, store)
    return _read(Pointer, path).turns if path.is_file() else ()


def approver_of(brand: str, store: Path, version: str) -> str | None:
    """Who approved a version, whenever it went live; None where nobody did."""
    named = [turn.approved_by for turn in history(brand, store) if turn.version == version and turn.approved_by]
    return named[-1] if named else None


def versions(brand: str, store: Path) -> tuple[str, ...]:
    """The versions there are of a brand, live or not."""
    return tuple(sorted(path.stem for path in (store / "versions" / plain_name(brand)).glob("*.json")))


def read_version(brand: str, store: Path, version: str) -> Version:
    """What is known of a version; raises Misconfigured when there is no such one."""
    if version not in versions(brand, store):
        known = ", ".join(versions(brand, store)) or "none"
        raise Misconfigured(f'the brand "{brand}" has no version "{version}" in {store}; there are {known}')
    return _read(Version, _version(brand, store, version))


def identify(layers: Sequence[Layer], engines: Mapping[str, str]) -> str:
    """The name of a version: equal trees under equal engines have equal names."""
    told = json.dumps([tree_digest(layers), dict(sorted(engines.items()))])
    return hashlib.sha256(told.encode()).hexdigest()[:12]


def keep_version(store: Path, layers: Sequence[Layer], describe: Callable[[tuple[KeptLayer, ...]], Version]) -> Version:
    """Write a version's files, and then the version itself; nothing is live by it. Harmless when repeated."""
    kept = tuple(
        KeptLayer(
            name=layer.name, files={name: _keep(store, name, content) for name, (_, content) in layer.files.items()}
        )
        for layer in layers
    )
    made = describe(kept)
    path = _version(made.brand, store, made.version)
    if path.is_file():
        return _read(Version, path)
    write_whole(path, made.model_dump_json(indent=1).encode())
    return made


def go_live(brand: str, store: Path, turn: Turn) -> None:
    """Make a version of the store the live one, for all kinds and channels at once.

    The new pointer is written beside the old one and renamed over it. Only one process can have made the file beside
    it, so no turn of another is ever lost. Raises Unwritable while another process is at it.
    """
    path = _pointer(brand, store)
    part = path.with_suffix(".part")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with part.open("xb") as file:
            try:
                turns = (*history(brand, store), turn)
                file.write(Pointer(turns=turns).model_dump_json(indent=1).encode())
                file.flush()
                os.fsync(file.fileno())
            except BaseException:
                part.unlink()
                raise
        part.replace(path)
    except FileExistsError:
        raise Unwritable(
            f'"{brand}" is being published by another process; wait for it, or delete {part} if there is none'
        ) from None
    except OSError as error:
        raise Unwritable(f"{path} cannot be written ({error.strerror}); nothing went live") from error


def _content(store: Path, name: str, sha: str) -> tuple[Path, bytes]:
    path = _file(store, name, sha)
    try:
        content = path.read_bytes()
    except OSError as error:
        raise Misconfigured(f"{path} of a published pack is gone; restore the store from its backup") from error
    if hashlib.sha256(content).hexdigest() != sha:
        raise Misconfigured(f"{path} of a published pack was changed; restore the store from its backup")
    return path, content


def _keep(store: Path, name: str, content: bytes) -> str:
    sha = hashlib.sha256(content).hexdigest()
    path = _file(store, name, sha)
    if not path.is_file():
        write_whole(path, content)
    return sha


def _file(store: Path, name: str, sha: str) -> Path:
    """A content's place ends in the name of its file, so that an error in it can be read."""
    return store / "files" / sha[:2] / sha / name.rpartition("/")[2]


def _version(brand: str, store: Path, version: str) -> Path:
    return store / "versions" / plain_name(brand) / f"{version}.json"


def _pointer(brand: str, store: Path) -> Path:
    return store / "live" / f"{plain_name(brand)}.json"


def _read(model: type[T], path: Path) -> T:
    try:
        return model.model_validate_json(path.read_bytes())
    except (OSError, ValidationError) as error:
        raise Misconfigured(
            f"{path} cannot be read as this version of Vaxel writes it; restore the store from its backup"
        ) from error
