"""The worked examples of docs/routing.md say what is decided, word by word."""

import re
from pathlib import Path

import pytest

from vaxel_channels.routing.rules_file import load
from vaxel_channels.routing.trying import try_case

PAGE = (Path(__file__).parents[3] / "docs/routing.md").read_text(encoding="utf-8").partition("## By example")[2]
_WORDS = r"[^`]*?(?:`[^`]+`[^`]*?)*"
_EXAMPLE = re.compile(r"\*\*([SW]\d+), [^*]+\*\*" + _WORDS + r"```toml\n(.*?)```\n\n> ([^\n]+)\n", re.DOTALL)
EXAMPLES = _EXAMPLE.findall(PAGE)
SEEDS = [
    *(f"S{number}" for number in (2, 3, 11, 12, 13, 14, 15, 16, 53, 54, 57, 59, 61, 71)),
    *(f"W{number}" for number in (1, 2, 3, 4, 6, 7, 12, 24, 28)),
]


@pytest.mark.parametrize(("seed", "rules", "sentence"), EXAMPLES, ids=[seed for seed, _, _ in EXAMPLES])
def test_an_example_is_decided_as_the_page_says(seed: str, rules: str, sentence: str, tmp_path: Path) -> None:
    file = tmp_path / f"{seed}.toml"
    file.write_text(rules, encoding="utf-8")
    found = load(file)
    tried = [try_case(found.rules, case) for case in found.cases]
    assert [one.held for one in tried] == [True]
    assert tried[0].decision.sentence == sentence


def test_every_line_has_its_example() -> None:
    assert re.findall(r"\*\*([SW]\d+), ", PAGE) == SEEDS
    assert len(EXAMPLES) >= 15
