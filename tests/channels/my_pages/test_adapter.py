"""What the customer pages alone do: a signature, a card, a list of what was opened, and taking back."""

import datetime as dt
from collections.abc import Callable

import pytest

from vaxel_channels.contract import Order, Reach
from vaxel_channels.my_pages import MyPages, MyPagesSettings, wire
from vaxel_engine.artifact import ArtifactKind
from vaxel_engine.errors import Misconfigured, OutcomeUnknown, Refused, Unreachable
from vaxel_engine.model import Recipient
from vaxel_ledger.states import Status
from vaxel_simulators import Fault, MyPagesSimulator

MakePush = Callable[..., Order]
MakeSettings = Callable[..., MyPagesSettings]


def test_the_signature_is_the_published_one() -> None:
    key = MyPagesSettings(base_url="https://x.example", secret="whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw").key
    at = dt.datetime.fromtimestamp(1614265330, dt.UTC)
    headers = wire.signed(key, "msg_p5jXN8AQM9LWM0D4loKWxJek", at, b'{"test": 2432232314}')
    assert headers["webhook-signature"] == "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="


def test_a_document_and_its_card_stand_in_the_customers_pages(
    my_pages: MyPages, make_push: MakePush, simulator: MyPagesSimulator
) -> None:
    order = make_push()
    receipt = my_pages.send(my_pages.prepare(order))
    (shown,) = simulator.documents()
    assert (receipt.status, receipt.reference) == (Status.DELIVERED, order.key)
    assert (shown.customer, shown.value["card"]["title"]) == ("104501", "Faktura")
    assert shown.pdf == order.artifacts[ArtifactKind.MAILBOX_PDF].body


def test_customers_are_asked_in_one_call_and_answered_in_place(my_pages: MyPages) -> None:
    asked = [Recipient(name="A", customer_number=one) for one in ("999", "104501", None)]
    assert my_pages.look_up(asked) == [Reach.CONFIRMED_MISS, Reach.HIT, Reach.NO_ADDRESS]


def test_pages_that_fail_make_nobody_a_stranger(my_pages: MyPages, simulator: MyPagesSimulator) -> None:
    for fault in (Fault.SERVER_ERROR_BEFORE, Fault.HTML_ANSWER, Fault.MALFORMED_JSON, Fault.SILENCE_BEFORE_ACCEPT):
        simulator.script(fault, call="customers")
        assert my_pages.look_up([Recipient(name="A", customer_number="999")]) == [Reach.UNKNOWN]


def test_the_list_says_once_what_was_opened(
    my_pages: MyPages, make_push: MakePush, simulator: MyPagesSimulator
) -> None:
    keys = [my_pages.send(my_pages.prepare(make_push(reference=f"R{n}"))).reference or "" for n in range(3)]
    simulator.open_document(keys[1])
    first = [(report.key, report.status) for report in my_pages.collect()]
    assert first == [*((key, Status.DELIVERED) for key in keys), (keys[1], Status.READ)]
    assert len(list(my_pages.collect())) == 4  # nobody said that they are stored
    my_pages.stored()
    assert list(my_pages.collect()) == []


def test_the_list_is_pulled_page_by_page(my_pages: MyPages, make_push: MakePush, simulator: MyPagesSimulator) -> None:
    simulator.profile["pages"]["list_page"] = 2
    for number in range(5):
        my_pages.send(my_pages.prepare(make_push(reference=f"R{number}")))
    assert len({report.receipt_id for report in my_pages.collect()}) == 5


def test_what_was_not_opened_is_taken_back(my_pages: MyPages, make_push: MakePush, simulator: MyPagesSimulator) -> None:
    kept, gone = (my_pages.prepare(make_push(reference=name)) for name in ("kept", "gone"))
    for consignment in (kept, gone):
        my_pages.send(consignment)
    simulator.open_document(kept.key)
    assert (my_pages.cancel(gone), my_pages.cancel(kept)) == (True, False)
    assert [shown.key for shown in simulator.documents()] == [kept.key]


def test_what_became_of_a_push_can_be_asked(my_pages: MyPages, make_push: MakePush) -> None:
    consignment = my_pages.prepare(make_push(customer="104901"))
    assert my_pages.ask(consignment) is None
    with pytest.raises(OutcomeUnknown):
        my_pages.send(consignment)
    asked = my_pages.ask(consignment)
    assert asked is not None
    assert asked.status is Status.DELIVERED


def test_a_clock_that_is_wrong_refuses_no_document(make_settings: MakeSettings, make_push: MakePush) -> None:
    channel = MyPages(make_settings(), clock=lambda: dt.datetime.now(dt.UTC) + dt.timedelta(minutes=6))
    with pytest.raises(Unreachable, match="mend `secret` or this machine's clock"):
        channel.send(channel.prepare(make_push()))
    channel.close()


def test_a_gateways_404_refuses_no_document(
    make_settings: MakeSettings, make_push: MakePush, simulator: MyPagesSimulator
) -> None:
    channel = MyPages(make_settings(base_url=f"{simulator.url}/elsewhere"))
    with pytest.raises(OutcomeUnknown, match="status 404"):
        channel.send(channel.prepare(make_push()))
    channel.close()


def test_without_a_customer_number_or_with_too_much_nothing_is_frozen(
    make_settings: MakeSettings, make_push: MakePush
) -> None:
    channel = MyPages(make_settings(max_bytes=1_000))
    with pytest.raises(Refused, match="no customer number"):
        channel.prepare(make_push(customer=None))
    with pytest.raises(Refused, match="`max_bytes` is 1,000"):
        channel.prepare(make_push())
    channel.close()


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"secret": "whsec_c2hvcnQ="}, "`secret` is not whsec_ and base64"),
        ({"secret": "hush hush"}, "`secret` is not whsec_ and base64"),
        ({"base_url": "http://www.nordljus.example"}, "without TLS"),
        ({"max_bytes": 0}, "`max_bytes` is below 1"),
    ],
)
def test_settings_that_contradict_themselves_are_named(
    make_settings: MakeSettings, changes: dict[str, object], sentence: str
) -> None:
    with pytest.raises(Misconfigured, match=sentence):
        make_settings(**changes)
