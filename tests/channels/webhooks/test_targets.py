"""A webhook goes to public addresses over TLS, and nowhere else, whatever its name leads to and its receiver does."""

import time
from pathlib import Path

import pytest
from tests.channels.tls import stranger_certificate
from tests.channels.webhooks.conftest import Post
from tests.channels.webhooks.receiver import Receiver

from vaxel_channels.webhooks import Postman, judge
from vaxel_channels.webhooks.posting import post as posted
from vaxel_engine.errors import Refused

PRIVATE = [
    "https://127.0.0.1/",
    "https://localhost/",
    "https://127.1/",
    "https://2130706433/",
    "https://0x7f000001/",
    "https://0/",
    "https://10.0.0.1/",
    "https://172.16.3.4/",
    "https://192.168.1.1/",
    "https://100.64.0.1/",
    "https://169.254.169.254/latest/meta-data/",
    "https://224.0.0.1/",
    "https://255.255.255.255/",
    "https://[::1]/",
    "https://[::]/",
    "https://[fd00::1]/",
    "https://[fe80::1]/",
    "https://[ff02::1]/",
    "https://[::ffff:10.0.0.1]/",
    "https://[::ffff:127.0.0.1]/",
    "https://[64:ff9b::a00:1]/",
    "https://[2002:a00:1::]/",
    "https://[2001:0:a00:1::]/",
]
NO_ADDRESS = [
    ("http://billing.example/", "is not https"),
    ("ftp://billing.example/", "is not https"),
    ("file:///etc/passwd", "is no address"),
    ("billing.example", "is no address"),
    ("https://", "is no address"),
    ("https://billing.example:port/", "is no address"),
    ("https://billing.example/a b", "is no address"),
    ("https://faktura\N{CYRILLIC SMALL LETTER A}.example/", "is no address"),
    ("https://user:secret@billing.example/", "carries no credentials"),
    ("https://billing.example/#part", "carries no credentials and no fragment"),
    ("https://billing.example/" + "a" * 2_000, "is no address"),
]


@pytest.mark.parametrize("url", PRIVATE)
def test_a_private_address_is_refused_in_every_form(url: str) -> None:
    with pytest.raises(Refused, match="is not a public address"):
        judge(url, allow_loopback=False)


@pytest.mark.parametrize(("url", "said"), NO_ADDRESS)
def test_what_is_no_address_for_it_is_told(url: str, said: str) -> None:
    with pytest.raises(Refused, match=said) as told:
        judge(url, allow_loopback=False)
    assert "secret" not in str(told.value)


def test_loopback_is_for_development_alone_and_lets_no_other_private_address_in() -> None:
    judge("http://127.0.0.1:8000/hooks", allow_loopback=True)
    for url in ("http://10.0.0.1/", "https://10.0.0.1/", "http://billing.example/"):
        with pytest.raises(Refused):
            judge(url, allow_loopback=True)


def test_one_private_address_among_public_ones_is_enough_to_refuse() -> None:
    with pytest.raises(Refused, match=r"billing\.example leads to 10\.0\.0\.1"):
        judge(
            "https://billing.example/", allow_loopback=False, resolve=lambda _host, _port: ["93.184.215.14", "10.0.0.1"]
        )


def test_a_name_that_turned_to_a_private_address_is_not_connected_to(post: Post) -> None:
    judge("https://billing.example/hooks", allow_loopback=False, resolve=lambda _host, _port: ["93.184.215.14"])
    made = post.add("batch.receiving", url=f"https://billing.example:{post.receiver.port}/hooks")
    post.take_in("A-1")
    postman = Postman(post.ledger, "main", clock=post.clock, resolve=lambda _host, _port: ["127.0.0.1"])
    assert postman.round() == 1
    assert post.receiver.got == []
    (tried,) = post.log(made.endpoint)
    assert "billing.example leads to 127.0.0.1, which is not a public address" in tried.said


def test_a_receiver_that_answers_a_byte_at_a_time_is_left_after_its_time() -> None:
    with Receiver() as receiver:
        receiver.dripping = True
        began = time.monotonic()
        done = posted(receiver.url, b"{}", {}, allow_loopback=True, patience=0.2)
    assert (done.status, done.said) == (None, "no answer within 0.2 seconds")
    assert time.monotonic() - began < 10


def test_nobody_there_is_told() -> None:
    with Receiver() as receiver:
        url = receiver.url
    done = posted(url, b"{}", {}, allow_loopback=True)
    assert done.status is None
    assert "could not be reached (Connection refused)" in done.said


def test_a_receivers_certificate_must_be_of_its_name(tmp_path: Path) -> None:
    import ssl

    for name, expected in (("localhost", 204), ("other.example", None)):
        serving, trusted = stranger_certificate(tmp_path, name)
        with Receiver(serving) as receiver:
            tls = ssl.create_default_context(cafile=str(trusted))
            done = posted(receiver.url, b"{}", {"webhook-id": "msg_1"}, allow_loopback=True, tls=tls)
        assert done.status == expected, done.said
        assert expected or "its certificate is not to be trusted" in done.said
