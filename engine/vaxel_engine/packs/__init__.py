"""Brand packs: the designers' files of one brand, read once, checked, frozen and named by their digest."""

from vaxel_engine.packs.blocks import Block
from vaxel_engine.packs.pack import Pack
from vaxel_engine.packs.reading import load, packs
from vaxel_engine.packs.store import load_published
from vaxel_engine.packs.words import Words

__all__ = ["Block", "Pack", "Words", "load", "load_published", "packs"]
