"""The examples of a channel of one's own are loaded as an installed package is."""

import sys
from pathlib import Path

from vaxel.plug_ins import EXAMPLES, example_channels
from vaxel_channels.registry import channel_kind, is_channel


def test_the_examples_are_found_by_their_entry_points_and_leave_nothing_behind(tmp_path: Path) -> None:
    before = list(sys.path)
    with example_channels(tmp_path):
        assert {name for name in EXAMPLES if is_channel(name)} == set(EXAMPLES)
        assert channel_kind("chat").page == "chat"
    assert [name for name in EXAMPLES if is_channel(name)] == []
    assert sys.path == before
