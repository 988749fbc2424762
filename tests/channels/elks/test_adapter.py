"""What SMS alone does: numbers where texts may go, a cap on cost, and reports that come back later."""

import contextlib
import threading
from collections.abc import Callable, Iterator
from wsgiref.simple_server import WSGIRequestHandler, make_server

import pytest

from vaxel_channels.contract import Order, Reach, Report
from vaxel_channels.elks import Elks, ElksSettings
from vaxel_channels.elks.wire import read_report
from vaxel_channels.receiving import Reader, ReportReceiver
from vaxel_engine.artifact import ArtifactKind
from vaxel_engine.errors import Misconfigured, OutcomeUnknown, Refused, Unreachable
from vaxel_engine.model import Recipient
from vaxel_ledger.states import Status
from vaxel_simulators import ElksSimulator

MakeOrder = Callable[..., Order]
MakeSettings = Callable[..., ElksSettings]
TOKEN = "A" * 43


def test_a_text_lands_on_the_phone(elks: Elks, make_order: MakeOrder, simulator: ElksSimulator) -> None:
    order = make_order()
    receipt = elks.send(elks.prepare(order))
    (bubble,) = simulator.phone("+46701740605")
    assert bubble.message.text.encode() == order.artifacts[ArtifactKind.SMS].body
    assert (receipt.status, receipt.reference) == (Status.HANDED_OVER, bubble.reference)


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
    elks: Elks, make_order: MakeOrder, simulator: ElksSimulator, number: str, error: type[Exception], arrived: int
) -> None:
    with pytest.raises(error):
        elks.send(elks.prepare(make_order(recipient={"mobile": number})))
    assert len(simulator.arrivals()) == arrived


def test_an_empty_account_refuses_no_document(elks: Elks, make_order: MakeOrder) -> None:
    with pytest.raises(Unreachable, match="Not enough credits"):
        elks.send(elks.prepare(make_order(recipient={"mobile": "+46701740696"})))


@pytest.fixture
def reports() -> list[Report]:
    return []


@pytest.fixture
def report_url(reports: list[Report]) -> Iterator[str]:
    class Quiet(WSGIRequestHandler):
        def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the standard library's name
            """Say nothing."""

    receiver = ReportReceiver({"sms": Reader(TOKEN, read_report)}, reports.append)
    with make_server("127.0.0.1", 0, receiver, handler_class=Quiet) as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}/reports/sms/{TOKEN}"
        server.shutdown()
        thread.join()


@pytest.mark.parametrize(
    ("number", "told"),
    [
        ("+46701740605", [Status.DELIVERED]),
        ("+46701740680", [Status.FAILED]),
        ("+46701740682", [Status.DELIVERED, Status.DELIVERED]),
        ("+46701740683", [Status.HANDED_OVER, Status.DELIVERED]),
        ("+46701740684", [Status.DELIVERED, Status.HANDED_OVER]),
    ],
)
def test_reports_come_back_about_the_hand_over(
    make_settings: MakeSettings,
    make_order: MakeOrder,
    simulator: ElksSimulator,
    report_url: str,
    reports: list[Report],
    number: str,
    told: list[Status],
) -> None:
    with contextlib.closing(Elks(make_settings(report_url=report_url))) as elks:
        receipt = elks.send(elks.prepare(make_order(recipient={"mobile": number})))
    simulator.wait_for_reports()
    assert [report.status for report in reports] == told
    assert {report.reference for report in reports} == {receipt.reference}


def test_a_number_outside_the_allowed_ones_is_not_reached(make_settings: MakeSettings, make_order: MakeOrder) -> None:
    with contextlib.closing(Elks(make_settings(allowed_prefixes=("+467",)))) as elks:
        asked = [Recipient(name="A", mobile=number) for number in ("+46701740605", "+46900123456", "+4791234567")]
        assert elks.look_up(asked) == [Reach.HIT, Reach.CONFIRMED_MISS, Reach.CONFIRMED_MISS]
        with pytest.raises(Refused, match="outside `allowed_prefixes`"):
            elks.prepare(make_order(recipient={"mobile": "+46900123456"}))


@pytest.mark.parametrize(("text", "parts"), [("a" * 161, 2), ("ý" * 71, 2), ("a" * 307, 3)])
def test_a_text_that_costs_too_much_is_refused(
    make_settings: MakeSettings, make_order: MakeOrder, text: str, parts: int
) -> None:
    order = make_order(bodies={ArtifactKind.SMS: text.encode()})
    with contextlib.closing(Elks(make_settings(max_parts=parts))) as elks:
        elks.prepare(order)
    elks = Elks(make_settings(max_parts=parts - 1))
    with contextlib.closing(elks), pytest.raises(Refused, match=f"would cost {parts} parts"):
        elks.prepare(order)


def test_a_document_without_a_number_is_refused(elks: Elks, make_order: MakeOrder) -> None:
    with pytest.raises(Refused, match="NL-26110001: it states no mobile number"):
        elks.prepare(make_order(recipient={"mobile": None}))


def test_the_page_behind_the_link_is_asked_for(elks: Elks) -> None:
    assert elks.capabilities.artifacts == (ArtifactKind.SMS, ArtifactKind.WEB)


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"sender_name": "NordljusEnergi"}, "`sender_name` is neither"),
        ({"sender_name": "Nord ljus"}, "`sender_name` is neither"),
        ({"sender_name": "1Nordljus"}, "`sender_name` is neither"),
        ({"sender_name": ""}, "`sender_name` is neither"),
        ({"allowed_prefixes": ("46",)}, "`allowed_prefixes` holds"),
        ({"max_parts": 0}, "`max_parts` is below 1"),
        ({"base_url": "http://api.46elks.com"}, "without TLS"),
        ({"report_url": "http://nordljus.example/r"}, "without TLS"),
    ],
)
def test_settings_that_contradict_themselves_are_named(
    make_settings: MakeSettings, changes: dict[str, object], sentence: str
) -> None:
    with pytest.raises(Misconfigured, match=sentence):
        make_settings(**changes)
