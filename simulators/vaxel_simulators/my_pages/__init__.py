"""A sender's own customer pages, which take documents by the interface that Vaxel proposes."""

from vaxel_simulators.my_pages.simulator import MyPagesSimulator

__all__ = ["MyPagesSimulator"]
