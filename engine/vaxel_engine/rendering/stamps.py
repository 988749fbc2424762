"""Stamps: marks in a preview's HTML that say which line of which template wrote an element.

They are set only in the templates of a pack that is `stamped`, which nothing but a preview asks for, and never reach an
artifact: `unstamped` gives the very bytes that production makes. A stamp is an attribute,
`data-src="sections/lines.web.html:4"`.
"""

import re
from typing import TypeVar

from jinja2.ext import Extension

Text = TypeVar("Text", str, bytes)

STAMP = "data-src"

_LEFT_ALONE = (
    r"\{\{.*?\}\}|\{%.*?%\}|\{#.*?#\}|<!--.*?-->|<(?P<whole>script|style|mj-head|mj-style)\b.*?</(?P=whole)\s*>"
)
_HTML = re.compile(rf"{_LEFT_ALONE}|<(?P<name>[a-zA-Z][\w-]*)(?=[\s/>])", re.DOTALL)
_MJML = re.compile(
    rf"{_LEFT_ALONE}|<(?P<name>[a-zA-Z][\w-]*)(?P<attributes>(?:\{{\{{.*?\}}\}}|\{{%.*?%\}}|[^<>])*?)(?P<end>/?>)",
    re.DOTALL,
)
_NOT_STAMPED = frozenset({"html", "head", "title", "meta", "link", "base", "mjml", "mj-raw"})
_DEFAULTS = re.compile(r"<(mj-[a-z]+)\b[^<>]*?\bcss-class=\"([^\"]*)\"")
_HEAD = re.compile(r"<mj-attributes>.*?</mj-attributes>", re.DOTALL)
_CLASS = re.compile(r"\s*class=\"([^\"]*?src:[^\"]*)\"")
_MARK = re.compile(r"\s*\bsrc:([^\s\"]+?)(?:-outlook)?(?=[\s\"]|$)")
_ATTRIBUTE = re.compile(rf' {STAMP}="[^"]*"')
_ATTRIBUTE_BYTES = re.compile(_ATTRIBUTE.pattern.encode())


class Stamps(Extension):
    """Stamps every HTML template as it is compiled; MJML is stamped before its own compiler sees it."""

    def preprocess(self, source: str, name: str | None, filename: str | None = None) -> str:
        """The source with a stamp in each tag that the template writes itself; lines stay where they are."""
        return stamped(source, name) if name is not None and name.endswith(".html") else source


def stamped(source: str, name: str) -> str:
    """`source` of the template `name`, each of its tags stamped."""
    lines = _Lines(source)

    def mark(found: re.Match[str]) -> str:
        if found["name"] is None or found["name"].lower() in _NOT_STAMPED:
            return found[0]
        return f'{found[0]} {STAMP}="{name}:{lines.at(found.start())}"'

    return _HTML.sub(mark, source)


def stamped_mjml(source: str, name: str, layout: str) -> str:
    """MJML with its elements marked by a class, its HTML by a stamp; `layout` has the classes they have anyway."""
    lines = _Lines(source)
    head = _HEAD.search(layout)
    usual = dict(_DEFAULTS.findall(head[0])) if head else {}

    def mark(found: re.Match[str]) -> str:
        tag = found["name"]
        if tag is None or tag in _NOT_STAMPED or tag in ("mj-body", "mj-wrapper"):
            return found[0]
        at = f"{name}:{lines.at(found.start())}"
        if not tag.startswith("mj-"):
            return f'<{tag} {STAMP}="{at}"{found["attributes"]}{found["end"]}'
        if "css-class=" in found["attributes"]:
            return found[0].replace('css-class="', f'css-class="src:{at} ', 1)
        own = f" {usual[tag]}" if tag in usual else ""  # last, since Outlook's classes get their suffix there
        return f'<{tag} css-class="src:{at}{own}"{found["attributes"]}{found["end"]}'

    return _MJML.sub(mark, source)


def from_classes(html: str) -> str:
    """What the MJML compiler made of marks, as stamps."""

    def stamp(found: re.Match[str]) -> str:
        mark = _MARK.search(found[1])
        rest = _MARK.sub("", found[1]).strip()
        own = f' class="{rest}"' if rest else ""
        return own + (f' {STAMP}="{mark[1]}"' if mark else "")

    return _CLASS.sub(stamp, html)


def unstamped(text: Text) -> Text:
    """The text without stamps."""
    if isinstance(text, bytes):
        return _ATTRIBUTE_BYTES.sub(b"", text)
    return _ATTRIBUTE.sub("", text)


def jinja_extensions(*, wanted: bool) -> list[type[Extension]]:
    """What an environment of templates is given."""
    return [Stamps] if wanted else []


class _Lines:
    """Line numbers of places that are asked for from the beginning to the end."""

    def __init__(self, source: str) -> None:
        self._source, self._seen, self._line = source, 0, 1

    def at(self, place: int) -> int:
        self._line += self._source.count("\n", self._seen, place)
        self._seen = place
        return self._line
