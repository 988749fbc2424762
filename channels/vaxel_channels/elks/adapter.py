"""The one call to 46elks; each failure becomes one of the contract's errors."""

import base64
from collections.abc import Sequence
from typing import assert_never

from vaxel_channels.contract import Allowance, Capabilities, Consignment, Limit, Order, Reach, Receipt, Repeat
from vaxel_channels.elks import wire
from vaxel_channels.elks.settings import ElksSettings
from vaxel_channels.exchange import connect, exchange
from vaxel_channels.texting import Gatekeeper
from vaxel_engine.artifact import ArtifactKind
from vaxel_engine.errors import OutcomeUnknown, Refused, Unreachable
from vaxel_engine.model import DocumentKind, Recipient
from vaxel_ledger.states import Status


class Elks:
    """The channel to 46elks; safe to use from several threads."""

    def __init__(self, settings: ElksSettings) -> None:
        self._settings = settings
        self._client = connect(settings.base_url, timeout_seconds=settings.timeout_seconds)
        pair = f"{settings.username}:{settings.password}".encode()
        self._authorization = f"Basic {base64.b64encode(pair).decode('ascii')}"
        self._gate = Gatekeeper(
            prefixes=settings.allowed_prefixes, max_parts=settings.max_parts, daily_cap=settings.daily_cap
        )

    @property
    def capabilities(self) -> Capabilities:
        """What a text carries: words and a link, so the page behind the link must be there first."""
        return Capabilities(
            name="sms",
            title="SMS (46elks)",
            kinds=frozenset(DocumentKind),
            artifacts=(ArtifactKind.SMS, ArtifactKind.WEB),
            repeat=Repeat.NEITHER,
            delivered_means="46elks reported the state delivered",
            receipts="delivery reports, posted to us",
            limits=(
                Limit("characters of an alphanumeric sender", 11, "46elks.com/docs, read 2026-11-22"),
                Limit("parts of one text", self._settings.max_parts, "setting max_parts"),
            ),
        )

    def use_allowance(self, allowance: Allowance) -> None:
        """Count the day's parts by this from now on."""
        self._gate.use_allowance(allowance)

    def look_up(self, recipients: Sequence[Recipient]) -> Sequence[Reach]:
        """A number is all that can be known beforehand; one where texts may not go is a miss of our own making."""
        return [self._gate.reach(recipient) for recipient in recipients]

    def prepare(self, order: Order) -> Consignment:
        """Freeze the form that 46elks gets.

        Raises:
            Refused: no number, a number where texts may not go, or a text of more parts than the settings allow.
        """
        text = self._gate.admitted(order)
        payload = wire.form(
            sender=self._settings.sender_name,
            to=text.to,
            text=text.words,
            report_url=self._settings.report_url,
            keep_text=self._settings.keep_text,
        )
        return Consignment(key=order.key, channel="sms", address=text.to, payload=payload, details=text.details)

    def send(self, consignment: Consignment) -> Receipt:
        """Hand the text over; a repeat would be a second text, so an unknown outcome is never tried again."""
        about = f"consignment {consignment.key[:12]}"
        self._gate.count(consignment)
        request = self._client.build_request(
            "POST",
            "/a1/sms",
            content=consignment.payload,
            headers={"authorization": self._authorization, "content-type": "application/x-www-form-urlencoded"},
        )
        answer = exchange(self._client, request, provider="46elks", about=about)
        receipt = wire.receipt(answer)
        if receipt is not None:
            if receipt.status is Status.FAILED:
                raise Refused(f"46elks took {about} as {receipt.reference} and said at once that it failed.")
            return receipt
        words = wire.in_their_words(answer, hide=consignment.address)
        verdict = wire.verdict(answer)
        match verdict:
            case wire.Verdict.REFUSED:
                raise Refused(f"46elks refused {about}: {words}.")
            case wire.Verdict.NOT_LET_IN:
                raise Unreachable(
                    f"46elks did not let us in with {about} ({words}): nothing was taken; mend `username`, `password`, "
                    "`base_url` or the account's credit, then it goes again."
                )
            case wire.Verdict.COME_AGAIN:
                raise Unreachable(f"46elks took nothing of {about} now: {words}.", retry_after=answer.retry_after)
            case wire.Verdict.UNKNOWN:
                raise OutcomeUnknown(
                    f"46elks answered {about} in a way that does not say whether it was taken: {words}; look in its "
                    "log before it is handed over again."
                )
            case _:
                assert_never(verdict)

    def close(self) -> None:
        """Close the connections."""
        self._client.close()
