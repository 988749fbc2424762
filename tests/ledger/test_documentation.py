"""What is undocumented is red: tables, states."""

from pathlib import Path

from vaxel_ledger import tables
from vaxel_ledger.states import AttemptState, BatchState, DocumentState, InboxState, Status

PAGE = (Path(__file__).parents[2] / "docs/ledger.md").read_text(encoding="utf-8")


def test_every_table_is_on_the_page() -> None:
    assert {name for name in tables.metadata.tables if f"| `{name}` |" not in PAGE} == set()


def test_every_state_is_on_the_page() -> None:
    words = {*DocumentState, *AttemptState, *BatchState, *InboxState, *Status}
    assert {word.value for word in words if word.value not in PAGE} == set()
