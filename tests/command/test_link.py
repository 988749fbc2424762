"""From the SMS to the opened document, in a real browser, with every provider played by its stand-in."""

import importlib
import json
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page

from vaxel import settings
from vaxel.samples import samples
from vaxel.switch import Switch
from vaxel_regression.browser import Camera

axe: Any = importlib.import_module("axe_playwright_python.sync_playwright").Axe()  # ships no types
pytestmark = pytest.mark.browser
CONFIG = """
mode = "sandbox"
[ledger]
url = "sqlite:///ledger/ledger.sqlite"
artifacts = "ledger/artifacts"
tenant_key = "ledger/tenant.key"
[link]
stand_in = true
[sender.nordljus]
brand = "nordljus"
channels = ["sms"]
[channel.sms]
stand_in = true
"""


@pytest.fixture
def switch(tmp_path: Path) -> Iterator[Switch]:
    with Switch(settings.parse(tomllib.loads(CONFIG), source=tmp_path / "vaxel.toml")) as opened:
        yield opened


@pytest.fixture
def letter(tmp_path: Path) -> Path:
    """The first invoice of the samples, to Elin Forsberg, who has a mobile and a personal number."""
    november = next(file for file in samples() if file.name == "november.json")
    file = tmp_path / "one.json"
    whole = json.loads(november.read_text(encoding="utf-8"))
    file.write_text(json.dumps({**whole, "documents": whole["documents"][:1]}), encoding="utf-8")
    return file


def test_one_tap_on_the_phone_and_bankid_open_the_invoice(switch: Switch, letter: Path, browser: Camera) -> None:
    batch = switch.send(letter)
    street = switch.street
    assert street is not None
    (line,) = batch.report()
    assert (line.channel, len(street.elks.bubbles())) == ("sms", 1)
    with browser.page(width=390, height=844) as page:
        page.goto(street.elks.page_url)
        with page.expect_popup() as tapped:
            page.get_by_role("link", name="http://127.0.0.1").first.click()
        door = tapped.value
        assert [fault["id"] for fault in axe.run(door).response["violations"]] == []
        door.get_by_role("button", name="Öppna med BankID").click()
        door.get_by_alt_text("Skanna med BankID-appen").wait_for()
        assert [fault["id"] for fault in axe.run(door).response["violations"]] == []
        door.get_by_role("link", name="BankID på den här enheten").click()
        door.get_by_role("button", name="Identify").click()
        _shows_the_invoice(door)
    switch.wait([batch])
    (line,) = batch.report()
    assert line.status == "read"


def _shows_the_invoice(door: Page) -> None:
    door.wait_for_url("**/document", timeout=20_000)
    door.get_by_text("2\u00a0218,48").first.wait_for(timeout=20_000)
