"""A mail server on loopback, from RFC 5321, 5322, 6152, 6531, 3463 and 3464."""

from vaxel_simulators.mail.simulator import Bounce, Mail, MailSimulator

__all__ = ["Bounce", "Mail", "MailSimulator"]
