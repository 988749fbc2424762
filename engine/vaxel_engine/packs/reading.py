"""Reading a pack from its folders: inheritance file by file, words and tokens merged key by key, everything checked."""

import functools
import hashlib
import os
import tomllib
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType
from typing import Any, cast, get_args

from pydantic import ValidationError

from vaxel_engine.errors import Misconfigured, TemplateError
from vaxel_engine.mailing.profile import Profile, chosen, read_profile
from vaxel_engine.model import DocumentKind, Language
from vaxel_engine.packs.blocks import read_block
from vaxel_engine.packs.manifest import Manifest
from vaxel_engine.packs.pack import Contact, Pack
from vaxel_engine.packs.words import Words, WordTree

_SUFFIXES = frozenset(
    {".toml", ".md", ".svg", ".png", ".jpg", ".html", ".mjml", ".css", ".txt", ".json", ".js", ".ttf", ".otf", ".woff2"}
)
APPROVALS = "approvals.json"
"""Who approved the pack lies in its folder, and is no part of it: a file cannot sign its own hash."""

_NOT_OF_IT = ("README.md", "LICENSE.txt")

_LARGEST_FILE = 4_000_000
"""Bytes; a pack's file above this is a mistake, and it would be carried into every render."""


def packs() -> Path:
    """The folder of the packs that come with Vaxel: inside the wheel, or `templates/` of the checkout."""
    here = Path(__file__)
    packed = here.parents[1] / "_packs"
    return packed if packed.is_dir() else here.parents[3] / "templates"


@dataclass(frozen=True, slots=True)
class Layer:
    """The files of one pack's folder by name, each with where it lies and what it holds."""

    name: str
    files: Mapping[str, tuple[Path, bytes]]


def load(brand: str, roots: Sequence[Path] | None = None) -> Pack:
    """The pack called `brand`, looked for in `roots` in order (by default the packs that come with Vaxel).

    Raises Misconfigured when no root has such a folder, TemplateError with file and line when a file in it is wrong.
    """
    return build(brand, layers(brand, roots))


def layers(
    brand: str, roots: Sequence[Path] | None = None, *, on_fault: Callable[[TemplateError], None] | None = None
) -> tuple[Layer, ...]:
    """The folders a brand is made of, what is inherited before what inherits; raises as `load` does.

    With `on_fault` a file that may not be there is told to it and left out, instead of raised.
    """

    def told(fault: TemplateError) -> None:
        if on_fault is None:
            raise fault
        on_fault(fault)

    folders = _lineage(brand, tuple(roots) if roots is not None else (packs(),))
    return tuple(
        Layer(folder.name, {name: (path, path.read_bytes()) for name, path in _files_of(folder, told)})
        for folder in reversed(folders)
    )


def tree_digest(layers: Sequence[Layer]) -> str:
    """SHA-256 over every folder, name and content: equal digests render equal bytes."""
    digest = hashlib.sha256()
    for layer in layers:
        for name, (_, content) in layer.files.items():
            digest.update(f"{layer.name}\0{name}\0{len(content)}\0".encode() + content)
    return digest.hexdigest()


def build(brand: str, layers: Sequence[Layer], *, published: bool = False) -> Pack:
    """The pack that `layers` make together; raises TemplateError with file and line when a file in them is wrong."""
    files: dict[str, Path] = {}
    manifest_tree: dict[str, Any] = {}
    word_trees: dict[str, dict[str, Any]] = {}
    contents: dict[str, bytes] = {}
    for layer in layers:
        for name, (path, content) in layer.files.items():
            files[name], contents[name] = path, content
            if name == "brand.toml":
                merge(manifest_tree, read_toml(content, path))
            elif name.startswith("words.") and name.endswith(".toml"):
                merge(word_trees.setdefault(name.split(".")[1], {}), read_toml(content, path))
    for fault in manifest_faults(manifest_tree, files["brand.toml"]):
        raise fault
    manifest = Manifest.model_validate(manifest_tree)
    words = {
        language: Words(
            _language(language, files), str(files[f"words.{language}.toml"]), _word_tree(tree, files, language)
        )
        for language, tree in sorted(word_trees.items())
    }
    for fault in word_faults(words, files):
        raise fault
    sections = {str(kind): tuple(entry.sections) for kind, entry in manifest.kinds.items()}
    for fault in section_faults(sections, files):
        raise fault
    blocks = tuple(
        read_block(name, read_text(contents[name], files[name]), str(files[name]))
        for name in sorted(files)
        if name.startswith("blocks/") and name.endswith(".md")
    )
    return Pack(
        brand=brand,
        digest=tree_digest(layers),
        name=manifest.name,
        link_base=manifest.link_base,
        contact=Contact(
            manifest.contact.legal_name,
            manifest.contact.organisation_number,
            manifest.contact.vat_number,
            manifest.contact.address,
            manifest.contact.telephone,
            manifest.contact.email,
            manifest.contact.website,
        ),
        profile=mail_house(manifest.paper.profile, files, contents),
        tokens=MappingProxyType({group: MappingProxyType(dict(named)) for group, named in manifest.tokens.items()}),
        blocks=tuple(sorted(blocks, key=lambda block: -block.priority)),
        most_blocks=manifest.blocks.most,
        files=MappingProxyType(files),
        _contents=MappingProxyType(contents),
        _sections=MappingProxyType(sections),
        _words=MappingProxyType(words),
        published=published,
    )


def mail_house(name: str, files: Mapping[str, Path], contents: Mapping[str, bytes]) -> Profile:
    """The profile called `name`: the pack's own file, or one that comes with Vaxel; raises TemplateError."""
    own = f"profiles/{name}.toml"
    try:
        if own in contents:
            return read_profile(name, contents[own], file=own)
        return chosen(name)
    except Misconfigured as error:
        path = files.get(own, files["brand.toml"])
        raise TemplateError(
            str(error), file=str(path), line=None if own in files else line_of(path, "profile")
        ) from error


def _lineage(brand: str, roots: tuple[Path, ...]) -> list[Path]:
    """The brand's folder, then what it extends, then what that extends."""
    folders: list[Path] = []
    name: str | None = brand
    while name is not None:
        plain = name.replace("-", "_").isidentifier()
        folder = next((root / name for root in roots if plain and (root / name / "brand.toml").is_file()), None)
        if folder is None:
            places = ", ".join(str(root) for root in roots)
            known = sorted({path.parent.name for root in roots for path in root.glob("*/brand.toml")})
            raise Misconfigured(
                f'there is no brand pack "{name}" under {places}; choose one of {", ".join(known) or "none"}, or add it'
            )
        if folder in folders:
            raise TemplateError(
                f'extends "{name}", which extends it again', file=str(folders[-1] / "brand.toml"), line=1
            )
        folders.append(folder)
        path = folder / "brand.toml"
        parent = read_toml(path.read_bytes(), path).get("extends")
        if parent is not None and not isinstance(parent, str):
            raise TemplateError("`extends` is the name of one pack", file=str(path), line=line_of(path, "extends"))
        name = parent
    return folders


def _files_of(folder: Path, told: Callable[[TemplateError], None]) -> list[tuple[str, Path]]:
    """Every file of a pack's folder by its name, in an order that does not depend on the disk."""
    found: list[tuple[str, Path]] = []
    whole = folder.resolve()
    for name, entry in _entries(str(folder)):
        path = Path(entry.path)
        if path.suffix not in _SUFFIXES or entry.name in _NOT_OF_IT or name == APPROVALS:
            continue
        if entry.is_symlink() and not path.resolve().is_relative_to(whole):
            told(TemplateError("lies outside its pack; put the file itself there instead of a link", file=str(path)))
        elif entry.stat().st_size > _LARGEST_FILE:
            told(TemplateError(f"has more than {_LARGEST_FILE:,} bytes; make it smaller", file=str(path)))
        else:
            found.append((name, path))
    return sorted(found)


def _entries(folder: str, under: str = "") -> Iterator[tuple[str, "os.DirEntry[str]"]]:
    """The files in a folder and below it by their names, but for hidden ones; a linked folder is not entered."""
    with os.scandir(folder) as listed:
        for entry in listed:
            if entry.name.startswith("."):
                continue
            if entry.is_dir(follow_symlinks=False):
                yield from _entries(entry.path, f"{under}{entry.name}/")
            elif entry.is_file():
                yield under + entry.name, entry


def read_toml(content: bytes, path: Path) -> dict[str, Any]:
    """The tables of a TOML file, not to be changed; raises TemplateError with the line of what is wrong in it."""
    try:
        return _tables(read_text(content, path))
    except tomllib.TOMLDecodeError as error:
        said = str(error)
        line = said.partition("at line ")[2].partition(",")[0]
        raise TemplateError(
            f"is not TOML: {said}", file=str(path), line=int(line) if line.isdigit() else None
        ) from error


@functools.lru_cache(maxsize=32)  # a preview reads a pack anew with each save, and one of its files has changed
def _tables(text: str) -> dict[str, Any]:
    return tomllib.loads(text)


def read_text(content: bytes, path: Path) -> str:
    """The text of a file in UTF-8; raises TemplateError with the line of the first byte that is not."""
    try:
        return content.decode("utf-8")
    except UnicodeDecodeError as error:
        line = content[: error.start].count(b"\n") + 1
        raise TemplateError("is not UTF-8; save it as UTF-8", file=str(path), line=line) from error


def merge(into: dict[str, Any], tree: Mapping[str, Any]) -> None:
    """Key by key: a table is merged, anything else replaces what was inherited."""
    for key, value in tree.items():
        if isinstance(value, dict) and isinstance(into.get(key), dict):
            merge(into[key], value)  # pyright: ignore[reportUnknownArgumentType]  # TOML tables have string keys
        elif isinstance(value, dict):
            into[key] = {}
            merge(into[key], value)  # pyright: ignore[reportUnknownArgumentType]  # TOML tables have string keys
        else:
            into[key] = value


def manifest_faults(tree: Mapping[str, Any], path: Path) -> Iterator[TemplateError]:
    """Everything that `brand.toml` may not say, or lacks, after inheritance."""
    try:
        Manifest.model_validate(tree)
    except ValidationError as error:
        for fault in error.errors(include_url=False):
            place = ".".join(str(part) for part in fault["loc"])
            key = str(next((part for part in reversed(fault["loc"]) if isinstance(part, str)), ""))
            yield TemplateError(f"`{place}`: {fault['msg'].lower()}", file=str(path), line=line_of(path, key))


def _language(code: str, files: Mapping[str, Path]) -> Language:
    """The language of a file of words; only those that documents are written in."""
    for known in get_args(Language):
        if code == known:
            return cast("Language", code)
    known = ", ".join(get_args(Language))
    raise TemplateError(f"documents are written in {known}", file=str(files[f"words.{code}.toml"]))


def _word_tree(tree: Mapping[str, Any], files: Mapping[str, Path], language: str) -> WordTree:
    """The words as read, every leaf a string."""
    frozen: dict[str, str | WordTree] = {}
    for key, value in tree.items():
        if isinstance(value, str):
            frozen[key] = value
        elif isinstance(value, dict):
            frozen[key] = _word_tree(value, files, language)  # pyright: ignore[reportUnknownArgumentType]
        else:
            path = files[f"words.{language}.toml"]
            raise TemplateError(
                f'"{key}" is no text; put it in quotation marks', file=str(path), line=line_of(path, key)
            )
    return MappingProxyType(frozen)


def word_faults(words: Mapping[str, Words], files: Mapping[str, Path]) -> Iterator[TemplateError]:
    """Words that one language has and another lacks: a missing one would stop a document on the night it is sent."""
    everything = {name: language for language, spoken in words.items() for name in spoken.names()}
    for language, spoken in words.items():
        present = set(spoken.names())
        path = files[f"words.{language}.toml"]
        for name in everything:
            if name not in present:
                yield TemplateError(
                    f'the word "{name}" is missing, words.{everything[name]}.toml has it',
                    file=str(path),
                    line=line_of(path, f"[{name.rpartition('.')[0]}]"),
                )


def section_faults(sections: Mapping[str, tuple[str, ...]], files: Mapping[str, Path]) -> Iterator[TemplateError]:
    """Kinds without a list, and sections in a list that have a file in no form."""
    path = files["brand.toml"]
    for kind in DocumentKind:
        if str(kind) not in sections:
            yield TemplateError(f"has no [kinds.{kind}] with its sections", file=str(path))
    known = {name.removeprefix("sections/").partition(".")[0] for name in files if name.startswith("sections/")}
    for listed, names in sections.items():
        for name in names:
            if name not in known:
                yield TemplateError(
                    f'[kinds.{listed}] names the section "{name}"; there are {", ".join(sorted(known))}',
                    file=str(path),
                    line=line_of(path, f'"{name}"'),
                )


def line_of(path: Path, needle: str) -> int | None:
    """The first line of a file that holds `needle`, for pointing a designer at it."""
    lines = path.read_text(encoding="utf-8", errors="replace").splitlines()
    return next((at for at, line in enumerate(lines, start=1) if needle and needle in line), None)
