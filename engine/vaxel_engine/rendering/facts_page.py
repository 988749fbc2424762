"""The page that lists every name a template may use, written from where the names are made.

Run `python -m vaxel_engine.rendering.facts_page > docs/facts.md` after changing a fact; a test compares the two.
"""

import inspect
from collections.abc import Iterator
from dataclasses import fields, is_dataclass
from typing import Any, get_args, get_type_hints

from vaxel_engine.rendering.facts import Facts

_HEAD = """# What a template may use

Every name below is a fact of one document, ready for its reader: amounts are formatted, dates are words. Besides them
there are `words` (the pack's words in the reader's language), `tokens` (its design values) and `sections` (the
sections of this kind, in their order). This page is written from the code; a test compares the two.
"""


def fact_classes() -> Iterator[type]:
    """Every class of facts, the document first, then the others in the order they are met."""
    seen: list[type] = [Facts]
    for found in seen:
        yield found
        hints = get_type_hints(found)
        for field in fields(found):  # pyright: ignore[reportArgumentType]  # only dataclasses get into the list
            seen.extend(kind for kind in dict.fromkeys(_dataclasses_in(hints[field.name])) if kind not in seen)


def facts_page() -> str:
    """The page, in Markdown."""
    parts = [_HEAD]
    for found in fact_classes():
        hints = get_type_hints(found)
        names = ", ".join(f"`{field.name}`" for field in fields(found) if field.name in hints)  # pyright: ignore[reportArgumentType]
        first, _, rest = inspect.cleandoc(found.__doc__ or "").partition("\n\n")
        block = f"\n```text\n{rest.strip()}\n```\n" if rest.strip() else ""
        parts.append(f"\n## {found.__name__}\n\n{first}\n\nNames: {names}.\n{block}")
    return "".join(parts)


def _dataclasses_in(hint: Any) -> Iterator[type]:
    if isinstance(hint, type) and is_dataclass(hint):
        yield hint
    for inner in get_args(hint):
        yield from _dataclasses_in(inner)


if __name__ == "__main__":
    print(facts_page(), end="")
