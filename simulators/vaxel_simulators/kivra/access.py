"""Who may do what at Kivra: client sign-in, bearer tokens that expire, and their dotted scopes."""

import datetime as dt
import random
import re
import threading
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from vaxel_simulators.arrivals import Clock
from vaxel_simulators.kivra.rules import KivraRefusal

KEY = re.compile("[0-9]{10}[a-f0-9]{32}")  # Kivra's OpenAPI description: the form of every key


@dataclass(frozen=True, slots=True)
class _Token:
    expires: dt.datetime
    scopes: tuple[str, ...]


class Access:
    """The tokens issued so far; safe to use from several threads."""

    def __init__(self, profile: Mapping[str, Any], clock: Clock, seed: int) -> None:
        self._client: Mapping[str, str] = profile["client"]
        self._seconds: int = profile["limits"]["token_seconds"]
        self._clock = clock
        self._random = random.Random(f"token {seed}")  # noqa: S311 - repeatable tokens, nothing secret
        self._lock = threading.Lock()
        self._tokens: dict[str, _Token] = {}

    def sign_in(self, form: Mapping[str, Sequence[str]], user: str | None, password: str | None) -> dict[str, object]:
        """Issue a token.

        Raises:
            KivraRefusal: 40104, 40001 or 40003.
        """
        if (user, password) != (self._client["id"], self._client["secret"]):
            raise KivraRefusal(40104)
        if form.get("grant_type") != ["client_credentials"] or set(form) - {"grant_type", "scope"}:
            raise KivraRefusal(40001)
        granted = self._granted()
        asked = tuple(" ".join(form.get("scope", [])).split()) or granted
        if not all(any(_covers(grant, scope) for grant in granted) for scope in asked):
            raise KivraRefusal(40003)
        with self._lock:
            token = f"{self._random.getrandbits(160):040x}"
            self._tokens[token] = _Token(self._clock() + dt.timedelta(seconds=self._seconds), asked)
        return {
            "state": "",
            "access_token": token,
            "expires_in": self._seconds,
            "scope": " ".join(asked),
            "token_type": "bearer",
        }

    def authorise(self, header: str | None, tenant: str, scope: str) -> None:
        """Check the bearer token, the tenant and the scope.

        Raises:
            KivraRefusal: 40100, 40400, 40300 or 40301.
        """
        scheme, _, secret = (header or "").partition(" ")
        with self._lock:
            token = self._tokens.get(secret)
        if scheme.lower() != "bearer" or token is None or token.expires <= self._clock():
            raise KivraRefusal(40100)
        if not KEY.fullmatch(tenant):
            raise KivraRefusal(40400)
        if tenant != self._client["tenant_key"]:
            raise KivraRefusal(40300)
        if not any(_covers(granted, scope) for granted in token.scopes):
            raise KivraRefusal(40301)

    def expire(self) -> None:
        """Make every token issued so far worthless."""
        with self._lock:
            self._tokens.clear()

    def _granted(self) -> tuple[str, ...]:
        # The verbs and versions are Kivra's: content under v1, the person match under get.
        own = f"tenant.{self._client['tenant_key']}"
        return (
            f"post:kivra.v1.{own}.content",
            f"get:kivra.v2.{own}.usermatch.ssn",
            f"get:kivra.v2.{own}.usermatch.verified_email",
            f"post:kivra.v2.{own}.companymatch.vatnr",
        )


def _covers(granted: str, asked: str) -> bool:
    """Whether a grant covers a scope; `*` stands for one step and `**` for any number."""
    pattern = re.escape(granted).replace(r"\*\*", ".+").replace(r"\*", "[^.:]+")
    return re.fullmatch(pattern, asked) is not None
