"""Channels are opened by name; in sandbox mode none of them can reach a real provider."""

import importlib
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa

from vaxel_channels.contract import Order
from vaxel_channels.registry import CHANNELS, open_channels
from vaxel_engine.errors import Misconfigured

KIVRA: dict[str, object] = {
    "tenant_key": "170000000000000000000000000000000000000238",
    "client_id": "c",
    "client_secret": "s",
}
EMAIL: dict[str, object] = {"host": "127.0.0.1", "domain": "nordljus.example", "security": "none"}
SMS: dict[str, object] = {"sender_name": "Nordljus", "username": "u", "password": "p"}


def private_key() -> str:
    key = rsa.generate_private_key(65537, 2048)
    form = serialization.PrivateFormat.PKCS8
    return key.private_bytes(serialization.Encoding.PEM, form, serialization.NoEncryption()).decode()


def test_each_channel_opens_under_its_own_name(tmp_path: Path) -> None:
    (tmp_path / "enrolled.csv").write_text("# as of 2026-11-20\nnational_id\n", encoding="utf-8")
    tables: dict[str, dict[str, object]] = {
        "kivra": KIVRA,
        "digipost": {"sender_id": "238001", "private_key": private_key()},
        "my_pages": {"base_url": "https://www.nordljus.example/vaxel", "secret": f"whsec_{'a' * 32}"},
        "email": EMAIL,
        "sms": SMS,
        "bank": {"enrolled": str(tmp_path / "enrolled.csv")},
        "print": {"folder": str(tmp_path)},
    }
    channels = open_channels(tables, mode="live")
    for channel in channels.values():
        channel.close()
    assert {name: channel.capabilities.name for name, channel in channels.items()} == {name: name for name in CHANNELS}


def test_an_unknown_channel_is_named_with_near_matches() -> None:
    with pytest.raises(Misconfigured, match=r"\[channel\.kivre\] names no channel; did you mean kivra"):
        open_channels({"kivre": KIVRA}, mode="sandbox")


@pytest.mark.parametrize(
    ("name", "table", "host"),
    [
        ("kivra", {**KIVRA, "base_url": "https://sender.api.kivra.com"}, "sender.api.kivra.com"),
        ("email", {**EMAIL, "host": "smtp.example.com", "security": "tls"}, "smtp.example.com"),
        ("sms", SMS, "api.46elks.com"),
    ],
)
def test_sandbox_mode_reaches_no_real_provider(name: str, table: dict[str, object], host: str) -> None:
    with pytest.raises(Misconfigured, match=rf"would reach {host} although the mode is sandbox"):
        open_channels({name: table}, mode="sandbox")


def test_sandbox_mode_goes_to_kivras_own_sandbox() -> None:
    (channel,) = open_channels({"kivra": KIVRA}, mode="sandbox").values()
    channel.close()
    assert channel.capabilities.repeat == "neither"


def test_sandbox_mode_marks_print_jobs_as_tests(tmp_path: Path, make_order: Callable[..., Order]) -> None:
    (channel,) = open_channels({"print": {"folder": str(tmp_path), "test": False}}, mode="sandbox").values()
    assert '"test": true' in channel.prepare(make_order()).details["manifest"]


def test_a_password_never_travels_in_the_clear() -> None:
    with pytest.raises(Misconfigured, match="would travel in the clear"):
        open_channels({"email": {**EMAIL, "host": "smtp.example.com"}}, mode="live")


def test_a_channel_of_another_package_opens_by_its_entry_point(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    _install(tmp_path, monkeypatch, "pigeon = pigeon_post:PIGEON")
    (tmp_path / "pigeon_post.py").write_text(
        "from vaxel_channels.registry import ChannelKind\n"
        "from vaxel_channels.print_house import PrintHouse, PrintHouseSettings\n"
        "PIGEON = ChannelKind(PrintHouseSettings, PrintHouseSettings.read, PrintHouse, 'pigeon')\n"
    )
    assert list(open_channels({"pigeon": {"folder": str(tmp_path)}}, mode="sandbox")) == ["pigeon"]


def test_another_package_cannot_take_the_name_of_ours(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    _install(tmp_path, monkeypatch, "kivra = pigeon_post:PIGEON")
    with pytest.raises(Misconfigured, match="offered by more than one installed package"):
        open_channels({"kivra": KIVRA}, mode="sandbox")


def test_what_is_no_channel_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    _install(tmp_path, monkeypatch, "notion = json:dumps")
    with pytest.raises(Misconfigured, match="leads to json:dumps, which is not a ChannelKind"):
        open_channels({"notion": {}}, mode="sandbox")


def _install(folder: Path, monkeypatch: pytest.MonkeyPatch, entry: str) -> None:
    info = folder / "pigeon_post-1.0.dist-info"
    info.mkdir()
    (info / "METADATA").write_text("Metadata-Version: 2.1\nName: pigeon-post\nVersion: 1.0\n")
    (info / "entry_points.txt").write_text(f"[vaxel.channels]\n{entry}\n")
    monkeypatch.setattr(sys, "path", [str(folder), *sys.path])
    importlib.invalidate_caches()
