"""Letters to try a program with, as an authority or a supplier writes them."""

import random
from itertools import count

_TEXT = """
vi har bytt ut din mätare mot en ny som läses av på distans från och med årsskiftet gäller nya priser för elnät och
överföring i hela kommunen enligt beslut av nämnden den femte november med stöd av lagen om allmänna vattentjänster
beslutet kan överklagas inom tre veckor till förvaltningsrätten i Umeå bostadsrättsföreningen förbrukningsavgiften
el-abonnemang 16 A 1 250 kr/år 2026–2027 (se nedan) och/eller
"""
WORDS = tuple(_TEXT.split())


def letter(dice: random.Random) -> str:
    """The Markdown of a letter: paragraphs, some with bold words or a link, headings, lists, a table."""
    parts: list[str] = []
    for _ in range(min(28, max(1, round(dice.lognormvariate(1.5, 0.7))))):
        kind = dice.choices(("p", "ul", "ol", "h2", "table", "quote"), (66, 9, 7, 12, 3, 3))[0]
        parts.append(_part(dice, kind))
    return "\n\n".join(parts)


def _part(dice: random.Random, kind: str) -> str:
    match kind:
        case "p":
            return _sentence(dice, dice.randint(4, 70))
        case "h2":
            return f"## {words_of(dice, dice.randint(1, 6)).capitalize()}"
        case "ul":
            return "\n".join(f"- {_sentence(dice, dice.randint(2, 22))}" for _ in range(dice.randint(2, 6)))
        case "ol":
            numbers = count(1)
            apart = dice.choice(("\n", "\n", "\n\n"))
            return apart.join(
                f"{next(numbers)}. {_sentence(dice, dice.randint(2, 22))}" for _ in range(dice.randint(2, 12))
            )
        case "quote":
            return f"> {_sentence(dice, dice.randint(4, 40))}"
        case _:
            return table_of(dice, dice.randint(1, 6))


def table_of(dice: random.Random, rows: int) -> str:
    """A table of two columns."""
    head = f"| {words_of(dice, 1)} | {words_of(dice, 2)} |\n|---|---|\n"
    return head + "\n".join(f"| {words_of(dice, 2)} | {words_of(dice, 3)} |" for _ in range(rows))


def _sentence(dice: random.Random, words: int) -> str:
    """Some words, a few of them bold, or a link."""
    said = words_of(dice, words).split(" ")
    if words > 3 and dice.random() < 0.4:
        begin = dice.randrange(len(said) - 2)
        end = min(len(said), begin + dice.randint(1, 5))
        within = " ".join(said[begin:end])
        written = dice.choice((f"**{within}**", f"[{within}](https://nordljus.example/{dice.randint(1, 999)})"))
        said[begin:end] = [written]
    return " ".join(said).capitalize() + dice.choice((".", ".", ".", ":", "!"))


def words_of(dice: random.Random, many: int) -> str:
    """So many words, drawn."""
    return " ".join(dice.choice(WORDS) for _ in range(many))
