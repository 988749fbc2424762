"""The demo: the whole run on the samples, with every provider played by a local stand-in."""

from vaxel.demo.run import Demo

__all__ = ["Demo"]
