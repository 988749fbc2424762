"""One door: whatever renders a document outside the engine does it at the press."""

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
ROOMS = ("command", "channels", "ledger", "preview", "regression")
IN_THIS_PROCESS = re.compile(
    r"\bRendering\.of\(|\brendering\.render(?:_all)?\("
    r"|from vaxel_engine\.rendering(?:\.rendering)? import .*\brender(?:_all)?\b"
)


@pytest.mark.parametrize("room", ROOMS)
def test_no_room_but_the_engine_renders_in_its_own_process(room: str) -> None:
    found = [
        f"{path.relative_to(ROOT)}: {line.strip()}"
        for path in (ROOT / room).rglob("*.py")
        for line in path.read_text(encoding="utf-8").splitlines()
        if IN_THIS_PROCESS.search(line)
    ]
    assert found == []


def test_the_engine_itself_publishes_at_the_press() -> None:
    source = (ROOT / "engine/vaxel_engine/packs/publishing.py").read_text(encoding="utf-8")
    assert not IN_THIS_PROCESS.search(source)
