"""What of a pack has changed, and whether an artifact was made with any of it; told by what its making really read."""

from collections.abc import Callable

from vaxel_engine.artifact import ArtifactKind
from vaxel_engine.model import DocumentKind
from vaxel_engine.packs import Pack
from vaxel_engine.press import Sitting

_LOOK = "the look"
_WITHOUT_LOOK = frozenset({ArtifactKind.SMS, ArtifactKind.CARD, ArtifactKind.EINVOICE_XML})
_WORDS = "words:"


def untouched(kind: ArtifactKind, before: Sitting, now: Sitting, gist: Callable[[Sitting], str]) -> bool:
    """Whether an artifact of `before` would be the same if it were made of `now`.

    Files and words count where its making read them. What else a pack says (blocks, contact, the words that facts are
    made of) comes to an artifact through the facts alone. `gist` asks the press for a digest of them, and is asked
    only where it must be; raises as that does.
    """
    opened = before.opened.get(kind)
    if opened is None or before.document != now.document or before.printing != now.printing:
        return False
    if before.pack.files.keys() != now.pack.files.keys():
        return False  # a file that is new may take the place of one that was never opened
    changed, of_facts = changes(before.pack, now.pack, now.document.recipient.language)
    if _LOOK in changed and kind not in _WITHOUT_LOOK:
        return False
    listed = tuple(name for name in opened if name.startswith(_WORDS) and name.endswith((".", ":")))
    if changed & opened or any(name.startswith(listed) for name in changed if listed):
        return False
    return not of_facts or gist(before) == gist(now)


def changes(before: Pack, now: Pack, language: str) -> tuple[frozenset[str], bool]:
    """The names of files and of words ("words:payment.ocr") that are others, and whether facts may be others, too."""
    files = now.changed_since(before)
    parsed = {name for name in files if name == "brand.toml" or name.startswith(("words.", "blocks/"))}
    changed = {*(files - parsed)}
    if f"words.{language}.toml" in parsed:
        old, new = (_sentences(pack, language) for pack in (before, now))
        changed |= {f"{_WORDS}{name}" for name in old.keys() | new.keys() if old.get(name) != new.get(name)}
    if _of_look(before) != _of_look(now):
        changed.add(_LOOK)
    return frozenset(changed), bool(parsed)


def _sentences(pack: Pack, language: str) -> dict[str, str]:
    words = pack.words(language)
    return {name: words[name] for name in words.names()}


def _of_look(pack: Pack) -> object:
    """What a pack says beside its files of how things look, and in which order."""
    kinds = {kind: pack.sections(kind) for kind in DocumentKind}
    return {group: dict(named) for group, named in pack.tokens.items()}, pack.profile, kinds, pack.name, pack.contact
