"""The simulated phones: what the receivers of text messages would see."""

from typing import TYPE_CHECKING

from flask import Flask, render_template

from vaxel_simulators.showing import SHOWN, by_recipient, prepare

if TYPE_CHECKING:
    from vaxel_simulators.elks.simulator import ElksSimulator


def add_pages(app: Flask, simulator: "ElksSimulator") -> None:
    """Add the page with all phones."""
    prepare(app, simulator)

    @app.get("/phones/")
    def phones_page() -> str:
        phones = by_recipient(simulator.bubbles(), lambda bubble: bubble.message.to)
        return render_template("phones.html", phones=phones[:SHOWN], hidden=len(phones[SHOWN:]))

    _ = phones_page  # registered above
