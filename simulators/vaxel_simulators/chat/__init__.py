"""A chat that takes words at an incoming webhook, for the example of a channel of one's own."""

from vaxel_simulators.chat.simulator import ChatSimulator

__all__ = ["ChatSimulator"]
