"""Rules where documents are handed over: ramps, quiet hours, wished days, wishes kept beside the file, and mandates."""

import datetime as dt
from dataclasses import replace
from decimal import Decimal
from pathlib import Path

import pytest
from tests.channels.dispatcher.conftest import Stage
from tests.channels.dispatcher.stage import letter
from tests.channels.dispatcher.test_registers import standing

from vaxel_channels.contract import Reach
from vaxel_channels.dispatcher import Dispatcher
from vaxel_channels.dispatcher.lookout import with_mandate
from vaxel_channels.routing import Rules, SenderPolicy
from vaxel_channels.routing.rules import ChannelRules, Quiet, Ramp
from vaxel_engine.errors import Refused
from vaxel_engine.intake import read
from vaxel_engine.model import Document
from vaxel_ledger import mandates, wishes
from vaxel_ledger.mandates import Mandate
from vaxel_ledger.recipients import mark
from vaxel_ledger.redriving import redrive
from vaxel_ledger.switch_tables import LegState
from vaxel_ledger.wishes import Wished

ELIN = ("email", "elin.forsberg@example.se")
SAMPLES = Path(__file__).parents[3] / "samples/november.json"


def opened(stage: Stage, rules: Rules) -> Dispatcher:
    return stage.open(senders={"nordljus": SenderPolicy.of(rules)}.get)


def invoice() -> Document:
    return next(iter(read(SAMPLES)))


def ask_for(stage: Stage, channel: str | None, asked: dt.date, **more: object) -> None:
    key = stage.ledger.vault.keys.of("main")
    wished = Wished([mark(key, *ELIN)], channel, asked, **more)  # type: ignore[arg-type]  # the names are the fields'
    with stage.ledger.writing() as connection:
        wishes.record(connection, "main", [wished], source="service", at=stage.clock())


def test_a_ramp_stops_by_itself_and_stays_stopped(stage: Stage) -> None:
    box, other = stage.stand("email"), stage.stand("kivra")
    box.before = [Refused("the mailbox is full")] * 3
    ramp = ChannelRules(ramp=Ramp(Decimal(100), Decimal(20), 5))
    rules = Rules(("email", "kivra"), digest="d" * 64, of_channels={"email": ramp})
    dispatcher = opened(stage, rules)
    stage.accept(*(letter(f"A-{ix}") for ix in range(6)))
    dispatcher.settle()
    assert (len(box.provider.taken()), len(other.provider.taken())) == (3, 3)
    stage.clock.forward(seconds=6)
    stage.ledger.accept("b" * 64, "next.json", "main", [letter("B-1")])
    dispatcher.settle()
    assert len(other.provider.taken()) == 4
    (alarm,) = standing(stage)
    assert "the ramp of email stopped by itself: 3 of 6 hand-overs failed, more than 20 %" in alarm.sentence
    why = stage.ledger.why(stage.ledger.documents("B-1")[0])
    assert why.reasons["email"].code == "ramp stopped"


def test_quiet_hours_wait_and_then_it_goes(stage: Stage) -> None:
    box = stage.stand("sms")
    quiet = ChannelRules(quiet=Quiet(dt.time(8), dt.time(10)))  # the stage's clock stands at 08:30 in Stockholm
    dispatcher = opened(stage, Rules(("sms",), of_channels={"sms": quiet}))
    stage.accept(letter("A-1"))
    dispatcher.settle()
    assert (stage.line.waiting, box.sent) == (1, [])
    assert stage.only.reason.startswith("Sms is quiet until 10:00")
    assert dispatcher.next_due() == dt.datetime(2026, 11, 20, 9, tzinfo=dt.UTC)
    stage.clock.forward(hours=2)
    dispatcher.settle()
    assert stage.only.status == "delivered"


def test_a_wished_day_waits_in_the_ledger_and_then_it_goes(stage: Stage) -> None:
    box = stage.stand("email")
    ask_for(stage, "email", dt.date(2026, 11, 3), day=25)
    dispatcher = stage.open()
    stage.accept(letter("A-1"))
    dispatcher.settle()
    assert box.sent == []
    assert stage.only.reason.startswith("it waits for the 25")
    assert dispatcher.next_due() == dt.datetime(2026, 11, 24, 23, tzinfo=dt.UTC)
    stage.clock.forward(days=5)
    dispatcher.settle()
    assert stage.only.status == "delivered"


def test_a_wish_that_was_kept_beside_the_file_is_followed_and_can_be_taken_back(stage: Stage) -> None:
    stage.stand("email")
    stage.stand("print")
    ask_for(stage, "print", dt.date(2026, 11, 19))
    dispatcher = stage.open()
    stage.accept(letter("A-1"))
    dispatcher.settle()
    assert (stage.only.channel, stage.only.reason) == ("print", "Print, which the recipient asked for on 2026-11-19")
    ask_for(stage, None, dt.date(2026, 11, 20))
    stage.ledger.accept("b" * 64, "next.json", "main", [letter("B-1")])
    dispatcher.settle()
    why = stage.ledger.why(stage.ledger.documents("B-1")[0])
    assert why.order == ("email", "print")


def test_a_wish_of_tomorrow_takes_effect_tomorrow(stage: Stage) -> None:
    stage.stand("email")
    stage.stand("print")
    ask_for(stage, "print", dt.date(2026, 11, 21))
    dispatcher = stage.open()
    stage.accept(letter("A-1"))
    dispatcher.settle()
    assert stage.only.channel == "email"
    stage.clock.forward(days=1)
    stage.ledger.accept("b" * 64, "next.json", "main", [letter("B-1")])
    dispatcher.settle()
    assert stage.ledger.why(stage.ledger.documents("B-1")[0]).order == ("print", "email")


def test_the_language_that_was_asked_for_is_rendered(stage: Stage) -> None:
    box = stage.stand("email")
    box.refuses = lambda document: None if document.recipient.language == "en" else "not in English"
    ask_for(stage, "email", dt.date(2026, 11, 3), language="en")
    dispatcher = stage.open()
    stage.accept(letter("A-1"))
    dispatcher.settle()
    assert stage.only.status == "delivered"


def test_a_mandate_gives_the_invoice_its_second_leg_and_the_document_says_it_is_drawn(stage: Stage) -> None:
    box = stage.stand("email")
    told: list[str] = []

    def sees(document: Document) -> None:
        told.append(str(document.payment.draw_date) if document.payment else "to pay")

    box.refuses = sees
    document, key = invoice(), stage.ledger.vault.keys.of("main")
    number = document.recipient.national_id
    assert number is not None
    signed = Mandate(mark(key, "national_id", number.value), "8201011234", dt.date(2026, 1, 1), account_hint="4321")
    with stage.ledger.writing() as connection:
        mandates.enrol(connection, key, "nordljus", [signed], at=stage.clock())
    dispatcher = stage.open()
    stage.accept(document)
    dispatcher.settle()
    assert told == ["2026-12-21"]  # the due date is a Sunday
    with stage.ledger.reading() as connection:
        (leg,) = mandates.legs(connection, [str(stage.only.document_id)]).values()
    assert (leg.draw_date, leg.state, leg.account_hint) == (dt.date(2026, 12, 21), LegState.SELECTED, "4321")
    assert leg.amount == format(document.invoice.totals.due, "f") if document.invoice else ""
    assert "8201011234" not in repr(signed)


@pytest.mark.parametrize(
    ("begins", "ends"), [(dt.date(2026, 12, 22), None), (dt.date(2026, 1, 1), dt.date(2026, 12, 20))]
)
def test_a_mandate_that_does_not_hold_on_the_day_draws_nothing(begins: dt.date, ends: dt.date | None) -> None:
    signed = Mandate("m", "8201011234", begins, ends)
    assert with_mandate(invoice(), signed, dt.date(2026, 11, 20)).payment is None


def test_what_owes_nothing_and_what_carries_its_own_leg_are_left_as_they_are() -> None:
    signed, today = Mandate("m", "8201011234", dt.date(2026, 1, 1)), dt.date(2026, 11, 20)
    drawn = with_mandate(invoice(), signed, today)
    assert drawn.payment is not None
    assert drawn.invoice is not None
    (means,) = drawn.invoice.payment
    assert (means.means_code, means.credit_transfers, means.remittance_information) == ("49", (), "2611000106")
    assert means.direct_debit is not None
    assert means.direct_debit.creditor_identifier == "5050109"
    assert with_mandate(drawn, replace(signed, payer_number="1"), today) is drawn
    assert with_mandate(letter("A-1"), signed, today).payment is None


def test_a_failed_document_with_a_corrected_recipient_is_decided_anew_under_its_own_identity(stage: Stage) -> None:
    box = stage.stand("email")
    box.reach = lambda one: Reach.HIT if one.email == ELIN[1] else Reach.NO_ADDRESS
    stage.accept(letter("A-1", email="elin@exmaple.se"))
    dispatcher = stage.open()
    dispatcher.settle()
    before = stage.only
    assert before.status == "failed"
    with stage.ledger.writing() as connection:
        corrected = {str(before.document_id): letter("A-1")}
        redrive(connection, stage.ledger.vault, corrected, at=stage.clock.forward(minutes=5), actor="person")
    dispatcher.settle()
    assert (stage.only.document_id, stage.only.status) == (before.document_id, "delivered")
    assert stage.line.closes
