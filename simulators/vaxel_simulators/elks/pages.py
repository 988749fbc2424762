"""The simulated phones: what the receivers of text messages would see."""

from typing import TYPE_CHECKING

from flask import Flask, render_template

from vaxel_simulators.showing import by_first_arrival, prepare

if TYPE_CHECKING:
    from vaxel_simulators.elks.simulator import ElksSimulator


def add_pages(app: Flask, simulator: "ElksSimulator") -> None:
    """Add the page with all phones."""
    prepare(app, simulator)

    @app.get("/phones/")
    def phones() -> str:
        numbers = by_first_arrival([bubble.message.to for bubble in simulator.bubbles()])
        return render_template("phones.html", phones=[(number, simulator.phone(number)) for number in numbers])

    _ = phones  # registered above
