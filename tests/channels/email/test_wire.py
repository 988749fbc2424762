"""What a mail server is given, and what its replies mean."""

import datetime as dt
import re

import pytest

from vaxel_channels.email import wire
from vaxel_channels.email.wire import Step, Verdict
from vaxel_engine.errors import Refused

AT = dt.datetime(2026, 11, 20, 8, 30, tzinfo=dt.timezone(dt.timedelta(hours=1)))
KEY = "ab" * 32
HEAD = (
    b"From: a@nordljus.example\r\nTo: b@example.se\r\nSubject: Faktura\r\n"
    b"MIME-Version: 1.0\r\nContent-Type: text/plain\r\n"
)


def frozen(message: bytes) -> bytes:
    return wire.frozen(message, key=KEY, at=AT, domain="nordljus.example", about="document R1")


def test_date_and_id_stand_first_and_the_rest_is_untouched() -> None:
    assert frozen(HEAD + b"\r\nHej\r\n") == (
        b"Date: Fri, 20 Nov 2026 08:30:00 +0100\r\nMessage-ID: <"
        + KEY.encode()
        + b"@nordljus.example>\r\n"
        + HEAD
        + b"\r\nHej\r\n"
    )


def test_every_line_ends_as_smtp_wants() -> None:
    message = HEAD.replace(b"\r\n", b"\n") + b"\none\ntwo\rthree\r\nfour"
    assert frozen(message).endswith(b"\r\n\r\none\r\ntwo\r\nthree\r\nfour\r\n")


def test_a_message_cannot_end_itself_early() -> None:
    smuggled = frozen(HEAD + b"\r\nHej\n.\nMAIL FROM:<x@example.com>\r.\r\n")
    assert b"\r\n.\r\n" not in wire.dot_stuffed(smuggled)[:-5]
    assert wire.dot_stuffed(smuggled).endswith(b"\r\n..\r\n.\r\n")


def test_dots_at_the_start_of_a_line_are_doubled() -> None:
    assert wire.dot_stuffed(b"a\r\n.b\r\n..c\r\n") == b"a\r\n..b\r\n...c\r\n.\r\n"


@pytest.mark.parametrize(
    ("message", "sentence"),
    [
        (HEAD + b"Date: today\r\n\r\n", "has a header date"),
        (HEAD + b"Message-ID: <x@y>\r\n\r\n", "has a header message-id"),
        (HEAD + b"Bcc: c@example.se\r\n\r\n", "has a header bcc"),
        (HEAD + b"Subject: again\r\n\r\n", "has 2 headers subject"),
        (HEAD.replace(b"To:", b"X-To:") + b"\r\n", "has 0 headers to"),
        (HEAD + b"not a header\r\n\r\n", "something among its headers"),
        (b" folded\r\n" + HEAD + b"\r\n", "something among its headers"),
        (HEAD + b"X-A: a\x0bb\r\n\r\n", "control character in a header"),
        (HEAD + b"\r\n" + b"a" * 999 + b"\r\n", "line over 998 bytes"),
        (HEAD + b"\r\na\0b\r\n", "NUL byte"),
        (b"", "has 0 headers from"),
    ],
)
def test_a_message_that_breaks_a_rule_is_refused(message: bytes, sentence: str) -> None:
    with pytest.raises(Refused, match=f"document R1 .*{sentence}"):
        frozen(message)


@pytest.mark.parametrize(
    "value", ["a\r\nBcc: x", "a\nb", "a\x00", "a\x85b", "a\u2028b", "a\u2029b", "=?utf-8?q?=0A?=", "é"]
)
def test_a_header_of_ours_holds_nothing_that_could_become_another(value: str) -> None:
    with pytest.raises(Refused):
        wire.guarded(value, about="document R1")


@pytest.mark.parametrize(
    "word",
    [
        "=?utf-8?q?Faktura=0ABcc:_x@example.com?=",
        "=?utf-8?q?Faktura=0D=0ABcc:_x@example.com?=",
        "=?UTF-8?B?RmFrdHVyYQpCY2M6IHhAZXhhbXBsZS5jb20=?=",
        "=?iso-8859-1*sv?q?=85?=",
        "=?utf-8?q?=E2=80=A8?=",
        "=?utf-8?q?=00?=",
        "=?utf-7?q?+AAo-?=",
        "=?no-such-charset?q?a?=",
        "=?utf-8?x?a?=",
        "=?utf-8?b?!?=",
        "Re: =?utf-8?q?a?=\r\n =?utf-8?q?=0A?=",
    ],
)
@pytest.mark.parametrize("name", ["Subject", "From", "To", "X-Any"])
def test_no_encoded_word_hides_a_line_end(word: str, name: str) -> None:
    changed = re.sub(rf"(?m)^{name}:[^\r]*\r\n", "", HEAD.decode())
    with pytest.raises(Refused, match="document R1 hides a line end"):
        frozen(f"{name}: {word}\r\n{changed}\r\n".encode())


@pytest.mark.parametrize(
    "word",
    ["=?utf-8?q?P=C3=A5minnelse_fr=C3=A5n_Nordljus?=", "=?utf-8?B?w6XDpMO2?= =?utf-8?q?_=C3=A9?=", "a =? b ?= c"],
)
def test_an_ordinary_encoded_word_passes(word: str) -> None:
    assert word.encode() in frozen(HEAD.replace(b"Faktura", word.encode()) + b"\r\n")


@pytest.mark.parametrize(
    ("address", "envelope"),
    [
        ("elin@example.se", "elin@example.se"),
        ("elin@björk.example", "elin@xn--bjrk-6qa.example"),
        ("åsa@example.se", "åsa@example.se"),
    ],
)
def test_a_domain_is_written_in_ascii(address: str, envelope: str) -> None:
    assert wire.envelope_recipient(address, about="document R1") == envelope


@pytest.mark.parametrize("address", ["a>b@example.se", "a b@example.se", "a\r\nb@example.se", "@example.se", "a@b..se"])
def test_an_address_cannot_end_a_command(address: str) -> None:
    with pytest.raises(Refused, match="e-mail address of document R1"):
        wire.envelope_recipient(address, about="document R1")


@pytest.mark.parametrize(
    ("step", "code", "verdict"),
    [
        (Step.MAIL, 250, Verdict.GO_ON),
        (Step.RECIPIENT, 251, Verdict.GO_ON),
        (Step.DATA, 354, Verdict.GO_ON),
        (Step.END, 250, Verdict.TAKEN),
        (Step.DATA, 250, Verdict.UNKNOWN),
        (Step.END, 354, Verdict.UNKNOWN),
        (Step.END, -1, Verdict.UNKNOWN),
        (Step.RECIPIENT, 450, Verdict.COME_AGAIN),
        (Step.END, 451, Verdict.COME_AGAIN),
        (Step.MAIL, 421, Verdict.COME_AGAIN),
        (Step.MAIL, 552, Verdict.REFUSED),
        (Step.RECIPIENT, 550, Verdict.REFUSED),
        (Step.END, 554, Verdict.REFUSED),
        (Step.MAIL, 530, Verdict.NOT_LET_IN),
        (Step.MAIL, 535, Verdict.NOT_LET_IN),
    ],
)
def test_each_reply_has_its_verdict(step: Step, code: int, verdict: Verdict) -> None:
    assert wire.verdict(step, code) is verdict


def test_a_servers_words_name_nobody() -> None:
    words = wire.in_their_words(550, b"5.1.1 <elin@example.se>: unknown\r\nin table", hide="elin@example.se")
    assert words == '550 "5.1.1 : unknown in table"'
