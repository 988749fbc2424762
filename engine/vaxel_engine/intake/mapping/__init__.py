"""Declarative mappings: a TOML file says how a CSV or any vendor's XML becomes documents."""

from vaxel_engine.intake.mapping.draft import Draft
from vaxel_engine.intake.mapping.drafting import draft_for
from vaxel_engine.intake.mapping.file import load
from vaxel_engine.intake.mapping.records import format_of

__all__ = ["Draft", "draft_for", "format_of", "load"]
