"""A link opens one document for one person: not for a scanner, not for a guesser, not for whom it was forwarded to."""

import base64
import datetime as dt
import io
import re
from collections.abc import Callable
from urllib.parse import unquote

import pytest
import zxingcpp
from flask.testing import FlaskClient
from PIL import Image
from resvg_py import svg_to_bytes
from tests.portal.conftest import ANNA, ELIN, Desk

from vaxel_portal import BankId
from vaxel_portal.application import COOKIE, hint_words
from vaxel_portal.bankid import qr_text
from vaxel_portal.sittings import WRONG_A_MINUTE
from vaxel_simulators import BankIdSimulator

HINTS = (
    "outstandingTransaction",
    "noClient",
    "started",
    "userMrtd",
    "userCallConfirm",
    "userSign",
    "processing",
    "expiredTransaction",
    "certificateErr",
    "userCancel",
    "cancelled",
    "startFailed",
    "userDeclinedCall",
    "notSupportedByUserApp",
    "transactionRiskBlocked",
)
Browser = Callable[..., FlaskClient]


def begin(client: FlaskClient, token: str) -> str:
    """Press the button; give the page that waits."""
    return client.post(f"/{token}/open", follow_redirects=True).get_data(as_text=True)


def identify(simulator: BankIdSimulator, number: str) -> None:
    order = simulator.orders()[-1]
    simulator.take_up(order.auto_start_token)
    simulator.identify(order.reference, number)


def go(client: FlaskClient, token: str, desk: Desk) -> dict[str, str]:
    """What the waiting page is told, two seconds later."""
    desk.now += dt.timedelta(seconds=2)
    told: dict[str, str] = client.get(f"/{token}/bankid/state").get_json()
    return told


def test_the_recipient_opens_the_document_and_it_is_told(
    desk: Desk, browser: Browser, simulator: BankIdSimulator
) -> None:
    token, client = desk.add(), browser()
    assert "Öppna med BankID" in client.get(f"/{token}").get_data(as_text=True)
    assert "BankID på den här enheten" in begin(client, token)
    identify(simulator, ELIN)
    assert go(client, token, desk) == {"go": f"/{token}/document"}
    assert b"M-0" in client.get(f"/{token}/document").data
    assert desk.opened == ["M-0"]


def test_somebody_else_opens_nothing_and_that_is_told(desk: Desk, browser: Browser, simulator: BankIdSimulator) -> None:
    token, client = desk.add(), browser()
    begin(client, token)
    identify(simulator, ANNA)
    assert go(client, token, desk)["title"] == "Dokumentet är till någon annan"
    assert client.get(f"/{token}/document").location == f"/{token}"
    assert (desk.opened, desk.happened) == ([], [("M-0", "wrong person at the link")])


def test_a_scanner_that_follows_the_link_changes_nothing(
    desk: Desk, browser: Browser, simulator: BankIdSimulator
) -> None:
    token = desk.add()
    for client in (browser(), browser()):
        for page in ("", "/", "/bankid", "/bankid/state", "/document", "/open"):
            client.get(f"/{token}{page}")
    assert (desk.opened, simulator.orders()) == ([], [])


def test_what_one_browser_opened_stays_shut_for_another(
    desk: Desk, browser: Browser, simulator: BankIdSimulator
) -> None:
    token, client = desk.add(), browser()
    other = client.application.test_client()
    begin(client, token)
    identify(simulator, ELIN)
    go(client, token, desk)
    assert other.get(f"/{token}/document").status_code == 303
    assert other.get(f"/{token}/bankid/state").get_json() == {"go": f"/{token}"}


def test_a_sitting_opens_its_own_link_alone(desk: Desk, browser: Browser, simulator: BankIdSimulator) -> None:
    first, second, client = desk.add(), desk.add(), browser()
    begin(client, first)
    identify(simulator, ELIN)
    go(client, first, desk)
    cookie = client.get_cookie(COOKIE, path=f"/{first}")
    assert cookie is not None
    client.set_cookie(COOKIE, cookie.value, path=f"/{second}")
    assert client.get(f"/{second}/document").status_code == 303


def test_the_name_of_a_sitting_is_another_after_signing_in(
    desk: Desk, browser: Browser, simulator: BankIdSimulator
) -> None:
    token, client = desk.add(), browser()
    begin(client, token)
    before = client.get_cookie(COOKIE, path=f"/{token}")
    identify(simulator, ELIN)
    go(client, token, desk)
    after = client.get_cookie(COOKIE, path=f"/{token}")
    assert before is not None
    assert after is not None
    assert before.value != after.value
    assert after.http_only
    client.set_cookie(COOKIE, before.value, path=f"/{token}")
    assert client.get(f"/{token}/document").status_code == 303


def test_a_sitting_ends_by_itself(desk: Desk, browser: Browser, simulator: BankIdSimulator) -> None:
    token, client = desk.add(), browser()
    begin(client, token)
    identify(simulator, ELIN)
    go(client, token, desk)
    desk.now += dt.timedelta(minutes=16)
    assert client.get(f"/{token}/document").status_code == 303


@pytest.mark.parametrize("path", ["", "/open", "/bankid", "/bankid/state", "/document"])
def test_a_guessed_link_and_a_malformed_one_look_alike(desk: Desk, browser: Browser, path: str) -> None:
    client = browser()
    pages = {
        client.open(f"/{token}{path}", method="POST" if path == "/open" else "GET").data
        for token in ("x" * 43, "x" * 24, "..", "favicon.ico")
    }
    assert len(pages) == 1
    assert "Här finns inget dokument" in pages.pop().decode()


def test_who_guesses_is_stopped_and_so_is_a_right_guess(desk: Desk, browser: Browser) -> None:
    token, client = desk.add(), browser()
    for number in range(WRONG_A_MINUTE):
        assert client.get(f"/{number:043d}").status_code == 404
    assert client.get(f"/{token}").status_code == 429
    desk.now += dt.timedelta(seconds=61)
    assert client.get(f"/{token}").status_code == 200


def test_an_old_link_says_so_and_opens_nothing(desk: Desk, browser: Browser) -> None:
    token, client = desk.add(), browser(valid=dt.timedelta(days=30))
    desk.now += dt.timedelta(days=31)
    for method, page in (("GET", ""), ("POST", "/open"), ("GET", "/document")):
        answer = client.open(f"/{token}{page}", method=method)
        assert (answer.status_code, "Länken har gått ut" in answer.get_data(as_text=True)) == (410, True)


def test_a_document_without_a_number_opens_by_its_button_alone(
    desk: Desk, browser: Browser, simulator: BankIdSimulator
) -> None:
    token, client = desk.add(number=None, language="en"), browser()
    assert "Open the document" in client.get(f"/{token}").get_data(as_text=True)
    assert desk.opened == []
    assert b"M-0" in client.post(f"/{token}/open", follow_redirects=True).data
    assert (desk.opened, simulator.orders()) == (["M-0"], [])


@pytest.mark.parametrize(
    ("who", "changes"),
    [
        ({"number": None}, {"open_unnamed": False}),
        ({"number": ELIN}, {"bankid": None}),
        ({"number": "02018023833", "country": "NO"}, {}),
    ],
    ids=["nobody named", "nobody who says who", "a number that BankID does not confirm"],
)
def test_where_nobody_can_show_that_it_is_theirs_nothing_opens(
    desk: Desk, browser: Browser, who: dict[str, str], changes: dict[str, object]
) -> None:
    token, client = desk.add(**who), browser(**changes)
    for method, page in (("GET", ""), ("POST", "/open")):
        assert client.open(f"/{token}{page}", method=method).status_code == 403
    assert desk.opened == []


def test_a_code_on_the_page_is_what_the_app_reads_and_moves_on(
    desk: Desk, browser: Browser, simulator: BankIdSimulator
) -> None:
    token, client = desk.add(), browser()
    begin(client, token)
    first, second = go(client, token, desk)["qr"], go(client, token, desk)["qr"]
    assert first != second
    svg = base64.b64decode(second.partition(",")[2]) if ";base64" in second else None
    text = svg.decode() if svg else re.sub("^data:[^,]*,", "", second)
    png = svg_to_bytes(svg_string=unquote(text), background="#fff", zoom=1)
    picture = Image.open(io.BytesIO(bytes(png))).convert("L")
    (code,) = zxingcpp.read_barcodes(picture)
    assert simulator.scan(code.text) is not None
    assert go(client, token, desk)["say"] == "Skriv din säkerhetskod i BankID-appen och välj Legitimera."


def test_a_photographed_code_is_too_old(desk: Desk, browser: Browser, simulator: BankIdSimulator) -> None:
    token, client = desk.add(), browser()
    begin(client, token)
    order = simulator.orders()[-1]
    begun = desk.now
    desk.now += dt.timedelta(seconds=20)
    assert (
        simulator.scan(qr_text(order.qr_token, order.qr_secret, int((desk.now - begun).total_seconds()) - 15)) is None
    )


def test_bankid_is_asked_every_two_seconds_and_no_more(
    desk: Desk, browser: Browser, simulator: BankIdSimulator, bankid: BankId
) -> None:
    token, client = desk.add(), browser()
    begin(client, token)
    go(client, token, desk)
    identify(simulator, ELIN)
    desk.now += dt.timedelta(seconds=1)
    assert "qr" in client.get(f"/{token}/bankid/state").get_json()
    desk.now += dt.timedelta(seconds=1)
    assert "go" in client.get(f"/{token}/bankid/state").get_json()


def test_an_identification_that_nobody_takes_up_ends_with_a_sentence(
    desk: Desk, browser: Browser, simulator: BankIdSimulator
) -> None:
    token, client = desk.add(), browser()
    begin(client, token)
    desk.now += dt.timedelta(seconds=31)
    assert go(client, token, desk)["fail"].startswith("BankID-appen startade inte")


def test_a_bankid_that_is_down_is_told_to_the_recipient(
    desk: Desk, browser: Browser, simulator: BankIdSimulator
) -> None:
    token, client = desk.add(), browser()
    simulator.stop()
    answer = client.post(f"/{token}/open")
    assert (answer.status_code, "BankID svarar inte just nu" in answer.get_data(as_text=True)) == (503, True)


def test_cancelling_leads_back_to_the_button_and_ends_the_order(
    desk: Desk, browser: Browser, simulator: BankIdSimulator
) -> None:
    token, client = desk.add(), browser()
    begin(client, token)
    assert client.post(f"/{token}/bankid/cancel").location == f"/{token}"
    assert simulator.orders()[-1].status == "failed"


@pytest.mark.parametrize("page", ["", "/bankid", "/bankid/state", "/document", "/nothing"])
def test_every_answer_forbids_framing_storing_and_telling_where_it_came_from(
    desk: Desk, browser: Browser, simulator: BankIdSimulator, page: str
) -> None:
    token, client = desk.add(), browser()
    begin(client, token)
    identify(simulator, ELIN)
    go(client, token, desk)
    headers = client.get(f"/{token}{page}").headers
    assert "frame-ancestors 'none'" in headers["Content-Security-Policy"]
    assert (headers["Cache-Control"], headers["Referrer-Policy"]) == ("no-store", "no-referrer")


def test_every_hint_that_bankid_documents_has_words_in_both_languages() -> None:
    for language in ("sv", "en"):
        assert [code for code in HINTS if hint_words(language, code) == hint_words(language, "tomorrow's")] == []
