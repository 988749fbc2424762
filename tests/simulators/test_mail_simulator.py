"""The mail simulator refuses what a strict server refuses, sends bounces back, and fails on demand."""

import email
import mailbox
import re
import smtplib
import ssl
from email import policy
from email.message import EmailMessage
from pathlib import Path
from typing import Any

import httpx
import pytest

from vaxel_simulators import Fault, MailSimulator
from vaxel_simulators.tables import magic, rows_of

REFUSALS = [row for row in rows_of("mail", "must_refuse.csv") if not row["where"].startswith("dkim")]
"""The rest is in test_mail_simulator_dkim.py."""
HTTP = httpx.Client(verify=False, trust_env=False)  # noqa: S501 - loopback without TLS; loading certificates takes longer
TO, VERP = "elin@example.com", "bounce+1@nordljus.example"
FIELDS = {
    "From": "Nordljus <bill@nordljus.example>",
    "To": TO,
    "Cc": "kim@example.com",
    "Bcc": "archive@nordljus.example",
    "Date": "Fri, 20 Nov 2026 12:00:00 +0000",
    "Message-ID": "<1@nordljus.example>",
    "Subject": "Your bill",
    "MIME-Version": "1.0",
    "Content-Type": "text/plain; charset=utf-8",
}


def message(fields: dict[str, str] | None = None, *, body: str = "Hello", extra: str = "") -> bytes:
    head = "".join(f"{name}: {value}\r\n" for name, value in (fields or FIELDS).items())
    return f"{head}{extra}\r\n{body}\r\n".encode()


def hand_over(mail: MailSimulator, body: bytes, to: str = TO, options: tuple[str, ...] = ()) -> str:
    """Hand over without smtplib mending anything; gives the last reply."""
    with smtplib.SMTP(mail.host, mail.port, local_hostname="nordljus.example", timeout=5) as client:
        client.ehlo()
        code, text = client.mail(VERP, options)
        if code == 250:
            code, text = client.rcpt(to)
        if code == 250:
            code, text = client.docmd("DATA")
            client.send(re.sub(rb"(?m)^\.", b"..", body) + b".\r\n")
            code, text = client.getreply()
    return f"{code} {text.decode()}"


@pytest.mark.parametrize("row", REFUSALS, ids=[row["variant"] for row in REFUSALS])
def test_refuses_every_row_of_the_table(row: dict[str, str], mail: MailSimulator) -> None:
    kind, _, name = row["where"].partition(":")
    value, to, body = row["value"], TO, message()
    if kind == "header" and value == "(twice)":
        body = message(extra=f"{name}: {FIELDS[name]}\r\n")
    elif kind == "header":
        fields = {**FIELDS, name: value}
        body = message({key: text for key, text in fields.items() if text != "(absent)"})
    elif kind == "raw header":
        body = message(extra=f"{value}\r\n")
    elif kind == "body":
        times = re.fullmatch(r"\(x × (\d+)\)", value)
        body = message(body="x" * int(times[1]) if times else value.replace("\\n", "\n").replace("\\r", "\r"))
    elif kind == "size":
        body = message(body=("x" * 78 + "\r\n") * (int(value) // 80))
    elif kind == "to":
        to = value
    reply = hand_over(mail, body, to)
    assert reply.startswith(row["reply"]), reply
    assert mail.arrivals() == []


def test_takes_the_message_that_the_table_starts_from(mail: MailSimulator) -> None:
    assert hand_over(mail, message()).startswith("250")
    assert mail.mails()[0].body == message()
    assert (mail.mails()[0].sender, mail.mails()[0].recipients) == (VERP, (TO,))
    assert mail.arrivals()[0].reference == "<1@nordljus.example>"


def test_takes_eight_bit_content_that_was_declared(mail: MailSimulator) -> None:
    assert hand_over(mail, message(body="åäö"), options=("BODY=8BITMIME",)).startswith("250")


def test_takes_a_line_of_998_octets_and_leading_dots(mail: MailSimulator) -> None:
    body = message(body="x" * 998 + "\r\n..\r\n.")
    assert hand_over(mail, body).startswith("250")
    assert mail.mails()[0].body == body


def test_takes_a_non_ascii_header_with_smtputf8(mail: MailSimulator) -> None:
    body = message({**FIELDS, "Subject": "Påminnelse"})
    assert hand_over(mail, body, options=("SMTPUTF8",)).startswith("250")


def test_advertises_what_is_configured() -> None:
    with (
        MailSimulator(eight_bit=False, utf8=False, size_limit=5000) as mail,
        smtplib.SMTP(mail.host, mail.port) as client,
    ):
        client.ehlo()
        assert client.esmtp_features["size"] == "5000"
        assert not {"8bitmime", "smtputf8", "starttls"} & set(client.esmtp_features)


def test_offers_starttls_with_a_certificate_that_can_be_trusted() -> None:
    with MailSimulator(starttls=True, auth=True) as mail, smtplib.SMTP(mail.host, mail.port) as client:
        client.starttls(context=ssl.create_default_context(cadata=mail.certificate))
        client.login(mail.username, mail.password)
        client.sendmail(VERP, [TO], message())
        assert len(mail.arrivals()) == 1


def test_demands_sign_in_where_configured() -> None:
    with MailSimulator(auth=True) as mail, smtplib.SMTP(mail.host, mail.port) as client:
        with pytest.raises(smtplib.SMTPSenderRefused, match="530"):
            client.sendmail(VERP, [TO], message())
        with pytest.raises(smtplib.SMTPAuthenticationError, match="535"):
            client.login(mail.username, "wrong")
        client.login(mail.username, mail.password)
        client.sendmail(VERP, [TO], message())


def test_credentials_can_expire() -> None:
    with MailSimulator(auth=True) as mail, smtplib.SMTP(mail.host, mail.port) as client:
        mail.script(Fault.EXPIRED_CREDENTIALS)
        with pytest.raises(smtplib.SMTPAuthenticationError, match="535"):
            client.login(mail.username, mail.password)
    with MailSimulator(auth=True) as mail, smtplib.SMTP(mail.host, mail.port) as client:
        client.login(mail.username, mail.password)
        mail.script(Fault.EXPIRED_CREDENTIALS)
        with pytest.raises(smtplib.SMTPSenderRefused, match="530"):
            client.sendmail(VERP, [TO], message())
        client.sendmail(VERP, [TO], message())


REPLIES: dict[str, list[str]] = {
    # behaviour: replies to two hand-overs; "silence" where the connection is dropped
    "unknown user": ["550 5.1.1", "550 5.1.1"],
    "mailbox full": ["552 5.2.2", "552 5.2.2"],
    "greylisted": ["451 4.7.1", "250"],
    "always later": ["451 4.3.2", "451 4.3.2"],
    "blocked": ["554 5.7.1", "554 5.7.1"],
    "late bounce": ["250", "250"],
    "late delay": ["250", "250"],
    "auto reply": ["250", "250"],
    "silence after accept": ["silence", "250"],
    "silence before accept": ["silence", "250"],
}
TAKEN = {"greylisted": 1, "silence after accept": 2, "silence before accept": 1}


@pytest.mark.parametrize("row", magic("email"), ids=lambda row: row.address)
def test_every_magic_recipient_behaves_as_the_table_says(row: Any, mail: MailSimulator) -> None:
    seen: list[str] = []
    for _ in range(2):
        try:
            seen.append(hand_over(mail, message(), f"{row.address}example.com"))
        except (smtplib.SMTPServerDisconnected, ConnectionError):
            seen.append("silence")
    assert [reply[: len(wanted)] for reply, wanted in zip(seen, REPLIES[row.behaviour], strict=True)] == REPLIES[
        row.behaviour
    ]
    took = 2 if REPLIES[row.behaviour] == ["250", "250"] else TAKEN.get(row.behaviour, 0)
    assert len(mail.arrivals()) == took


def test_a_late_bounce_comes_back_to_the_envelope_sender(tmp_path: Path) -> None:
    with MailSimulator(bounce_folder=tmp_path / "bounces") as mail:
        hand_over(mail, message(), "late.bounce@example.com")
        (bounce,) = mail.bounces()
    assert len(mailbox.Maildir(tmp_path / "bounces")) == 1
    report = email.message_from_bytes(bounce.body, policy=policy.default)
    assert (bounce.to, report.get_content_type()) == (VERP, "multipart/report")
    words, fields, header = report.iter_parts()
    assert words.get_content_type() == "text/plain"
    per_recipient = list(fields.walk())[2]
    assert (per_recipient["Action"], per_recipient["Status"]) == ("failed", "5.1.1")
    assert per_recipient["Final-Recipient"] == "rfc822; late.bounce@example.com"
    assert "Message-ID: <1@nordljus.example>" in header.as_string()


def test_a_delay_and_an_automatic_reply_are_not_failures(mail: MailSimulator) -> None:
    hand_over(mail, message(), "late.delay@example.com")
    hand_over(mail, message(), "auto.reply@example.com")
    delayed, reply = (email.message_from_bytes(bounce.body, policy=policy.default) for bounce in mail.bounces())
    assert "Action: delayed" in delayed.as_string()
    assert reply["Auto-Submitted"] == "auto-replied"
    assert reply.get_content_type() == "text/plain"


FAULTS: dict[Fault, tuple[str, int]] = {
    Fault.SILENCE_BEFORE_ACCEPT: ("silence", 0),
    Fault.SILENCE_AFTER_ACCEPT: ("silence", 1),
    Fault.RESET_MID_ANSWER: ("silence", 1),
    Fault.TOO_MANY_REQUESTS: ("451 4.7.0", 0),
    Fault.SERVER_ERROR_BEFORE: ("451 4.3.0", 0),
    Fault.SERVER_ERROR_AFTER_ACCEPT: ("451 4.3.0", 1),
    Fault.MALFORMED_JSON: ("-1", 1),
    Fault.HTML_ANSWER: ("-1", 0),
    Fault.SLOW: ("250", 1),
    Fault.EXPIRED_CREDENTIALS: ("530 5.7.0", 0),
}


@pytest.mark.parametrize("fault", list(Fault))
def test_a_scripted_fault_is_met_once_and_then_gone(fault: Fault, mail: MailSimulator) -> None:
    mail.slow_seconds = 0.01
    mail.script(fault)
    try:
        reply = hand_over(mail, message())
    except (smtplib.SMTPServerDisconnected, ConnectionError):
        reply = "silence"
    wanted, taken = FAULTS[fault]
    assert (reply[: len(wanted)], len(mail.arrivals())) == (wanted, taken)
    assert hand_over(mail, message()).startswith("250")


def rich() -> bytes:
    built = EmailMessage(policy=policy.SMTP)
    for name in ("From", "To", "Date", "Message-ID"):
        built[name] = FIELDS[name]
    built["Subject"] = "<i>Bill</i>"
    built.set_content("See https://nordljus.example/8Kx2\n", cte="quoted-printable")
    html = "<script>alert(1)</script><img src='cid:chart@x'><p>Bill</p>"
    built.add_alternative(html, subtype="html", cte="quoted-printable")
    html_part = built.get_body(("html",))
    assert html_part is not None
    html_part.add_related(b"\x89PNG chart", "image", "png", cid="<chart@x>")
    built.add_attachment(b"%PDF bill", maintype="application", subtype="pdf", filename="Bill 1.pdf")
    return built.as_bytes()


def test_the_mail_client_shows_html_pictures_text_source_and_files(mail: MailSimulator) -> None:
    assert "No messages yet" in HTTP.get(mail.page_url).text
    sent = rich()
    assert hand_over(mail, sent).startswith("250")
    base = f"{mail.page_url}inbox/0"
    page = HTTP.get(base)
    assert "&lt;i&gt;Bill&lt;/i&gt;" in page.text
    assert 'sandbox="allow-popups' in page.text
    html = HTTP.get(f"{base}/html")
    assert "sandbox" in html.headers["Content-Security-Policy"]
    assert "script-src" not in html.headers["Content-Security-Policy"]
    assert "'/mail/inbox/0/cid/chart@x'" in html.text
    assert HTTP.get(f"{base}/cid/chart@x").content == b"\x89PNG chart"
    assert HTTP.get(f"{base}/file/0").content == b"%PDF bill"
    assert 'filename="Bill_1.pdf"' in HTTP.get(f"{base}/file/0").headers["Content-Disposition"]
    assert '<a href="https://nordljus.example/8Kx2"' in HTTP.get(f"{base}?view=text").text
    assert "Message-ID: &lt;1@nordljus.example&gt;" in HTTP.get(f"{base}?view=source").text
    assert HTTP.get(f"{base}.eml").content == sent
