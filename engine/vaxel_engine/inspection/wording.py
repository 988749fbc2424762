"""Words and paragraphs: what is missing, what nobody uses, slots that nobody fills, letters that no font has."""

import difflib
import re
import tomllib
from collections.abc import Iterator, Set
from fnmatch import fnmatchcase
from functools import lru_cache
from importlib.resources import files

from vaxel_engine.errors import Unrenderable
from vaxel_engine.inspection.finding import Findings
from vaxel_engine.inspection.tree import Tree
from vaxel_engine.rendering.glyphs import covered_by, not_covered
from vaxel_engine.rendering.markdown import markdown_text

AUDIENCES = ("pay", "direct_debit", "nothing", "credit", "reminder")
ALPHABET = (
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789 "
    "ÅÄÖÆØÉÈÊËÜÏÎÔÇÑÁÍÓÚÝÞÐÀÂÙÛÿœŒßåäöæøéèêëüïîôçñáíóúýþðàâùû"  # Nordic and western European
    "ČĐŊŠŦŽčđŋšŧžǤǦǨǮƷǥǧǩǯʒ"  # Sámi
    "ĀĒĢĪĶĻŅŪāēģīķļņūĄĘĖĮŲąęėįųÕõ"  # Baltic
    ".,:;!?()[]/%&+−–—•·…“”„’»«€£§°²³"
)
"""What a customer's name, street and invoice may hold in the countries that are billed."""
_SLOT = re.compile(r"\{(\w+)\}")
_OPEN = ("unit.", "charts.currency.")
"""Words by code: any unit or currency may have one."""


def examine_wording(tree: Tree, found: Findings) -> None:
    """Everything about words, blocks and glyphs."""
    _vocabulary(tree, found)
    _slots(tree, found)
    _blocks(tree, found)
    _glyphs(tree, found)


def _vocabulary(tree: Tree, found: Findings) -> None:
    for language in ("sv", "en"):
        if language not in tree.words:
            found.wrong(
                tree.place("brand.toml"), None, f"there is no words.{language}.toml", "write it, or extend base"
            )
            continue
        known = set(tree.base.words(language).names())
        there = set(tree.words[language].names())
        file = tree.words[language].file
        for name in sorted(known - there):
            found.wrong(file, None, f'the word "{name}" is missing', "add it, or extend base, which has it")
        for name in sorted(there - known):
            if not name.startswith(_OPEN) and not _named_in_templates(tree, name, known):
                near = difflib.get_close_matches(name, known, n=1)
                remedy = f'did you mean "{near[0]}"?' if near else "delete it, or show it in a template"
                found.wrong(file, _line_of_word(tree, language, name), f'nobody uses the word "{name}"', remedy)


def _named_in_templates(tree: Tree, name: str, known: Set[str]) -> bool:
    """Whether a template shows it by name, or looks things up in a group that is the brand's own."""
    group = name.rpartition(".")[0]
    own_group = not any(one.startswith(f"{group}.") for one in known)
    return any(
        f"words.{name}" in text or (own_group and f"words.{group}[" in text)
        for file, text in tree.texts.items()
        if file.startswith(("layouts/", "sections/"))
    )


def _slots(tree: Tree, found: Findings) -> None:
    source = files("vaxel_engine.inspection") / "word_slots.toml"
    table: dict[str, list[str]] = tomllib.loads(source.read_text(encoding="utf-8"))
    for language, words in tree.words.items():
        for name in words.names():
            offered = [slot for pattern, slots in table.items() if fnmatchcase(name, pattern) for slot in slots]
            for slot in _SLOT.findall(words[name]):
                if slot not in offered:
                    may = ", ".join(f"{{{one}}}" for one in sorted(set(offered)))
                    remedy = f"it may use {may}" if may else "nothing is filled in here; write it without braces"
                    said = f'nobody fills the slot {{{slot}}} of "{name}"'
                    found.wrong(words.file, _line_of_word(tree, language, name), said, remedy)


def _line_of_word(tree: Tree, language: str, name: str) -> int | None:
    """Where a word stands: the first line after its table's head that begins with its key."""
    group, _, key = name.rpartition(".")
    inside = False
    for at, line in enumerate(tree.texts.get(f"words.{language}.toml", "").splitlines(), start=1):
        if line.startswith("["):
            inside = line.strip() == f"[{group}]"
        elif inside and re.match(rf'"?{re.escape(key)}"?\s*=', line):
            return at
    return None


def _blocks(tree: Tree, found: Findings) -> None:
    for block in tree.blocks:
        place = tree.place(block.name)
        for state in block.audience:
            if state not in AUDIENCES:
                line = tree.line(block.name, "audience")
                found.wrong(
                    place, line, f'"{state}" is no audience', f"use {', '.join(AUDIENCES)}, or none for everyone"
                )
        if block.first_day and block.last_day and block.first_day > block.last_day:
            found.wrong(place, tree.line(block.name, "until"), "it ends before it begins", "swap `from` and `until`")
        try:
            markdown_text(block.body)
        except Unrenderable as error:
            found.wrong(place, None, str(error).partition("; ")[0], "shorten it")


def _glyphs(tree: Tree, found: Findings) -> None:
    fonts = {name: content for name, content in tree.contents.items() if name.startswith("fonts/")}
    covered = _covered(tuple(fonts[name] for name in sorted(fonts)))
    if not covered:
        found.wrong(tree.place("brand.toml"), None, "no font of the pack can be read", "put TrueType files into fonts/")
        return
    lacking = not_covered(ALPHABET, covered)
    if lacking:
        named = next(name for name in sorted(fonts) if name.endswith((".ttf", ".otf", ".woff2")))
        said = f"the fonts lack {', '.join(lacking[:12])}, which names and streets have"
        found.wrong(tree.place(named), None, said, "use a font with all Nordic, Sámi, Baltic and western letters")
    for place, line, text in _shown(tree):
        for character in not_covered(text, covered):
            said = f'no font has "{character}" (U+{ord(character):04X})'
            found.wrong(place, line, said, "write it otherwise, or add a font that has it")


@lru_cache(maxsize=4)
def _covered(fonts: tuple[bytes, ...]) -> frozenset[int]:
    return covered_by(fonts)


def _shown(tree: Tree) -> Iterator[tuple[str, int | None, str]]:
    """Every text of the pack that a reader may meet on paper."""
    for language, words in tree.words.items():
        for name in words.names():
            yield words.file, _line_of_word(tree, language, name), words[name]
    for block in tree.blocks:
        yield tree.place(block.name), None, f"{block.title or ''}{block.body}"
    contact = tree.manifest.get("contact")
    if isinstance(contact, dict):
        yield tree.place("brand.toml"), tree.line("brand.toml", "[contact]"), str(list(contact.values()))  # pyright: ignore
