"""The one browser that all tests of a process share."""

import pytest

from vaxel_regression.browser import Camera


@pytest.fixture(scope="session")
def browser(vaxel_browser: Camera) -> Camera:
    """The headless browser; the plugin's own, since Playwright runs only one loop in each process."""
    return vaxel_browser
