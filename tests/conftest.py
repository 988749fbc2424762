"""The one browser that all tests of a process share; and Ctrl-C reaches what they start."""

import signal

import pytest

from vaxel_regression.browser import Camera

if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:  # as a shell hands it to what runs in the background
    signal.signal(signal.SIGINT, signal.default_int_handler)


@pytest.fixture(scope="session")
def browser(vaxel_browser: Camera) -> Camera:
    """The headless browser; the plugin's own, since Playwright runs only one loop in each process."""
    return vaxel_browser
