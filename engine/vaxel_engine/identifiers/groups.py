"""Digits in groups, as a person reads and types them."""


def from_right(digits: str, size: int) -> str:
    """Groups of `size`, counted from the right: "1234567" by four is "123 4567"."""
    head = len(digits) % size
    groups = ([digits[:head]] if head else []) + [digits[at : at + size] for at in range(head, len(digits), size)]
    return " ".join(groups)


def from_left(digits: str, *sizes: int) -> str:
    """Groups of the sizes given, the last size again and again: "988077917" by three is "988 077 917"."""
    groups: list[str] = []
    at = 0
    for size in sizes:
        groups.append(digits[at : at + size])
        at += size
    while at < len(digits):
        groups.append(digits[at : at + sizes[-1]])
        at += sizes[-1]
    return " ".join(group for group in groups if group)
