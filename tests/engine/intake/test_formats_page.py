"""docs/formats.md says what is so: its example is read, its sentences are the ones that are said."""

import re
from collections.abc import Callable
from pathlib import Path

from vaxel_engine.intake import FORMATS, read
from vaxel_engine.totals import check

PAGE = (Path(__file__).parents[3] / "docs" / "formats.md").read_text(encoding="utf-8")
Write = Callable[[str | bytes], Path]


def blocks(language: str) -> list[str]:
    return re.findall(rf"```{language}\n(.*?)```", PAGE, re.DOTALL)


def test_the_example_is_read_and_adds_up(write: Write) -> None:
    (document,) = read(write(blocks("json")[0]))

    assert document.invoice is not None
    assert check(document.invoice) == ()


def test_the_sentences_about_the_samples_are_said(samples: Path) -> None:
    said: list[str] = []
    for name in ("november.json", "reminders-and-letters.jsonl"):
        reading = read(samples / name)
        list(reading)
        said += [str(rejected) for rejected in reading.rejections]

    assert blocks("text")[0].splitlines() == said


def test_every_format_has_its_row() -> None:
    assert all(f"| `{form.name}` |" in PAGE for form in FORMATS)
