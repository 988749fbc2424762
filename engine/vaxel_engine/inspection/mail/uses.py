"""What the HTML of a mail uses: every element, attribute and piece of style as a key of `FEATURES`, with its place."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import tinycss2
from lxml import etree

_COMPOUND = re.compile(r"[.#\[:]")
_IMAGE = re.compile(r"\.(\w{2,5})(?:[?#].*)?$")


@dataclass(frozen=True, slots=True)
class Use:
    """One use of a feature: its key, the element it stands in ("td.amount"), and its line in the HTML."""

    key: str
    element: str
    line: int


def uses(html: str) -> Iterator[Use]:
    """Every use, in the order of the HTML; what stands in a conditional comment is Outlook's own and not read."""
    root: Any = etree.fromstring(html.encode(), etree.HTMLParser(encoding="utf-8", huge_tree=True))
    for element in root.iter():
        if callable(element.tag):  # a comment's tag is a function
            continue
        name, line = str(element.tag), int(element.sourceline or 1)
        said = _named(element)
        yield from (Use(key, said, line) for key in _element_keys(name, element))
        for declaration in tinycss2.parse_declaration_list(element.get("style") or "", skip_comments=True):
            yield from (Use(key, said, line) for key in _declaration_keys(declaration))
        if name == "style":
            for key, at in _sheet_keys(element.text or ""):
                yield Use(key, "style", line + at - 1)


def _named(element: Any) -> str:
    classes = str(element.get("class") or "").split()
    return ".".join([str(element.tag), *classes[:2]])


def _element_keys(name: str, element: Any) -> Iterator[str]:
    yield f"element:{name}"
    for attribute, value in element.attrib.items():
        yield f"attribute:{attribute}"
        yield f"pair:{name}.{attribute}={value}"
    href, source = str(element.get("href") or ""), str(element.get("src") or "")
    if href.startswith(("#", "mailto:")):
        yield f"href:{'#' if href.startswith('#') else 'mailto'}"
    if name == "meta":
        yield f"meta:{element.get('name')}"
    if name == "img":
        if source.startswith("data:"):
            yield "image:data"
        found = re.match(r"data:image/(\w+)", source) or _IMAGE.search(source)
        if found is not None:
            yield f"image:{found[1].lower()}"


def _sheet_keys(css: str) -> Iterator[tuple[str, int]]:
    for rule in tinycss2.parse_stylesheet(css, skip_comments=True, skip_whitespace=True):
        yield from _rule_keys(rule)


def _rule_keys(rule: Any) -> Iterator[tuple[str, int]]:
    line = int(rule.source_line)
    if rule.type == "at-rule":
        yield f"at:{rule.lower_at_keyword}", line
        if rule.lower_at_keyword == "media":
            for block in (one for one in rule.prelude if one.type == "() block"):
                yield from ((f"media:{one.lower_value}", line) for one in block.content[:1] if one.type == "ident")
            for inner in tinycss2.parse_rule_list(rule.content or [], skip_comments=True, skip_whitespace=True):
                yield from _rule_keys(inner)
    elif rule.type == "qualified-rule":
        yield from ((key, line) for key in _selector_keys(tinycss2.serialize(rule.prelude).strip()))
        for declaration in tinycss2.parse_blocks_contents(rule.content, skip_comments=True, skip_whitespace=True):
            if declaration.type == "qualified-rule":
                yield "nesting", int(declaration.source_line)
            yield from ((key, int(declaration.source_line)) for key in _declaration_keys(declaration))


def _selector_keys(selector: str) -> Iterator[str]:
    if "," in selector:
        yield "selector:,"
    for one in (part.strip() for part in selector.split(",")):
        for mark in (">", "+", "~"):
            if mark in one:
                yield f"selector:{mark}"
        steps = [step for step in re.split(r"\s*[>+~]\s*|\s+", one) if step]
        if re.search(r"[\w\])*]\s+[\w.#\[:*]", one):
            yield "selector: "
        for step in steps:
            yield from (f"selector:{mark}" for mark in (".", "#", "[", "*") if mark in step)
            if step[:1].isalpha():
                yield "selector:type"
            if len(_COMPOUND.findall(step)) + step[:1].isalpha() > 1 and ":" not in step:
                yield "selector:chained"
            yield from (f"pseudo:{pseudo}" for pseudo in re.findall(r"::?([\w-]+)", step))


def _declaration_keys(declaration: Any) -> Iterator[str]:
    if declaration.type != "declaration":
        return
    name = str(declaration.lower_name)
    yield f"property:{name}"
    if declaration.important:
        yield "important"
    words = [token.lower_value for token in declaration.value if token.type == "ident"]
    yield from (f"declaration:{name}={word}" for word in words)
    yield from (f"word:{word}" for word in words)
    yield from _value_keys(declaration.value)


def _value_keys(tokens: Any) -> Iterator[str]:
    for token in tokens:
        if token.type == "dimension":
            yield f"unit:{token.lower_unit}"
        elif token.type == "percentage":
            yield "unit:%"
        elif token.type == "function":
            yield f"function:{token.lower_name}"
            yield from _value_keys(token.arguments)
