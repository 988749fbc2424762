"""What comes back later to the envelope sender: delivery status notifications (RFC 3464) and automatic replies."""

import datetime as dt
from email.message import EmailMessage, MIMEPart
from email.utils import format_datetime

from vaxel_simulators.mail.rules import parse


def status_notification(
    *,
    to: str,
    recipient: str,
    action: str,
    status: str,
    diagnostic: str,
    original: bytes,
    reporter: str,
    at: dt.datetime,
) -> bytes:
    """A `multipart/report` with its three parts: words, the machine's fields, the original header."""
    original_id = str(parse(original)["message-id"]).strip()
    report = EmailMessage()
    report["From"] = f"Mail Delivery System <MAILER-DAEMON@{reporter}>"
    report["To"] = to
    report["Subject"] = "Undelivered mail" if action == "failed" else "Delayed mail"
    report["Date"] = format_datetime(at)
    report["Message-ID"] = f"<{action}.{original_id.strip('<>').replace('@', '.')}@{reporter}>"
    report["Auto-Submitted"] = "auto-replied"
    report["MIME-Version"] = "1.0"
    report["Content-Type"] = 'multipart/report; report-type="delivery-status"'
    words = MIMEPart()
    outcome = "could not be delivered" if action == "failed" else "could not be delivered yet; it will be tried again"
    words.set_content(f"Your message {outcome}.\n\nRecipient: {recipient}\n{diagnostic}\n")
    fields = MIMEPart()
    fields["Content-Type"] = "message/delivery-status"
    per_message, per_recipient = MIMEPart(), MIMEPart()
    per_message["Reporting-MTA"] = f"dns; {reporter}"
    per_message["Arrival-Date"] = format_datetime(at)
    per_recipient["Final-Recipient"] = f"rfc822; {recipient}"
    per_recipient["Action"] = action
    per_recipient["Status"] = status
    per_recipient["Remote-MTA"] = f"dns; {reporter}"
    per_recipient["Diagnostic-Code"] = f"smtp; {diagnostic}"
    fields.set_payload([per_message, per_recipient])
    header = MIMEPart()
    header["Content-Type"] = "text/rfc822-headers; charset=utf-8"
    header.set_payload(original.partition(b"\r\n\r\n")[0].decode("utf-8", "replace").replace("\r\n", "\n") + "\n")
    report.set_payload([words, fields, header])
    return report.as_bytes().replace(b"\r\n", b"\n").replace(b"\n", b"\r\n")


def automatic_reply(*, to: str, recipient: str, original: bytes, at: dt.datetime) -> bytes:
    """An absence note; it has `Auto-Submitted` (RFC 3834) and is not a bounce."""
    original_id = str(parse(original)["message-id"]).strip()
    reply = EmailMessage()
    reply["From"] = recipient
    reply["To"] = to
    reply["Subject"] = "Automatic reply: away until Monday"
    reply["Date"] = format_datetime(at)
    reply["Message-ID"] = f"<reply.{original_id.strip('<>').replace('@', '.')}@{recipient.rpartition('@')[2]}>"
    reply["In-Reply-To"] = original_id
    reply["Auto-Submitted"] = "auto-replied"
    reply.set_content("I am away and will read this on Monday.\n")
    return reply.as_bytes().replace(b"\r\n", b"\n").replace(b"\n", b"\r\n")
