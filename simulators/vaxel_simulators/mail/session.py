"""The talk with one SMTP client: hooks that aiosmtpd calls, and sign-in."""

import asyncio
import logging
from typing import TYPE_CHECKING, Protocol, cast

from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword, Session

from vaxel_simulators.faults import TAKEN_BEFORE_FAULT, Fault

if TYPE_CHECKING:
    from vaxel_simulators.mail.simulator import MailSimulator


logging.getLogger("mail.log").setLevel(logging.ERROR)  # aiosmtpd tells addresses and its own deprecations there


class _Transport(Protocol):
    def write(self, data: bytes) -> None: ...
    def close(self) -> None: ...
    def abort(self) -> None: ...


DROPPED = "421 4.3.0 Closing"
"""Handed to aiosmtpd after the connection is gone; nobody reads it."""


class Talk:
    """The hooks of aiosmtpd, answered by a simulator."""

    def __init__(self, simulator: "MailSimulator") -> None:
        self._simulator = simulator
        self._expired: set[object] = set()

    async def handle_EHLO(  # noqa: N802 - aiosmtpd's name
        self, server: SMTP, session: Session, envelope: Envelope, hostname: str, responses: list[str]
    ) -> list[str]:
        """Advertise what is configured."""
        session.host_name = hostname
        if not self._simulator.eight_bit:
            responses = [line for line in responses if "8BITMIME" not in line]
        return responses

    async def handle_MAIL(  # noqa: N802
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        """Note the envelope sender, unless credentials have just died."""
        signed_in = bool(session.authenticated) or not self._simulator.auth
        if self._simulator.faults.next("auth") is not None or not signed_in:
            return self._simulator.replies["authentication_required"]
        envelope.mail_from = address
        envelope.mail_options.extend(options)
        return "250 2.1.0 OK"

    async def handle_RCPT(  # noqa: N802
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        """Accept or refuse one recipient."""
        if refusal := self._simulator.refuse_recipient(address):
            return refusal
        envelope.rcpt_tos.append(address)
        envelope.rcpt_options.extend(options)
        return "250 2.1.5 OK"

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802
        """Take the message or refuse it, or meet a fault."""
        simulator = self._simulator
        fault = simulator.faults.next("message") or simulator.magic_fault(envelope.rcpt_tos)
        answer = ""
        if fault is None or fault in TAKEN_BEFORE_FAULT:
            answer = simulator.take(
                sender=envelope.mail_from or "",
                recipients=tuple(envelope.rcpt_tos),
                body=cast(bytes, envelope.original_content),
                eight_bit="BODY=8BITMIME" in [str(option).upper() for option in envelope.mail_options],
                utf8=envelope.smtp_utf8,
            )
        return answer if fault is None else await self._fail(fault, server, answer)

    async def _fail(self, fault: Fault, server: SMTP, answer: str) -> str:
        transport = cast(_Transport, server.transport)
        match fault:
            case Fault.SILENCE_BEFORE_ACCEPT | Fault.SILENCE_AFTER_ACCEPT:
                transport.close()
                return DROPPED
            case Fault.RESET_MID_ANSWER:
                transport.write(b"250-2.0.0 Ta")
                await asyncio.sleep(0.01)  # let the half answer leave before the reset
                transport.abort()
                return DROPPED
            case Fault.SLOW:
                await asyncio.sleep(self._simulator.slow_seconds)
                return answer
            case Fault.MALFORMED_JSON:
                return "{"
            case Fault.HTML_ANSWER:
                return "<!doctype html><title>502</title>"
            case Fault.TOO_MANY_REQUESTS:
                return self._simulator.replies["too_many_requests"]
            case Fault.EXPIRED_CREDENTIALS:
                return self._simulator.replies["authentication_required"]
            case Fault.SERVER_ERROR_BEFORE | Fault.SERVER_ERROR_AFTER_ACCEPT:
                return self._simulator.replies["server_error"]

    def authenticate(
        self, server: SMTP, session: Session, envelope: Envelope, mechanism: str, auth_data: object
    ) -> AuthResult:
        """Compare user name and password."""
        simulator = self._simulator
        if simulator.faults.next("auth") is not None:
            self._expired.add(session.peer)  # a client tries one mechanism after the other; all fail
        good = isinstance(auth_data, LoginPassword) and (auth_data.login, auth_data.password) == (
            simulator.username.encode(),
            simulator.password.encode(),
        )
        if good and session.peer not in self._expired:
            return AuthResult(success=True)
        return AuthResult(success=False, handled=False, message=simulator.replies["expired_credentials"])
