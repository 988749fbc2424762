"""A pytest plugin that runs the cases in another order each time, the same for the same VAXEL_SHUFFLE."""

import os
import random

import pytest

from vaxel_engine.rendering import Rendering
from vaxel_regression.guard import Guard
from vaxel_regression.observation import Observation

RUN = int(os.environ.get("VAXEL_SHUFFLE", "0"))
WHOLE = 5
"""Every fifth run looks at everything again; in the others equal bytes end a comparison before that."""


def pytest_configure() -> None:
    """In a whole run no hash ends a comparison."""
    if RUN % WHOLE == 0:

        def is_same(self: Guard, kept: Observation, rendering: Rendering, artifact: str) -> bool:
            return False

        Guard.is_same = is_same  # type: ignore[method-assign]


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Every process of a run has the same order, as xdist asks for."""
    random.Random(RUN).shuffle(items)  # noqa: S311 - an order, no secret
