"""The one call to LINK Mobility; each failure becomes one of the contract's errors."""

import base64
from collections.abc import Sequence
from typing import assert_never

from vaxel_channels.contract import Allowance, Capabilities, Consignment, Limit, Order, Reach, Receipt, Repeat
from vaxel_channels.exchange import connect, exchange
from vaxel_channels.link_mobility import wire
from vaxel_channels.link_mobility.settings import LinkMobilitySettings
from vaxel_channels.texting import Gatekeeper
from vaxel_engine.artifact import ArtifactKind
from vaxel_engine.errors import OutcomeUnknown, Refused, Unreachable
from vaxel_engine.model import DocumentKind, Recipient
from vaxel_ledger.states import Status

_SOURCE = "SMS REST API 1.18, read 2026-11-22"


class LinkMobility:
    """The channel to LINK Mobility; safe to use from several threads."""

    def __init__(self, settings: LinkMobilitySettings) -> None:
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
            title="SMS (LINK Mobility)",
            kinds=frozenset(DocumentKind),
            artifacts=(ArtifactKind.SMS, ArtifactKind.WEB),
            repeat=Repeat.NEITHER,
            delivered_means="LINK Mobility reported 1001 or 1007, for the last part of a long text",
            receipts="delivery reports, posted to us",
            limits=(
                Limit("parts of one text", min(self._settings.max_parts, 254), f"setting max_parts; 254 by {_SOURCE}"),
            ),
        )

    def use_allowance(self, allowance: Allowance) -> None:
        """Count the day's parts by this from now on."""
        self._gate.use_allowance(allowance)

    def look_up(self, recipients: Sequence[Recipient]) -> Sequence[Reach]:
        """A number is all that can be known beforehand; one where texts may not go is a miss of our own making."""
        return [self._gate.reach(recipient) for recipient in recipients]

    def prepare(self, order: Order) -> Consignment:
        """Freeze the JSON that LINK Mobility gets.

        Raises:
            Refused: no number, one where texts may not go, or a text that is too long or holds an emoji.
        """
        text = self._gate.admitted(order)
        if any(ord(character) > 0xFFFF for character in text.words):
            raise Refused(
                f"SMS cannot take document {order.document.reference}: LINK Mobility carries no character beyond four "
                "hexadecimal digits, such as an emoji; take it out of the words of the pack."
            )
        settings = self._settings
        payload = wire.request(
            source=settings.sender_name,
            source_type=settings.source_type,
            to=text.to,
            text=text.words,
            platform=settings.platform_id,
            partner=settings.platform_partner_id,
            gate=settings.report_gate,
            key=order.key,
        )
        return Consignment(key=order.key, channel="sms", address=text.to, payload=payload, details=text.details)

    def send(self, consignment: Consignment) -> Receipt:
        """Hand the text over; a repeat would be a second text, so an unknown outcome is never tried again."""
        about = f"consignment {consignment.key[:12]}"
        self._gate.count(consignment)
        request = self._client.build_request(
            "POST",
            "/sms/send",
            content=consignment.payload,
            headers={"authorization": self._authorization, "content-type": "application/json"},
        )
        answer = exchange(self._client, request, provider="LINK Mobility", about=about)
        receipt = wire.receipt(answer)
        words = wire.in_their_words(answer, hide=consignment.address)
        if receipt is not None:
            if receipt.status is Status.FAILED:
                raise Refused(f"LINK Mobility took {about} as {receipt.reference} and said at once: {words}.")
            return receipt
        verdict = wire.verdict(answer)
        match verdict:
            case wire.Verdict.REFUSED:
                raise Refused(f"LINK Mobility refused {about}: {words}.")
            case wire.Verdict.NOT_LET_IN:
                raise Unreachable(
                    f"LINK Mobility did not let us in with {about} ({words}): nothing was taken; mend `username`, "
                    "`password`, `platform_id`, `platform_partner_id`, `report_gate` or `base_url`, then it goes again."
                )
            case wire.Verdict.COME_AGAIN:
                raise Unreachable(
                    f"LINK Mobility took nothing of {about} now: {words}.", retry_after=answer.retry_after
                )
            case wire.Verdict.UNKNOWN:
                raise OutcomeUnknown(
                    f"LINK Mobility answered {about} in a way that does not say whether it was taken: {words}; its "
                    "delivery report or its log will tell, so look there before it is handed over again."
                )
            case _:
                assert_never(verdict)

    def close(self) -> None:
        """Close the connections."""
        self._client.close()
