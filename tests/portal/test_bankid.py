"""BankID as its documents say: the moving code by its published vectors, the walk of hints, and errors told apart."""

import datetime as dt

import pytest

from vaxel_engine.errors import Misconfigured, Refused, Unreachable
from vaxel_portal import BankId, BankIdSettings
from vaxel_portal.bankid import Order, State, qr_text
from vaxel_simulators import BankIdSimulator, Fault

TOKEN, SECRET = "67df3917-fa0d-44e5-b327-edcc928297f8", "d28db9a7-4cde-429e-a983-359be676944c"
NOON = dt.datetime(2026, 11, 29, 12, tzinfo=dt.UTC)
ELIN = "198001012387"


@pytest.mark.parametrize(
    ("seconds", "mark"),
    [
        (0, "dc69358e712458a66a7525beef148ae8526b1c71610eff2c16cdffb4cdac9bf8"),
        (1, "949d559bf23403952a94d103e67743126381eda00f0b3cbddbf7c96b1adcbce2"),
        (2, "a9e5ec59cb4eee4ef4117150abc58fad7a85439a6a96ccbecc3668b41795b3f3"),
    ],
)
def test_the_moving_code_is_the_published_one(seconds: int, mark: str) -> None:
    assert qr_text(TOKEN, SECRET, seconds) == f"bankid.{TOKEN}.{seconds}.{mark}"
    order = Order("o", "a", TOKEN, SECRET, NOON)
    assert order.qr_text(NOON + dt.timedelta(seconds=seconds, milliseconds=900)).endswith(mark)


def test_an_identification_walks_to_its_end(bankid: BankId, simulator: BankIdSimulator) -> None:
    order = bankid.begin("192.0.2.7", NOON)
    assert bankid.collect(order).hint == "outstandingTransaction"
    assert simulator.scan(order.qr_text(NOON)) is not None
    assert bankid.collect(order).hint == "userSign"
    simulator.identify(order.reference, ELIN)
    done = bankid.collect(order)
    assert (done.state, done.personal_number) == (State.COMPLETE, ELIN)
    assert ELIN not in repr(done)


@pytest.mark.parametrize("hint", ["userCancel", "certificateErr"])
def test_who_cannot_or_will_not_is_failed_with_the_reason(
    bankid: BankId, simulator: BankIdSimulator, hint: str
) -> None:
    order = bankid.begin("192.0.2.7", NOON)
    simulator.take_up(order.auto_start_token)
    simulator.give_up(order.reference, hint)
    told = bankid.collect(order)
    assert (told.state, told.hint) == (State.FAILED, hint)


def test_a_cancelled_order_is_failed(bankid: BankId) -> None:
    order = bankid.begin("192.0.2.7", NOON)
    bankid.cancel(order)
    bankid.cancel(order)
    assert bankid.collect(order).state is State.FAILED


def test_an_order_that_bankid_has_forgotten_is_refused(bankid: BankId) -> None:
    with pytest.raises(Refused, match="invalidParameters"):
        bankid.collect(Order("00000000-0000-0000-0000-000000000000", "a", TOKEN, SECRET, NOON))


@pytest.mark.parametrize(
    ("fault", "words"),
    [
        (Fault.SERVER_ERROR_BEFORE, "internalError"),
        (Fault.TOO_MANY_REQUESTS, "maintenance"),
        (Fault.EXPIRED_CREDENTIALS, "mend `certificate`"),
        (Fault.HTML_ANSWER, "status 502"),
        (Fault.SILENCE_BEFORE_ACCEPT, "did not answer"),
        (Fault.MALFORMED_JSON, "lacks what the documents promise"),
    ],
)
def test_a_failing_bankid_may_be_tried_again(
    bankid: BankId, simulator: BankIdSimulator, fault: Fault, words: str
) -> None:
    simulator.script(fault)
    with pytest.raises(Unreachable, match=words):
        bankid.begin("192.0.2.7", NOON)
    assert bankid.begin("192.0.2.7", NOON).reference


def test_without_a_certificate_nothing_leaves_for_bankid() -> None:
    with pytest.raises(Misconfigured, match="lacks `certificate` or `authority`"):
        BankId(BankIdSettings())
    with pytest.raises(Misconfigured, match="without TLS"):
        BankId(BankIdSettings(base_url="http://appapi2.bankid.com/rp/v6.0"))
