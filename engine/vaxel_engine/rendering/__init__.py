"""Rendering: one document and one pack in, finished artifacts out; the same function for preview and for production."""

from vaxel_engine.rendering.rendering import Rendering, kinds_of, render, render_all

__all__ = ["Rendering", "kinds_of", "render", "render_all"]
