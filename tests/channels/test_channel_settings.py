"""A table of settings becomes a value, or one sentence that names the key and never shows a secret."""

from dataclasses import dataclass
from pathlib import Path

import pytest

from vaxel_channels.settings import checked_url, is_loopback, optional_secret, read_table, secret
from vaxel_engine.errors import Misconfigured


@dataclass(frozen=True)
class Example:
    """Settings of every type."""

    host: str
    password: str = secret()
    token: str | None = optional_secret()
    port: int = 25
    wait: float = 1.0
    careful: bool = True
    folder: Path | None = None
    prefixes: tuple[str, ...] = ()


def read(table: dict[str, object], **environ: str) -> Example:
    return read_table(Example, table, channel="example", environ=environ)


def test_every_type_is_read() -> None:
    table: dict[str, object] = {"host": "h", "password": "p", "port": 1, "wait": 2, "folder": "/x", "prefixes": ["+46"]}
    expected = Example("h", "p", port=1, wait=2, folder=Path("/x"), prefixes=("+46",))
    assert read(table) == expected


def test_an_unknown_key_is_named_with_its_near_match() -> None:
    with pytest.raises(Misconfigured, match=r"\[channel\.example\] has an unknown key `hosst`; did you mean `host`"):
        read({"hosst": "h", "password": "p"})


def test_a_missing_key_is_named() -> None:
    with pytest.raises(Misconfigured, match="lacks `password`"):
        read({"host": "h"})


@pytest.mark.parametrize(
    ("key", "value"),
    [("host", 1), ("port", "25"), ("port", True), ("careful", 1), ("prefixes", "+46"), ("prefixes", [46])],
)
def test_a_value_of_another_type_is_named(key: str, value: object) -> None:
    with pytest.raises(Misconfigured, match=f"`{key}` is not"):
        read({"host": "h", "password": "p", key: value})


def test_a_secret_comes_from_the_environment() -> None:
    assert read({"host": "h", "password_env": "MAIL_PASSWORD"}, MAIL_PASSWORD="p").password == "p"


def test_a_secret_comes_from_a_file_without_its_line_end(tmp_path: Path) -> None:
    (tmp_path / "password").write_text("p \n")
    assert read({"host": "h", "password_file": str(tmp_path / "password")}).password == "p "


def test_a_secret_stated_twice_is_refused_without_showing_it() -> None:
    with pytest.raises(Misconfigured, match=r"2 times \(password, password_env\)") as caught:
        read({"host": "h", "password": "hush-hush", "password_env": "X"})
    assert "hush-hush" not in str(caught.value)


def test_an_unset_variable_is_named() -> None:
    with pytest.raises(Misconfigured, match="names the variable MAIL_PASSWORD, which is not set"):
        read({"host": "h", "password_env": "MAIL_PASSWORD"})


def test_an_unreadable_secret_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(Misconfigured, match="which cannot be read"):
        read({"host": "h", "password_file": str(tmp_path / "absent")})


def test_a_secret_never_shows_in_a_repr() -> None:
    assert "hush-hush" not in repr(read({"host": "h", "password": "hush-hush", "token": "hush-hush"}))


@pytest.mark.parametrize(
    "url",
    [
        "http://api.example.com",
        "ftp://api.example.com",
        "https://",
        "https://user:hush@api.example.com",
        "https://api.example.com/?q=1",
        "https://api.example.com:notaport",
        "api.example.com",
    ],
)
def test_an_address_that_is_not_plain_https_is_refused(url: str) -> None:
    with pytest.raises(Misconfigured) as caught:
        checked_url(url, channel="example", key="base_url")
    assert "hush" not in str(caught.value)


def test_plain_http_is_for_this_machine() -> None:
    assert checked_url("http://127.0.0.1:8000/", channel="example", key="base_url") == "http://127.0.0.1:8000"


@pytest.mark.parametrize("host", ["localhost", "127.0.0.1", "127.8.8.8", "::1"])
def test_this_machine_is_loopback(host: str) -> None:
    assert is_loopback(host)


@pytest.mark.parametrize("host", ["", "10.0.0.1", "127.0.0.1.example.com", "localhost.example.com", "169.254.169.254"])
def test_another_machine_is_not_loopback(host: str) -> None:
    assert not is_loopback(host)
