"""The alphabet of SMS (3GPP TS 23.038) and how many parts a text takes (3GPP TS 23.040), counted exactly."""

from dataclasses import dataclass
from typing import Literal

_BASIC = frozenset(
    "@£$¥èéùìò\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿"
    "abcdefghijklmnopqrstuvwxyzäöñüà"
)
"""3GPP TS 23.038 §6.2.1 without 0x09: tables differ on whether it is a small or a capital c with cedilla, so neither
is relied on."""

_EXTENSION = frozenset("\f^{}\\[~]|€")
"""3GPP TS 23.038 §6.2.1.1: each costs an escape and a character, two septets that stay together."""

GSM7_SINGLE, GSM7_PART = 160, 153
"""Septets in one message, and in a part of a concatenated one, whose header takes seven (3GPP TS 23.040 §9.2.3.24)."""
UCS2_SINGLE, UCS2_PART = 70, 67
"""UTF-16 code units in one message, and in each part of a concatenated one."""

_PLAIN = str.maketrans(
    {
        "\u00a0": " ",
        "\u202f": " ",
        "\u2007": " ",
        "\u2009": " ",
        "\u2212": "-",
        "\u2010": "-",
        "\u2011": "-",
        "\u2013": "-",
        "\u2014": "-",
        "\u2018": "'",
        "\u2019": "'",
        "\u201a": "'",
        "\u201c": '"',
        "\u201d": '"',
        "\u201e": '"',
        "\u00ab": '"',
        "\u00bb": '"',
        "\u2026": "...",
        "\u2022": "-",
        "\u00ad": None,
        "\u200b": None,
    }
)

Encoding = Literal["GSM-7", "UCS-2"]


@dataclass(frozen=True, slots=True)
class Segments:
    """What a text costs on the air.

    `units` counts septets or UTF-16 code units, `parts` is the text as it is cut. `because` is the first character that
    is not in the alphabet of SMS and makes the whole text UCS-2; None for GSM-7.
    """

    encoding: Encoding
    units: int
    parts: tuple[str, ...]
    because: str | None

    @property
    def count(self) -> int:
        """How many messages are paid for."""
        return len(self.parts)

    @property
    def reason(self) -> str | None:
        """Why the text is UCS-2, e.g. "U+2019 ’"; None for GSM-7."""
        return None if self.because is None else f"U+{ord(self.because):04X} {self.because}"


def segments(text: str) -> Segments:
    """Count and cut `text` as a phone network does; an empty text is one part."""
    because = next((ch for ch in text if ch not in _BASIC and ch not in _EXTENSION), None)
    if because is None:
        costs = [2 if ch in _EXTENSION else 1 for ch in text]
        return Segments("GSM-7", sum(costs), _cut(text, costs, GSM7_SINGLE, GSM7_PART), None)
    costs = [2 if ord(ch) > 0xFFFF else 1 for ch in text]
    return Segments("UCS-2", sum(costs), _cut(text, costs, UCS2_SINGLE, UCS2_PART), because)


def plain(text: str) -> str:
    """`text` with typographic spaces, dashes and quotes as the alphabet of SMS has them; letters are left alone."""
    return text.translate(_PLAIN)


def _cut(text: str, costs: list[int], single: int, part: int) -> tuple[str, ...]:
    """Parts that fill up from the left; an escape pair or a surrogate pair that does not fit begins the next one."""
    if sum(costs) <= single:
        return (text,)
    parts: list[str] = []
    begin, used = 0, 0
    for at, cost in enumerate(costs):
        if used + cost > part:
            parts.append(text[begin:at])
            begin, used = at, 0
        used += cost
    parts.append(text[begin:])
    return tuple(parts)
