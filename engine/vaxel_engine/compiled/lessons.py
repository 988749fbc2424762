"""Letters that show a program everything that Markdown can put on a page, each part after each other."""

import random
from collections.abc import Iterator, Sequence

from vaxel_engine.compiled.letters import table_of, words_of
from vaxel_engine.compiled.probes import probe
from vaxel_engine.model import Document, DocumentKind
from vaxel_engine.packs import Pack

_KINDS = ("p", "h2", "h3", "ul", "ol", "quote", "table")
MANY = 2 * (len(_KINDS) + 2)
"""How many there are for a pack of two languages."""


def lessons(pack: Pack) -> Iterator[Document]:
    """The letters, in each language of the pack."""
    for number, body in enumerate(_bodies(), start=1):
        for language in pack.languages:
            document = probe(number, kind=DocumentKind.MESSAGE, sender=pack.brand)
            assert document.message is not None  # noqa: S101  # it is a message
            yield document.model_copy(
                update={
                    "reference": f"LESSON-{number}-{language}",
                    "message": document.message.model_copy(update={"body": body}),
                    "recipient": document.recipient.model_copy(update={"language": language}),
                }
            )


def _bodies() -> Iterator[str]:
    """Letters in which each kind of part comes after each other, begins and ends, and has every tag that it may."""
    dice = random.Random(1)  # noqa: S311  # reproducible, not secret
    kinds = tuple(dict.fromkeys(_KINDS))
    for kind in kinds:
        yield _lesson(dice, (kind,))
    yield "\n\n".join(_apart(_taught(dice, kind, other=False)) for kind in ("ul", "p", "ol"))
    yield _lesson(dice, [kind for one in kinds for other in kinds for kind in (one, other)])


def _lesson(dice: random.Random, kinds: Sequence[str]) -> str:
    said: list[str] = []
    other = False
    for at, kind in enumerate(kinds):
        other = at > 0 and kinds[at - 1] == kind and not other  # a list after a list has another mark
        said.append(_taught(dice, kind, other=other))
    return "\n\n".join(said)


def _taught(dice: random.Random, kind: str, *, other: bool) -> str:
    tags = (
        "vi **har** bytt *din* `mätare`, se [sidan](https://nordljus.example/a), [skriv](mailto:a@nordljus.example) "
        "eller [ring](tel:+46980319200) till **[oss](https://nordljus.example/b)**, [**nu**](https://nordljus.example/c)"
    )
    bullet = "*" if other else "-"
    match kind:
        case "p":
            return f"{words_of(dice, 3)} {tags}  \n{words_of(dice, 3)}"
        case "h2" | "h3":
            return f"{'#' * int(kind[1])} {words_of(dice, 2)} **fet** *text*"
        case "ul":
            return "\n".join(f"{bullet} {words_of(dice, 2)} {tags} {words_of(dice, 1)}" for _ in range(3))
        case "ol":
            mark = ")" if other else "."
            return "\n".join(f"{at}{mark} {words_of(dice, 2)} {tags} {words_of(dice, 1)}" for at in (1, 2, 3))
        case "quote":
            return (
                f"> {words_of(dice, 2)} {tags} {words_of(dice, 2)}\n>\n> {words_of(dice, 2)} {tags} {words_of(dice, 2)}"
            )
        case _:
            return table_of(dice, 3)


def _apart(items: str) -> str:
    """A list whose items are paragraphs."""
    return items.replace("\n-", "\n\n-").replace("\n2.", "\n\n2.").replace("\n3.", "\n\n3.")
