"""Every channel, every setting and every limit is documented, and the table of channels is what the code declares."""

import re
from pathlib import Path

import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa

from vaxel_channels.catalogue import BEGIN, END, UNWRITTEN, capability_table
from vaxel_channels.registry import every_kind
from vaxel_channels.settings import Mode, setting_keys

PAGES = Path(__file__).parents[2] / "docs" / "channels"
README = (PAGES / "README.md").read_text(encoding="utf-8")

RSA = (
    rsa.generate_private_key(65537, 2048)
    .private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    .decode()
)
KINDS = {kind.page: (name, provider, kind) for name, provider, kind in every_kind()}
TABLES: dict[str, dict[str, object]] = {
    "kivra": {"tenant_key": f"1700000000{'0' * 32}", "client_id": "c", "client_secret": "s"},
    "digipost": {"sender_id": "238001", "private_key": RSA},
    "my_pages": {"base_url": "https://www.nordljus.example/vaxel", "secret": f"whsec_{'a' * 32}"},
    "email": {"host": "mail.nordljus.example", "domain": "nordljus.example"},
    "elks": {"sender_name": "Nordljus", "username": "u", "password": "p"},
    "link_mobility": {
        "sender_name": "Nordljus",
        "base_url": "https://n-eu.linkmobility.io",
        "username": "u",
        "password": "p",
        "platform_id": "i",
        "platform_partner_id": "p",
    },
    "bank": {"enrolled": str(Path(__file__).parent / "enrolled.csv")},
    "print_house": {"folder": "drop"},
}


def test_the_table_of_channels_is_what_the_code_declares() -> None:
    channels = [(KINDS[page][2].open(KINDS[page][0], TABLES[page], Mode.LIVE), page) for page in KINDS]
    expected = capability_table((channel.capabilities, page) for channel, page in channels)
    for channel, _ in channels:
        channel.close()
    found = README.partition(BEGIN)[2].partition(END)[0].strip()
    assert found == expected, f"docs/channels/README.md must hold this table:\n{expected}"


def test_the_table_names_every_channel() -> None:
    assert set(TABLES) == set(KINDS)


def test_every_page_is_in_the_table_and_every_row_has_its_page() -> None:
    pages = {page.stem for page in PAGES.glob("*.md")} - {"README"}
    assert pages == {*KINDS, *(page for _, page, _ in UNWRITTEN)}


@pytest.mark.parametrize(("title", "page"), [(title, page) for title, page, _ in UNWRITTEN])
def test_a_channel_without_code_has_a_page_that_says_why(title: str, page: str) -> None:
    text = (PAGES / f"{page}.md").read_text(encoding="utf-8")
    assert text.startswith(f"# {title}\n")
    assert "\n## Why there is no code\n" in text
    assert "\n## What would change it\n" in text
    assert not (PAGES.parents[1] / "channels" / "vaxel_channels" / page).exists()


@pytest.mark.parametrize("name", [page for page, (_, provider, _) in KINDS.items() if provider])
def test_a_gateway_is_named_as_the_settings_name_it(name: str) -> None:
    assert f'`provider = "{KINDS[name][1]}"`' in (PAGES / f"{name}.md").read_text(encoding="utf-8")


@pytest.mark.parametrize("name", KINDS)
def test_every_setting_is_documented_and_no_other(name: str) -> None:
    page = (PAGES / f"{name}.md").read_text(encoding="utf-8")
    settings = page.partition("## Settings")[2].partition("\n## ")[0]
    keys = set(setting_keys(KINDS[name][2].settings))
    assert {key for key in keys if f"`{key}`" not in settings} == set()
    assert set(re.findall(r"^\| `([a-z_]+)` \|", settings, re.MULTILINE)) <= keys


@pytest.mark.parametrize("name", KINDS)
@pytest.mark.parametrize("heading", ["What it carries", "Settings", 'What "delivered" means', "Repeating", "Limits"])
def test_every_page_answers_the_same_questions(name: str, heading: str) -> None:
    page = (PAGES / f"{name}.md").read_text(encoding="utf-8")
    assert f"\n## {heading}\n" in page
    assert "\n## What the documents do not say\n" in page
