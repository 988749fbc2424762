"""Publishing: a pack is examined, frozen with all it inherits, and made live in every kind and channel at once."""

import datetime as dt
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from vaxel_engine.errors import Misconfigured, Unreadable, Unrenderable
from vaxel_engine.inspection import SHAPED, Severity
from vaxel_engine.model import Document
from vaxel_engine.packs.approvals import Signature, State, folder_of, signature, state_of
from vaxel_engine.packs.pack import Pack
from vaxel_engine.packs.reading import build, layers, packs
from vaxel_engine.packs.store import (
    Gate,
    KeptLayer,
    Turn,
    Version,
    approver_of,
    go_live,
    history,
    identify,
    keep_version,
    read_version,
    versions,
)
from vaxel_engine.press import Check, Press, examine
from vaxel_engine.rendering import kinds_of


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
    unapproved: bool = False,
) -> Published:
    """Freeze the pack called `brand`, and make it live with one rename; `by` and `at` are whose act it is, and when.

    Before that it is inspected, and every one of `samples` rendered in every form, read back and compared with what the
    sample says; `step` is called after each. The
    same tree under the same engines is the same version: it is not examined again, and goes live only where another is.
    With `unapproved` nobody is asked for an approval, and the version renders in the sandbox alone. Raises Unapproved
    where nobody approved the pack as it is, TemplateError for a pack that cannot be read, Unrenderable for one that
    does not pass, and then nothing has changed; Unwritable for a store.
    """
    tree = layers(brand, roots)
    pack = build(brand, tree)
    state = state_of(tree)
    name = identify(tree, state.engines)
    is_new = name not in versions(brand, store)
    clean = (_clean(brand, roots),) if is_new else ()
    signed = None if unapproved else _signed(brand, roots, state)
    if is_new:
        gates = (*clean, *_renders(pack, samples, step, signed))

        def describe(kept: tuple[KeptLayer, ...]) -> Version:
            return Version(
                brand=brand,
                version=name,
                tree=state.tree,
                layers=kept,
                fonts=dict(state.fonts),
                engines=dict(state.engines),
                gates=gates,
                made_at=at,
                made_by=by,
            )

        version = keep_version(store, tree, describe)
    else:
        version = read_version(brand, store, name)
    turns = history(brand, store)
    approver = signed.board.by if signed is not None else None
    now_approved = bool(turns) and approver is not None and turns[-1].approved_by is None
    went_live = not turns or turns[-1].version != name or now_approved
    if went_live:
        go_live(brand, store, Turn(version=name, at=at, by=by, action="published", approved_by=approver))
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
    turn = Turn(version=version, at=at, by=by, action="rolled back", approved_by=approver_of(brand, store, version))
    go_live(brand, store, turn)
    return turn


def _clean(brand: str, roots: Sequence[Path] | None) -> Gate:
    findings = examine(brand, roots)
    wrong = [one for one in findings if one.severity is Severity.WRONG]
    if wrong:
        place = f"{wrong[0].file}, line {wrong[0].line}" if wrong[0].line is not None else wrong[0].file
        raise Unrenderable(
            f'the pack "{brand}" was not published, since {len(wrong)} things in it are wrong, the first in {place}: '
            f"{wrong[0].what}; `vaxel check-pack {brand}` lists them all"
        )
    return Gate(name="check-pack", passed=True, found=f"nothing wrong, {len(findings)} notes")


def _signed(brand: str, roots: Sequence[Path] | None, state: State) -> Signature:
    return signature(brand, folder_of(brand, roots if roots is not None else (packs(),)), state)


def _renders(
    pack: Pack, samples: Iterable[Document], step: Callable[[], None], signed: Signature | None
) -> tuple[Gate, ...]:
    number = same = 0
    press = Press()
    for document in samples:
        shaped = [kind for kind in SHAPED if kind in kinds_of(document)]
        try:
            made = press.render_all(document, shaped, pack=pack, check=Check.COMPLETE)
        except (Unreadable, Unrenderable) as error:
            raise Unrenderable(
                f'the pack "{pack.brand}" was not published, since the sample {document.reference} cannot be rendered '
                f"with it: {error}"
            ) from error
        same += signed.check(document, made) if signed is not None else 0
        number += 1
        step()
    found = f"{number} documents rendered in {len(SHAPED)} forms each, parity holds"
    rendered = Gate(name="samples", passed=True, found=found)
    if signed is None:
        return rendered, Gate(name="approved", passed=False, found="nobody approved it; for the sandbox alone")
    found = f"by {signed.board.by}, {signed.board.at:%Y-%m-%d}; {same} artifacts met again byte for byte"
    return rendered, Gate(name="approved", passed=True, found=found)
