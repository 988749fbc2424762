"""The simulated mailbox: what the recipients of a Kivra simulator would see."""

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from flask import Flask

if TYPE_CHECKING:
    from vaxel_simulators.kivra.simulator import MailboxItem


def add_pages(app: Flask, items: "Callable[[], Sequence[MailboxItem]]") -> None:
    """Add the mailbox pages to an application."""
