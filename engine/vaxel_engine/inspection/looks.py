"""Colours that cannot be read, pictures that are missing or too large, styles that cost time or cannot be compiled."""

import re
from typing import Any

from vaxel_engine.inspection.finding import Findings
from vaxel_engine.inspection.tree import PICTURES, Tree
from vaxel_engine.rendering.bounds import picture_beyond_bounds
from vaxel_engine.rendering.palette import contrast, dark_colours

TEXT_CONTRAST = 4.5
"""WCAG 2.1, success criterion 1.4.3."""
LARGEST_STYLE = 256_000
LARGEST_LAYOUT = 2_000_000
_PAIRS = (("ink", "paper"), ("ink", "wash"), ("secondary", "paper"), ("secondary", "wash"), ("brand", "paper"))
_PAIRS_BOTH = (*_PAIRS, ("brand", "wash"), ("on_brand", "brand"))
_HEX = re.compile(r"#[0-9a-fA-F]{6}$")
_ASKED = re.compile(
    r"""pack:([\w./-]+)|(?:src|(?<!<a )href)\s*=\s*["'](https?:[^"'{]+)|url\(\s*["']?(https?:[^"')]+)"""
)

_STYLE_NOTES = (
    (
        r"border-collapse:\s*collapse",
        "collapsed borders cannot be compiled",
        "separate, border-spacing: 0, cell borders",
    ),
    (r"table-layout:\s*auto", "widths that follow the data cannot be compiled", "table-layout: fixed, with widths"),
    (r"hyphens:\s*auto", "hyphenation cannot be compiled", "leave words whole"),
    (r"text-align:\s*justify", "justified text cannot be compiled", "set it left-aligned"),
    (r"(letter|word)-spacing:", "spaced letters cannot be compiled", "choose another size or weight instead"),
    (
        r"\b(opacity|transform|filter|z-index):",
        "this makes a layer, which cannot be compiled",
        "mix the colour instead",
    ),
    (r"columns?(-count)?:\s*\d", "columns of text cannot be compiled", "place blocks beside each other"),
    (
        r":(nth-(last-)?|first-|last-|only-)(child|of-type)",
        "what depends on the place among others cannot be compiled",
        "give it a class in the template, as {% if loop.first %}",
    ),
    (r"(linear|radial|conic)-gradient", "a gradient cannot be compiled", "a flat colour, or an SVG"),
    (r"direction:\s*rtl", "text from right to left cannot be compiled", "write it in Latin script"),
    (r"counter-(reset|increment|set):", "counted words cannot be compiled", "number them in the template: loop.index"),
    (r"text-decoration(-line)?:[^;]*line-through", "struck words cannot be compiled", "say that they no longer count"),
    (r"target-(counter|text)|footnote", "what refers to other pages cannot be compiled", "say it without the page"),
    (r"(^|[;{\s])float:\s*(?!none)", "floats beside what flows cannot be compiled", "place both in one block"),
    (r"row-?span", "cells over several rows cannot be compiled where a table breaks", "repeat the cell"),
    (r"<tfoot", "a table's foot is repeated on every page and cannot be compiled", "make it a row, or a block below"),
    (
        r"position:\s*running\(",
        "a running element is laid out anew on every page, which cannot be compiled",
        "string-set, and content: string() in the margin box",
    ),
    (
        r"\}\}[^<{]*<(?P<one>span|strong|b|em|i|small|code)\b[^>]*>[^<]*\{\{"
        r"|\{\{[^<]*</(span|strong|b|em|i|small|code)>[^<{]*(<(span|strong|b|em|i|small|code)\b[^>]*>)?[^<]*\{\{",
        "several texts of data on one line cannot be compiled unless each has a width of its own",
        "one block for each, or display: inline-block with a width",
    ),
    (
        r"@(top|bottom)-(left|center|right)\s*\{(?=[^}]*\})(?![^}]*\b(width|content:\s*none))",
        "a margin box without width takes one from what it says, which cannot be compiled",
        "give it a width",
    ),
)
_STYLE_LIMITS = (
    (r"font-size:\s*(\d+(?:\.\d+)?)px", 500, "px of type"),
    (r"(?:^|\s)size:\s*(\d+(?:\.\d+)?)mm", 2_000, "mm of page"),
    (r"(?:col|row)span\s*=\s*[\"']?(\d+)", 100, "spanned cells"),
    (r"\bspan\s*=\s*[\"']?(\d+)", 100, "spanned columns"),
)


def examine_looks(tree: Tree, found: Findings) -> None:
    """Everything about colours, pictures and style sheets that can be told without rendering."""
    _colours(tree, found)
    _pictures(tree, found)
    _styles(tree, found)


def _colours(tree: Tree, found: Findings) -> None:
    place = tree.place("brand.toml")
    tokens = _plain_tokens(tree.manifest.get("tokens"))
    known = {"colour": {*tree.base.tokens["colour"]}, "dark": {*dark_colours(tree.base.tokens)}}
    for group in ("colour", "dark"):
        for name, colour in tokens.get(group, {}).items():
            line = tree.line("brand.toml", f"{name} =")
            if not _HEX.match(colour):
                found.wrong(place, line, f'{group}.{name} is "{colour}", no colour', "write it as #rrggbb")
            elif name not in known[group] and f"tokens.{group}.{name}" not in "".join(tree.texts.values()):
                found.wrong(
                    place, line, f"nobody uses the colour {group}.{name}", f"use {', '.join(sorted(known[group]))}"
                )
    light = tokens.get("colour", {})
    missing = [name for name in tree.base.tokens["colour"] if name not in light]
    for name in missing:
        found.wrong(place, None, f"the colour {name} is missing", "write it, or extend base")
    if missing or not all(
        _HEX.match(colour) for group in ("colour", "dark") for colour in tokens.get(group, {}).values()
    ):
        return
    for scheme, colours in (("", light), ("on a dark screen ", dark_colours(tokens))):
        for text, under in _PAIRS_BOTH:
            ratio = contrast(colours[text], colours[under])
            if ratio < TEXT_CONTRAST:
                said = f"{scheme}{text} on {under} has a contrast of {ratio:.1f}:1, and text needs {TEXT_CONTRAST}:1"
                found.wrong(
                    place, tree.line("brand.toml", f"{text} ="), said, f"make {text} or {under} darker or lighter"
                )


def _plain_tokens(tokens: Any) -> dict[str, dict[str, str]]:
    """The design values as far as they are tables of text; what they are not, the manifest's faults tell."""
    if not isinstance(tokens, dict):
        return {}
    plain: dict[str, dict[str, str]] = {}
    for group, named in tokens.items():  # pyright: ignore[reportUnknownVariableType]  # TOML
        if isinstance(named, dict):
            plain[str(group)] = {str(key): str(value) for key, value in named.items()}  # pyright: ignore
    return plain


def _pictures(tree: Tree, found: Findings) -> None:
    for name, text in tree.texts.items():
        if not name.startswith(("layouts/", "sections/", "css/")):
            continue
        for at, line in enumerate(text.splitlines(), start=1):
            for asked, *outside in _ASKED.findall(line):
                if asked and asked not in tree.files:
                    found.wrong(
                        tree.place(name), at, f'there is no file "{asked}"', "put it into the pack, or name another"
                    )
                elif not asked and name.endswith((".css", ".paper.html", "paper.html")):
                    address = next(one for one in outside if one)
                    said = f"{address[:60]} would be fetched, and nothing is"
                    found.wrong(tree.place(name), at, said, 'put the file into the pack and ask for "pack:name"')
    for name, content in tree.contents.items():
        if name.endswith(PICTURES) and (excess := picture_beyond_bounds(name, content)) is not None:
            what, _, then = excess.partition("; ")
            found.wrong(tree.place(name), None, what, then)
    if "logo.svg" not in tree.files:
        found.wrong(tree.place("brand.toml"), None, "there is no logo.svg", "draw one, letters as outlines")
    elif "<text" in tree.texts.get("logo.svg", ""):
        said = "the logo has letters as text, which no machine's fonts will draw"
        found.wrong(tree.place("logo.svg"), tree.line("logo.svg", "<text"), said, "turn its letters into outlines")


def _styles(tree: Tree, found: Findings) -> None:
    paper = {name: text for name, text in tree.texts.items() if name == "css/paper.css" or name.endswith("paper.html")}
    for name, text in paper.items():
        if not tree.is_its_own(name):
            continue
        for at, line in enumerate(_without_comments(text).splitlines(), start=1):
            for pattern, said, remedy in _STYLE_NOTES:
                if re.search(pattern, line):
                    found.note(tree.place(name), at, said, remedy)
    for name, text in tree.texts.items():
        if name.startswith(("css/", "layouts/", "sections/")):
            _limits(tree, name, _without_comments(text), found)
    tables = [name for name, text in paper.items() if "<table" in text]
    if tables and not any("table-layout: fixed" in text or "table-layout:fixed" in text for text in paper.values()):
        found.note(
            tree.place("css/paper.css"),
            None,
            "tables are not set with fixed widths",
            "table-layout: fixed, with widths",
        )


def _limits(tree: Tree, name: str, text: str, found: Findings) -> None:
    most = LARGEST_STYLE if name.endswith(".css") else LARGEST_LAYOUT
    if len(text) > most:
        found.wrong(tree.place(name), None, f"has {len(text):,} characters", f"shorten it; {most:,} are the most")
    for at, line in enumerate(text.splitlines(), start=1):
        for pattern, limit, unit in _STYLE_LIMITS:
            for value in re.findall(pattern, line):
                if float(value) > limit:
                    found.wrong(
                        tree.place(name), at, f"{value} {unit} take all time and memory", f"{limit} are the most"
                    )
        doubled = re.search(r"(--[\w-]+)\s*:\s*[^;]*var\((--[\w-]+)\)[^;]*var\(\2\)", line)
        if doubled:
            found.wrong(tree.place(name), at, f"{doubled[1]} doubles {doubled[2]}", "name the other variable once")


def _without_comments(text: str) -> str:
    """The text with its comments blanked, so that lines keep their numbers."""
    return re.sub(r"/\*.*?\*/|\{#.*?#\}", lambda comment: re.sub(r"[^\n]", " ", comment[0]), text, flags=re.DOTALL)
