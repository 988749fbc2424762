"""Numbers that name persons, organisations, accounts and payments: checked, made equal, and grouped for reading."""

from vaxel_engine.identifiers.scheme import Scheme, grouped, is_valid, normal

__all__ = ["Scheme", "grouped", "is_valid", "normal"]
