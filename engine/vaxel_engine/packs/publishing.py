"""Publishing: a pack is examined, frozen with all it inherits, and made live in every kind and channel at once."""

import datetime as dt
import hashlib
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from vaxel_engine.errors import Misconfigured, Unrenderable
from vaxel_engine.inspection import SHAPED, Severity, inspect
from vaxel_engine.model import Document
from vaxel_engine.packs.pack import Pack
from vaxel_engine.packs.reading import Layer, build, layers, tree_digest
from vaxel_engine.packs.store import (
    Gate,
    KeptLayer,
    Turn,
    Version,
    go_live,
    history,
    identify,
    keep_version,
    read_version,
    versions,
)
from vaxel_engine.rendering import render_all
from vaxel_engine.rendering.engines import engine_versions


@dataclass(frozen=True, slots=True)
class Published:
    """What `publish` did: the version, whether it was made now, and whether it went live now."""

    version: Version
    is_new: bool
    went_live: bool


def publish(
    brand: str,
    roots: Sequence[Path] | None,
    store: Path,
    *,
    samples: Iterable[Document],
    at: dt.datetime,
    by: str,
    step: Callable[[], None] = lambda: None,
) -> Published:
    """Freeze the pack called `brand`, and make it live with one rename; `by` and `at` are whose act it is, and when.

    Before that it is inspected, and every one of `samples` rendered in every form; `step` is called after each. The
    same tree under the same engines is the same version: it is not examined again, and goes live only where another is.
    Raises TemplateError for a pack that cannot be read, Unrenderable for one that does not pass, and then nothing has
    changed; Unwritable for a store.
    """
    tree = layers(brand, roots)
    pack = build(brand, tree)
    engines = engine_versions(pack)
    name = identify(tree, engines)
    is_new = name not in versions(brand, store)
    if is_new:
        gates = (_clean(brand, roots), _renders(pack, samples, step))

        def describe(kept: tuple[KeptLayer, ...]) -> Version:
            return Version(
                brand=brand,
                version=name,
                tree=tree_digest(tree),
                layers=kept,
                fonts=_fonts(tree),
                engines=engines,
                gates=gates,
                made_at=at,
                made_by=by,
            )

        version = keep_version(store, tree, describe)
    else:
        version = read_version(brand, store, name)
    turns = history(brand, store)
    went_live = not turns or turns[-1].version != name
    if went_live:
        go_live(brand, store, Turn(version=name, at=at, by=by, action="published"))
    return Published(version, is_new, went_live)


def roll_back(brand: str, store: Path, version: str | None = None, *, at: dt.datetime, by: str) -> Turn:
    """Make an earlier version live again: the one named, else the one that was live before the present one.

    Raises Misconfigured when there is no such version, or none before.
    """
    turns = history(brand, store)
    if version is None:
        earlier = [turn.version for turn in turns if turn.version != turns[-1].version]
        if not earlier:
            raise Misconfigured(f'no other version of "{brand}" was ever live in {store}; publish one')
        version = earlier[-1]
    read_version(brand, store, version)
    turn = Turn(version=version, at=at, by=by, action="rolled back")
    go_live(brand, store, turn)
    return turn


def _clean(brand: str, roots: Sequence[Path] | None) -> Gate:
    findings = inspect(brand, roots)
    wrong = [one for one in findings if one.severity is Severity.WRONG]
    if wrong:
        place = f"{wrong[0].file}, line {wrong[0].line}" if wrong[0].line is not None else wrong[0].file
        raise Unrenderable(
            f'the pack "{brand}" was not published, since {len(wrong)} things in it are wrong, the first in {place}: '
            f"{wrong[0].what}; `vaxel check-pack {brand}` lists them all"
        )
    return Gate(name="check-pack", passed=True, found=f"nothing wrong, {len(findings)} notes")


def _renders(pack: Pack, samples: Iterable[Document], step: Callable[[], None]) -> Gate:
    number = 0
    for document in samples:
        try:
            render_all(document, SHAPED, pack=pack)
        except Unrenderable as error:
            raise Unrenderable(
                f'the pack "{pack.brand}" was not published, since the sample {document.reference} cannot be rendered '
                f"with it: {error}"
            ) from error
        number += 1
        step()
    return Gate(name="samples", passed=True, found=f"{number} documents rendered in {len(SHAPED)} forms each")


def _fonts(tree: Sequence[Layer]) -> dict[str, str]:
    """Every font of the resolved tree by name; what a brand overrides counts as its own."""
    resolved = {name: content for layer in tree for name, (_, content) in layer.files.items()}
    return {
        name: hashlib.sha256(content).hexdigest()
        for name, content in sorted(resolved.items())
        if name.endswith((".ttf", ".otf", ".woff2"))
    }
