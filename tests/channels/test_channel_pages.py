"""Every channel, every setting and every limit is documented, and the table of channels is what the code declares."""

import re
from pathlib import Path

import pytest

from vaxel_channels.catalogue import BEGIN, END, capability_table
from vaxel_channels.registry import CHANNELS, open_channels
from vaxel_channels.settings import setting_keys

PAGES = Path(__file__).parents[2] / "docs" / "channels"

TABLES: dict[str, dict[str, object]] = {
    "kivra": {"tenant_key": f"1700000000{'0' * 32}", "client_id": "c", "client_secret": "s"},
    "email": {"host": "mail.nordljus.example", "domain": "nordljus.example"},
    "sms": {"sender_name": "Nordljus", "username": "u", "password": "p"},
    "print": {"folder": "drop"},
}


def test_the_table_of_channels_is_what_the_code_declares() -> None:
    channels = open_channels(TABLES, mode="live")
    expected = capability_table((channel.capabilities, CHANNELS[name].page) for name, channel in channels.items())
    for channel in channels.values():
        channel.close()
    page = (PAGES / "README.md").read_text(encoding="utf-8")
    found = page.partition(BEGIN)[2].partition(END)[0].strip()
    assert found == expected, f"docs/channels/README.md must hold this table:\n{expected}"


def test_the_table_names_every_channel() -> None:
    assert set(TABLES) == set(CHANNELS)


@pytest.mark.parametrize("name", CHANNELS)
def test_every_setting_is_documented_and_no_other(name: str) -> None:
    page = (PAGES / f"{CHANNELS[name].page}.md").read_text(encoding="utf-8")
    settings = page.partition("## Settings")[2].partition("\n## ")[0]
    keys = set(setting_keys(CHANNELS[name].settings))
    assert {key for key in keys if f"`{key}`" not in settings} == set()
    assert set(re.findall(r"^\| `([a-z_]+)` \|", settings, re.MULTILINE)) <= keys


@pytest.mark.parametrize("name", CHANNELS)
@pytest.mark.parametrize("heading", ["What it carries", "Settings", 'What "delivered" means', "Repeating", "Limits"])
def test_every_page_answers_the_same_questions(name: str, heading: str) -> None:
    page = (PAGES / f"{CHANNELS[name].page}.md").read_text(encoding="utf-8")
    assert f"\n## {heading}\n" in page
    assert "\n## What the documents do not say\n" in page
