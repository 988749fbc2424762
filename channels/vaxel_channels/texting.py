"""What every SMS gateway refuses alike before a text costs anything: where to, how long, how many a day."""

from collections.abc import Sequence
from dataclasses import dataclass, field

import phonenumbers

from vaxel_channels.contract import Allowance, Consignment, Order, Reach
from vaxel_engine.artifact import ArtifactKind
from vaxel_engine.errors import Misconfigured, Refused, Unreachable
from vaxel_engine.gsm import segments
from vaxel_engine.model import Recipient

NORDIC = ("+45", "+46", "+47", "+354", "+358")

_DEARER = frozenset(
    {
        phonenumbers.PhoneNumberType.PREMIUM_RATE,
        phonenumbers.PhoneNumberType.SHARED_COST,
        phonenumbers.PhoneNumberType.UAN,
        phonenumbers.PhoneNumberType.VOICEMAIL,
    }
)
"""Kinds of numbers in the countries' numbering plans, as libphonenumber keeps them, that are nobody's telephone."""

PARTS = "parts"
"""The detail of a consignment that says what it costs."""


@dataclass(frozen=True, slots=True)
class Text:
    """One text that may go."""

    to: str = field(repr=False)
    words: str = field(repr=False)
    parts: int

    @property
    def details(self) -> dict[str, str]:
        """What the consignment keeps beside the payload."""
        return {PARTS: str(self.parts)}


class Gatekeeper:
    """The rules of one gateway's settings; safe to use from several threads."""

    def __init__(self, *, prefixes: Sequence[str], max_parts: int, daily_cap: int) -> None:
        self._prefixes, self._max_parts, self._daily_cap = tuple(prefixes), max_parts, daily_cap
        self._allowance: Allowance | None = None

    def use_allowance(self, allowance: Allowance) -> None:
        """Count by this from now on."""
        self._allowance = allowance

    def reach(self, recipient: Recipient) -> Reach:
        """Whether texts may go to the recipient's number; one where they may not is a miss of our own making."""
        if recipient.mobile is None:
            return Reach.NO_ADDRESS
        return Reach.HIT if self._against(recipient.mobile) is None else Reach.CONFIRMED_MISS

    def admitted(self, order: Order) -> Text:
        """The text of an order.

        Raises:
            Refused: no number, one where texts may not go, or more parts than the settings allow.
        """
        about = f"document {order.document.reference}"
        to = order.document.recipient.mobile
        if to is None:
            raise Refused(f"SMS cannot take {about}: it states no mobile number; add one or choose another channel.")
        if (against := self._against(to)) is not None:
            raise Refused(f"SMS cannot take {about}: {against}.")
        words = order.artifacts[ArtifactKind.SMS].body.decode("utf-8")
        parts = segments(words).count
        if parts > self._max_parts:
            raise Refused(
                f"SMS cannot take {about}: its text would cost {parts} parts and `max_parts` is {self._max_parts}; "
                "shorten the words of the pack or raise the setting."
            )
        return Text(to, words, parts)

    def count(self, consignment: Consignment) -> None:
        """Take the text's parts off the day's allowance.

        Raises:
            Unreachable: the cap is reached; the text goes when a new day begins, or when the cap is raised.
            Misconfigured: there is a cap and nothing that counts.
        """
        if self._daily_cap == 0:
            return
        if self._allowance is None:
            raise Misconfigured("[channel.sms] has a `daily_cap` and no ledger counts for it; open it with a switch.")
        wait = self._allowance.take(int(consignment.details.get(PARTS, "1")), limit=self._daily_cap)
        if wait > 0:
            raise Unreachable(
                f"The `daily_cap` of {self._daily_cap} parts is reached, so consignment {consignment.key[:12]} waits "
                "for the next day (UTC); raise the cap if so many texts are meant.",
                retry_after=wait,
            )

    def _against(self, number: str) -> str | None:
        if not number.startswith(self._prefixes):
            return "its number is outside `allowed_prefixes`; widen the setting or choose another channel"
        try:
            kind = phonenumbers.number_type(phonenumbers.parse(number))
        except phonenumbers.NumberParseException:
            return "its number is in no country's numbering plan; correct it"
        if kind in _DEARER:
            return "its number is a premium or service number and nobody's telephone; correct it"
        return None


def checked_rules(*, prefixes: Sequence[str], max_parts: int, daily_cap: int) -> None:
    """Refuse rules that contradict themselves.

    Raises:
        Misconfigured: the text names the key.
    """
    for prefix in prefixes:
        if not (prefix.startswith("+") and prefix[1:].isascii() and prefix[1:].isdigit() and 2 <= len(prefix) <= 8):
            raise Misconfigured("[channel.sms] `allowed_prefixes` holds something else than prefixes such as +46.")
    if max_parts < 1:
        raise Misconfigured("[channel.sms] `max_parts` is below 1; write how many parts one text may cost.")
    if daily_cap < 0:
        raise Misconfigured("[channel.sms] `daily_cap` is below 0; write how many parts a day, or 0 for no cap.")
