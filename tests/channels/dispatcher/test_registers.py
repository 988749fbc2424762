"""Registers over time: an outage buys no letter, an answer holds as long as it says, and sudden misses are told."""

import datetime as dt
from collections.abc import Generator
from dataclasses import replace

import pytest
from tests.channels.dispatcher.conftest import Stage
from tests.channels.dispatcher.stage import Stand, letter

from vaxel_channels.contract import Capabilities, Reach
from vaxel_channels.kivra import Kivra, KivraSettings
from vaxel_engine.artifact import ArtifactKind
from vaxel_engine.model import Document, Recipient
from vaxel_ledger import alarms
from vaxel_ledger.alarms import Alarm
from vaxel_simulators import Fault, KivraSimulator
from vaxel_simulators.serving import Answer, Call

MEMBER = {"country_code": "SE", "value": "198001012387"}
ADDRESS = {"line_1": "Malmvägen 4", "post_code": "98138", "city": "Kiruna", "country_code": "SE"}


class Registered(Stand):
    """A channel with a register whose answers hold for four hours, as Kivra's do."""

    @property
    def capabilities(self) -> Capabilities:
        return replace(super().capabilities, register_holds=dt.timedelta(hours=4), register_batch=self.batch)

    batch = 1
    """Recipients in one question."""


def registered(stage: Stage, name: str = "mailbox") -> Registered:
    stand = Registered(stage.provider(name), name)
    stage.channels[name] = stand
    return stand


def paper(stage: Stage) -> Stand:
    stand = stage.stand("print")
    stand.artifacts = (ArtifactKind.PRINT_PDF,)
    return stand


def many(first: int, number: int) -> list[Document]:
    return [letter(f"A-{ix}", email=f"customer{ix}@example.se") for ix in range(first, first + number)]


def standing(stage: Stage) -> list[Alarm]:
    with stage.ledger.reading() as connection:
        return alarms.standing(connection, "main")


class Down(KivraSimulator):
    """A Kivra whose failing is "503 Service Unavailable"."""

    def fault_answer(self, fault: Fault, call: Call) -> Answer:
        """The same answer with the status of an outage."""
        return replace(super().fault_answer(fault, call), status="503 Service Unavailable")


@pytest.fixture
def kivra() -> Generator[tuple[KivraSimulator, Kivra]]:
    """A register over HTTP, and what asks it."""
    with Down() as simulator:
        channel = Kivra(
            KivraSettings(
                tenant_key=simulator.tenant_key,
                client_id=simulator.client_id,
                client_secret=simulator.client_secret,
                base_url=simulator.url,
                sandbox=False,
            )
        )
        yield simulator, channel
        channel.close()


def test_a_register_that_fails_for_twenty_minutes_buys_no_letter(
    stage: Stage, kivra: tuple[KivraSimulator, Kivra]
) -> None:
    simulator, channel = kivra
    mailbox = registered(stage, "kivra")  # what it takes is of no matter here
    mailbox.reach = lambda recipient: channel.look_up([recipient])[0]
    letters = paper(stage)
    simulator.script(Fault.SERVER_ERROR_BEFORE, 21, call="match")  # which `Down` answers with 503
    stage.accept(letter("A-1", national_id=MEMBER, postal_address=ADDRESS))
    dispatcher = stage.open()
    for _ in range(21):  # at once, and after each of twenty minutes
        dispatcher.settle()
        assert (stage.line.waiting, letters.sent) == (1, [])
        assert "its register has not answered" in stage.only.reason
        stage.clock.forward(minutes=1)
    dispatcher.settle()
    assert (stage.only.channel, stage.only.status, letters.sent) == ("kivra", "delivered", [])


def test_an_answer_holds_as_long_as_the_channel_says_and_unknown_is_never_remembered(stage: Stage) -> None:
    stand = registered(stage)
    dispatcher = stage.open()
    for number, (hours, reach, asked) in enumerate(
        [(0, Reach.UNKNOWN, 1), (0.1, Reach.HIT, 2), (1, Reach.HIT, 2), (5, Reach.HIT, 3)]
    ):
        stand.reach = reach
        stage.clock.forward(hours=hours)
        stage.ledger.accept(f"{number}" * 64, "more.json", "main", [letter(f"A-{number}")])
        dispatcher.settle()
        assert sum(1 for count in stand.looked_up if count) == asked
    dispatcher.settle()


def test_a_suppressed_address_is_seen_at_once_although_the_register_was_remembered(stage: Stage) -> None:
    stand = registered(stage)
    dispatcher = stage.open()
    stage.accept(letter("A-1"))
    stand.reach = Reach.SUPPRESSED
    dispatcher.settle()
    assert stage.only.status == "failed"
    assert len(stand.looked_up) == 1


def test_a_register_that_suddenly_matches_nobody_is_an_alarm_within_the_minute(stage: Stage) -> None:
    mailbox, letters = registered(stage), paper(stage)

    def odd(recipient: Recipient) -> Reach:
        return Reach.HIT if int(str(recipient.email).removeprefix("customer").partition("@")[0]) % 2 else _MISS

    mailbox.reach = odd
    dispatcher = stage.open()
    stage.accept(*many(0, 120))
    dispatcher.settle()
    assert standing(stage) == []
    mailbox.reach = _MISS
    later = stage.ledger.accept("b" * 64, "next.json", "main", many(1_000, 60)).batch_id
    at = stage.clock()
    dispatcher.settle()
    (alarm,) = [one for one in standing(stage) if one.what == "register mailbox"]
    assert (alarm.since - at).total_seconds() < 60
    assert "matched none of the last" in alarm.sentence
    assert "usually matches 50%" in alarm.sentence
    assert "`vaxel pause print`" in alarm.sentence
    assert (stage.ledger.counts(later).waiting, len(letters.sent)) == (60, 60), (
        "the letters of before, and none of this chunk"
    )
    mailbox.reach = Reach.HIT
    stage.clock.forward(minutes=1)
    dispatcher.settle()
    assert [one.what for one in standing(stage) if one.what.startswith("register")] == []
    assert (stage.ledger.counts(later).delivered, len(letters.sent)) == (60, 60)


def test_a_person_says_that_it_is_right_and_the_letters_go(stage: Stage) -> None:
    mailbox, letters = registered(stage), paper(stage)
    dispatcher = stage.open()
    stage.accept(*many(0, 120))
    dispatcher.settle()
    mailbox.reach = _MISS
    later = stage.ledger.accept("b" * 64, "next.json", "main", many(1_000, 100)).batch_id
    dispatcher.settle()
    assert letters.sent == []
    (waits,) = stage.ledger.waits(later)
    assert waits.reason.startswith("it waits: the register of Mailbox matches nobody at present")
    with stage.ledger.writing() as connection:
        alarms.end(connection, "main", "register mailbox", at=stage.clock())
    stage.clock.forward(minutes=1)
    dispatcher.settle()
    assert len(letters.sent) == 100


def test_a_letter_that_was_asked_for_is_not_held_by_a_register(stage: Stage) -> None:
    mailbox, letters = registered(stage), paper(stage)
    dispatcher = stage.open()
    stage.accept(*many(0, 120))
    dispatcher.settle()
    mailbox.reach = _MISS
    wished = [letter("W-1", wishes=[{"channel": "print", "date": "2026-11-03"}]), *many(1_000, 99)]
    stage.ledger.accept("b" * 64, "next.json", "main", wished)
    dispatcher.settle()
    assert len(letters.sent) == 1


def test_a_register_that_takes_many_is_asked_once_for_many_chunks(stage: Stage) -> None:
    stand = registered(stage)
    stand.batch = 30
    dispatcher = stage.open(chunk=5)
    stage.accept(*many(0, 60))
    dispatcher.settle()
    assert (stage.line.delivered, [count for count in stand.looked_up if count]) == (60, [30, 30])


def test_whoever_has_no_address_makes_nobody_ask_about_thousands_again(stage: Stage) -> None:
    stand, letters = registered(stage), paper(stage)
    stand.batch = 30
    stand.reach = lambda one: Reach.NO_ADDRESS if str(one.email)[8:-11].endswith(("3", "7")) else Reach.HIT
    dispatcher = stage.open(chunk=5)
    stage.accept(*many(0, 60))
    dispatcher.settle()
    assert (stage.line.delivered, [count for count in stand.looked_up if count > 5]) == (60, [30, 30])
    assert len(letters.sent) == 12


_MISS = Reach.CONFIRMED_MISS


def test_what_is_usual_outlives_the_worker(stage: Stage) -> None:
    mailbox = registered(stage)
    paper(stage)
    stage.accept(*many(0, 120))
    dispatcher = stage.open()
    dispatcher.settle()
    dispatcher.close()
    stage.opened.clear()
    mailbox.reach = _MISS
    stage.ledger.accept("b" * 64, "next.json", "main", many(1_000, 110))
    stage.clock.forward(minutes=2)
    stage.open().settle()
    assert any(one.what == "register mailbox" for one in standing(stage))


def test_more_paper_than_usual_is_an_alarm(stage: Stage) -> None:
    mailbox = registered(stage)
    paper(stage)
    dispatcher = stage.open(chunk=400)
    stage.accept(*many(0, 320))
    dispatcher.settle()
    assert standing(stage) == []
    mailbox.reach = lambda recipient: Reach.HIT if "5" in str(recipient.email) else Reach.NO_ADDRESS
    stage.ledger.accept("b" * 64, "next.json", "main", many(1_000, 200))
    dispatcher.settle()
    (alarm,) = standing(stage)
    assert alarm.what == "paper nordljus"
    assert "of the last 200 of the documents go to paper, and usually 0%" in alarm.sentence
