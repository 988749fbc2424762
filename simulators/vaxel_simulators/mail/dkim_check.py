"""Whether a domain vouches for a message: DKIM (RFC 6376) checked by dkimpy, with keys from a table instead of DNS."""

from collections.abc import Mapping
from email.utils import parseaddr
from enum import StrEnum
from typing import Protocol, cast

import dkim

from vaxel_simulators.mail.rules import parse


class Verdict(StrEnum):
    """What the check of signatures said."""

    NONE = "unsigned"
    PASS = "pass"  # noqa: S105 - RFC 8601 calls it so
    FAIL = "broken signature"
    UNALIGNED = "another domain"
    """A good signature of a domain that is not the author's: worth nothing to DMARC (RFC 7489 §3.1.1)."""


class _Checker(Protocol):
    domain: bytes

    def verify(self, idx: int, dnsfunc: object) -> bool: ...


SHORTEST_KEY = 1024  # bits, RFC 8301 §3.2
MOST_SIGNATURES = 5


def verify(body: bytes, keys: Mapping[str, str]) -> Verdict:
    """Check each signature until one is good and of the author's domain."""
    message = parse(body)
    count = len(message.get_all("dkim-signature", []))
    if not count:
        return Verdict.NONE

    def answer(name: bytes, timeout: int = 5) -> bytes | None:  # noqa: ARG001 - dkimpy gives it
        text = keys.get(name.decode("ascii", "replace").rstrip("."))
        return None if text is None else text.encode()

    author = parseaddr(str(message["from"]))[1].rpartition("@")[2].lower()
    verdict = Verdict.FAIL
    for ordinal in range(min(count, MOST_SIGNATURES)):
        checker = cast(_Checker, dkim.DKIM(body, minkey=SHORTEST_KEY))
        try:
            good = checker.verify(ordinal, answer)
        except dkim.DKIMException:
            good = False
        if not good:
            continue
        domain = checker.domain.decode("ascii", "replace").lower()
        if author == domain or author.endswith(f".{domain}"):
            return Verdict.PASS
        verdict = Verdict.UNALIGNED
    return verdict
