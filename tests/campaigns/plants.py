"""Twelve classes of change that a designer makes by mistake, and the places of a pack where each can be made.

Nothing here knows how changes are found. A place that changes no byte of the artifact is none, and another is drawn.
"""

import random
import re
import tomllib
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

Files = Mapping[str, bytes]
"""What a pack is made of, by name, everything inherited included."""

FORMS = {"mailbox_pdf": ".paper.html", "print_pdf": ".paper.html", "web": ".web.html", "email": ".email.mjml"}
LAYOUTS = {
    "mailbox_pdf": ("layouts/paper.html",),
    "print_pdf": ("layouts/paper.html",),
    "web": ("layouts/web.html", "layouts/amount.html", "layouts/logo.html", "layouts/about.html"),
    "email": ("layouts/email.mjml",),
}


@dataclass(frozen=True, slots=True)
class Place:
    """One change in one place: the artifact it shows in, the files it needs, and where it is in words."""

    artifact: str
    files: Mapping[str, bytes]
    said: str


Planter = Callable[[Files, random.Random], Iterator[Place]]


def _templates(files: Files, artifact: str) -> Iterator[tuple[str, str]]:
    for name, content in files.items():
        if name in LAYOUTS[artifact] or (name.startswith("sections/") and name.endswith(FORMS[artifact])):
            yield name, content.decode()


def _everywhere(pattern: str, change: Callable[[re.Match[str]], str]) -> Planter:
    """One place for each match of a pattern in the templates of each form."""

    def plant(files: Files, _: random.Random) -> Iterator[Place]:
        for artifact in FORMS:
            for name, text in _templates(files, artifact):
                for match in re.finditer(pattern, text):
                    changed = text[: match.start()] + change(match) + text[match.end() :]
                    line = text.count("\n", 0, match.start()) + 1
                    yield Place(artifact, {name: changed.encode()}, f"{name}, line {line}: {match[0][:40]}")

    return plant


_PAPER = (
    ".figure",
    ".corner h1",
    ".totals th",
    ".lines td",
    ".details dd",
    ".slip dt",
    ".foot p",
    ".window div",
    "main",
)
_PAGE = ("h1", "h2", ".sums dt", ".sums dd", "footer p", ".lines td", ".slip dt")
_MAIL = (".paper h1", ".secondary div", ".sum td", ".lines td", ".brand div")


def _styled(rule: str) -> Planter:
    """One more rule for one thing at a time, in each form's style sheet."""

    def plant(files: Files, _: random.Random) -> Iterator[Place]:
        for artifact, name, selectors in (
            ("mailbox_pdf", "css/paper.css", _PAPER),
            ("print_pdf", "css/paper.css", _PAPER),
            ("web", "css/web.css", _PAGE),
        ):
            for selector in selectors:
                added = files[name] + f"\n{selector} {{ {rule} }}\n".encode()
                yield Place(artifact, {name: added}, f"{name}: {selector} {{ {rule} }}")
        mail = files["layouts/email.mjml"].decode()
        for selector in _MAIL:
            styled = mail.replace("</mj-style>", f"{selector} {{ {rule} }}</mj-style>", 1)
            yield Place("email", {"layouts/email.mjml": styled.encode()}, f"email.mjml: {selector} {{ {rule} }}")

    return plant


def _colours(files: Files, chance: random.Random) -> Iterator[Place]:
    """A design colour, one of its channels 2 of 255 away."""
    text = files["brand.toml"].decode()
    group = text[text.index("[tokens.colour]") :]
    for match in re.finditer(r'^(\w+) = "#([0-9a-f]{6})"', group.partition("\n[")[0], re.MULTILINE):
        channels = [int(match[2][at : at + 2], 16) for at in (0, 2, 4)]
        channel = chance.randrange(3)
        channels[channel] += 2 if channels[channel] < 200 else -2
        colour = "#" + "".join(f"{value:02x}" for value in channels)
        changed = text.replace(match[0], f'{match[1]} = "{colour}"')
        for artifact in FORMS:
            yield Place(artifact, {"brand.toml": changed.encode()}, f"{match[1]} #{match[2]} → {colour}")


def _fonts(files: Files, _: random.Random) -> Iterator[Place]:
    """Another font under the name of the brand's."""
    names = [name for name in files if name.startswith("fonts/") and name.endswith(".ttf")]
    for name in names:
        for other in names:
            if other != name:
                for artifact in ("mailbox_pdf", "print_pdf", "web"):
                    yield Place(artifact, {name: files[other]}, f"{name} is {other}")


def _languages(files: Files, _: random.Random) -> Iterator[Place]:
    """A word in English where the recipient reads Swedish, or a page that says it is English."""
    trees: list[dict[str, Any]] = [tomllib.loads(files[f"words.{code}.toml"].decode()) for code in ("sv", "en")]
    swedish, english = trees
    for group, words in swedish.items():
        for key, word in words.items() if hasattr(words, "items") else ():
            foreign = english[group][key]
            if not isinstance(word, str) or len(word) < 4 or foreign == word:
                continue
            own = files.get("words.sv.toml.own", b"").decode()
            quoted = foreign.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")
            for artifact in FORMS:
                more = f'{own}\n[{group}]\n"{key}" = "{quoted}"\n'.encode()
                yield Place(artifact, {"words.sv.toml": more}, f"{group}.{key}: {word!r} → {foreign!r}")
    for artifact, name in (("mailbox_pdf", "layouts/paper.html"), ("web", "layouts/web.html")):
        changed = files[name].decode().replace('lang="{{ language }}"', 'lang="en"')
        yield Place(artifact, {name: changed.encode()}, f"{name}: lang")


def _dark(files: Files, _: random.Random) -> Iterator[Place]:
    """A colour of the dark design that is the light one's, or a dark design that nobody ever sees."""
    for artifact, name in (("web", "css/web.css"), ("email", "layouts/email.mjml")):
        text = files[name].decode()
        for match in re.finditer(r"\{\{ dark\.(ink|secondary|brand|hairline|wash|paper) \}\}", text):
            changed = text[: match.start()] + f"{{{{ tokens.colour.{match[1]} }}}}" + text[match.end() :]
            yield Place(artifact, {name: changed.encode()}, f"{name}: {match[0]}, {match.start()}")
        hidden = text.replace("prefers-color-scheme: dark", "prefers-color-scheme: dusk")
        yield Place(artifact, {name: hidden.encode()}, f"{name}: no dark design at all")


def _sections(files: Files, _: random.Random) -> Iterator[Place]:
    """Two neighbours change places."""
    base = tomllib.loads(files["base/brand.toml"].decode())
    text = files["brand.toml"].decode()
    for kind, told in base["kinds"].items():
        order = told["sections"]
        for at in range(len(order) - 1):
            swapped = [*order[:at], order[at + 1], order[at], *order[at + 2 :]]
            listed = ", ".join(f'"{name}"' for name in swapped)
            changed = f"{text}\n[kinds.{kind}]\nsections = [{listed}]\n".encode()
            for artifact in FORMS:
                yield Place(artifact, {"brand.toml": changed}, f"{kind}: {order[at + 1]} before {order[at]}")


_AMOUNTS = r"\{\{ (?:row|line|to_pay|payment)\.amount \}\}"
_ROWS = r"\{% for (\w+) in (lines|totals|head_details|payment\.methods|recipient\.address) %\}"
_TAGS = r"<(h1|h2|th|dt)\b([^>]*)>((?:(?!</?(?:h1|h2|th|dt)\b).)*)</\1>"

PLANTERS: Mapping[str, tuple[str, Planter]] = {
    "kerning unit": ("spacing", _styled("letter-spacing: 0.002em")),
    "colour by 2/255": ("colour", _colours),
    "moved line": ("moved", _styled("position: relative; top: 0.5mm")),
    "swapped amount": ("amount", _everywhere(_AMOUNTS, lambda _: "{{ totals[0].amount }}")),
    "missing alt text": ("alternative text", _everywhere(r'alt="[^"]+"', lambda _: 'alt=""')),
    "lost link": (
        "link",
        _everywhere(
            r'<a (?:class="[\w ]+" )?href="[^"]*">(.*?)</a>|href="\{\{ link \}\}"', lambda found: found[1] or ""
        ),
    ),
    "other font file": ("font", _fonts),
    "dropped row": (
        "missing text",
        _everywhere(_ROWS, lambda found: f"{{% for {found[1]} in {found[2]}[1:] %}}"),
    ),
    "wrong language": ("language", _languages),
    "broken dark style": ("dark design", _dark),
    "reordered section": ("order", _sections),
    "lost tag": ("tags", _everywhere(_TAGS, lambda found: f"<div{found[2]}>{found[3]}</div>")),
}
"""Each class with the word that a finding of it must carry, and where it can be made."""
