"""A test goes to whom it was named for, says that it is one, and never reaches the document's recipient."""

import re
from collections.abc import Generator
from email import message_from_bytes, policy
from pathlib import Path

import httpx
import pytest
from playwright.sync_api import Page, expect
from tests.preview.conftest import INSIDE, TOKEN, entered

from vaxel.test_sends import LOCAL_ADDRESS, LOCAL_NUMBER, LocalSinks, MailServer
from vaxel_engine import packs
from vaxel_engine.errors import Misconfigured, Unreachable
from vaxel_preview.sending import MOST_A_MINUTE, Tests, as_test
from vaxel_preview.serving import preview
from vaxel_regression.browser import Camera


@pytest.fixture
def sinks() -> Generator[LocalSinks]:
    opened = LocalSinks()
    yield opened
    opened.close()


@pytest.fixture
def sending(own_samples: Path, sinks: LocalSinks) -> Generator[str]:
    with preview([packs.packs()], [own_samples], "nordljus", 0, token=TOKEN, courier=sinks) as served:
        yield served.url


def test_a_test_is_marked_and_its_recipient_is_another() -> None:
    head = b"From: a@b.example\r\nTo: elin@example.se\r\nBcc: x@y.example\r\n"
    mail = head + b"Subject: =?utf-8?q?R=C3=A4kning?=\r\n\r\nHi\r\n"
    seen = message_from_bytes(as_test(mail, "me@here.example"), policy=policy.default)
    assert (seen["To"], seen["Subject"], seen["X-Vaxel-Test"], seen["Bcc"]) == (
        "me@here.example",
        "[TEST] Räkning",
        "yes",
        None,
    )
    assert b"elin@" not in as_test(mail, "me@here.example")


def test_nobody_gets_a_test_but_who_was_named_and_few_a_minute(sinks: LocalSinks) -> None:
    now = [0.0]
    tests = Tests(sinks, lambda: now[0])
    with pytest.raises(Misconfigured, match="to nobody else"):
        tests.text("x", "+46700000000")
    for _ in range(MOST_A_MINUTE):
        assert tests.text("Hej", LOCAL_NUMBER).startswith("http://127.0.0.1:")
    with pytest.raises(Misconfigured, match="tests a minute and no more"):
        tests.text("x", LOCAL_NUMBER)
    now[0] = 61.0
    tests.text("Hej igen", LOCAL_NUMBER)


def test_a_mail_server_that_is_not_there_is_a_sentence(sinks: LocalSinks) -> None:
    with pytest.raises(Misconfigured, match="no HOST:PORT"):
        MailServer("nowhere", ("a@b.example",), sinks)
    with pytest.raises(Unreachable, match="did not take the test"):
        MailServer("127.0.0.1:1", ("a@b.example",), sinks).mail(b"Subject: x\r\n\r\n", "a@b.example")


def test_only_our_own_page_sends(sending: str, standing: str) -> None:
    body = {"what": "email", "to": LOCAL_ADDRESS}
    assert httpx.post(f"{sending}send", json=body).status_code == 403
    foreign = INSIDE | {"Origin": "https://evil.example"}
    assert httpx.post(f"{sending}send", headers=foreign, json=body).status_code == 403
    assert httpx.post(f"{sending}send", headers=INSIDE, json={"what": "print_pdf", "to": "x"}).status_code == 404
    refused = httpx.post(f"{sending}send", headers=INSIDE, json={"what": "sms", "to": "+46700000000"}, timeout=60)
    assert "to nobody else" in refused.json()["sentence"]
    assert httpx.post(f"{standing}send", headers=INSIDE, json=body).status_code == 404


@pytest.mark.browser
def test_a_mail_is_sent_to_the_mailbox_and_the_message_opens_its_page(browser: Camera, sending: str) -> None:
    with browser.page(1440, 900) as page:
        _send(page, sending)


def _send(page: Page, sending: str) -> None:
    page.goto(entered(f"{sending}?sample=november.json:1"))
    expect(page.locator("#pulse")).to_contain_text("up to date", timeout=60_000)
    page.keyboard.press("n")
    expect(page.locator("#send-to")).to_have_value(f"email {LOCAL_ADDRESS}", timeout=20_000)
    page.locator("#send-go").click()
    link = page.locator("#send-said a")
    expect(link).to_be_visible(timeout=60_000)
    mailbox = httpx.get(link.get_attribute("href") or "", follow_redirects=True).text
    assert LOCAL_ADDRESS in mailbox
    page.locator("#send form button").click()
    page.locator("#sms .bubble u").click()
    expect(page).to_have_url(re.compile("view=web_phone"))
    expect(page.locator("#web_phone")).to_have_class(re.compile("shown"))
