"""The dispatcher: documents of the ledger, each rendered, frozen and handed over through its channel, once."""

from vaxel_channels.dispatcher.loop import Dispatcher, Progress
from vaxel_channels.dispatcher.settings import CommitPoint, DispatchSettings, Render
from vaxel_channels.hours import Service
from vaxel_channels.routing import SenderPolicy

__all__ = ["CommitPoint", "DispatchSettings", "Dispatcher", "Progress", "Render", "SenderPolicy", "Service"]
