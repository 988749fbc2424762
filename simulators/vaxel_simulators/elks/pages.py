"""The simulated phones: what the receivers of text messages would see."""

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from flask import Flask

if TYPE_CHECKING:
    from vaxel_simulators.elks.simulator import Bubble


def add_pages(app: Flask, bubbles: "Callable[[], Sequence[Bubble]]") -> None:
    """Add the phones' pages to an application."""
