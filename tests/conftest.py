"""Options of the whole test run."""

import pytest


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(
        "--vaxel-update",
        action="store_true",
        help="write the visual references anew instead of comparing with them; review them by eye before you commit",
    )
