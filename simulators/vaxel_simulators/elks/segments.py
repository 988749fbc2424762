"""How many parts a text message takes, from the alphabet of 3GPP TS 23.038, counted independently of anyone else."""

# Written from the code table, position 0x00 to 0x7F, without 0x1B (escape) and with both spellings of 0x09.
BASIC = frozenset(
    "@£$¥èéùìòÇç\nØø\rÅå"
    "Δ_ΦΓΛΩΠΨΣΘΞÆæßÉ"
    " !\"#¤%&'()*+,-./0123456789:;<=>?"
    "¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§"
    "¿abcdefghijklmnopqrstuvwxyzäöñüà"
)
EXTENDED = frozenset("\f^{}\\[~]|€")
SINGLE_SEPTETS, JOINED_SEPTETS = 160, 153  # 3GPP TS 23.040: the header of joined messages costs seven septets
SINGLE_UNITS, JOINED_UNITS = 70, 67  # UCS-2


def count_parts(message: str) -> int:
    """The number of parts; an escape pair or surrogate pair is never split between two of them."""
    if all(character in BASIC or character in EXTENDED for character in message):
        return _fill([2 if character in EXTENDED else 1 for character in message], SINGLE_SEPTETS, JOINED_SEPTETS)
    return _fill([len(character.encode("utf-16-be")) // 2 for character in message], SINGLE_UNITS, JOINED_UNITS)


def _fill(widths: list[int], single: int, joined: int) -> int:
    if sum(widths) <= single:
        return 1
    parts, used = 1, 0
    for width in widths:
        if used + width > joined:
            parts, used = parts + 1, 0
        used += width
    return parts
