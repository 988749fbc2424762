"""The calls to Kivra: match recipients, hand a content over; each failure becomes one of the contract's errors."""

import base64
import datetime as dt
import threading
import time
from collections.abc import Callable, Sequence
from typing import assert_never
from urllib.parse import urlencode

from vaxel_channels.contract import Capabilities, Consignment, Limit, Order, Reach, Receipt, Repeat
from vaxel_channels.exchange import Answer, connect
from vaxel_channels.kivra import wire
from vaxel_channels.kivra.settings import KivraSettings
from vaxel_engine.artifact import ArtifactKind
from vaxel_engine.errors import OutcomeUnknown, Refused, Unreachable
from vaxel_engine.model import DocumentKind, Recipient

CONTENT_CAP = 1_000_000
"""Bytes of one content, the whole JSON object with its base64 ("1 MB"; the smaller reading of the word)."""

MATCH_CAP = 100_000
"""Identifiers in one match; Kivra takes 10 MB, about 500 000 of them."""

_SOURCE = "developer.kivra.com, read 2026-11-22"
_MATCH_PATHS = {wire.Register.PEOPLE: "usermatch/ssn", wire.Register.COMPANIES: "companymatch/vatnr"}
_TOKEN_MARGIN = 60.0  # seconds before its end at which a token is no longer used


class Kivra:
    """The channel to Kivra; safe to use from several threads."""

    def __init__(self, settings: KivraSettings, *, clock: Callable[[], float] = time.monotonic) -> None:
        self._settings = settings
        self._client = connect(settings.base_url, timeout_seconds=settings.timeout_seconds)
        self._clock = clock
        self._lock = threading.Lock()
        self._token = ""
        self._token_ends = 0.0

    @property
    def capabilities(self) -> Capabilities:
        """What Kivra carries; production recognises a repeat by the whole payload, the sandbox does not."""
        return Capabilities(
            name="kivra",
            title="Kivra",
            kinds=frozenset(DocumentKind),
            artifacts=(ArtifactKind.MAILBOX_PDF, ArtifactKind.MAILBOX_HTML, ArtifactKind.CARD),
            repeat=Repeat.NEITHER if self._settings.sandbox else Repeat.DEDUPLICATES,
            register_holds=dt.timedelta(hours=4),
            register_batch=MATCH_CAP,
            delivered_means="Kivra answered 201 with a content key; it documents no later confirmation",
            limits=(
                Limit("bytes of the whole content", CONTENT_CAP, _SOURCE),
                Limit("characters of a subject that are shown", wire.SUBJECT_VISIBLE, _SOURCE),
                Limit("contents per recipient and minute", 50, _SOURCE),
                Limit("recipients in one match, of some 500,000 in its 10 MB", MATCH_CAP, _SOURCE),
            ),
        )

    def look_up(self, recipients: Sequence[Recipient]) -> Sequence[Reach]:
        """Match people and companies, many in one call; Kivra's answer is a lower bound, so no miss is confirmed.

        Dormant users and those who just left are hidden from the match although a content would reach them.
        """
        addresses = [wire.address_of(recipient) for recipient in recipients]
        found: dict[wire.Address, Reach] = {}
        for register in wire.Register:
            asked = list(dict.fromkeys(a.value for a in addresses if a is not None and a.register is register))
            for start in range(0, len(asked), MATCH_CAP):
                found |= self._match(register, asked[start : start + MATCH_CAP])
        return [Reach.NO_ADDRESS if address is None else found[address] for address in addresses]

    def prepare(self, order: Order) -> Consignment:
        """Freeze the content that Kivra gets; its page was held to Kivra's rules where it was made.

        Raises:
            Refused: no Swedish personal or organisation number, or more than one megabyte without the page.
        """
        to = wire.address_of(order.document.recipient)
        if to is None:
            raise Refused(
                f"Kivra cannot take document {order.document.reference}: it states neither a Swedish personal number "
                "nor an organisation number; add one or choose another channel."
            )
        payload = wire.content(order, to)
        if len(payload) > CONTENT_CAP:  # the page accompanies the PDF: without it the document is still whole
            payload = wire.content(order, to, with_page=False)
        if len(payload) > CONTENT_CAP:
            raise Refused(
                f"Kivra cannot take document {order.document.reference}: the content is {len(payload):,} bytes and "
                f"Kivra takes {CONTENT_CAP:,}; make the PDF smaller (740,000 bytes fit) or choose another channel."
            )
        return Consignment(key=order.key, channel="kivra", address=to.value, payload=payload)

    def send(self, consignment: Consignment) -> Receipt:
        """Hand the content over. Repeating it is harmless in production, where Kivra compares the whole payload."""
        about = f"consignment {consignment.key[:12]}"
        answer = self._authorised("content", consignment.payload, about=about)
        receipt = wire.receipt(answer)
        if receipt is not None:
            return receipt
        words = wire.in_their_words(answer, hide=consignment.address)
        verdict = wire.verdict(answer)
        match verdict:
            case wire.Verdict.REFUSED:
                raise Refused(f"Kivra refused {about}: {words}.")
            case wire.Verdict.NOT_LET_IN:
                raise Unreachable(_not_let_in(about, words))
            case wire.Verdict.COME_AGAIN:
                raise Unreachable(f"Kivra took nothing of {about}: {words}; try again.", retry_after=answer.retry_after)
            case wire.Verdict.FAULT if not self._settings.sandbox:
                # "5xx: safe to retry because of the duplicate control", which production alone has (read 2026-11-22).
                raise Unreachable(
                    f"Kivra failed on {about}: {words}; try again with the same bytes.", retry_after=answer.retry_after
                )
            case wire.Verdict.FAULT | wire.Verdict.CONFLICT | wire.Verdict.UNKNOWN:
                raise OutcomeUnknown(
                    f"Kivra answered {about} in a way that does not say whether it arrived: {words}; look in Kivra "
                    "before it is handed over again."
                )
            case _:
                assert_never(verdict)

    def close(self) -> None:
        """Close the connections."""
        self._client.close()

    def _match(self, register: wire.Register, asked: list[str]) -> dict[wire.Address, Reach]:
        try:
            answer = self._authorised(_MATCH_PATHS[register], wire.match_request(asked), about="a match")
            hits = wire.matched(answer)
        except (Unreachable, OutcomeUnknown):
            hits = None
        if hits is None:  # an error is not an answer: never take it for "not a user"
            return {wire.Address(register, one): Reach.UNKNOWN for one in asked}
        return {wire.Address(register, one): Reach.HIT if one in hits else Reach.UNMATCHED for one in asked}

    def _authorised(self, path: str, body: bytes, *, about: str) -> Answer:
        token = self._current_token(about=about)
        answer = self._post(path, body, token=token, about=about)
        if answer.status == 401:  # expired before its time, or rights were granted after it was issued: once anew
            answer = self._post(path, body, token=self._current_token(instead_of=token, about=about), about=about)
        return answer

    def _post(self, path: str, body: bytes, *, token: str, about: str) -> Answer:
        headers = {"authorization": f"Bearer {token}", "content-type": "application/json"}
        path = f"/v2/tenant/{self._settings.tenant_key}/{path}"
        return self._client.exchange("POST", path, body, headers, provider="Kivra", about=about)

    def _current_token(self, *, about: str, instead_of: str = "") -> str:
        with self._lock:
            if not self._token or self._token == instead_of or self._clock() >= self._token_ends:
                self._token, lives = self._new_token(about=about)
                self._token_ends = self._clock() + lives - min(_TOKEN_MARGIN, lives / 2)
            return self._token

    def _new_token(self, *, about: str) -> tuple[str, float]:
        form = {"grant_type": "client_credentials"} | ({"scope": self._settings.scope} if self._settings.scope else {})
        pair = f"{self._settings.client_id}:{self._settings.client_secret}".encode()
        headers = {
            "authorization": f"Basic {base64.b64encode(pair).decode('ascii')}",
            "content-type": "application/x-www-form-urlencoded",
        }
        body = urlencode(form).encode("ascii")
        try:
            answer = self._client.exchange(
                "POST", "/v1/auth", body, headers, provider="Kivra", about=f"the key to {about}"
            )
        except OutcomeUnknown as error:
            raise Unreachable(f"Kivra gave no access token, so {about} was not handed over: try again.") from error
        granted = wire.token(answer)
        if granted is not None:
            return granted
        if answer.status in (400, 401, 403):
            raise Unreachable(_not_let_in(about, wire.in_their_words(answer)))
        raise Unreachable(
            f"Kivra gave no access token ({wire.in_their_words(answer)}), so {about} was not handed over: try again.",
            retry_after=answer.retry_after,
        )


def _not_let_in(about: str, words: str) -> str:
    # Not `Refused`: nothing was taken, and an expired secret must not turn a million invoices into paper.
    return (
        f"Kivra did not let us in with {about} ({words}): nothing was taken; mend `client_id`, `client_secret` or the "
        "rights of the client, then it goes again."
    )
