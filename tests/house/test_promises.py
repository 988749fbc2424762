"""docs/promises.md holds each capability once and names only tests that exist."""

import re
from pathlib import Path

ROOT = Path(__file__).parents[2]
ROW = re.compile(r"^\| (S\d+) \| (.+?) \| (.+?) \|$", re.MULTILINE)
ROWS = ROW.findall((ROOT / "docs/promises.md").read_text(encoding="utf-8"))
NAMED_TEST = re.compile(r"`(tests/[\w/]+\.py)::(\w+)`")


def test_each_capability_stands_there_once_and_in_order() -> None:
    assert [row[0] for row in ROWS] == [f"S{number}" for number in range(1, 88)]


def test_each_row_names_a_test_or_says_not_yet() -> None:
    assert [row[0] for row in ROWS if row[2] != "not yet" and not NAMED_TEST.search(row[2])] == []


def test_each_test_named_there_exists() -> None:
    named = [(row[0], file, test) for row in ROWS for file, test in NAMED_TEST.findall(row[2])]
    missing = [
        (capability, file, test)
        for capability, file, test in named
        if not (ROOT / file).exists()
        or not re.search(rf"^\s*def {test}\b", (ROOT / file).read_text(encoding="utf-8"), re.MULTILINE)
    ]
    assert named, "no capability is shown by any test"
    assert missing == []
