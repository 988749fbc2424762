"""The one browser that all tests of a process share; Ctrl-C reaches what they start, and collecting takes no time."""

import gc
import signal
from collections import Counter

import pytest

from vaxel_regression.browser import Camera

if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:  # as a shell hands it to what runs in the background
    signal.signal(signal.SIGINT, signal.default_int_handler)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """The longest modules first, and those of many tests before those of few: processes then end together."""
    of = {item: item.nodeid.partition("::")[0] for item in items}
    count = Counter(of.values())
    long = {of[item] for item in items if item.get_closest_marker("long")}
    items.sort(key=lambda item: (of[item] not in long, count[of[item]] * (1 if of[item] in long else -1)))


def pytest_collection_finish() -> None:
    """Python's collector looks through the thousands of tests no more, and less often: a sixth of what a page costs."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(50_000, 20, 20)


def pytest_unconfigure() -> None:
    """What is given back at the end can be."""
    gc.unfreeze()


@pytest.fixture(scope="session")
def browser(vaxel_browser: Camera) -> Camera:
    """The headless browser; the plugin's own, since Playwright runs only one loop in each process."""
    return vaxel_browser
