"""Delivered and not opened by its day: the next channel carries it, once, and only where somebody can tell."""

from dataclasses import dataclass, replace

import pytest
from tests.channels.dispatcher.conftest import Stage
from tests.channels.dispatcher.stage import AskableStand, Stand, letter

from vaxel_channels.contract import Capabilities, Opening, Report
from vaxel_channels.dispatcher import Dispatcher
from vaxel_channels.routing import Rules, SenderPolicy
from vaxel_channels.routing.rules import KindRules, Unopened
from vaxel_channels.routing.telling import tree
from vaxel_engine.artifact import ArtifactKind
from vaxel_engine.errors import Unreachable
from vaxel_engine.model import DocumentKind
from vaxel_ledger import LedgerLine, Why
from vaxel_ledger.attempts import idempotency_key
from vaxel_ledger.holding import Target
from vaxel_ledger.states import Status

ONE_DELIVERED = LedgerLine(1, 1, 0, 0, 0, 0, 0)
AFTER_FIVE_DAYS = Unopened(after_days=5)


@dataclass
class Mailbox(AskableStand):
    """A mailbox that tells whether a document was opened."""

    how: Opening | None = Opening.ASKED
    opened: bool = False

    @property
    def capabilities(self) -> Capabilities:
        return replace(super().capabilities, opening=self.how)

    def ask(self, consignment: object) -> object:  # type: ignore[override]
        receipt = super().ask(consignment)  # type: ignore[arg-type]
        return replace(receipt, status=Status.READ) if receipt is not None and self.opened else receipt


@dataclass
class House(Stand):
    """A print house that gives back what it has not printed."""

    name: str = "print"
    artifacts: tuple[ArtifactKind, ...] = (ArtifactKind.PRINT_PDF,)
    status: Status = Status.HANDED_OVER

    def cancel(self, _consignment: object) -> bool:
        return True


@dataclass
class Scene:
    stage: Stage
    mailbox: Mailbox
    house: House
    rules: Rules
    dispatcher: Dispatcher

    @property
    def why(self) -> Why:
        return self.stage.ledger.why(self.stage.ledger.documents("A-1")[0])

    def after(self, days: float) -> None:
        self.stage.clock.forward(days=days)
        self.dispatcher.settle()


@pytest.fixture
def scene(stage: Stage) -> Scene:
    """A document lies in the mailbox since this morning, and the rules give it five days to be opened."""
    mailbox, house = Mailbox(stage.provider("box"), "box"), House(stage.provider("print"))
    stage.channels.update({"box": mailbox, "print": house})
    rules = Rules(("box", "print"), kinds={DocumentKind.MESSAGE: KindRules(unopened=AFTER_FIVE_DAYS)})
    dispatcher = stage.open(senders={"nordljus": SenderPolicy.of(rules)}.get)
    stage.accept(letter("A-1"))
    dispatcher.settle()
    assert stage.line == ONE_DELIVERED
    return Scene(stage, mailbox, house, rules, dispatcher)


def test_what_nobody_has_opened_by_its_day_goes_the_next_way_once_under_another_number(scene: Scene) -> None:
    stage = scene.stage
    assert "To be opened by 2026-11-24; if it is not, Print follows" in list(tree(scene.why))
    assert scene.dispatcher.next_due() is not None
    scene.after(4)
    assert scene.house.sent == []
    scene.after(1)
    (sent,) = scene.house.sent
    document = stage.ledger.documents("A-1")[0]
    assert sent.key == idempotency_key("main", document, "print", 2)
    assert (stage.line.waiting, stage.only.channel, stage.only.status) == (1, "print", Status.HANDED_OVER)
    said = "Print, the last resort; Box delivered it, and nobody had opened it by 2026-11-24"
    assert scene.why.sentence == said
    stage.ledger.receive([Report("print", "p-1", Status.DELIVERED, key=sent.key)])
    scene.after(30)
    assert (len(scene.house.sent), len(scene.mailbox.sent), stage.line) == (1, 1, ONE_DELIVERED)
    assert [one.kind for one in scene.why.happened].count("fallback") == 1


def test_what_was_opened_in_time_is_left_alone(scene: Scene) -> None:
    scene.mailbox.opened = True
    scene.after(6)
    assert (scene.house.sent, scene.stage.only.status) == ([], Status.READ)
    assert scene.dispatcher.next_due() is None


def test_a_provider_that_does_not_say_whether_it_is_opened_buys_no_letter(scene: Scene) -> None:
    scene.mailbox.asked = [Unreachable("down")] * 2
    scene.after(5)
    scene.after(0.1)
    assert (scene.house.sent, scene.stage.line) == ([], ONE_DELIVERED)
    scene.mailbox.opened = True
    scene.after(0.1)
    assert (scene.house.sent, scene.stage.only.status) == ([], Status.READ)


@pytest.mark.parametrize("how", [None, Opening.LINK])
def test_a_channel_that_does_not_tell_is_never_followed(scene: Scene, how: Opening | None) -> None:
    scene.mailbox.how = how  # and no link goes with it
    scene.stage.ledger.accept("b" * 64, "next.json", "main", [letter("B-1")])
    scene.dispatcher.settle()
    assert scene.stage.ledger.why(scene.stage.ledger.documents("B-1")[0]).opening is None


def test_opened_after_all_while_the_letter_lies_at_the_print_house_it_is_asked_back(scene: Scene) -> None:
    scene.after(5)
    scene.stage.ledger.receive([Report("box", "o-1", Status.READ, key=scene.mailbox.sent[0].key)])
    scene.after(0.1)
    assert scene.stage.line == ONE_DELIVERED
    assert (scene.stage.only.channel, scene.stage.only.status) == ("box", Status.READ)
    assert scene.why.sentence == "the recipient opened it in box after all"
    assert [one.status for one in scene.stage.ledger.went(scene.stage.batch_id)] == [Status.READ]


def test_opened_after_all_before_the_letter_left_it_never_leaves(scene: Scene) -> None:
    scene.stage.ledger.pause("print")
    scene.after(5)
    assert "print is paused" in scene.stage.only.reason
    scene.stage.ledger.receive([Report("box", "o-1", Status.READ, key=scene.mailbox.sent[0].key)])
    scene.after(0.1)
    scene.stage.ledger.go_on("print")
    scene.after(0.1)
    assert (scene.house.sent, scene.stage.line) == ([], ONE_DELIVERED)


def test_where_nothing_else_carries_it_it_stays_delivered(scene: Scene) -> None:
    scene.house.refuses = lambda _document: "the address is not whole"
    scene.after(5)
    assert scene.stage.line == ONE_DELIVERED
    assert (scene.stage.only.channel, scene.stage.only.status) == ("box", Status.DELIVERED)
    assert "the address is not whole" in scene.stage.only.reason


def test_where_the_letter_fails_it_stays_delivered(scene: Scene) -> None:
    scene.after(5)
    failed = Report("print", "p-1", Status.FAILED, key=scene.house.sent[0].key, reason="It came back.")
    scene.stage.ledger.receive([failed])
    scene.after(0.1)
    assert scene.stage.line == ONE_DELIVERED
    assert (scene.stage.only.channel, scene.stage.only.reason) == ("box", "box delivered it; It came back.")


def test_a_person_calls_the_second_way_off_and_the_first_stays(scene: Scene) -> None:
    scene.stage.ledger.pause("print")
    scene.after(5)
    scene.stage.ledger.call_off(Target.document(scene.stage.ledger.documents("A-1")[0]))
    assert (scene.stage.line, scene.house.sent) == (ONE_DELIVERED, [])


def test_a_letter_that_is_taken_back_leaves_the_first_delivery(scene: Scene) -> None:
    scene.after(5)
    assert scene.dispatcher.cancel(scene.stage.ledger.documents("A-1")[0])
    assert scene.stage.line == ONE_DELIVERED


def test_rules_that_no_longer_ask_for_it_let_nothing_follow(scene: Scene) -> None:
    scene.dispatcher.close()
    later = SenderPolicy(("box", "print"))
    scene.dispatcher = scene.stage.open(senders={"nordljus": later}.get)
    scene.after(6)
    assert (scene.house.sent, scene.stage.line) == ([], ONE_DELIVERED)


def test_the_link_that_was_given_out_stays_the_same(scene: Scene) -> None:
    document = scene.stage.ledger.documents("A-1")[0]
    before = scene.stage.ledger.link_token(document)
    scene.after(5)
    assert scene.stage.ledger.link_token(document) == before
    assert scene.stage.ledger.document_for_link(before) == document


def test_who_opens_the_page_behind_the_link_has_opened_what_the_link_went_with(stage: Stage) -> None:
    box, house = Mailbox(stage.provider("box"), "box", how=Opening.LINK), House(stage.provider("print"))
    stage.channels.update({"box": box, "print": house})
    rules = Rules(("box", "print"), kinds={DocumentKind.MESSAGE: KindRules(unopened=AFTER_FIVE_DAYS)})
    senders = {"nordljus": SenderPolicy.of(rules)}.get

    def link_for(document_id: str) -> str:
        return f"https://x.example/{stage.ledger.link_token(document_id)}"

    dispatcher = stage.open(senders=senders, link_for=link_for)
    stage.accept(letter("A-1"), letter("A-2"))
    dispatcher.settle()
    first, second = (stage.ledger.documents(name)[0] for name in ("A-1", "A-2"))
    in_time = stage.ledger.linked(stage.ledger.link_token(first))
    assert in_time is not None
    stage.ledger.receive([Report("box", "o-1", Status.READ, key=in_time.key)])
    stage.clock.forward(days=5)
    dispatcher.settle()
    (sent,) = house.sent
    after = stage.ledger.linked(stage.ledger.link_token(second))
    assert after is not None
    assert sent.key != after.key
    assert (after.channel, after.key) == ("box", idempotency_key("main", second, "box", 1))
    assert [line.status for line in stage.report] == [Status.READ, Status.HANDED_OVER]
