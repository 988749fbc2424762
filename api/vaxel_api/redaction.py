"""Personal numbers masked in what is logged: Swedish, Norwegian, Danish and Finnish, with or without separators.

Whatever could be one is masked: in a log a masked order number costs nothing, a shown personal number does.
"""

import re

MASK = "[personal number]"

# yyyymmdd-nnnn, yymmdd+nnnn and yymmddnnnn; a Danish CPR number is ddmmyy-nnnn
_TEN = re.compile(r"(?<!\d)(?:\d{2})?(\d{2})(\d{2})(\d{2})[-+ ]?\d{4}(?!\d)")
# ddmmyy nnnnn
_NORWEGIAN = re.compile(r"(?<!\d)(\d{2})(\d{2})\d{2} ?\d{5}(?!\d)")
# ddmmyyCnnnQ; the century signs as widened in 2023
_FINNISH = re.compile(r"(?<!\d)(\d{2})(\d{2})\d{2}[-+A-FU-Ya-fu-y]\d{3}[0-9A-Ya-y](?![0-9A-Za-z])")


def redact(text: str) -> str:
    """The text without anything that could be a personal number."""
    text = _NORWEGIAN.sub(_norwegian, text)
    text = _FINNISH.sub(lambda found: MASK if _day(found[1]) and _month(found[2]) else found[0], text)
    return _TEN.sub(_ten, text)


def _ten(found: re.Match[str]) -> str:
    first, month, last = found[1], found[2], found[3]
    swedish = _month(month) and (_day(last) or _day(last, 60))  # a samordningsnummer has the day plus 60
    danish = _month(month) and (_day(first) or _day(first, 60))  # an erstatnings-CPR has the day plus 60
    return MASK if swedish or danish else found[0]


def _norwegian(found: re.Match[str]) -> str:
    # A D-number has the day plus 40, an H-number the month plus 40, synthetic ones the month plus 65 or 80.
    day = _day(found[1]) or _day(found[1], 40)
    return MASK if day and any(_month(found[2], more) for more in (0, 40, 65, 80)) else found[0]


def _day(text: str, more: int = 0) -> bool:
    return 1 <= int(text) - more <= 31


def _month(text: str, more: int = 0) -> bool:
    return 1 <= int(text) - more <= 12
