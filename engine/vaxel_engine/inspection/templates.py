"""Templates: what does not compile, names that do not exist, MJML that is none; each with its file and line."""

import dataclasses
import difflib
import types
from collections.abc import Callable, Iterator, Mapping, Set
from functools import cache
from typing import Any, Union, get_args, get_origin, get_type_hints

from jinja2 import TemplateSyntaxError, nodes
from jinja2.meta import find_undeclared_variables

from vaxel_engine.errors import TemplateError
from vaxel_engine.inspection.finding import Findings
from vaxel_engine.inspection.tree import Tree
from vaxel_engine.packs import Pack, load
from vaxel_engine.rendering.environment import LARGEST_TEMPLATE, Environment
from vaxel_engine.rendering.facts import Facts
from vaxel_engine.rendering.mjml import compile_mjml

_SECTIONS = "<mj-raw><!-- sections --></mj-raw>"


def examine_templates(tree: Tree, found: Findings, note: Callable[[str], None]) -> None:
    """Compile every template of the brand's own, and look up every name in it that can be looked up without a document.

    `note` is told of each before its turn. Those that come with Vaxel are inspected with base, and inherit nothing that
    could break them.
    """
    sandbox = Environment(tree.base)
    names = {language: frozenset(words.names()) for language, words in tree.words.items()}
    for name, text in sorted(tree.texts.items()):
        if not tree.is_its_own(name):
            continue
        note(f"file {tree.place(name)}")
        if name.startswith(("layouts/", "sections/")) or name == "css/paper.css":
            _jinja(tree, sandbox, name, text, names, found)
        if name.endswith(".mjml"):
            _mjml(tree, name, text, found)


def _jinja(
    tree: Tree, sandbox: Environment, name: str, text: str, names: Mapping[str, frozenset[str]], found: Findings
) -> None:
    place = tree.place(name)
    if len(text) > LARGEST_TEMPLATE:
        found.wrong(place, None, f"has {len(text):,} characters", f"split it; {LARGEST_TEMPLATE:,} are the most")
        return
    try:
        parsed = sandbox.parse(text, name, place)
        sandbox.compile(parsed, name, place)
    except TemplateSyntaxError as error:
        found.wrong(place, error.lineno, error.message or "syntax error", "mend it there")
        return
    except (IndentationError, RecursionError):
        found.wrong(place, None, "the template is nested too deep", "split it into sections")
        return
    known = _names(tree.base) | {"words", "tokens", "sections"}
    unknown = find_undeclared_variables(parsed) - known
    for node in parsed.find_all(nodes.Name):
        if node.name in unknown:
            found.wrong(place, node.lineno, f'there is no "{node.name}"', _near(node.name, known))
    for reached in parsed.find_all(nodes.Getattr):
        _attribute(tree, place, reached, names, found)
    for include in parsed.find_all(nodes.Include):
        target = include.template
        if isinstance(target, nodes.Const) and target.value not in tree.files and not include.ignore_missing:
            found.wrong(
                place, include.lineno, f'there is no template "{target.value}"', "correct its name, or write it"
            )


def _attribute(
    tree: Tree, place: str, node: nodes.Getattr, names: Mapping[str, frozenset[str]], found: Findings
) -> None:
    """`words.a.b`, `tokens.a.b` and the fields of a fact, where they are written out."""
    path = _dotted(node)
    if path is None:
        return
    root, *rest = path
    if root == "words" and rest:
        name = ".".join(rest)
        for language, here in names.items():
            if name not in here and not any(one.startswith(f"{name}.") for one in here) and not _is_method(rest, here):
                said = f'the word "{name}" is missing in words.{language}.toml'
                found.wrong(place, node.lineno, said, _near(name, here))
    elif root == "tokens" and len(rest) == 2:
        tokens: Any = tree.manifest.get("tokens")
        named = tokens.get(rest[0], {}) if isinstance(tokens, dict) else {}  # pyright: ignore
        if rest[1] not in named:
            found.wrong(place, node.lineno, f'there is no token "{rest[0]}.{rest[1]}"', "add it to brand.toml")
    elif rest:
        shape = _shape(_hints(Facts).get(root))
        for attribute in rest:
            if shape is None:
                return
            hints = _hints(shape)
            if attribute not in hints:
                found.wrong(place, node.lineno, f'"{root}" has no "{attribute}"', _near(attribute, set(hints)))
                return
            shape = _shape(hints[attribute])


def _is_method(path: list[str], names: Set[str]) -> bool:
    """Whether the last part is a method of the text before it: `words.page.number.upper`."""
    return ".".join(path[:-1]) in names


@cache
def _hints(shape: type) -> dict[str, Any]:
    return get_type_hints(shape)


def _dotted(node: nodes.Expr) -> list[str] | None:
    if isinstance(node, nodes.Name):
        return [node.name]
    if isinstance(node, nodes.Getattr):
        before = _dotted(node.node)
        return None if before is None else [*before, node.attr]
    return None


def _shape(hint: Any) -> type | None:
    """The dataclass that a fact is, or is where it is not None; lists are walked by names of the template's own."""
    if get_origin(hint) in (Union, types.UnionType):
        return next((found for one in get_args(hint) if (found := _shape(one)) is not None), None)
    return hint if isinstance(hint, type) and dataclasses.is_dataclass(hint) else None


def _near(name: str, known: Set[str]) -> str:
    near = difflib.get_close_matches(name, known, n=1)
    return f'did you mean "{near[0]}"?' if near else "docs/facts.md lists the names a template may use"


@cache
def _names_of_base() -> frozenset[str]:
    pack = load("base")
    sandbox = Environment(pack)
    used: set[str] = {field.name for field in dataclasses.fields(Facts)}
    for name in pack.files:
        if name.startswith(("layouts/", "sections/")) or name == "css/paper.css":
            used |= find_undeclared_variables(sandbox.parse(pack.read(name).decode(), name))
    return frozenset(used)


def _names(base: Pack) -> frozenset[str]:
    """Every fact, and what the layouts that come with Vaxel are given beside them."""
    return _names_of_base() if base.brand == "base" else frozenset()


def _mjml(tree: Tree, name: str, text: str, found: Findings) -> None:
    place = tree.place(name)
    whole = text
    if name.startswith("sections/"):
        whole = f"<mjml><mj-body>{text}</mj-body></mjml>"
    elif _SECTIONS not in text:
        found.wrong(place, None, f"has no {_SECTIONS}, so the sections have no place", "put it where they belong")
    try:
        compile_mjml(whole, file=place)
    except TemplateError as error:
        what, _, then = error.message.partition("; ")
        found.wrong(place, _open_tag(text), what, then or "close every element in the order it was opened")
        return
    for line, element in _unknown_elements(text):
        found.wrong(place, line, f"<{element}> is no element of MJML", "see the elements that the other sections use")


def _open_tag(text: str) -> int | None:
    """The line of the first mj- element that is not closed where it should be; None where each is."""
    opened: list[tuple[str, int]] = []
    for line, tag in _tags(text):
        if tag.startswith("/"):
            if not opened or opened[-1][0] != tag[1:]:
                return opened[-1][1] if opened else line
            opened.pop()
        else:
            opened.append((tag, line))
    return opened[0][1] if opened else None


def _tags(text: str) -> Iterator[tuple[int, str]]:
    """The mj- elements that are opened and closed; those that close themselves are left out."""
    at = 0
    while (at := text.find("<", at)) != -1:
        end = text.find(">", at)
        inside = text[at + 1 : end if end != -1 else len(text)]
        if inside.lstrip("/").startswith("mj") and not inside.endswith("/"):
            yield text.count("\n", 0, at) + 1, inside.split()[0]
        at += 1


_ELEMENTS = frozenset(
    {"mjml", "mj-head", "mj-body", "mj-title", "mj-preview", "mj-attributes", "mj-all", "mj-class", "mj-style"}
    | {"mj-font", "mj-breakpoint", "mj-raw", "mj-section", "mj-column", "mj-group", "mj-wrapper", "mj-hero", "mj-text"}
    | {"mj-button", "mj-image", "mj-divider", "mj-spacer", "mj-table", "mj-social", "mj-social-element", "mj-navbar"}
    | {"mj-navbar-link", "mj-accordion", "mj-accordion-element", "mj-accordion-title", "mj-accordion-text"}
    | {"mj-carousel", "mj-carousel-image", "mj-html-attributes", "mj-selector", "mj-html-attribute"}
)


def _unknown_elements(text: str) -> Iterator[tuple[int, str]]:
    for line, tag in _tags(text):
        if not tag.startswith("/") and tag not in _ELEMENTS:
            yield line, tag
