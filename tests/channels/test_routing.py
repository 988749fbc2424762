"""Routing: the smartest channel the sender allows, with a reason for and against each."""

import datetime as dt

import pytest

from vaxel_channels.contract import Capabilities, Reach, Repeat
from vaxel_channels.routing import SenderPolicy, decide, winning_wish, worth_asking
from vaxel_engine.artifact import ArtifactKind
from vaxel_engine.model import DocumentKind, Wish
from vaxel_ledger import Decision

INVOICE, LETTER = DocumentKind.INVOICE, DocumentKind.MESSAGE


def able(name: str, title: str, artifact: ArtifactKind, *kinds: DocumentKind) -> Capabilities:
    return Capabilities(
        name=name,
        title=title,
        kinds=frozenset(kinds or DocumentKind),
        artifacts=(artifact,),
        repeat=Repeat.DEDUPLICATES,
        delivered_means="it was taken",
    )


CHANNELS = {
    "kivra": able("kivra", "Kivra", ArtifactKind.MAILBOX_PDF),
    "email": able("email", "E-mail", ArtifactKind.EMAIL),
    "sms": able("sms", "SMS", ArtifactKind.SMS, INVOICE),
    "print": able("print", "Letter on paper", ArtifactKind.PRINT_PDF),
}
ALL = SenderPolicy(("kivra", "email", "sms", "print"))
EVERYWHERE = dict.fromkeys(CHANNELS, Reach.HIT)


def route(
    kind: DocumentKind = INVOICE, wishes: tuple[Wish, ...] = (), policy: SenderPolicy = ALL, **answers: Reach
) -> Decision:
    return decide(kind, wishes, policy, CHANNELS, {**EVERYWHERE, **answers})


def wish(channel: str, day: int | None = None) -> Wish:
    return Wish(channel=channel, date=dt.date(2026, 11, day) if day else None)


def test_the_senders_priority_decides_among_what_reaches_the_recipient() -> None:
    decision = route()
    assert decision.order == ("kivra", "email", "sms", "print")
    assert decision.sentence == "Kivra reaches the recipient"


def test_a_kind_that_a_channel_does_not_carry_goes_to_the_next_and_the_reason_says_so() -> None:
    decision = route(kind=LETTER)
    assert decision.order == ("kivra", "email", "print")
    assert decision.reasons["sms"].sentence == "SMS does not carry the kind message"


def test_a_missing_address_moves_only_that_channel() -> None:
    decision = route(kivra=Reach.NO_ADDRESS)
    assert decision.order == ("email", "sms", "print")
    assert decision.sentence == "E-mail reaches the recipient; the document has no address for Kivra"


def test_what_lacks_an_address_is_said_once_for_all() -> None:
    decision = route(kivra=Reach.NO_ADDRESS, email=Reach.NO_ADDRESS, sms=Reach.NO_ADDRESS)
    assert decision.order == ("print",)
    against = "the document has no address for Kivra, E-mail or SMS"
    assert decision.sentence == f"{CHANNELS['print'].title}, the last resort; {against}"


def test_a_confirmed_miss_is_not_tried() -> None:
    decision = route(kivra=Reach.CONFIRMED_MISS)
    assert "kivra" not in decision.order
    assert decision.reasons["kivra"].sentence == "Kivra does not have the recipient"


def test_an_unlisted_recipient_is_tried_where_the_register_is_a_lower_bound() -> None:
    decision = route(kivra=Reach.UNMATCHED)
    assert decision.order[0] == "kivra"
    assert decision.reasons["kivra"].code == "unmatched tried"


def test_an_unlisted_recipient_is_skipped_where_the_sender_says_so() -> None:
    decision = route(kivra=Reach.UNMATCHED, policy=SenderPolicy(ALL.channels, try_unmatched=False))
    assert decision.order[0] == "email"
    assert not decision.reasons["kivra"].favours


def test_a_silent_register_is_waited_for_and_never_buys_postage() -> None:
    decision = route(kivra=Reach.UNKNOWN, email=Reach.NO_ADDRESS, sms=Reach.NO_ADDRESS)
    assert decision.order == ("kivra", "print")
    assert decision.unanswered == ("kivra",)
    assert "will be asked again" in decision.sentence


def test_an_answer_that_was_never_asked_for_counts_as_unknown() -> None:
    assert decide(INVOICE, (), ALL, CHANNELS, {}).unanswered == ALL.channels


def test_paper_is_the_last_resort_wherever_it_stands_in_the_list() -> None:
    decision = route(policy=SenderPolicy(("print", "email")))
    assert decision.order == ("email", "print")
    assert decision.reasons["print"].sentence == "Letter on paper, the last resort"


def test_paper_is_not_used_where_the_sender_does_not_allow_it() -> None:
    decision = route(policy=SenderPolicy(("email",)), email=Reach.NO_ADDRESS)
    assert decision.order == ()
    assert decision.sentence == "no channel can carry it; the document has no address for E-mail"


def test_paper_that_was_asked_for_comes_first() -> None:
    decision = route(wishes=(wish("print", 3),))
    assert decision.order == ("print", "kivra", "email", "sms")
    assert decision.sentence == "Letter on paper, which the recipient asked for on 2026-11-03"


@pytest.mark.parametrize(
    ("wishes", "wins"),
    [
        ((wish("email", 3), wish("sms", 4)), "sms"),
        ((wish("sms", 4), wish("email", 3)), "sms"),
        ((wish("email", 3), wish("sms", 3)), "sms"),
        ((wish("print"), wish("email", 3)), "email"),
        ((wish("print"), wish("email")), "print"),
    ],
)
def test_the_newest_dated_wish_wins_and_a_tag_yields_to_it(wishes: tuple[Wish, ...], wins: str) -> None:
    winner = winning_wish(wishes)
    assert winner is not None
    assert winner.channel == wins
    assert route(wishes=wishes).order[0] == wins


def test_a_tag_beats_the_automatic_choice() -> None:
    decision = route(wishes=(wish("sms"),))
    assert decision.order[0] == "sms"
    assert decision.sentence == "SMS, which the sender's file asks for"


def test_a_wish_that_the_sender_does_not_allow_is_told_and_not_followed() -> None:
    decision = route(wishes=(wish("kivra", 3),), policy=SenderPolicy(("email", "print")))
    assert decision.order == ("email", "print")
    assert decision.sentence == ("E-mail reaches the recipient; Kivra was asked for, and the sender does not allow it")


def test_a_wish_that_cannot_carry_the_kind_is_told_and_not_followed() -> None:
    decision = route(kind=LETTER, wishes=(wish("sms", 3),))
    assert decision.order[0] == "kivra"
    assert decision.sentence.endswith("SMS does not carry the kind message, though it was asked for")


def test_a_wish_for_a_silent_register_waits_for_it() -> None:
    decision = route(wishes=(wish("kivra", 3),), kivra=Reach.UNKNOWN)
    assert (decision.order[0], decision.unanswered) == ("kivra", ("kivra",))


def test_what_somebody_wrote_into_a_wish_does_not_come_out_of_it() -> None:
    decision = route(wishes=(wish("Elin Forsberg 198001012387", 3),))
    assert "198001012387" not in str(decision.as_json())
    assert "Elin" not in str(decision.as_json())


def test_a_channel_that_is_not_set_up_is_told() -> None:
    decision = route(policy=SenderPolicy(("fax", "email")))
    assert decision.order == ("email",)
    assert decision.reasons["fax"].sentence == "fax is not set up"


def test_every_channel_of_the_sender_has_a_reason() -> None:
    for reach in Reach:
        decision = route(kivra=reach, email=reach)
        assert set(decision.reasons) == set(ALL.channels)
        assert all(reason.favours == (name in decision.order) for name, reason in decision.reasons.items())


def test_a_decision_survives_the_ledger() -> None:
    decision = route(kivra=Reach.UNKNOWN, wishes=(wish("email", 3),))
    assert Decision.from_json(decision.as_json()) == decision


def test_only_registers_that_matter_are_asked() -> None:
    assert worth_asking(LETTER, SenderPolicy(("fax", "sms", "email")), CHANNELS) == ["email"]
