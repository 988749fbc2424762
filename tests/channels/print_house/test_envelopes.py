"""What a manifest tells of weight, order and envelopes, and what a print house makes of it."""

import json
from collections.abc import Callable

import pytest

from vaxel_channels.contract import Order
from vaxel_channels.print_house import PrintHouse, PrintHouseSettings
from vaxel_engine.errors import Refused
from vaxel_ledger.states import Status
from vaxel_simulators import PrintHouseSimulator

MakeOrder = Callable[..., Order]
MakeSettings = Callable[..., PrintHouseSettings]
SOUTH = {"line_1": "Storgatan 1", "post_code": "21122", "city": "Malmö", "country_code": "SE"}


def manifest(channel: PrintHouse, order: Order) -> dict[str, object]:
    told: dict[str, object] = json.loads(channel.prepare(order).details["manifest"])
    return told


@pytest.mark.parametrize(
    ("changes", "grams", "step"),
    [({}, 12, 20), ({"duplex": False}, 17, 20), ({"paper_gsm": 120, "envelope_grams": 13}, 21, 50)],
)
def test_a_letter_has_the_weight_of_its_sheets_and_its_envelope(
    make_settings: MakeSettings, make_order: MakeOrder, changes: dict[str, object], grams: int, step: int
) -> None:
    told = manifest(PrintHouse(make_settings(**changes)), make_order())
    assert (told["grams"], told["weight_class"]) == (grams, step)


def test_a_letter_beyond_the_last_step_of_postage_is_refused(
    make_settings: MakeSettings, make_order: MakeOrder
) -> None:
    with pytest.raises(Refused, match="weighs 12 g and `weight_steps` ends at 10"):
        PrintHouse(make_settings(weight_steps=(5, 10))).prepare(make_order())


def test_two_letters_to_one_recipient_share_an_envelope_where_that_is_wanted(
    make_settings: MakeSettings, make_order: MakeOrder, simulator: PrintHouseSimulator
) -> None:
    channel = PrintHouse(make_settings(co_envelope=True))
    for number in range(2):
        channel.send(channel.prepare(make_order(reference=f"R{number}")))
    other = manifest(channel, make_order(recipient={"postal_address": SOUTH}))
    simulator.scan()
    (envelope,) = simulator.envelopes()
    assert len(envelope) == 2
    assert other["together"] != manifest(channel, make_order())["together"]


def test_by_itself_every_letter_has_an_envelope_of_its_own(
    print_house: PrintHouse, make_order: MakeOrder, simulator: PrintHouseSimulator
) -> None:
    for number in range(2):
        print_house.send(print_house.prepare(make_order(reference=f"R{number}")))
    simulator.scan()
    assert [len(envelope) for envelope in simulator.envelopes()] == [1, 1]


def test_letters_that_are_handed_over_at_different_times_are_not_held_back_for_each_other(
    make_settings: MakeSettings, make_order: MakeOrder, simulator: PrintHouseSimulator
) -> None:
    channel = PrintHouse(make_settings(co_envelope=True))
    for number in range(2):
        channel.send(channel.prepare(make_order(reference=f"R{number}")))
        simulator.scan()
    assert [len(envelope) for envelope in simulator.envelopes()] == [1, 1]


def test_the_manifest_names_nobody(
    make_settings: MakeSettings, make_order: MakeOrder, private_words: list[str]
) -> None:
    text = PrintHouse(make_settings(co_envelope=True)).prepare(make_order()).details["manifest"]
    assert [word for word in private_words if word in text] == []


def test_a_letter_that_comes_back_is_told_after_it_was_accepted(
    print_house: PrintHouse, make_order: MakeOrder, simulator: PrintHouseSimulator
) -> None:
    order = make_order()
    print_house.send(print_house.prepare(order))
    simulator.scan()
    simulator.return_letter(order.key, "unknown address")
    simulator.return_letter(order.key, "unknown address")
    accepted, returned = print_house.collect()
    assert (accepted.status, returned.status) == (Status.DELIVERED, Status.FAILED)
    assert accepted.receipt_id != returned.receipt_id
    assert list(print_house.collect()) == []


def test_a_word_that_the_format_does_not_have_is_told_as_it_is(
    print_house: PrintHouse, simulator: PrintHouseSimulator
) -> None:
    simulator.return_letter("a" * 64, "bitten by a dog")
    (report,) = print_house.collect()
    assert report.reason == 'The letter came back: "bitten by a dog".'
