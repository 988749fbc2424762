"""A press with limits that are soon met, and a file of a pack at a time."""

from collections.abc import Callable, Mapping

import pytest

from vaxel_engine.packs import Pack
from vaxel_engine.press import Limits, Press

PackMaker = Callable[[Mapping[str, str]], Pack]


@pytest.fixture(scope="session")
def press() -> Press:
    """What a bomb meets after two seconds of its own; what it shares with others is not counted."""
    return Press(Limits(seconds=20, processor=2.0, ready=6.0, memory=300))


@pytest.fixture(scope="session")
def patient() -> Press:
    """A press with the limits that are meant for use."""
    return Press()
