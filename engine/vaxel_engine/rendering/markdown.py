"""Markdown as letters and blocks write it, made into harmless HTML and into plain text."""

import nh3
from markdown_it import MarkdownIt
from markupsafe import Markup, escape

from vaxel_engine.errors import Unrenderable

LARGEST = 64_000
"""Characters of one body: unmatched brackets in more cost seconds of processor time."""

_TAGS = {
    *("p", "br", "strong", "em", "a", "ul", "ol", "li", "h2", "h3", "h4", "blockquote", "hr", "code", "pre"),
    *("table", "thead", "tbody", "tr", "th", "td", "s"),
}
_HEADINGS = ("h1", "h2", "h3", "h4", "h5", "h6")
_READER = MarkdownIt("js-default", {"html": False, "linkify": False, "typographer": False})


def _space(*_: object) -> str:
    """A line that ends in the source goes on in the sentence; a space breaks like any other."""
    return " "


_READER.add_render_rule("softbreak", _space)


def markdown_html(text: str) -> Markup:
    """`text` as HTML with only the tags of a letter; headings start at level two, below the document's own.

    Raises Unrenderable when `text` is longer than a letter can be.
    """
    tokens = _READER.parse(_checked(text))
    used = [level for level in _HEADINGS if any(token.tag == level for token in tokens)]
    below = {level: f"h{min(at, 4)}" for at, level in enumerate(used, start=2)}  # no level is skipped
    for token in tokens:
        token.tag = below.get(token.tag, token.tag)
    for opened, inside, closed in zip(tokens, tokens[1:], tokens[2:], strict=False):
        if opened.type == "th_open" and not inside.content.strip():  # a corner heads nothing (axe, empty-table-header)
            opened.tag = closed.tag = "td"
    html = _READER.renderer.render(tokens, _READER.options, {})
    return Markup(nh3.clean(html, tags=_TAGS, attributes={"a": {"href"}}, url_schemes={"https", "mailto", "tel"}))  # noqa: S704  # cleaned


def markdown_text(text: str) -> str:
    """`text` in plain words: no marks, paragraphs and list items on lines of their own, link targets in brackets."""
    lines: list[str] = []
    for token in _READER.parse(_checked(text)):
        if token.type == "inline":
            words: list[str] = []
            target = ""
            for child in token.children or []:
                match child.type:
                    case "link_open":
                        target = str(child.attrs.get("href", ""))
                    case "link_close":
                        words.append(f" ({target})" if target and target != "".join(words[-1:]) else "")
                    case "softbreak":
                        words.append(" ")
                    case "hardbreak":
                        words.append("\n")
                    case _:
                        words.append(child.content)
            lines.append("".join(words))
        elif token.type == "list_item_open":
            lines.append(f"{token.info}." if token.info else "–")
        elif token.type in ("paragraph_close", "heading_close") and not token.hidden:
            lines.append("")
    return "\n".join(_joined_bullets(lines)).strip()


def plain_html(text: str) -> Markup:
    """Text without marks as paragraphs: an empty line separates them."""
    paragraphs = [part.strip() for part in text.replace("\r\n", "\n").split("\n\n") if part.strip()]
    return Markup("").join(Markup("<p>{}</p>").format(Markup("<br>").join(escape(p).splitlines())) for p in paragraphs)


def _joined_bullets(lines: list[str]) -> list[str]:
    joined: list[str] = []
    for line in lines:
        if joined and (joined[-1] == "–" or joined[-1].rstrip(".").isdigit()):
            joined[-1] = f"{joined[-1]} {line}"
        else:
            joined.append(line)
    return joined


def _checked(text: str) -> str:
    if len(text) > LARGEST:
        raise Unrenderable(f"the message has {len(text):,} characters; shorten it to {LARGEST:,}")
    return text
