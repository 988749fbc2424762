"""The Kivra simulator refuses what Kivra's documents refuse, and fails in every way that a provider fails."""

import base64
import json
from collections.abc import Callable, Mapping
from typing import Any

import httpx
import pytest

from vaxel_simulators import Clock, Fault, KivraSimulator
from vaxel_simulators.tables import magic, rows_of

Payload = Callable[[str], dict[str, Any]]
REFUSALS = rows_of("kivra", "must_refuse.csv")
HTML = {
    "(responsive part with script)": b"<p>Hi</p><script>alert(1)</script>",
    "(responsive part with handler)": b"<p onclick='x()'>Hi</p>",
    "(responsive part with outside picture)": b"<img src='https://nordljus.example/x.png'>",
}
HTTP = httpx.Client(verify=False, trust_env=False)  # noqa: S501 - loopback without TLS; loading certificates takes longer


def sign_in(kivra: KivraSimulator, **more: str) -> str:
    form = {"grant_type": "client_credentials", **more}
    answer = HTTP.post(f"{kivra.url}/v1/auth", auth=(kivra.client_id, kivra.client_secret), data=form)
    return str(answer.json()["access_token"])


def hand_over(kivra: KivraSimulator, body: object, token: str | None = None) -> httpx.Response:
    return HTTP.post(
        f"{kivra.url}/v2/tenant/{kivra.tenant_key}/content",
        content=body if isinstance(body, bytes) else json.dumps(body).encode(),
        headers={"Authorization": f"Bearer {token or sign_in(kivra)}", "Content-Type": "application/json"},
    )


def born(year: int) -> str:
    """A valid number of someone who is a user, born on the first of January."""
    digits = f"{year}0101238"
    total = sum(sum(divmod(int(digit) * (2 - place % 2), 10)) for place, digit in enumerate(digits[2:]))
    return f"{digits}{-total % 10}"


def changed(body: dict[str, Any], where: str, value: str, pdfs: Mapping[str, bytes]) -> dict[str, Any]:
    *path, last = where.strip("/").split("/")
    inner: Any = body
    for step in path:
        inner = inner[int(step) if step.isdigit() else step]
    match value:
        case "(absent)":
            del inner[last]
        case "(copy of first)":
            inner.append(inner[0])
        case "(replaced by /email)":
            del inner[last]
            inner["email"] = "verified.elin@example.com"
        case "(plain responsive part)":
            inner[last] = {"name": "a.txt", "content_type": "text/plain", "data": ""}
        case _ if value in HTML:
            inner[last] = {
                "name": "a.html",
                "content_type": "text/html",
                "data": base64.b64encode(HTML[value]).decode(),
            }
        case _ if value in pdfs:
            inner[last] = base64.b64encode(pdfs[value]).decode()
        case _:
            inner[last] = json.loads(value)
    return body


def ask(
    kivra: KivraSimulator, row: Mapping[str, str], body: Any, offset: dict[str, float], pdfs: Mapping[str, bytes]
) -> httpx.Response:
    """Make the request of one row of the table."""
    tenant, method, auth = kivra.tenant_key, "POST", None
    headers = {"Content-Type": "application/json"}
    form = {"grant_type": "client_credentials"}
    user, password = kivra.client_id, kivra.client_secret
    scope: dict[str, str] = {}
    where, value = row["where"], row["value"]
    content: bytes | None = None
    match where.split(":"):
        case ["basic", "user"]:
            user = value
        case ["basic", "password"]:
            password = value
        case ["form", name]:
            form = {**form, name: value}
        case ["path", _]:
            tenant = value
        case ["method"]:
            method = value
        case ["scope"]:
            scope = {"scope": value}
        case ["raw"]:
            content = value.encode()
        case ["raw", _]:
            content = b" " * int(value)
        case _ if where.startswith("/"):
            body = changed(body, where, value, pdfs)
        case _:
            pass
    if row["call"] == "auth":
        form = {name: value for name, value in form.items() if value != "(absent)"}
        auth = (user, password)
        headers["Content-Type"] = "application/x-www-form-urlencoded"
        content, path = str(httpx.QueryParams(form)).encode(), "/v1/auth"
    else:
        headers["Authorization"] = f"Bearer {sign_in(kivra, **scope)}"
        path = f"/v2/tenant/{tenant}/" + ("content" if row["call"] == "content" else "usermatch/ssn")
    if where == "clock":
        offset["seconds"] = float(value)
    if where.startswith("header:"):
        name = where.partition(":")[2]
        if value == "(absent)":
            del headers[name]
        else:
            headers[name] = value if value != "(as token scheme)" else headers[name].replace("Bearer", "Token")
    if content is None:
        content = json.dumps(body).encode()
    for _ in range(int(value) - 1 if where == "repeat" else 0):
        HTTP.request(method, kivra.url + path, content=content, headers=headers)
    return HTTP.request(method, kivra.url + path, content=content, headers=headers, auth=auth)


@pytest.mark.parametrize("row", REFUSALS, ids=[row["variant"] for row in REFUSALS])
def test_refuses_every_row_of_the_table(
    row: dict[str, str], kivra: KivraSimulator, payload: Payload, offset: dict[str, float], pdfs: Mapping[str, bytes]
) -> None:
    body = {"list": ["198001012387"]} if row["base"] == "-" else payload(row["base"])
    answer = ask(kivra, row, body, offset, pdfs)
    assert (answer.json()["code"], answer.status_code) == (int(row["code"]), int(row["code"]) // 100), answer.text
    assert answer.headers["x-error-code"] == row["code"]
    assert set(answer.json()) == {"code", "short_message", "long_message"}
    assert kivra.items() == [] or row["where"] == "repeat"


@pytest.mark.parametrize("kind", ["letter", "invoice", "booking", "registered", "company", "company accounting"])
def test_takes_every_kind_that_the_table_starts_from(kivra: KivraSimulator, payload: Payload, kind: str) -> None:
    answer = hand_over(kivra, payload(kind))
    assert answer.status_code == 201, answer.text
    assert len(kivra.items()) == 1


def test_a_token_has_the_documented_shape(kivra: KivraSimulator) -> None:
    form = {"grant_type": "client_credentials"}
    token = HTTP.post(f"{kivra.url}/v1/auth", auth=(kivra.client_id, kivra.client_secret), data=form).json()
    assert set(token) == {"state", "access_token", "expires_in", "scope", "token_type"}
    assert (token["expires_in"], token["token_type"]) == (28800, "bearer")
    assert f"post:kivra.v1.tenant.{kivra.tenant_key}.content" in token["scope"].split()


def test_a_token_lives_28800_seconds_and_no_longer(
    kivra: KivraSimulator, payload: Payload, offset: dict[str, float]
) -> None:
    token = sign_in(kivra)
    offset["seconds"] = 28_799
    assert hand_over(kivra, payload("letter"), token).status_code == 201
    offset["seconds"] = 28_800
    assert hand_over(kivra, payload("letter"), token).status_code == 401


def test_the_keys_have_kivras_form(kivra: KivraSimulator, payload: Payload) -> None:
    answer = hand_over(kivra, payload("letter"))
    key = answer.headers["kivra-objkey"]
    assert key[:10].isdigit()
    assert int(key[10:], 16) >= 0
    assert len(key) == 42
    assert answer.headers["location"].endswith(key)
    assert answer.headers["x-correlation-id"]


def test_a_repeat_is_taken_and_delivers_nothing(kivra: KivraSimulator, payload: Payload) -> None:
    first = hand_over(kivra, {**payload("letter"), "generated_at": "2026-11-20"})
    second = hand_over(kivra, {**payload("letter"), "generated_at": "2026-11-21"})
    assert first.headers["kivra-objkey"] == second.headers["kivra-objkey"]
    assert [arrival.delivered for arrival in kivra.arrivals()] == [True, False]
    assert len(kivra.mailbox("198001012387")) == 1


def test_any_other_difference_delivers_twice(kivra: KivraSimulator, payload: Payload) -> None:
    hand_over(kivra, payload("letter"))
    hand_over(kivra, {**payload("letter"), "subject": "From Nordljus again"})
    assert len(kivra.mailbox("198001012387")) == 2


def test_kivras_own_sandbox_delivers_repeats(clock: Clock, payload: Payload) -> None:
    with KivraSimulator(clock=clock, duplicate_control=False) as sandbox:
        hand_over(sandbox, payload("letter"))
        hand_over(sandbox, payload("letter"))
        assert len(sandbox.mailbox("198001012387")) == 2


def test_the_mailbox_holds_the_exact_bytes(kivra: KivraSimulator, payload: Payload, pdfs: Mapping[str, bytes]) -> None:
    body = json.dumps(payload("letter")).encode()
    hand_over(kivra, body)
    assert kivra.arrivals()[0].body == body
    assert kivra.items()[0].content.parts[0].body == pdfs["letter"]


def test_the_rate_limit_ends_after_a_minute(kivra: KivraSimulator, payload: Payload, offset: dict[str, float]) -> None:
    token = sign_in(kivra)
    for _ in range(50):
        assert hand_over(kivra, payload("letter"), token).status_code == 201
    assert hand_over(kivra, payload("letter"), token).headers["Retry-After"]
    offset["seconds"] = 61
    assert hand_over(kivra, payload("letter"), token).status_code == 201


def test_content_for_a_stranger_is_retained_where_the_type_allows(kivra: KivraSimulator, payload: Payload) -> None:
    body = {**payload("letter"), "ssn": "198001012395", "type": "letter.creditnotice", "retain": True}
    answer = hand_over(kivra, body)
    assert answer.status_code == 201
    assert "kivra-retained" in answer.headers
    assert kivra.mailbox("198001012395") == []


def test_a_scope_asked_for_is_the_scope_got(kivra: KivraSimulator, payload: Payload) -> None:
    scope = f"post:kivra.v1.tenant.{kivra.tenant_key}.content"
    assert hand_over(kivra, payload("letter"), sign_in(kivra, scope=scope)).status_code == 201


def match(kivra: KivraSimulator, what: str, asked: list[str]) -> list[str]:
    answer = HTTP.post(
        f"{kivra.url}/v2/tenant/{kivra.tenant_key}/{what}",
        json={"list": asked},
        headers={"Authorization": f"Bearer {sign_in(kivra)}"},
    )
    found: list[str] = answer.json()["list"]
    return found


def test_a_match_gives_the_reachable_ones_in_order(kivra: KivraSimulator) -> None:
    assert match(kivra, "usermatch/ssn", ["198503142385", "198001012395", "198001012387"]) == [
        "198503142385",
        "198001012387",
    ]
    companies = ["SE559201447501", "SE556840226601"]
    assert match(kivra, "companymatch/vatnr", companies) == ["SE556840226601"]
    addresses = ["Verified.Elin@example.com", "elin@example.com"]
    assert match(kivra, "usermatch/verified_email", addresses) == ["Verified.Elin@example.com"]


EXPECTED: dict[str, tuple[bool, list[int | None], int]] = {
    # behaviour: in the match, statuses of two hand-overs of the same bytes (None: no readable answer), items
    "user": (True, [201, 201], 1),
    "stranger": (False, [400, 400], 0),
    "dormant": (False, [201, 201], 1),
    "silence after accept": (True, [None, 201], 1),
    "silence before accept": (True, [None, 201], 1),
    "server error before accept": (True, [500, 201], 1),
    "server error after accept": (True, [500, 201], 1),
    "too many requests": (True, [429, 201], 1),
    "always failing": (True, [500, 500], 0),
    "gone": (True, [400, 400], 0),
    "malformed answer": (True, [None, 201], 1),
    "slow": (True, [None, 201], 1),
}


@pytest.mark.parametrize("row", magic("kivra"), ids=lambda row: row.address)
def test_every_magic_recipient_behaves_as_the_table_says(row: Any, kivra: KivraSimulator, payload: Payload) -> None:
    kivra.slow_seconds = 0.3
    in_match, statuses, items = EXPECTED[row.behaviour]
    ssn = {"serial 238": "198001012387", "any other serial": "198001012395"}.get(row.address) or born(
        int(row.address[-4:])
    )
    assert match(kivra, "usermatch/ssn", [ssn]) == ([ssn] if in_match else [])
    body, token = json.dumps({**payload("letter"), "ssn": ssn}), sign_in(kivra)
    seen: list[int | None] = []
    for _ in range(2):
        try:
            answer = HTTP.post(
                f"{kivra.url}/v2/tenant/{kivra.tenant_key}/content",
                content=body,
                headers={"Authorization": f"Bearer {token}", "Content-Type": "application/json"},
                timeout=0.2 if row.behaviour == "slow" else 5,
            )
            answer.json()
            seen.append(answer.status_code)
        except (httpx.TransportError, ValueError):
            seen.append(None)
    assert seen == statuses
    assert len(kivra.mailbox(ssn)) == items


TAKEN = {
    Fault.SILENCE_AFTER_ACCEPT,
    Fault.RESET_MID_ANSWER,
    Fault.SERVER_ERROR_AFTER_ACCEPT,
    Fault.MALFORMED_JSON,
    Fault.SLOW,
}


@pytest.mark.parametrize("fault", list(Fault))
def test_a_scripted_fault_is_met_once_and_then_gone(fault: Fault, kivra: KivraSimulator, payload: Payload) -> None:
    kivra.slow_seconds = 0.01
    token = sign_in(kivra)
    kivra.script(fault)
    try:
        answer: httpx.Response | None = hand_over(kivra, payload("letter"), token)
    except httpx.TransportError:
        answer = None
    assert len(kivra.arrivals()) == (1 if fault in TAKEN else 0)
    silent = {Fault.SILENCE_BEFORE_ACCEPT, Fault.SILENCE_AFTER_ACCEPT, Fault.RESET_MID_ANSWER}
    assert (answer is None) == (fault in silent)
    assert hand_over(kivra, payload("letter")).status_code == 201


def test_expired_credentials_end_every_token(kivra: KivraSimulator, payload: Payload) -> None:
    token = sign_in(kivra)
    kivra.script(Fault.EXPIRED_CREDENTIALS)
    assert hand_over(kivra, payload("letter"), token).status_code == 401
    assert hand_over(kivra, payload("letter"), token).status_code == 401
    assert hand_over(kivra, payload("letter")).status_code == 201


def test_a_fault_can_be_armed_for_the_look_up(kivra: KivraSimulator) -> None:
    kivra.script(Fault.SILENCE_BEFORE_ACCEPT, call="match")
    with pytest.raises(httpx.TransportError):
        match(kivra, "usermatch/ssn", ["198001012387"])
    assert match(kivra, "usermatch/ssn", ["198001012387"]) == ["198001012387"]


def test_the_same_seed_gives_the_same_keys(clock: Clock, payload: Payload) -> None:
    keys: list[str] = []
    for _ in range(2):
        with KivraSimulator(clock=clock, seed=7) as simulator:
            keys.append(hand_over(simulator, payload("letter")).headers["kivra-objkey"])
    assert keys[0] == keys[1]


def test_the_mailbox_pages_show_letters_and_no_personal_number(
    kivra: KivraSimulator, payload: Payload, pdfs: Mapping[str, bytes]
) -> None:
    assert "Nothing has arrived yet" in HTTP.get(kivra.page_url).text
    key = hand_over(kivra, {**payload("invoice"), "subject": "<b>Bill</b>"}).headers["kivra-objkey"]
    pages = [HTTP.get(url) for url in (kivra.page_url, f"{kivra.page_url}0/", f"{kivra.page_url}item/{key}")]
    for page in pages:
        assert page.status_code == 200
        assert "&lt;b&gt;Bill&lt;/b&gt;" in page.text
        assert "198001012387" not in page.text
        assert page.headers["Content-Security-Policy"].startswith("default-src 'none'")
    assert "1\u202f435,50" in pages[2].text
    assert HTTP.get(f"{kivra.page_url}item/{key}/0.pdf").content == pdfs["letter"]
    assert HTTP.get(f"{kivra.page_url}item/{key}/0/0.png").content.startswith(b"\x89PNG")
