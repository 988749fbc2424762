"""What LINK Mobility alone does: its answers, its codes, and reports for each part of a text."""

import contextlib
import json
import threading
from collections.abc import Callable, Iterator
from wsgiref.simple_server import WSGIRequestHandler, make_server

import pytest

from vaxel_channels.contract import Order, Reach, Report
from vaxel_channels.exchange import Answer
from vaxel_channels.link_mobility import LinkMobility, LinkMobilitySettings
from vaxel_channels.link_mobility.wire import STATUSES, read_report, receipt
from vaxel_channels.receiving import Reader, ReportReceiver
from vaxel_channels.registry import open_channels
from vaxel_engine.artifact import ArtifactKind
from vaxel_engine.errors import Misconfigured, OutcomeUnknown, Refused, Unreachable
from vaxel_engine.model import Recipient
from vaxel_ledger.states import Status
from vaxel_simulators import LinkMobilitySimulator

MakeOrder = Callable[..., Order]
MakeSettings = Callable[..., LinkMobilitySettings]
TOKEN, GATE = "A" * 43, "vaxel-reports"


def test_a_text_lands_on_the_phone(link: LinkMobility, make_order: MakeOrder, simulator: LinkMobilitySimulator) -> None:
    order = make_order()
    answered = link.send(link.prepare(order))
    (text,) = simulator.phone("+46701740605")
    assert text.message.text.encode() == order.artifacts[ArtifactKind.SMS].body
    assert (answered.status, answered.reference) == (Status.HANDED_OVER, text.reference)
    assert text.message.reference == order.key


@pytest.mark.parametrize(
    ("number", "error", "arrived"),
    [
        ("+46701740685", OutcomeUnknown, 1),
        ("+46701740686", OutcomeUnknown, 0),
        ("+46701740687", OutcomeUnknown, 0),
        ("+46701740688", OutcomeUnknown, 1),
        ("+46701740689", Unreachable, 0),
        ("+46701740690", OutcomeUnknown, 1),
        ("+46701740691", OutcomeUnknown, 0),
        ("+46701740693", Refused, 0),
        ("+46701740694", OutcomeUnknown, 1),
        ("+46701740696", Unreachable, 0),
    ],
)
def test_each_ending_is_told_apart(
    link: LinkMobility,
    make_order: MakeOrder,
    simulator: LinkMobilitySimulator,
    number: str,
    error: type[Exception],
    arrived: int,
) -> None:
    with pytest.raises(error):
        link.send(link.prepare(make_order(recipient={"mobile": number})))
    assert len(simulator.arrivals()) == arrived


def test_a_platform_that_is_not_ours_refuses_no_document(make_settings: MakeSettings, make_order: MakeOrder) -> None:
    with (
        contextlib.closing(LinkMobility(make_settings(platform_partner_id="99999"))) as channel,
        pytest.raises(Unreachable, match=r"code 106201.*mend `username`"),
    ):
        channel.send(channel.prepare(make_order()))


def test_an_answer_without_an_id_is_a_hand_over() -> None:
    taken = receipt(Answer(204, {}, b""))
    assert taken is not None
    assert (taken.status, taken.reference) == (Status.HANDED_OVER, None)


@pytest.mark.parametrize(
    ("value", "found"),
    [
        ({"messageId": "m", "resultCode": 1005}, Status.HANDED_OVER),
        ({"messageId": "m", "resultCode": 999999}, Status.HANDED_OVER),
        ({"messageId": "m", "resultCode": 2104}, Status.FAILED),
        ({"messageId": "", "resultCode": 1005}, None),
        ({"messageId": "m", "resultCode": "1005"}, None),
        ([], None),
    ],
)
def test_only_a_documented_success_is_a_receipt(value: object, found: Status | None) -> None:
    taken = receipt(Answer(200, {}, json.dumps(value).encode()))
    assert (taken.status if taken else None) == found


def test_an_emoji_is_refused_before_it_is_handed_over(link: LinkMobility, make_order: MakeOrder) -> None:
    with pytest.raises(Refused, match="NL-26110001: LINK Mobility carries no character beyond"):
        link.prepare(make_order(bodies={ArtifactKind.SMS: "Faktura 😀".encode()}))


def told(**fields: object) -> bytes:
    return json.dumps({"refId": "ab" * 32, "id": "m1", "resultCode": 1001, "segments": 1, **fields}).encode()


@pytest.mark.parametrize("code", STATUSES)
def test_every_documented_code_has_its_status(code: int) -> None:
    report = read_report(told(resultCode=code))
    assert report.status is STATUSES[code]
    assert (report.key, report.reference, report.receipt_id) == ("ab" * 32, "m1", f"m1:{code}")
    assert (report.reason is None) == (report.status in (Status.HANDED_OVER, Status.DELIVERED))


@pytest.mark.parametrize(
    ("fields", "status"),
    [
        ({"resultCode": 1001}, Status.DELIVERED),
        ({"resultCode": 1007}, Status.DELIVERED),
        ({"resultCode": 1008}, Status.HANDED_OVER),
        ({"resultCode": 1010}, Status.OUTCOME_UNKNOWN),
        ({"resultCode": 2103}, Status.OUTCOME_UNKNOWN),
        ({"resultCode": 2104}, Status.FAILED),
        ({"resultCode": 77}, Status.OUTCOME_UNKNOWN),
        ({"id": "m1$0", "segments": 3}, Status.HANDED_OVER),
        ({"id": "m1$2", "segments": 3}, Status.DELIVERED),
        ({"id": "m1$0", "segments": 3, "resultCode": 1006}, Status.FAILED),
    ],
)
def test_what_a_report_means(fields: dict[str, object], status: Status) -> None:
    report = read_report(told(**fields))
    assert (report.status, report.reference) == (status, "m1")


@pytest.mark.parametrize(
    "body",
    [b"", b"{", b"[]", told(id=""), told(id=7), told(id="x" * 200), told(resultCode="1001"), told(resultCode=True)],
)
def test_what_is_no_report_is_not_taken(body: bytes) -> None:
    with pytest.raises(ValueError, match="lacks `id` or `resultCode`"):
        read_report(body)


@pytest.fixture
def stored() -> list[Report]:
    return []


class Quiet(WSGIRequestHandler):
    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the standard library's name
        """Say nothing."""


@pytest.fixture
def reported(simulator: LinkMobilitySimulator, stored: list[Report]) -> Iterator[None]:
    """Reports go to our receiver, which answers 200."""
    receiver = ReportReceiver({"sms": Reader(TOKEN, read_report, taken=200)}, stored.append)
    with make_server("127.0.0.1", 0, receiver, handler_class=Quiet) as server:
        threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True).start()
        simulator.gates[GATE] = f"http://127.0.0.1:{server.server_port}/reports/sms/{TOKEN}"
        yield
        server.shutdown()


@pytest.mark.usefixtures("reported")
@pytest.mark.parametrize(
    ("number", "statuses"),
    [
        ("+46701740605", [Status.DELIVERED]),
        ("+46701740680", [Status.FAILED]),
        ("+46701740681", []),
        ("+46701740682", [Status.DELIVERED, Status.DELIVERED]),
        ("+46701740683", [Status.HANDED_OVER, Status.DELIVERED]),
        ("+46701740684", [Status.DELIVERED, Status.HANDED_OVER]),
    ],
)
def test_reports_come_back_and_name_the_hand_over(
    number: str,
    statuses: list[Status],
    make_settings: MakeSettings,
    make_order: MakeOrder,
    simulator: LinkMobilitySimulator,
    stored: list[Report],
) -> None:
    order = make_order(recipient={"mobile": number})
    with contextlib.closing(LinkMobility(make_settings(report_gate=GATE))) as channel:
        channel.send(channel.prepare(order))
    simulator.wait_for_reports()
    assert [report.status for report in stored] == statuses
    assert {report.key for report in stored} <= {order.key}
    assert all(report.taken for report in simulator.reports())


@pytest.mark.usefixtures("reported")
def test_a_long_text_is_delivered_with_its_last_part(
    make_settings: MakeSettings, make_order: MakeOrder, simulator: LinkMobilitySimulator, stored: list[Report]
) -> None:
    with contextlib.closing(LinkMobility(make_settings(report_gate=GATE))) as channel:
        channel.send(channel.prepare(make_order(bodies={ArtifactKind.SMS: b"a" * 400})))
    simulator.wait_for_reports()
    found = sorted((report.receipt_id.rpartition("$")[2], report.status) for report in stored)
    assert found == [("0:1001", Status.HANDED_OVER), ("1:1001", Status.HANDED_OVER), ("2:1001", Status.DELIVERED)]


def test_the_configuration_names_the_gateway(simulator: LinkMobilitySimulator) -> None:
    link = {"provider": "link_mobility", "platform_id": "COMMON_API", "platform_partner_id": "1"}
    common = {"sender_name": "Nordljus", "base_url": simulator.url, "username": "u", "password": "p"}
    for given, title in (
        (link, "SMS (LINK Mobility)"),
        ({"provider": "46elks"}, "SMS (46elks)"),
        ({}, "SMS (46elks)"),
    ):
        (channel,) = open_channels({"sms": {**common, **given}}, mode="sandbox").values()
        assert channel.capabilities.title == title
        channel.close()
    with pytest.raises(Misconfigured, match="`provider` is none that there is; known are 46elks, link_mobility"):
        open_channels({"sms": {**common, "provider": "twilio"}}, mode="sandbox")
    with pytest.raises(Misconfigured, match=r"would reach n-eu\.linkmobility\.io although the mode is sandbox"):
        open_channels({"sms": {**common, **link, "base_url": "https://n-eu.linkmobility.io"}}, mode="sandbox")


@pytest.mark.parametrize(
    ("name", "kind"), [("Nordljus", "ALPHANUMERIC"), ("+46701740605", "MSISDN"), ("71234", "SHORTNUMBER")]
)
def test_a_sender_is_of_its_kind(make_settings: MakeSettings, name: str, kind: str) -> None:
    assert make_settings(sender_name=name).source_type == kind


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"sender_name": "NordljusEner"}, "`sender_name` is neither"),
        ({"platform_id": " "}, "`platform_id` is empty"),
        ({"base_url": "http://n-eu.linkmobility.io"}, "without TLS"),
        ({"allowed_prefixes": ("46",)}, "`allowed_prefixes` holds"),
        ({"max_parts": 0}, "`max_parts` is below 1"),
        ({"daily_cap": -1}, "`daily_cap` is below 0"),
    ],
)
def test_settings_that_contradict_themselves_are_named(
    make_settings: MakeSettings, changes: dict[str, object], sentence: str
) -> None:
    with pytest.raises(Misconfigured, match=sentence):
        make_settings(**changes)


def test_a_number_where_texts_may_not_go_is_a_miss(link: LinkMobility) -> None:
    numbers = ("+46701740605", "+46900123456", "+15551234567", None)
    asked = [Recipient(name="A", mobile=number) for number in numbers]
    assert link.look_up(asked) == [Reach.HIT, Reach.CONFIRMED_MISS, Reach.CONFIRMED_MISS, Reach.NO_ADDRESS]
