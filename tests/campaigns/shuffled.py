"""A pytest plugin that runs the cases in another order each time, the same for the same VAXEL_SHUFFLE."""

import os
import random

import pytest


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Every process of a run has the same order, as xdist asks for."""
    random.Random(os.environ.get("VAXEL_SHUFFLE", "0")).shuffle(items)  # noqa: S311 - an order, no secret
