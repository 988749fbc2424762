"""Whom the simulated Digipost knows: people, organisations, and what becomes of what is for them."""

from collections.abc import Mapping
from functools import cache
from typing import Any

from vaxel_simulators.tables import magic

MANY = "many"
"""In the place of a number: a name that fits several people."""


def known_as(named: str, profile: Mapping[str, Any]) -> str:
    """The number of whom a message names, by number or by name and post code; `MANY` where several fit."""
    if named.isdigit() and len(named) in (9, 11):
        return named
    recipients = profile["recipients"]
    if any(named.startswith(f"{name} ") for name in recipients["shared_names"]):
        return MANY
    return str(recipients["people"].get(named, ""))


def behaviour(number: str, profile: Mapping[str, Any]) -> str:
    """What the table of magic recipients says about a person's number; organisations are users or strangers."""
    if len(number) != 11:
        return "user" if number in profile["recipients"]["organisations"] else "stranger"
    if number[6:9] != profile["recipients"]["user_serial"]:
        return "stranger"
    return _born_special().get(number[4:6], "user")


def checks(number: str) -> bool:
    """Whether the check digits of a person's or an organisation's number are right."""
    if len(number) == 9:
        return _remainder((3, 2, 7, 6, 5, 4, 3, 2, 1), number) == 0
    first = _remainder((3, 7, 6, 1, 8, 9, 4, 5, 2, 1, 0), number)
    return first == _remainder((5, 4, 3, 2, 7, 6, 5, 4, 3, 2, 1), number) == 0


def _remainder(weights: tuple[int, ...], number: str) -> int:
    return sum(weight * int(digit) for weight, digit in zip(weights, number, strict=True)) % 11


@cache
def _born_special() -> dict[str, str]:
    return {row.address[-2:]: row.behaviour for row in magic("digipost") if " born 19" in row.address}
