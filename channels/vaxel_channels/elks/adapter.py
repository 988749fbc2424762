"""46elks among the SMS gateways: its words, and how it gets a text."""

from vaxel_channels.contract import Limit, Order
from vaxel_channels.elks import wire
from vaxel_channels.elks.settings import ElksSettings
from vaxel_channels.text_gateway import Gateway, TextGateway
from vaxel_channels.texting import Text

ELKS = Gateway(
    name="46elks",
    path="/a1/sms",
    media_type="application/x-www-form-urlencoded",
    delivered_means="46elks reported the state delivered",
    mend="`username`, `password`, `base_url` or the account's credit",
    look="look in its log",
)


class Elks(TextGateway):
    """The channel to 46elks; safe to use from several threads."""

    def __init__(self, settings: ElksSettings) -> None:
        self._settings = settings
        limits = (
            Limit("characters of an alphanumeric sender", 11, "46elks.com/docs, read 2026-11-22"),
            Limit("parts of one text", settings.max_parts, "setting max_parts"),
        )
        super().__init__(ELKS, settings, wire, limits=limits)

    def freeze(self, order: Order, text: Text) -> bytes:
        """The form that 46elks gets."""
        return wire.form(
            sender=self._settings.sender_name,
            to=text.to,
            text=text.words,
            report_url=self._settings.report_url,
            keep_text=self._settings.keep_text,
        )
