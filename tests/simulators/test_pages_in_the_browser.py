"""Every page of the street in a real browser: nothing refused, nothing cut off, nothing hidden from a screen reader."""

import importlib
import json
import smtplib
from collections.abc import Callable, Generator, Mapping
from email import policy
from email.message import EmailMessage
from pathlib import Path
from typing import Any

import httpx
import pytest
from tests.simulators.test_digipost_simulator import MULTIPART, Order, multipart
from tests.simulators.test_my_pages_simulator import push

from vaxel_regression.browser import Camera
from vaxel_simulators import Street

axe: Any = importlib.import_module("axe_playwright_python.sync_playwright").Axe()  # ships no types
pytestmark = pytest.mark.browser


def _message(to: str) -> bytes:
    built = EmailMessage(policy=policy.SMTP)
    built["From"], built["To"], built["Subject"] = "Nordljus <bill@nordljus.example>", to, "Your bill"
    built["Date"], built["Message-ID"] = "Fri, 20 Nov 2026 12:00:00 +0000", f"<1.{to}>"
    built.set_content("Hello: https://nordljus.example/8Kx2\n")
    built.add_alternative("<html lang='en'><title>Bill</title><h1>Hello</h1></html>", subtype="html")
    built.add_attachment(b"%PDF", maintype="application", subtype="pdf", filename="bill.pdf")
    return built.as_bytes()


def digipost_message(pdf: bytes) -> tuple[bytes, str]:
    order = Order()
    return multipart(order.xml(), (order.document, pdf)), MULTIPART


@pytest.fixture
def street(tmp_path: Path, payload: Callable[[str], dict[str, Any]], pdfs: Mapping[str, bytes]) -> Generator[Street]:
    with Street(tmp_path) as running:
        form = {"grant_type": "client_credentials"}
        signed_in = httpx.post(
            f"{running.kivra.url}/v1/auth", auth=(running.kivra.client_id, running.kivra.client_secret), data=form
        )
        httpx.post(
            f"{running.kivra.url}/v2/tenant/{running.kivra.tenant_key}/content",
            content=json.dumps(payload("invoice")),
            headers={
                "Authorization": f"Bearer {signed_in.json()['access_token']}",
                "Content-Type": "application/json",
            },
        )
        text = {"from": "Nordljus", "to": "+46701740605", "message": "See https://nordljus.example/" + "x" * 60}
        httpx.post(f"{running.elks.url}/a1/sms", data=text, auth=(running.elks.username, running.elks.password))
        with smtplib.SMTP(running.mail.host, running.mail.port) as client:
            for to in ("elin@example.com", "late.bounce@example.com"):
                client.sendmail("bounce+1@nordljus.example", [to], _message(to))
        running.digipost.take(*digipost_message(pdfs["letter"]))
        running.my_pages.take(json.dumps(push(pdfs["letter"])).encode())
        running.bankid.auth({"endUserIp": "192.0.2.7"})
        (tmp_path / "print-house" / f"{'0' * 64}.json").write_text("{")
        running.print_house.scan()
        yield running


@pytest.mark.parametrize("width", [390, 1280])
def test_every_page_is_whole_quiet_and_accessible(browser: Camera, street: Street, width: int) -> None:
    (item,) = street.kivra.items()
    addresses = [
        street.page_url,
        street.kivra.page_url,
        f"{street.kivra.page_url}0/",
        f"{street.kivra.page_url}item/{item.key}",
        street.elks.page_url,
        street.mail.page_url,
        f"{street.mail.page_url}inbox/0",
        f"{street.mail.page_url}inbox/0?view=source",
        f"{street.mail.page_url}back/0",
        street.print_house.page_url,
        street.digipost.page_url,
        f"{street.digipost.page_url}0/",
        f"{street.digipost.page_url}letter/{street.digipost.items()[0].message.letters[0].uuid}",
        street.my_pages.page_url,
        f"{street.my_pages.page_url}{street.my_pages.documents()[0].key}",
        street.bankid.app_url,
        f"{street.bankid.app_url}?autostarttoken={street.bankid.orders()[0].auto_start_token}",
    ]
    found: list[str] = []
    said: list[str] = []
    with browser.page(width, 900) as page:
        page.on("console", lambda line: said.append(line.text))
        for address in addresses:
            page.goto(address)
            if page.evaluate("document.documentElement.scrollWidth > innerWidth"):
                found.append(f"{address} is wider than the screen")
            if page.evaluate("[...document.images].some(image => image.complete && !image.naturalWidth)"):
                found.append(f"{address} has a broken picture")
            found += [f"{address} says {line}" for line in said]
            found += [f"{address}: {fault['id']}" for fault in axe.run(page).response["violations"]]
            said.clear()  # axe itself tries to talk to sandboxed frames
    assert found == []
