"""A provider's words are passed on without anything that names a person."""

import pytest

from vaxel_channels.wording import quoted


@pytest.mark.parametrize(
    "private", ["198001012387", "19800101-2387", "+46701740605", "070-174 06 05", "elin@example.se"]
)
def test_numbers_and_addresses_are_blacked_out(private: str) -> None:
    assert quoted(f"No user {private} here") == '"No user … here"'


def test_what_the_caller_knows_is_blacked_out() -> None:
    assert quoted("No box for Elin Forsberg", hide=("elin forsberg",)) == '"No box for …"'


def test_reply_codes_stay() -> None:
    assert quoted("5.1.1 <elin@example.se>: no such mailbox") == '"5.1.1 : no such mailbox"'


def test_a_page_becomes_one_short_line() -> None:
    assert quoted("<h1>Bad</h1>\r\n\x1b[31m<p>gateway</p>") == '"Bad [31m gateway"'
    assert len(quoted("word " * 200)) < 210


def test_no_words_are_said_to_be_none() -> None:
    assert quoted(" \n") == "no words of its own"
