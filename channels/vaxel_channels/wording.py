"""A provider's own words, fit for an error: short, on one line, without numbers or addresses that name a person."""

import re
from collections.abc import Iterable

_LONGEST = 200
_ADDRESS = re.compile(r"[^\s<>@]+@[^\s<>@]+")
_LONG_NUMBER = re.compile(r"\+?\d(?:[ \-]?\d){5,}")
_MARKUP = re.compile(r"<[^<>]*>")


def quoted(words: str, *, hide: Iterable[str] = ()) -> str:
    """Return `words` in quotation marks; addresses, numbers of six digits or more and each of `hide` are blacked out.

    Providers echo what they refuse: personal numbers, telephone numbers, e-mail addresses.
    """
    text = words
    for private in sorted((h for h in hide if h), key=len, reverse=True):
        text = re.sub(re.escape(private), "…", text, flags=re.IGNORECASE)
    text = _LONG_NUMBER.sub("…", _ADDRESS.sub("…", text))
    text = " ".join("".join(ch if ch.isprintable() else " " for ch in _MARKUP.sub(" ", text)).split())
    if len(text) > _LONGEST:
        text = text[: _LONGEST - 1] + "…"
    return f'"{text}"' if text else "no words of its own"
