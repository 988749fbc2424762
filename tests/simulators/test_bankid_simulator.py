"""The BankID simulator refuses every row of its table, and its app does what the table of magic recipients says."""

import hmac
import json
from collections.abc import Callable, Iterator

import httpx
import pytest

from vaxel_simulators import BankIdSimulator, Clock
from vaxel_simulators.tables import magic, rows_of

HTTP = httpx.Client(verify=False, trust_env=False)  # noqa: S501 - loopback without TLS; loading certificates takes longer
REFUSALS = rows_of("bankid", "must_refuse.csv")
ELIN, ANNA = "198001012387", "196611022382"


@pytest.fixture
def bankid(clock: Clock) -> Iterator[BankIdSimulator]:
    with BankIdSimulator(clock=clock) as simulator:
        yield simulator


def call(bankid: BankIdSimulator, method: str, **body: object) -> httpx.Response:
    return HTTP.post(f"{bankid.rp_url}/{method}", json=body)


@pytest.mark.parametrize("row", REFUSALS, ids=lambda row: row["variant"])
def test_refuses_every_row_of_the_table(row: dict[str, str], bankid: BankIdSimulator) -> None:
    order = call(bankid, "auth", endUserIp="192.0.2.7").json()["orderRef"]
    body: dict[str, object] = {"endUserIp": "192.0.2.7"} if row["call"] == "auth" else {"orderRef": order}
    method, media, content = "POST", "application/json", None
    match row["where"]:
        case "media":
            media = row["value"]
        case "method":
            method = row["value"]
        case "raw":
            content = row["value"]
        case member:
            body[member] = json.loads(row["value"])
    answer = HTTP.request(
        method,
        f"{bankid.rp_url}/{row['call']}",
        content=json.dumps(body) if content is None else content,
        headers={"Content-Type": media},
    )
    assert (str(answer.status_code), answer.json()["errorCode"]) == (row["status"], row["code"])


def in_the_app(bankid: BankIdSimulator, behaviour: str, offset: dict[str, float]) -> str:
    begun = call(bankid, "auth", endUserIp="192.0.2.7").json()
    page = HTTP.get(bankid.app_url, params={"autostarttoken": begun["autoStartToken"]}).text
    assert "Who holds the phone?" in page
    form = {"order": begun["orderRef"], "who": ELIN, "do": "identify"}
    form |= {"stranger": {"who": ANNA}, "cancel": {"do": "cancel"}, "blocked": {"do": "blocked"}}.get(behaviour, {})
    assert "Done." in HTTP.post(f"{bankid.app_url}answer", data=form).text
    return str(begun["orderRef"])


@pytest.mark.parametrize("row", magic("bankid"), ids=lambda row: row.behaviour)
def test_the_app_does_what_the_table_says(row: object, bankid: BankIdSimulator, offset: dict[str, float]) -> None:
    behaviour: str = getattr(row, "behaviour")  # noqa: B009 - the table's row
    if behaviour == "unstarted":
        order = str(call(bankid, "auth", endUserIp="192.0.2.7").json()["orderRef"])
        offset["seconds"] = bankid.profile["orders"]["start_seconds"] + 1
    else:
        order = in_the_app(bankid, behaviour, offset)
    told = call(bankid, "collect", orderRef=order).json()
    user = told.get("completionData", {}).get("user", {})
    assert (told["status"], told.get("hintCode"), user.get("personalNumber")) == {
        "recipient": ("complete", None, ELIN),
        "stranger": ("complete", None, ANNA),
        "cancel": ("failed", "userCancel", None),
        "blocked": ("failed", "certificateErr", None),
        "unstarted": ("failed", "startFailed", None),
    }[behaviour]


def test_a_code_is_read_while_it_shows_and_a_forged_one_never(
    bankid: BankIdSimulator, offset: dict[str, float]
) -> None:
    begun = call(bankid, "auth", endUserIp="192.0.2.7").json()

    def code(seconds: int, secret: str = begun["qrStartSecret"]) -> str:
        mark = hmac.new(secret.encode(), str(seconds).encode(), "sha256").hexdigest()
        return f"bankid.{begun['qrStartToken']}.{seconds}.{mark}"

    for text in ("", "bankid", code(0, "another secret"), code(0).replace(".0.", ".1."), code(4)):
        assert "wrong or too old" in HTTP.post(f"{bankid.app_url}scan", data={"text": text}).text
    offset["seconds"] = 4
    assert "Who holds the phone?" in HTTP.post(f"{bankid.app_url}scan", data={"text": code(4)}).text


def test_a_second_order_for_the_same_person_ends_both(bankid: BankIdSimulator) -> None:
    wanted: Callable[[], httpx.Response] = lambda: call(  # noqa: E731 - asked three times
        bankid, "auth", endUserIp="192.0.2.7", requirement={"personalNumber": ELIN}
    )
    first = wanted().json()["orderRef"]
    second = wanted()
    assert (second.status_code, second.json()["errorCode"]) == (400, "alreadyInProgress")
    assert call(bankid, "collect", orderRef=first).json()["hintCode"] == "cancelled"
    assert wanted().status_code == 200


def test_the_app_leads_back_to_this_machine_alone(bankid: BankIdSimulator) -> None:
    for back, status in (("http://127.0.0.1:9/x", 303), ("https://elsewhere.example/", 200)):
        begun = call(bankid, "auth", endUserIp="192.0.2.7").json()
        HTTP.get(bankid.app_url, params={"autostarttoken": begun["autoStartToken"]})
        form = {"order": begun["orderRef"], "who": ELIN, "do": "identify", "back": back}
        assert HTTP.post(f"{bankid.app_url}answer", data=form).status_code == status
