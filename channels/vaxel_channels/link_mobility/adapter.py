"""LINK Mobility among the SMS gateways: its words, and how it gets a text."""

from vaxel_channels.contract import Limit, Order
from vaxel_channels.link_mobility import wire
from vaxel_channels.link_mobility.settings import LinkMobilitySettings
from vaxel_channels.text_gateway import Gateway, TextGateway
from vaxel_channels.texting import Text
from vaxel_engine.errors import Refused

LINK = Gateway(
    name="LINK Mobility",
    path="/sms/send",
    media_type="application/json",
    delivered_means="LINK Mobility reported 1001 or 1007, for the last part of a long text",
    mend="`username`, `password`, `platform_id`, `platform_partner_id`, `report_gate` or `base_url`",
    look="its delivery report or its log will tell, so look there",
)

MOST_PARTS = 254
_SOURCE = "SMS REST API 1.18, read 2026-11-22"


class LinkMobility(TextGateway):
    """The channel to LINK Mobility; safe to use from several threads."""

    def __init__(self, settings: LinkMobilitySettings) -> None:
        self._settings = settings
        most = min(settings.max_parts, MOST_PARTS)
        limits = (Limit("parts of one text", most, f"setting max_parts; {MOST_PARTS} by {_SOURCE}"),)
        super().__init__(LINK, settings, wire, limits=limits)

    def freeze(self, order: Order, text: Text) -> bytes:
        """The JSON that LINK Mobility gets.

        Raises:
            Refused: the text holds an emoji.
        """
        if any(ord(character) > 0xFFFF for character in text.words):
            raise Refused(
                f"SMS cannot take document {order.document.reference}: LINK Mobility carries no character beyond four "
                "hexadecimal digits, such as an emoji; take it out of the words of the pack."
            )
        settings = self._settings
        return wire.request(
            source=settings.sender_name,
            source_type=settings.source_type,
            to=text.to,
            text=text.words,
            platform=settings.platform_id,
            partner=settings.platform_partner_id,
            gate=settings.report_gate,
            key=order.key,
        )
