"""The list of names that templates may use is complete and up to date."""

import re
from dataclasses import fields
from pathlib import Path
from typing import Any

import pytest

from vaxel_engine.rendering.facts_page import fact_classes, facts_page

PAGE = Path(__file__).parents[3] / "docs" / "facts.md"


def test_the_page_says_what_the_code_says() -> None:
    assert PAGE.read_text(encoding="utf-8") == facts_page(), "run python -m vaxel_engine.rendering.facts_page"


@pytest.mark.parametrize("found", list(fact_classes()), ids=lambda found: found.__name__)
def test_every_name_is_explained_where_it_is_made(found: Any) -> None:
    explained = set(re.findall(r"\w+", found.__doc__))
    assert [field.name for field in fields(found) if field.name not in explained] == []
