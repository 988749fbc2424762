"""What a mail may carry, whoever wrote it: an allow-list of elements, attributes and schemes over the finished HTML."""

import re
from collections import Counter
from collections.abc import Iterator, Mapping
from html import unescape
from typing import Any

import nh3
from lxml import etree

from vaxel_engine.errors import TemplateError
from vaxel_engine.fetching import WITHIN, fetched
from vaxel_engine.rendering.stamps import STAMP

_BODY = re.compile(r"(<body\b[^>]*>)(.*)(</body>)", re.DOTALL)
_HEAD = re.compile(r"<head\b[^>]*>(.*?)</head>", re.DOTALL)
_COMMENT = re.compile(r"<!--.*?-->", re.DOTALL)
_IN_HEAD = frozenset({"title", "meta", "style"})
_FETCHES = re.compile(r"url\s*\(|@import|expression\s*\(|behavior\s*:|-moz-binding", re.IGNORECASE)
_CARRIED = (*WITHIN, "cid:")
_SHEET = re.compile(r"<style\b[^>]*>(.*?)</style>", re.DOTALL | re.IGNORECASE)
_STYLE = re.compile(r"\sstyle\s*=\s*(?:\"([^\"]*)\"|'([^']*)')", re.IGNORECASE)

_TAGS = {
    *("a", "b", "bdi", "blockquote", "br", "caption", "code", "div", "em", "h1", "h2", "h3", "h4", "hr", "i", "img"),
    *("li", "ol", "p", "pre", "s", "small", "span", "strong", "sub", "sup", "table", "tbody", "td", "tfoot", "th"),
    *("thead", "tr", "u", "ul"),
}
_ATTRIBUTES = {
    "*": {"align", "aria-hidden", "aria-label", "bgcolor", "class", "dir", "height", "lang", "role", "style", "valign"}
    | {"width", "aria-roledescription"},
    "a": {"href", "target", "rel"},
    "img": {"alt", "src", "border"},
    "table": {"border", "cellpadding", "cellspacing"},
    "td": {"colspan", "rowspan"},
    "th": {"colspan", "rowspan", "scope"},
}
SCHEMES = frozenset({"https", "mailto", "tel", "cid"})
"""Where a link or a picture may lead; `cid:` is a picture that the mail itself carries."""


def _cleaner(*more: str) -> nh3.Cleaner:
    return nh3.Cleaner(
        tags=_TAGS,
        attributes={**_ATTRIBUTES, "*": _ATTRIBUTES["*"].union(more)},
        url_schemes=set(SCHEMES),
        strip_comments=False,  # Outlook's conditional comments hold its tables
        link_rel=None,
        clean_content_tags={"script", "style", "template", "noscript"},
    )


_CLEANER, _STAMPED_CLEANER = _cleaner(), _cleaner(STAMP)


def sanitised(html: str, *, stamped: bool = False) -> str:
    """The mail with nothing in its body but the elements, attributes and addresses of the lists above.

    Stamps stay where the pack is `stamped`.
    What is left out is left out in silence here; `vaxel check-pack` names it with the file it comes from.
    """
    found = _BODY.search(html)
    if found is None:
        return html
    return (
        f"{html[: found.end(1)]}{(_STAMPED_CLEANER if stamped else _CLEANER).clean(found[2])}{html[found.start(3) :]}"
    )


def check_mail(html: str, *, file: str, sources: Mapping[str, str]) -> None:
    """Raise TemplateError, with `file`, for a head that loads, runs or forwards, and for a picture from outside.

    A style that fetches is told with the file and line of `sources`, texts by their files, that its address stands in.
    A fetched picture tells its server who opened the mail and when; a mail carries what it shows.
    """
    found = _HEAD.search(html)
    head = _COMMENT.sub("", found[1]) if found is not None else ""
    for name in re.findall(r"<([a-zA-Z][\w-]*)", re.sub(r"(<style\b[^>]*>).*?</style>", r"\1", head, flags=re.DOTALL)):
        if name.lower() not in _IN_HEAD:
            raise TemplateError(
                f"has <{name}> in the head of the mail; only title, meta and style may stand there", file=file
            )
    if re.search(r"http-equiv\s*=\s*[\"']?refresh", head, re.IGNORECASE):
        raise TemplateError("sends its reader elsewhere by a meta element; take it out", file=file)
    if _FETCHES.search(head) or any(fetched(sheet) is not None for sheet in _SHEET.findall(head)):
        raise TemplateError("has a style that fetches or runs something; a mail carries what it shows", file=file)
    for double, single in _STYLE.findall(html):
        if (address := fetched(unescape(double or single), within=_CARRIED)) is not None:
            place, line = next(_places_of(address, sources), (file, None))
            said = f'has a style that fetches "{address}"; a mail carries what it shows'
            raise TemplateError(said, file=place, line=line)
    if re.search(r"<img\b[^>]*\ssrc\s*=\s*[\"']?\s*(?:https?:|//)", html, re.IGNORECASE):
        raise TemplateError("shows a picture from outside; a mail carries what it shows", file=file)


def _places_of(address: str, sources: Mapping[str, str]) -> Iterator[tuple[str, int]]:
    for file, text in sources.items():
        yield from ((file, at) for at, line in enumerate(text.split("\n"), start=1) if address in line)


def dropped(html: str) -> tuple[str, ...]:
    """What `sanitised` leaves out of a mail, each once: "onclick of <td>", "<script>", "href of <a>"."""
    before, after = _inventory(html), _inventory(sanitised(html))
    return tuple(name for name in before if after.get(name, 0) < before[name] and name not in _EMPTY)


_EMPTY = frozenset({"vertical-align of <td>"})
"""What the MJML compiler writes and no reader knows."""


def _inventory(html: str) -> Counter[str]:
    root: Any = etree.fromstring(html.encode(), etree.HTMLParser(encoding="utf-8", huge_tree=True))
    counted: Counter[str] = Counter()
    for element in root.iter():
        if not callable(element.tag):
            counted[f"<{element.tag}>"] += 1
            counted.update(f"{name} of <{element.tag}>" for name in element.attrib)
    return counted
