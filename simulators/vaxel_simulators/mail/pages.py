"""The simulated mail client: what the recipients of e-mail would see."""

from typing import TYPE_CHECKING

from flask import Flask

if TYPE_CHECKING:
    from vaxel_simulators.mail.simulator import MailSimulator


def add_pages(app: Flask, simulator: "MailSimulator") -> None:
    """Add the mail client's pages to an application."""
