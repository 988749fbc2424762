"""Every channel in every bad situation that docs/bad-input.md tells of: class and sentence."""

import base64
import contextlib
import json
import re
import socket
import ssl
import tempfile
import threading
from collections.abc import Callable, Generator, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from tests.channels.conftest import LETTER
from tests.channels.tls import stranger_certificate

import vaxel
from vaxel_channels.contract import Channel, Order, Reach
from vaxel_channels.registry import CHANNELS
from vaxel_channels.settings import Mode
from vaxel_engine.artifact import ArtifactKind
from vaxel_engine.errors import OutcomeUnknown, Refused, Unreachable, VaxelError
from vaxel_simulators import (
    DigipostSimulator,
    ElksSimulator,
    Fault,
    KivraSimulator,
    LinkMobilitySimulator,
    MailSimulator,
    MyPagesSimulator,
    PrintHouseSimulator,
)
from vaxel_simulators.digipost.signing import KeyPair

PAGE = Path(__file__).parents[2] / "docs" / "bad-input.md"
CLASSES: Mapping[str, type[VaxelError]] = {
    "Refused": Refused,
    "Unreachable": Unreachable,
    "OutcomeUnknown": OutcomeUnknown,
}
HEAD = b"From: a@nordljus.example\r\nTo: elin.forsberg@example.se\r\nMIME-Version: 1.0\r\nContent-Type: text/plain\r\n"
LARGE_PDF = b"%PDF-1.7\n" + b"a" * 1_200_000
NORWAY = {"national_id": {"country_code": "NO", "value": "02018023833"}}


@dataclass
class World:
    """A stand-in, the table that leads a channel to it, and what would be wrong with that."""

    name: str
    table: dict[str, Any]
    simulator: Any
    wrong: dict[str, Any]
    """Keys of the table with credentials of somebody else."""
    large: dict[ArtifactKind, bytes]
    recipient: dict[str, Any] = field(default_factory=dict[str, Any])
    small: dict[str, Any] = field(default_factory=dict[str, Any])
    """Keys of the table under which `large` is too large."""

    def at(self, scheme: str, port: int) -> dict[str, Any]:
        """The table, leading to another port of this machine."""
        if "base_url" in self.table:
            return {**self.table, "base_url": f"{scheme}://localhost:{port}"}
        return {**self.table, "host": "localhost", "port": port}

    @contextlib.contextmanager
    def channel(self, table: Mapping[str, Any]) -> Generator[Channel]:
        with contextlib.closing(CHANNELS[self.name].open(self.name, table, Mode.SANDBOX)) as channel:
            yield channel


def _email() -> World:
    mail = MailSimulator(auth=True, size_limit=200_000)
    table = {"host": "localhost", "security": "none", "domain": "nordljus.example", "username": mail.username}
    large = {ArtifactKind.EMAIL: HEAD + b"Subject: Faktura\r\n\r\n" + b"a line of words\r\n" * 20_000}
    return World("email", {**table, "password": mail.password}, mail, {"password": "another"}, large)


def _gateway(simulator: ElksSimulator | LinkMobilitySimulator, more: dict[str, Any]) -> World:
    table = {"username": simulator.username, "password": simulator.password, "sender_name": "Nordljus", **more}
    return World("sms", table, simulator, {"password": "another"}, {ArtifactKind.SMS: b"many words " * 200})


def _link() -> World:
    link = LinkMobilitySimulator()
    platform = {"platform_id": link.platform_id, "platform_partner_id": link.platform_partner_id}
    return _gateway(link, {"provider": "link_mobility", **platform})


def _kivra() -> World:
    kivra = KivraSimulator()
    client = {"client_id": kivra.client_id, "client_secret": kivra.client_secret, "tenant_key": kivra.tenant_key}
    large = {ArtifactKind.MAILBOX_PDF: LARGE_PDF}
    return World("kivra", {**client, "sandbox": False}, kivra, {"client_secret": "another"}, large)


def _digipost() -> World:
    digipost = DigipostSimulator()
    digipost.profile["limits"]["request_bytes"] = 500_000
    other = KeyPair("somebody else", digipost.clock()).private_pem
    table = {"sender_id": digipost.user_id, "private_key": digipost.private_key}
    large = {ArtifactKind.MAILBOX_PDF: LARGE_PDF}
    return World("digipost", table, digipost, {"private_key": other}, large, NORWAY)


def _my_pages() -> World:
    pages = MyPagesSimulator()
    other = f"whsec_{base64.b64encode(b'a secret of somebody else altogether').decode()}"
    large, small = {ArtifactKind.MAILBOX_PDF: LARGE_PDF}, {"max_bytes": 1_000_000}
    customer = {"customer_number": "104501"}
    return World("my_pages", {"secret": pages.secret}, pages, {"secret": other}, large, customer, small)


def _print_house() -> World:
    house = PrintHouseSimulator(poll=False, sftp=True)
    large = {ArtifactKind.PRINT_PDF: LETTER + b"\n%" + b"a" * 8_000_000}
    return World("print", {}, house, {"password": "another"}, large)


WORLDS: Mapping[str, Callable[[], World]] = {
    "E-mail": _email,
    "SMS (46elks)": lambda: _gateway(ElksSimulator(), {}),
    "SMS (LINK Mobility)": _link,
    "Kivra": _kivra,
    "Digipost": _digipost,
    "My pages": _my_pages,
    "Print house": _print_house,
}


def _led_to_its_stand_in(world: World) -> World:
    """Complete the table with what is known once the stand-in runs."""
    running = world.simulator
    match running:
        case MailSimulator():
            world.table["port"] = running.port
        case PrintHouseSimulator():
            server = running.sftp
            world.table |= {"host": server.host, "port": server.port, "username": server.username}
            world.table |= {"password": server.password, "host_key": server.host_key}
        case _:
            world.table["base_url"] = running.url
    return world


@pytest.fixture(scope="module")
def worlds() -> Iterator[Callable[[str], World]]:
    """Each channel's world, started when it is first asked for."""
    with contextlib.ExitStack() as running:
        there: dict[str, World] = {}

        def world(title: str) -> World:
            if title not in there:
                made = WORLDS[title]()
                running.enter_context(made.simulator)
                there[title] = _led_to_its_stand_in(made)
            return there[title]

        yield world


@pytest.fixture(scope="module")
def certificate() -> Iterator[tuple[ssl.SSLContext, Path]]:
    """A server's certificate for another name, and the file in which whoever calls trusts its issuer."""
    with tempfile.TemporaryDirectory() as folder:
        yield stranger_certificate(Path(folder), "elsewhere.example")


@contextlib.contextmanager
def answering(talk: Callable[[socket.socket], None]) -> Generator[int]:
    """A port of this machine on which every caller meets `talk`."""
    with socket.create_server(("127.0.0.1", 0)) as listener:

        def meet(caller: socket.socket) -> None:
            with caller, contextlib.suppress(OSError):
                talk(caller)

        def let_in() -> None:
            with contextlib.suppress(OSError):
                while True:
                    threading.Thread(target=meet, args=(listener.accept()[0],), daemon=True).start()

        threading.Thread(target=let_in, daemon=True).start()
        yield listener.getsockname()[1]
        listener.shutdown(socket.SHUT_RDWR)


@dataclass
class Case:
    """One channel in one situation."""

    world: World
    make_order: Callable[..., Order]
    certificate: tuple[ssl.SSLContext, Path]
    monkeypatch: pytest.MonkeyPatch

    def hand_over(self, table: Mapping[str, Any] | None = None, **order: Any) -> None:
        """Prepare and send, through a channel of its own."""
        recipient = {**self.world.recipient, **order.pop("recipient", {})}
        with self.world.channel(table or self.world.table) as channel:
            channel.send(channel.prepare(self.make_order(recipient=recipient, **order)))


def _wrong_credentials(case: Case) -> None:
    case.hand_over({**case.world.table, **case.world.wrong})


def _no_answer(case: Case) -> None:
    with socket.create_server(("127.0.0.1", 0)) as closed:
        port = closed.getsockname()[1]
    case.hand_over(case.world.at("http", port))


def _certificate(case: Case) -> None:
    context, trusted = case.certificate
    case.monkeypatch.setenv("SSL_CERT_FILE", str(trusted))

    def shake_hands(caller: socket.socket) -> None:
        context.wrap_socket(caller, server_side=True).close()

    with answering(shake_hands) as port:
        tls = {"security": "tls", "ca_file": trusted} if case.world.name == "email" else {}
        case.hand_over({**case.world.at("https", port), **tls})


def _host_key(case: Case) -> None:
    kind, key = case.world.table["host_key"].split()[:2]
    case.hand_over({**case.world.table, "host_key": f"{kind} {key[:-4]}AAA="})


def _too_large(case: Case) -> None:
    case.hand_over({**case.world.table, **case.world.small}, bodies=case.world.large)


def _web_page(case: Case) -> None:
    page = b"<!doctype html><title>Log in</title><h1>Guest network</h1>"
    head = b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: %d\r\nConnection: close\r\n\r\n" % len(page)

    def log_in(caller: socket.socket) -> None:
        if "base_url" in case.world.table:  # the other protocols wait for the server to speak first
            asked = b""
            while b"\r\n\r\n" not in asked:
                asked += caller.recv(65_536)
        caller.sendall(head + page)
        caller.shutdown(socket.SHUT_WR)
        while caller.recv(65_536):
            pass

    with answering(log_in) as port:
        case.hand_over(case.world.at("http", port))


def _gateways_page(case: Case) -> None:
    case.world.simulator.script(Fault.HTML_ANSWER)
    case.hand_over()


def _premium(case: Case) -> None:
    premium = {"mobile": "+46939100100"}
    with case.world.channel(case.world.table) as channel:
        (reach,) = channel.look_up([case.make_order(recipient=premium).document.recipient])
    assert reach is Reach.CONFIRMED_MISS
    case.hand_over(recipient=premium)


def _hidden_line_end(case: Case) -> None:
    subject = b"Subject: =?utf-8?q?Faktura=0D=0ABcc:_someone@example.com?="
    case.hand_over(bodies={ArtifactKind.EMAIL: HEAD + subject + b"\r\n\r\nHej\r\n"})


SITUATIONS: Mapping[str, Callable[[Case], None]] = {
    "Wrong credentials": _wrong_credentials,
    "A host that does not answer": _no_answer,
    "A certificate of another name": _certificate,
    "Another key than the pinned one": _host_key,
    "An artifact that is too large": _too_large,
    "A web page where the provider should be": _web_page,
    "A gateway's web page in answer to a hand-over": _gateways_page,
    "A premium number": _premium,
    "A line end hidden in a subject": _hidden_line_end,
}


def _matrix() -> tuple[list[str], dict[str, list[str]]]:
    """The channels of the page's matrix, and its rows by situation."""
    text = PAGE.read_text(encoding="utf-8")
    lines = text[text.index("<!-- matrix: begin -->") : text.index("<!-- matrix: end -->")].splitlines()[1:]
    cells = [[cell.strip() for cell in line.strip().strip("|").split("|")] for line in lines if line.strip()]
    return cells[0][1:-1], {row[0]: row[1:] for row in cells[2:]}


TITLES, ROWS = _matrix()


@pytest.mark.parametrize(
    ("situation", "title", "told", "says"),
    [
        pytest.param(situation, title, told, row[-1], id=f"{situation}: {title}")
        for situation, row in ROWS.items()
        for title, told in zip(TITLES, row[:-1], strict=True)
        if told != "—"
    ],
)
def test_it_ends_in_the_class_and_the_sentence_that_the_page_tells(
    situation: str,
    title: str,
    told: str,
    says: str,
    worlds: Callable[[str], World],
    make_order: Callable[..., Order],
    certificate: tuple[ssl.SSLContext, Path],
    monkeypatch: pytest.MonkeyPatch,
    private_words: list[str],
) -> None:
    case = Case(worlds(title), make_order, certificate, monkeypatch)
    with pytest.raises(CLASSES[told]) as caught:
        SITUATIONS[situation](case)
    sentence = str(caught.value)
    assert not says or any(words in sentence for words in says.split(" or "))
    assert sentence.endswith(".")
    assert [word for word in private_words if word in sentence] == []


def test_the_page_has_every_channel_and_every_situation() -> None:
    assert set(TITLES) == set(WORLDS)
    assert set(ROWS) == set(SITUATIONS)
    hand_over = {name for name, kind in CHANNELS.items() if kind.writes}
    assert hand_over == {made().name for made in WORLDS.values()}


@pytest.mark.parametrize(
    ("field_name", "country", "digits"),
    [
        ("national_id", "SE", "198001012388"),
        ("national_id", "NO", "02018023834"),
        ("organisation_number", "", "5592014476"),
    ],
)
def test_a_number_with_a_wrong_check_digit_is_rejected_with_its_field_and_reaches_no_channel(
    tmp_path: Path, make_order: Callable[..., Order], field_name: str, country: str, digits: str
) -> None:
    good = make_order().document.model_dump(mode="json", exclude_none=True)
    bad = json.loads(json.dumps(good))
    number: object = {"country_code": country, "value": digits} if country else digits
    bad["reference"], bad["recipient"][field_name] = "NL-BAD", number
    file = tmp_path / "october.json"
    file.write_text(json.dumps({"documents": [bad, good]}), encoding="utf-8")
    reading = vaxel.read(file)
    assert [one.reference for one in reading] == [good["reference"]]
    (rejected,) = list(reading.rejections)
    assert (rejected.record, field_name in str(rejected)) == (1, True)
    assert "check digit" in str(rejected)
    assert digits not in str(rejected)


def test_what_the_page_says_of_the_link_is_shown_by_tests_that_exist() -> None:
    shown = re.findall(r"`(tests/[\w/]+\.py)::(\w+)`", PAGE.read_text(encoding="utf-8"))
    assert len(shown) == 7
    root = PAGE.parents[1]
    assert [one for file, one in shown if f"def {one}(" not in (root / file).read_text(encoding="utf-8")] == []
