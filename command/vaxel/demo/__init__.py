"""The demo: the whole run on the samples, with every provider played by a local stand-in."""

from vaxel.demo.run import Demo, every_channel_name

__all__ = ["Demo", "every_channel_name"]
