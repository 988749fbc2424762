"""How many parts a text message takes: GSM 7-bit where its characters allow, else UCS-2 (3GPP TS 23.038, 23.040)."""

from dataclasses import dataclass

_BASIC = (
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿"
    "abcdefghijklmnopqrstuvwxyzäöñüà"
)
_EXTENDED = "^{}\\[~]|€\f"
"""Characters that take two places, an escape and themselves."""


@dataclass(frozen=True, slots=True)
class Measured:
    """What a text message takes: `room` is how many characters (septets or UCS-2 units) its segments hold."""

    encoding: str
    characters: int
    segments: int
    room: int


def measure(words: str) -> Measured:
    """Count the segments of a text message."""
    if all(character in _BASIC or character in _EXTENDED for character in words):
        return _measured("GSM-7", len(words) + sum(character in _EXTENDED for character in words), 160, 153)
    return _measured("UCS-2", len(words.encode("utf-16-be")) // 2, 70, 67)


def _measured(encoding: str, characters: int, alone: int, joined: int) -> Measured:
    segments = 1 if characters <= alone else -(-characters // joined)
    return Measured(encoding, characters, segments, alone if segments == 1 else segments * joined)
