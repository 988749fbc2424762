"""What every SMS gateway over HTTP does alike: one call per text, never a second; each answer an error or a receipt.

A gateway brings its words (`Gateway`), its wire, and how it freezes a text; see `elks/` and `link_mobility/`.
"""

import base64
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol, assert_never

from vaxel_channels.contract import Allowance, Capabilities, Consignment, Limit, Opening, Order, Reach, Receipt, Repeat
from vaxel_channels.exchange import Answer, connect
from vaxel_channels.texting import Gatekeeper, Text
from vaxel_engine.artifact import ArtifactKind
from vaxel_engine.errors import OutcomeUnknown, Refused, Unreachable
from vaxel_engine.model import DocumentKind, Recipient
from vaxel_ledger.states import Status


class Verdict(StrEnum):
    """What an answer that is not a success means to us."""

    REFUSED = "refused"
    NOT_LET_IN = "not let in"
    """Our credentials, rights or credit: nothing was taken, and every text would meet the same."""
    COME_AGAIN = "come again"
    UNKNOWN = "unknown"


class Wire(Protocol):
    """A gateway's words and ours: its module `wire`."""

    def receipt(self, answer: Answer) -> Receipt | None:
        """The receipt in an answer, None when it is not the documented success."""
        ...

    def verdict(self, answer: Answer) -> Verdict:
        """What an answer that is not a success means."""
        ...

    def in_their_words(self, answer: Answer, *, hide: str = "") -> str:
        """The gateway's own words, without anything that names a person."""
        ...


class GatewaySettings(Protocol):
    """What every gateway's table has."""

    @property
    def base_url(self) -> str: ...
    @property
    def username(self) -> str: ...
    @property
    def password(self) -> str: ...
    @property
    def timeout_seconds(self) -> float: ...
    @property
    def allowed_prefixes(self) -> tuple[str, ...]: ...
    @property
    def max_parts(self) -> int: ...
    @property
    def daily_cap(self) -> int: ...


@dataclass(frozen=True, slots=True)
class Gateway:
    """One gateway in words."""

    name: str
    """What sentences call it."""
    path: str
    """Where its one call goes."""
    media_type: str
    """Of what we freeze."""
    delivered_means: str
    mend: str
    """What to mend when it does not let us in, as a list of keys."""
    look: str
    """Where to look when its answer does not say what happened, as the end of a sentence."""


class TextGateway:
    """The channel to a gateway; safe to use from several threads."""

    def __init__(self, gateway: Gateway, settings: GatewaySettings, wire: Wire, *, limits: Sequence[Limit]) -> None:
        self._gateway, self._wire, self._limits = gateway, wire, tuple(limits)
        self._client = connect(settings.base_url, timeout_seconds=settings.timeout_seconds)
        pair = f"{settings.username}:{settings.password}".encode()
        self._authorization = f"Basic {base64.b64encode(pair).decode('ascii')}"
        self._gate = Gatekeeper(
            prefixes=settings.allowed_prefixes, max_parts=settings.max_parts, daily_cap=settings.daily_cap
        )

    def freeze(self, order: Order, text: Text) -> bytes:
        """The request body of one text: the same order gives the same bytes.

        Raises:
            Refused: the gateway does not carry this text.
        """
        raise NotImplementedError

    @property
    def capabilities(self) -> Capabilities:
        """What a text carries: words and a link, so the page behind the link must be there first."""
        return Capabilities(
            name="sms",
            title=f"SMS ({self._gateway.name})",
            kinds=frozenset(DocumentKind),
            artifacts=(ArtifactKind.SMS, ArtifactKind.WEB),
            repeat=Repeat.NEITHER,
            opening=Opening.LINK,
            delivered_means=self._gateway.delivered_means,
            receipts="delivery reports, posted to us",
            limits=self._limits,
        )

    def use_allowance(self, allowance: Allowance) -> None:
        """Count the day's parts by this from now on."""
        self._gate.use_allowance(allowance)

    def look_up(self, recipients: Sequence[Recipient]) -> Sequence[Reach]:
        """A number is all that can be known beforehand; one where texts may not go is a miss of our own making."""
        return [self._gate.reach(recipient) for recipient in recipients]

    def prepare(self, order: Order) -> Consignment:
        """Freeze what the gateway gets.

        Raises:
            Refused: no number, one where texts may not go, more parts than the settings allow, or a text that the
                gateway does not carry.
        """
        text = self._gate.admitted(order)
        payload = self.freeze(order, text)
        return Consignment(key=order.key, channel="sms", address=text.to, payload=payload, details=text.details)

    def send(self, consignment: Consignment) -> Receipt:
        """Hand the text over; a repeat would be a second text, so an unknown outcome is never tried again."""
        gateway, about = self._gateway, f"consignment {consignment.key[:12]}"
        self._gate.count(consignment)
        headers = {"authorization": self._authorization, "content-type": gateway.media_type}
        answer = self._client.exchange(
            "POST", gateway.path, consignment.payload, headers, provider=gateway.name, about=about
        )
        receipt = self._wire.receipt(answer)
        words = self._wire.in_their_words(answer, hide=consignment.address)
        if receipt is not None:
            if receipt.status is Status.FAILED:
                raise Refused(f"{gateway.name} took {about} as {receipt.reference} and said at once that it failed.")
            return receipt
        verdict = self._wire.verdict(answer)
        match verdict:
            case Verdict.REFUSED:
                raise Refused(f"{gateway.name} refused {about}: {words}.")
            case Verdict.NOT_LET_IN:
                raise Unreachable(
                    f"{gateway.name} did not let us in with {about} ({words}): nothing was taken; mend "
                    f"{gateway.mend}, then it goes again."
                )
            case Verdict.COME_AGAIN:
                raise Unreachable(
                    f"{gateway.name} took nothing of {about} now: {words}.", retry_after=answer.retry_after
                )
            case Verdict.UNKNOWN:
                raise OutcomeUnknown(
                    f"{gateway.name} answered {about} in a way that does not say whether it was taken: {words}; "
                    f"{gateway.look} before it is handed over again."
                )
            case _:
                assert_never(verdict)

    def close(self) -> None:
        """Close the connections."""
        self._client.close()
