"""E-mail over SMTP: the whole document in a message, HTML, text and PDF.

Documentation: RFC 5321 (SMTP), RFC 5322 (messages), RFC 3207 (STARTTLS). What we make of it: docs/channels/email.md.
"""

from vaxel_channels.email.adapter import Email
from vaxel_channels.email.settings import EmailSettings

__all__ = ["Email", "EmailSettings"]
