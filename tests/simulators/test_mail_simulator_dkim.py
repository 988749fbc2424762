"""The mail simulator takes no message that its domain does not vouch for; signatures are made by dkimpy here."""

import base64
import random
import smtplib
from collections.abc import Callable, Iterator
from typing import cast

import dkim
import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa

from vaxel_simulators import MailSimulator
from vaxel_simulators.tables import rows_of

REFUSALS = [row for row in rows_of("mail", "must_refuse.csv") if row["where"].startswith("dkim")]
NAME = "2026a._domainkey.nordljus.example"
MESSAGE = (
    b"From: Nordljus <bill@nordljus.example>\r\nTo: elin@example.com\r\nSubject: Your bill\r\n"
    b"Date: Fri, 20 Nov 2026 12:00:00 +0000\r\nMessage-ID: <1@nordljus.example>\r\nMIME-Version: 1.0\r\n"
    b"Content-Type: text/plain; charset=utf-8\r\n\r\nHello\r\n"
)
KEY = rsa.generate_private_key(65537, 2048)


def record(key: rsa.RSAPrivateKey = KEY) -> str:
    """What DNS says of a key."""
    public = key.public_key().public_bytes(serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo)
    return f"v=DKIM1; k=rsa; p={base64.b64encode(public).decode()}"


def signed(domain: str = "nordljus.example", key: rsa.RSAPrivateKey = KEY) -> bytes:
    pem = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.TraditionalOpenSSL, serialization.NoEncryption()
    )
    names = [b"from", b"to", b"subject"]
    sign = cast("Callable[..., bytes]", dkim.sign)  # pyright: ignore[reportUnknownMemberType] - dkimpy types it in part
    return sign(MESSAGE, b"2026a", domain.encode(), pem, include_headers=names) + MESSAGE


def short_key() -> rsa.RSAPrivateKey:
    """A key of 512 bits, which libraries of today no longer make."""
    numbers = random.Random(1)  # noqa: S311 - the same weak key each time

    def prime() -> int:
        while pow(2, (found := numbers.getrandbits(256) | (3 << 254) | 1) - 1, found) != 1:
            continue
        return found

    p, q, e = prime(), prime(), 65537
    d = pow(e, -1, (p - 1) * (q - 1))
    crt = (rsa.rsa_crt_dmp1(d, p), rsa.rsa_crt_dmq1(d, q), rsa.rsa_crt_iqmp(p, q))
    return rsa.RSAPrivateNumbers(p, q, d, *crt, rsa.RSAPublicNumbers(e, p * q)).private_key()


@pytest.fixture
def mail() -> Iterator[MailSimulator]:
    with MailSimulator(
        dkim_keys={NAME: record(), NAME.replace("nordljus", "other"): record()}, require_dkim=True
    ) as it:
        yield it


def hand_over(mail: MailSimulator, body: bytes) -> str:
    with smtplib.SMTP(mail.host, mail.port, local_hostname="nordljus.example", timeout=5) as client:
        try:
            client.sendmail("bounce@nordljus.example", ["elin@example.com"], body)
        except smtplib.SMTPDataError as error:
            return f"{error.smtp_code} {cast('bytes', error.smtp_error).decode()}"
    return "250"


@pytest.mark.parametrize("row", REFUSALS, ids=[row["variant"] for row in REFUSALS])
def test_refuses_every_row_of_the_table(row: dict[str, str], mail: MailSimulator) -> None:
    value, body = row["value"], signed()
    if row["where"] == "dkim key":
        mail.dkim_keys[NAME] = value
    elif value == "(512 bits)":
        short = short_key()
        mail.dkim_keys[NAME], body = record(short), signed(key=short)
    elif value == "(unsigned)":
        body = MESSAGE
    elif value == "(another domain)":
        body = signed("other.example")
    else:
        before, after = value.encode().split("→".encode())
        changed = body.replace(before, after, 1)
        assert changed != body
        body = changed
    assert hand_over(mail, body).startswith(row["reply"])
    assert mail.arrivals() == []


def test_takes_the_message_that_the_table_starts_from(mail: MailSimulator) -> None:
    assert hand_over(mail, signed()) == "250"
    assert mail.mails()[0].dkim == "pass"


def test_says_of_each_message_what_the_check_found_where_none_is_required() -> None:
    with MailSimulator(dkim_keys={NAME: record()}) as mail:
        for body in (MESSAGE, signed(), signed().replace(b"Hello", b"Hullo"), signed("other.example")):
            assert hand_over(mail, body) == "250"
        assert [one.dkim for one in mail.mails()] == ["unsigned", "pass", "broken signature", "broken signature"]
