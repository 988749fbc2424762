"""The simulated letterbox: what the recipients of paper letters would see."""

from typing import TYPE_CHECKING

from flask import Flask

if TYPE_CHECKING:
    from vaxel_simulators.print_house.simulator import PrintHouseSimulator


def add_pages(app: Flask, simulator: "PrintHouseSimulator") -> None:
    """Add the letterbox's pages to an application."""
