"""The simulators of 46elks and of a mail server, failing by chance and keeping the campaign's books."""

from collections.abc import Sequence
from typing import Final
from urllib.parse import parse_qs

from vaxel.faults.books import Books
from vaxel.faults.mixture import number_in, reference
from vaxel_simulators import ElksSimulator, Fault, MailSimulator
from vaxel_simulators.serving import Call

_SMS_FAULTS: Final = (
    Fault.SILENCE_AFTER_ACCEPT,
    Fault.SILENCE_BEFORE_ACCEPT,
    Fault.RESET_MID_ANSWER,
    Fault.TOO_MANY_REQUESTS,
    Fault.SERVER_ERROR_BEFORE,
    Fault.SERVER_ERROR_AFTER_ACCEPT,
)
_MAIL_FAULTS: Final = (
    Fault.SILENCE_AFTER_ACCEPT,
    Fault.SILENCE_BEFORE_ACCEPT,
    Fault.RESET_MID_ANSWER,
    Fault.TOO_MANY_REQUESTS,
    Fault.SERVER_ERROR_BEFORE,
)
"""A mail server that says 4xx has taken nothing (RFC 5321 §4.2.5), so it never does so after taking."""
_NOTHING_TAKEN: Final = {
    "sms": (Fault.TOO_MANY_REQUESTS,),
    "email": (Fault.TOO_MANY_REQUESTS, Fault.SERVER_ERROR_BEFORE),
}
_MIXED_UP: Final = ("report twice", "sent then delivered", "out of order")


class Elks(ElksSimulator):
    """46elks; a report is told again until it is taken."""

    def __init__(self, books: Books) -> None:
        super().__init__(seed=books.seed)
        self.profile["reports"]["repeat_seconds"] = (0.1, 0.5, 1.0, 2.0, 4.0, 8.0, 16.0)
        self._books = books

    def behaviour(self, number: str) -> str:
        """Most reports come once; some twice, or out of order."""
        return self._books.chance.choice(_MIXED_UP) if self._books.mixed_up() else "ordinary"

    def magic_fault(self, call: Call) -> Fault | None:
        """A fault by chance, else an answer that takes its time."""
        return _met(self, self._books, "sms", parse_qs(call.body.decode())["to"][0], _SMS_FAULTS)

    def take(self, form: dict[str, list[str]], body: bytes) -> dict[str, object]:
        """Take a text; the same again would be one more."""
        answer = super().take(form, body)
        self._books.take("sms", reference(number_in(form["to"][0])), str(answer["id"]), body)
        return answer


class Mail(MailSimulator):
    """A mail server."""

    def __init__(self, books: Books) -> None:
        super().__init__(seed=books.seed)
        self._books = books

    def magic_fault(self, recipients: Sequence[str]) -> Fault | None:
        """A fault by chance, else an answer that takes its time."""
        return _met(self, self._books, "email", recipients[0], _MAIL_FAULTS)

    def take(self, *, sender: str, recipients: tuple[str, ...], body: bytes, eight_bit: bool, utf8: bool) -> str:
        """Take a message; the same again would be one more."""
        reply = super().take(sender=sender, recipients=recipients, body=body, eight_bit=eight_bit, utf8=utf8)
        if reply.startswith("250"):
            self._books.take("email", reference(number_in(recipients[0])), reply, body)
        return reply


def _met(
    simulator: ElksSimulator | MailSimulator, books: Books, channel: str, address: str, faults: tuple[Fault, ...]
) -> Fault:
    simulator.slow_seconds = books.pace
    drawn = books.fault(faults)
    fault = Fault.SLOW if drawn is None else Fault(drawn)
    books.called(channel, reference(number_in(address)), certain=fault in _NOTHING_TAKEN[channel])
    return fault
