"""What digital mailboxes allow in HTML, and whatever in a page breaks it: each rule as its provider documents it."""

import csv
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from importlib.resources import files
from typing import Any, Self
from urllib.parse import urlsplit

from lxml import etree

from vaxel_engine.fetching import fetched
from vaxel_engine.plain_html import PlainHtml

_FETCHED = frozenset(
    ("src", "srcset", "poster", "background", "data", "action", "formaction", "ping", "cite", "manifest")
)
_FOREIGN = frozenset(("link", "iframe", "frame", "object", "embed", "base", "applet"))
_DRAWN = frozenset(("image", "use", "feimage"))
"""Of SVG, what shows the thing that it names."""
_BLANKS = r"[\s\x00-\x1f]*"
_RUNS = re.compile(
    f"{_BLANKS}(?:{_BLANKS.join('javascript')}|{_BLANKS.join('vbscript')}){_BLANKS}:",
    re.IGNORECASE,
)
"""An address that is a script, whatever blanks stand in it."""
_WATCHED = PlainHtml((*_FOREIGN, *_DRAWN), ("on[a-zA-Z]*+", *_FETCHED, "style", "href", "http-equiv"))
_TOKEN = re.compile(r"(?=[\w-]*\d)(?=[\w-]*[A-Za-z])[\w-]{16,}")
"""A run of letters and digits long enough to name one reader."""


@dataclass(frozen=True, slots=True)
class Rule:
    """One documented rule: `kind` is script, outside, tracking or bytes; `limit` counts where it has one."""

    kind: str
    limit: int | None
    source: str


@dataclass(frozen=True, slots=True)
class Breach:
    """One place that breaks a rule.

    provider  of `mailboxes.csv`
    rule      what kind of rule: "script"
    found     what stands there: "<script>", "onclick of <p>"
    line      of the HTML; None for the whole of it
    source    where the provider says so
    remedy    what to do
    """

    provider: str
    rule: str
    found: str
    line: int | None
    source: str
    remedy: str

    @property
    def sentence(self) -> str:
        """The breach for people, with its place and its source."""
        where = "" if self.line is None else f" in line {self.line}"
        return f"{self.provider} does not take {self.found}{where} ({self.source})"


Found = Iterator[tuple[str, int | None, str]]

_PARSER = etree.HTMLParser(encoding="utf-8", huge_tree=True)


class _Page:
    """What stands in a page: its elements by their names, and all attributes by theirs."""

    def __init__(self) -> None:
        self.elements: dict[str, list[Any]] = {}
        self.attributes: dict[str, list[tuple[Any, str]]] = {}

    @classmethod
    def parsed(cls, html: bytes) -> Self:
        """The page as a parser reads it."""
        page = cls()
        root: Any = etree.fromstring(html, _PARSER) if html.strip() else None
        for element in () if root is None else root.iter("*"):
            page.elements.setdefault(element.tag, []).append(element)
            for name, value in element.items():
                page.attributes.setdefault(name, []).append((element, value))
        return page

    @classmethod
    def plain(cls, html: str) -> Self | None:
        """What rules may speak of in a page that our own templates wrote; None where only a parser can tell."""
        if not _WATCHED.without(html):
            return None
        page = cls()
        for name, value in _WATCHED.attributes(html):
            page.attributes.setdefault(name, []).append((_SOMEWHERE, value))
        return page


class _Somewhere:
    """Stands for the element of an attribute whose place does not matter yet."""

    tag, sourceline = "meta", None


_SOMEWHERE = _Somewhere()


def breaches(html: bytes, provider: str, *, link: str | None = None) -> tuple[Breach, ...]:
    """Whatever in `html` breaks a documented rule of `provider`, in the order of the rules; empty when all is well.

    `link` is the reader's own address of the document, which counts as tracking wherever it stands. Raises KeyError
    for a provider that has no row in `mailboxes.csv`.
    """
    return tuple(_breaches(html, (provider,), link))


def breaches_anywhere(html: bytes, *, link: str | None = None, examined: bytes = b"") -> tuple[Breach, ...]:
    """The same for every provider that documents something; a page that is plain and keeps to the rules is not parsed.

    `examined` is an element of the page that was found good by itself, and of which only the size counts: its style.
    """
    providers = tuple(PROVIDERS)
    limits = [rule.limit for provider in providers for rule in PROVIDERS[provider] if rule.limit is not None]
    if len(html) <= min(limits) and harmless(html.replace(examined, b"", 1).decode(errors="replace"), link=link):
        return ()
    return tuple(_breaches(html, providers, link))


def harmless(html: str, *, link: str | None = None) -> bool:
    """Whether no rule but that of bytes can be broken by a page; False also where only a parser can tell."""
    page = _Page.plain(html)
    return page is not None and not any(any(True for _ in look(page, link)) for look in _LOOKS.values())


def _breaches(html: bytes, providers: Sequence[str], link: str | None) -> Iterator[Breach]:
    page = _Page.parsed(html)
    looked: dict[str, list[tuple[str, int | None, str]]] = {}
    for provider, rule in ((name, rule) for name in providers for rule in PROVIDERS[name]):
        if rule.limit is not None and len(html) > rule.limit:
            said, remedy = f"{len(html):,} bytes of {rule.limit:,}", "make the page smaller"
            yield Breach(provider, rule.kind, said, None, rule.source, remedy)
        if rule.kind in _LOOKS and rule.kind not in looked:
            looked[rule.kind] = sorted(_LOOKS[rule.kind](page, link), key=lambda found: found[1] or 0)
        for said, line, then in looked.get(rule.kind, ()):
            yield Breach(provider, rule.kind, said, line, rule.source, then)


def _scripts(page: _Page, _link: str | None) -> Found:
    for element in page.elements.get("script", ()):
        yield "<script>", element.sourceline, "take it out"
    for name, held in page.attributes.items():
        for element, value in held:
            if name.startswith("on"):
                yield f"{name} of <{element.tag}>", element.sourceline, "take it out"
            elif ":" in value and _RUNS.match(value):
                yield f"a script in {name} of <{element.tag}>", element.sourceline, "lead to an https address"


def _outside(page: _Page, _link: str | None) -> Found:
    for tag in _FOREIGN & page.elements.keys():
        for element in page.elements[tag]:
            yield f"<{tag}>", element.sourceline, "put what it shows into the page"
    for name in _FETCHED & page.attributes.keys():
        for element, value in page.attributes[name]:
            if (plain := value.strip()) and not plain.startswith(("data:", "#", "cid:")):
                yield f"{name} of <{element.tag}>", element.sourceline, "put it into the page as data:"
    for tag in _DRAWN & page.elements.keys():
        for element in page.elements[tag]:
            for name in ("href", "xlink:href"):
                if not str(element.get(name) or "#").strip().startswith(("data:", "#")):
                    yield f"{name} of <{tag}>", element.sourceline, "put it into the page as data:"
    sheets = [(element, element.text or "") for element in page.elements.get("style", ())]
    for element, style in (*sheets, *page.attributes.get("style", ())):
        if fetched(style) is not None:
            yield f"a style of <{element.tag}> that loads", element.sourceline, "put it into the page as data:"
    for element, value in page.attributes.get("http-equiv", ()):
        if element.tag == "meta" and value.lower() == "refresh":
            yield "a page that goes elsewhere by itself", element.sourceline, "take it out"


def _tracking(page: _Page, link: str | None) -> Found:
    for element, value in page.attributes.get("href", ()):
        href = value.strip()
        if not href or href.startswith(("#", "mailto:", "tel:", "data:")):
            continue
        parts = urlsplit(href)
        if (link and href.startswith(link)) or parts.query or _TOKEN.search(parts.path + parts.fragment):
            yield "a link that names its reader", element.sourceline, "lead to a page that is the same for everyone"


_LOOKS: Mapping[str, Callable[[_Page, str | None], Found]] = {
    "script": _scripts,
    "outside": _outside,
    "tracking": _tracking,
}


def _providers() -> Mapping[str, tuple[Rule, ...]]:
    text = (files("vaxel_engine") / "mailboxes.csv").read_text(encoding="utf-8")
    found: dict[str, list[Rule]] = {}
    for row in csv.DictReader(line for line in text.splitlines() if not line.startswith("#")):
        limit = int(row["limit"]) if row["limit"] else None
        found.setdefault(row["provider"], []).append(Rule(row["rule"], limit, row["source"]))
    return {provider: tuple(rules) for provider, rules in found.items()}


PROVIDERS = _providers()
"""Who documents what, by provider."""
