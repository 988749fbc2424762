"""The SMS of a document: who, how much, by when, and the link; in one message wherever that can be done."""

from vaxel_engine.errors import Unrenderable
from vaxel_engine.gsm import plain, segments
from vaxel_engine.rendering.rendering import Rendering

_SHORTEST = 3
"""Characters of a shortened sender or subject; below that a name says nothing and is left whole."""


def render_sms(rendering: Rendering) -> bytes:
    """The text in UTF-8. Link, amount and date stand uncut in every text; raises Unrenderable for a link with a space.

    When one message is too short for all of it, the sender's name gives way first, then a message's subject. When even
    that is not enough, nothing is shortened and the text takes as many messages as it needs.
    """
    return rendering.emit("sms", text(rendering)).encode()


def text(rendering: Rendering) -> str:
    """The text of the SMS; `vaxel_engine.gsm.segments` says what it costs."""
    link = rendering.link
    if not link or any(ch.isspace() or not ch.isprintable() for ch in link):
        raise Unrenderable(
            f"{rendering.document.reference}: the link of the SMS has a space in it; give one https address"
        )
    facts, words = rendering.facts, rendering.words
    pay = facts.to_pay
    if pay is None:
        name, values = "sms.message", {"subject": _line(facts.title)}
    else:
        name = f"sms.{pay.state}" + ("" if pay.date or pay.state in ("nothing", "credit") else "_undated")
        values = {"amount": pay.amount or "", "date": pay.date.in_words if pay.date else ""}
    values = {"sender": _line(facts.seller.brand), **{key: plain(value) for key, value in values.items()}}

    def written(values: dict[str, str]) -> str:
        return f"{plain(words.fill(name, **values))} {link}"

    whole = written(values)
    if segments(whole).count == 1:
        return whole
    shorter = dict(values)
    for part in ("sender", "subject"):
        if part not in shorter:
            continue
        for cut in _shortened(values[part]):
            shorter[part] = cut
            candidate = written(shorter)
            if segments(candidate).count == 1:
                return candidate
    return whole


def _shortened(words: str) -> list[str]:
    """Ever shorter forms: whole words first, then letters with a full stop."""
    pieces = words.split(" ")
    by_word = [" ".join(pieces[:keep]).rstrip(" ,&-") for keep in range(len(pieces) - 1, 0, -1)]
    first = by_word[-1] if by_word else words
    by_letter = [f"{first[:keep]}." for keep in range(len(first) - 2, _SHORTEST - 1, -1)]
    return [form for form in by_word if len(form) >= _SHORTEST] + by_letter


def _line(words: str) -> str:
    """Words on one line, in the alphabet of SMS as far as it has them."""
    return " ".join(plain(words).split())
