"""A pack's files as far as they can be read: one broken file does not hide what is wrong in the others."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, get_args

from vaxel_engine.errors import TemplateError
from vaxel_engine.inspection.finding import Findings
from vaxel_engine.model import Language
from vaxel_engine.packs import Pack, Words, load
from vaxel_engine.packs.blocks import Block, read_block
from vaxel_engine.packs.reading import (
    Layer,
    layers,
    manifest_faults,
    merge,
    read_text,
    read_toml,
    section_faults,
    word_faults,
)

FORMS = ("paper.html", "web.html", "email.mjml", "email.txt")
"""How the file of a section ends, by form."""
PICTURES = (".svg", ".png", ".jpg")
_PLACES = re.compile(r"(blocks/[^/]+\.md|profiles/[^/]+\.toml|fonts/[^/]+\.(ttf|otf|woff2|txt))$")


@dataclass(frozen=True, slots=True)
class Tree:
    """The resolved files of a brand, where each lies, and what could be read of them."""

    brand: str
    own: frozenset[str]
    """The names of the files that the brand wrote itself."""
    files: Mapping[str, Path]
    texts: Mapping[str, str]
    """The content of every file that is text."""
    contents: Mapping[str, bytes]
    manifest: Mapping[str, Any]
    words: Mapping[str, Words]
    sections: Mapping[str, tuple[str, ...]]
    blocks: tuple[Block, ...]
    base: Pack
    """The pack that comes with Vaxel and that all brands extend: the measure of what there is."""

    def is_its_own(self, name: str) -> bool:
        """Whether a file is not the one that comes with Vaxel, which only the inspection of base is about."""
        return self.brand == self.base.brand or self.files[name] != self.base.files.get(name)

    def place(self, name: str) -> str:
        """Where a file lies, for a person to open."""
        return str(self.files[name])

    def line(self, name: str, needle: str) -> int | None:
        """The first line of a file that holds `needle`; None where none does."""
        return next((at for at, line in enumerate(self.texts[name].splitlines(), 1) if needle in line), None)


def read_tree(brand: str, roots: Sequence[Path] | None, found: Findings) -> Tree | None:
    """The tree of `brand`; None when not even its folders can be told. Raises Misconfigured where there is no such."""
    try:
        folders = layers(brand, roots, on_fault=found.error)
    except TemplateError as error:
        found.error(error)
        return None
    files: dict[str, Path] = {}
    contents: dict[str, bytes] = {}
    manifest: dict[str, Any] = {}
    word_trees: dict[str, dict[str, Any]] = {}
    for layer in folders:
        for name, (path, content) in layer.files.items():
            files[name], contents[name] = path, content
            try:
                if name == "brand.toml":
                    merge(manifest, read_toml(content, path))
                elif name.startswith("words.") and name.endswith(".toml"):
                    merge(word_trees.setdefault(name.split(".")[1], {}), read_toml(content, path))
            except TemplateError as error:
                found.error(error)
    texts = _texts(files, contents, found)
    for fault in manifest_faults(manifest, files["brand.toml"]):
        found.error(fault, "docs/templates.md says what brand.toml may hold")
    words = _words(word_trees, files, found)
    for fault in word_faults(words, files):
        found.error(fault, "add it there, in that language")
    sections = _sections(manifest)
    for fault in section_faults(sections, files):
        found.error(fault, "correct the list, or write the section's files")
    tree = Tree(
        brand=brand,
        own=frozenset(folders[-1].files),
        files=files,
        texts=texts,
        contents=contents,
        manifest=manifest,
        words=words,
        sections=sections,
        blocks=_blocks(texts, files, found),
        base=load("base"),
    )
    _unknown_files(tree, folders, found)
    _missing_forms(tree, found)
    return tree


def _texts(files: Mapping[str, Path], contents: Mapping[str, bytes], found: Findings) -> dict[str, str]:
    texts: dict[str, str] = {}
    for name, content in contents.items():
        if name.endswith((".toml", ".md", ".html", ".mjml", ".css", ".txt", ".svg", ".js", ".json")):
            try:
                texts[name] = read_text(content, files[name])
            except TemplateError as error:
                found.error(error)
    return texts


def _words(trees: Mapping[str, Mapping[str, Any]], files: Mapping[str, Path], found: Findings) -> dict[str, Words]:
    words: dict[str, Words] = {}
    for language, tree in sorted(trees.items()):
        file = str(files[f"words.{language}.toml"])
        known = next((one for one in get_args(Language) if one == language), None)
        if known is None:
            there = ", ".join(get_args(Language))
            found.wrong(file, None, f'"{language}" is no language of documents', f"rename it to one of {there}")
        else:
            words[language] = Words(known, file, _only_text(tree, file, found))
    return words


def _only_text(tree: Mapping[str, Any], file: str, found: Findings) -> dict[str, Any]:
    kept: dict[str, Any] = {}
    for key, value in tree.items():
        if isinstance(value, dict):
            kept[key] = _only_text(value, file, found)  # pyright: ignore[reportUnknownArgumentType]  # TOML
        elif isinstance(value, str):
            kept[key] = value
        else:
            found.wrong(file, None, f'the word "{key}" is no text', "put it in quotation marks")
    return kept


def _sections(manifest: Mapping[str, Any]) -> dict[str, tuple[str, ...]]:
    """The lists as far as they are lists of names; what they are not, the manifest's faults tell."""
    kinds: Any = manifest.get("kinds")
    if not isinstance(kinds, dict):
        return {}
    read: dict[str, tuple[str, ...]] = {}
    for kind, entry in kinds.items():  # pyright: ignore[reportUnknownVariableType]  # TOML
        names: Any = entry.get("sections") if isinstance(entry, dict) else None  # pyright: ignore
        if isinstance(names, list):
            read[str(kind)] = tuple(str(name) for name in names)  # pyright: ignore
    return read


def _blocks(texts: Mapping[str, str], files: Mapping[str, Path], found: Findings) -> tuple[Block, ...]:
    blocks: list[Block] = []
    for name in sorted(texts):
        if name.startswith("blocks/") and name.endswith(".md"):
            try:
                blocks.append(read_block(name, texts[name], str(files[name])))
            except TemplateError as error:
                found.error(error, "templates/README.md says what a head may hold")
    return tuple(blocks)


def _unknown_files(tree: Tree, folders: Sequence[Layer], found: Findings) -> None:
    """Files in places where nobody looks: a misspelt folder or form would otherwise be silently of no effect."""
    named = "\n".join(text for name, text in tree.texts.items() if not name.endswith(".svg"))
    known = {
        name.removeprefix("sections/").partition(".")[0] for name in tree.base.files if name.startswith("sections/")
    }
    known |= {name for names in tree.sections.values() for name in names}
    for layer in folders:
        if layer.name == tree.base.brand:
            continue
        for name, (path, _) in layer.files.items():
            if name in tree.base.files or _PLACES.match(name) or name.startswith("words."):
                continue
            section, _, form = name.removeprefix("sections/").partition(".")
            if name.startswith("sections/") and "/" not in section and form in FORMS:
                if section not in known:
                    found.note(
                        str(path), None, f'no kind has the section "{section}"', "add it to a list in brand.toml"
                    )
            elif name.startswith("sections/"):
                said = f'"{form}" is no form of a section'
                found.wrong(str(path), None, said, f"end its name in one of {', '.join(FORMS)}")
            elif name.endswith(PICTURES):
                if name not in named:
                    found.note(str(path), None, "no file of the pack shows this picture", "use it, or delete it")
            elif f'"{name}"' not in named:
                found.wrong(str(path), None, "nothing looks for a file of this name", "correct its name or its folder")


def _missing_forms(tree: Tree, found: Findings) -> None:
    """Sections that a form leaves out, and files that a kind cannot do without."""
    place = tree.place("brand.toml")
    needed = {"layouts/paper.html", "layouts/email.mjml", "layouts/email.txt", "layouts/web.html"}
    for name in sorted({*needed, "css/paper.css", "css/web.css", "js/web.js"} - set(tree.files)):
        found.wrong(place, None, f"the file {name} is missing", 'write it, or inherit it with extends = "base"')
    for name in sorted({section for names in tree.sections.values() for section in names}):
        here = [form for form in FORMS if f"sections/{name}.{form}" in tree.files]
        if not here:
            continue  # told already: a section with no file at all
        if "email.txt" not in here:
            remedy = f"write sections/{name}.email.txt; the text part of a mail says everything"
            found.wrong(place, tree.line("brand.toml", f'"{name}"'), f'the section "{name}" has no text form', remedy)
        for form in FORMS[:3]:
            if form not in here and not any(file.startswith(f"sections/{name}.") for file in tree.base.files):
                remedy = f"write sections/{name}.{form}, where it should show there too"
                said = f'the section "{name}" has no layout for {form}, which leaves it out'
                found.note(place, tree.line("brand.toml", f'"{name}"'), said, remedy)
