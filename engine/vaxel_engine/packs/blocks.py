"""Message blocks: paragraphs in Markdown that say for themselves which documents they belong in."""

import datetime as dt
import tomllib
from dataclasses import dataclass
from typing import Annotated

from markdown_it import MarkdownIt
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from vaxel_engine.errors import TemplateError
from vaxel_engine.model import DocumentKind, Language

_FENCE = "+++"


class _FrontMatter(BaseModel):
    """The head of a block, in TOML between two lines of `+++`."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    title: str | None = None
    languages: tuple[Language, ...] = ("sv", "en")
    kinds: tuple[DocumentKind, ...] = tuple(DocumentKind)
    audience: tuple[str, ...] = ()
    first_day: dt.date | None = Field(default=None, alias="from")
    last_day: dt.date | None = Field(default=None, alias="until")
    priority: Annotated[int, Field(ge=0, le=100)] = 50


@dataclass(frozen=True, slots=True)
class Block:
    """One paragraph or more, and for whom.

    `audience` names payment states ("pay", "direct_debit", "nothing", "credit", "reminder"); empty is everyone.
    `first_day` and `last_day` are compared with the document's own date, both included: rendering knows no clock.
    Higher `priority` comes first; equal ones in the order of their file names.
    """

    name: str
    title: str | None
    body: str
    languages: tuple[str, ...]
    kinds: tuple[DocumentKind, ...]
    audience: tuple[str, ...]
    first_day: dt.date | None
    last_day: dt.date | None
    priority: int

    def suits(self, *, language: str, kind: DocumentKind, state: str | None, day: dt.date | None) -> bool:
        """Whether the block belongs in a document of this language, kind, payment state and issue date."""
        return (
            language in self.languages
            and kind in self.kinds
            and (not self.audience or state in self.audience)
            and (self.first_day is None or (day is not None and day >= self.first_day))
            and (self.last_day is None or (day is not None and day <= self.last_day))
        )


def _has_words(body: str) -> bool:
    """Whether anything of it can stand in plain text: a picture or a rule alone cannot."""
    tokens = [
        inner
        for token in MarkdownIt("js-default", {"html": False}).parse(body)
        for inner in (token, *(token.children or ()))
    ]
    return any(
        token.type in ("text", "code_inline", "code_block", "fence") and token.content.strip() for token in tokens
    )


def read_block(name: str, text: str, file: str) -> Block:
    """The block in `text`; raises TemplateError with file and line for a wrong head, or for a body without words."""
    lines = text.splitlines()
    fences = [at for at, line in enumerate(lines) if line.strip() == _FENCE][:2]
    if len(fences) != 2 or fences[0] != 0:
        raise TemplateError(f"a block begins with its head between two lines of {_FENCE}", file=file, line=1)
    try:
        head = _FrontMatter.model_validate(tomllib.loads("\n".join(lines[1 : fences[1]])))
    except tomllib.TOMLDecodeError as error:
        raise TemplateError(f"the head is not TOML: {error}", file=file, line=1) from error
    except ValidationError as error:
        first = error.errors()[0]
        key = str(first["loc"][0])
        line = next((at + 1 for at, text in enumerate(lines) if text.strip().startswith(key)), 1)
        raise TemplateError(f'"{key}" {first["msg"].lower()}', file=file, line=line) from error
    body = "\n".join(lines[fences[1] + 1 :]).strip()
    if not _has_words(body):
        raise TemplateError(
            "has no words, so it would be an empty place in every text; write a sentence", file=file, line=fences[1] + 1
        )
    return Block(
        name,
        head.title,
        body,
        head.languages,
        head.kinds,
        head.audience,
        head.first_day,
        head.last_day,
        head.priority,
    )
