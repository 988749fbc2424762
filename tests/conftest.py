"""Options of the whole test run, and the one browser that all tests of a process share."""

from collections.abc import Generator

import pytest

from vaxel_regression.browser import Camera, camera


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(
        "--vaxel-update",
        action="store_true",
        help="write the visual references anew instead of comparing with them; review them by eye before you commit",
    )


@pytest.fixture(scope="session")
def browser() -> Generator[Camera]:
    """The headless browser; one per process, since Playwright runs only one loop in each."""
    with camera() as running:
        yield running
