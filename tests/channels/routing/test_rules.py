"""What a sender's rules do to a decision: each rule, and that none of them lets an unanswered register buy postage."""

import datetime as dt
from dataclasses import replace
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest

from vaxel_channels.contract import Capabilities, Reach
from vaxel_channels.routing import Identity, Occasion, Rules, SenderPolicy, decide
from vaxel_channels.routing.rules import LOTS, Agreement, ChannelRules, KindRules, Quiet, Ramp
from vaxel_channels.routing.trying import stand_in
from vaxel_engine.model import DocumentKind, Wish
from vaxel_ledger import Decision

CHANNELS: dict[str, Capabilities] = {name: stand_in(name) for name in ("kivra", "email", "sms", "print")}
EVERYWHERE = dict.fromkeys(CHANNELS, Reach.HIT)
PLAIN = Rules(tuple(CHANNELS))
STOCKHOLM = ZoneInfo("Europe/Stockholm")
NOW = Occasion(at=dt.datetime(2026, 11, 20, 10, tzinfo=STOCKHOLM), due=dt.date(2026, 12, 20))
INVOICE, REMINDER = DocumentKind.INVOICE, DocumentKind.REMINDER


def route(
    rules: Rules = PLAIN,
    *,
    occasion: Occasion = NOW,
    kind: DocumentKind = INVOICE,
    wish: Wish | None = None,
    **answers: Reach,
) -> Decision:
    given = {**EVERYWHERE, **answers}
    return decide(kind, [wish] if wish else [], SenderPolicy.of(rules), CHANNELS, given, occasion)


def of(channel: str, told: ChannelRules) -> Rules:
    return replace(PLAIN, of_channels={channel: told})


def for_kind(kind: DocumentKind, told: KindRules) -> Rules:
    return replace(PLAIN, kinds={kind: told})


def test_a_kind_has_its_own_order() -> None:
    rules = for_kind(REMINDER, KindRules(channels=("email", "kivra")))
    assert route(rules, kind=REMINDER).order == ("email", "kivra")
    assert route(rules, kind=INVOICE).order == ("kivra", "email", "sms", "print")


def test_no_wish_goes_beyond_what_is_lawful_for_a_kind() -> None:
    rules = for_kind(REMINDER, KindRules(lawful=frozenset({"kivra", "print"})))
    decision = route(rules, kind=REMINDER, wish=Wish(channel="sms", date=dt.date(2026, 11, 3)))
    assert decision.order == ("kivra", "print")
    assert decision.reasons["sms"].code == "not lawful"
    assert "though it was asked for" in decision.sentence


def test_a_kind_without_fallback_goes_one_way_only() -> None:
    decision = route(for_kind(REMINDER, KindRules(fallback=False)), kind=REMINDER)
    assert decision.order == ("kivra",)
    assert decision.reasons["print"].code == "no fallback"


def test_a_channel_waits_for_its_agreement_to_begin() -> None:
    rules = of("kivra", ChannelRules(agreement=Agreement("Bank 7", dt.date(2026, 12, 1))))
    assert route(rules).reasons["kivra"].sentence == "Kivra: the agreement Bank 7 begins on 2026-12-01"
    later = replace(NOW, at=dt.datetime(2026, 12, 1, 9, tzinfo=STOCKHOLM))
    assert route(rules, occasion=later).order[0] == "kivra"


def test_a_recipient_without_the_data_that_a_channel_needs_skips_it() -> None:
    rules = of("kivra", ChannelRules(needs=(Identity.NATIONAL_ID,)))
    assert route(rules).reasons["kivra"].code == "lacks data"
    assert route(rules, occasion=replace(NOW, has=frozenset({Identity.NATIONAL_ID}))).order[0] == "kivra"


def test_a_ramp_takes_its_share_keeps_whom_it_has_and_stops_by_itself() -> None:
    def taken(percent: str) -> set[int]:
        rules = of("kivra", ChannelRules(ramp=Ramp(Decimal(percent), Decimal(2), 50)))
        return {lot for lot in range(0, LOTS, 20) if "kivra" in route(rules, occasion=replace(NOW, lot=lot)).order}

    assert len(taken("5")) == 25
    assert taken("5") < taken("12.5")
    assert len(taken("100")) == 500
    stopped = of("kivra", ChannelRules(ramp=Ramp(Decimal(100), Decimal(2), 50)))
    decision = route(stopped, occasion=replace(NOW, stopped=frozenset({"kivra"})))
    assert decision.reasons["kivra"].code == "ramp stopped"


def test_what_would_come_too_late_is_left_out_while_anything_else_makes_it() -> None:
    rules = replace(for_kind(INVOICE, KindRules(days_before_due=10)), of_channels={"print": ChannelRules(days=3)})
    friday = replace(NOW, at=dt.datetime(2026, 12, 4, 9, tzinfo=STOCKHOLM))
    assert route(rules, occasion=friday).order[-1] == "print"  # in hand on Wednesday the 9th, wanted by the 10th
    monday = replace(NOW, at=dt.datetime(2026, 12, 8, 9, tzinfo=STOCKHOLM))
    decision = route(rules, occasion=monday)
    assert decision.order == ("kivra", "email", "sms")
    assert decision.reasons["print"].sentence == "Print house would be in hand on 2026-12-11, after the day 2026-12-10"


def test_where_nothing_comes_in_time_the_quickest_goes_and_says_so() -> None:
    rules = replace(for_kind(INVOICE, KindRules(days_before_due=10)), of_channels={"print": ChannelRules(days=3)})
    late = replace(NOW, at=dt.datetime(2026, 12, 18, 9, tzinfo=STOCKHOLM))
    gone = Reach.NO_ADDRESS
    decision = route(rules, occasion=late, kivra=gone, email=gone, sms=gone)
    assert decision.order == ("print",)
    assert decision.reasons["print"].code == "late anyway"


def test_the_documents_own_last_day_goes_before_the_rules() -> None:
    rules = of("print", ChannelRules(days=3))
    decision = route(rules, occasion=replace(NOW, due=None, in_hand_by=dt.date(2026, 11, 23)))
    assert "print" not in decision.order


def test_holidays_are_not_counted_as_days_on_which_letters_travel() -> None:
    rules = of("print", ChannelRules(days=1))
    before_christmas = replace(
        NOW, at=dt.datetime(2026, 12, 23, 9, tzinfo=STOCKHOLM), due=None, in_hand_by=dt.date(2026, 12, 27)
    )
    assert "2026-12-28" in route(rules, occasion=before_christmas).reasons["print"].sentence


def test_the_cheapest_goes_first_where_the_rules_prefer_it_and_paper_still_last() -> None:
    prices = {"kivra": Decimal("2.50"), "email": Decimal("0.10"), "sms": Decimal("0.60"), "print": Decimal("0.01")}
    decision = route(replace(PLAIN, prefer="cost"), occasion=replace(NOW, prices=prices, currency="SEK"))
    assert decision.order == ("email", "sms", "kivra", "print")
    assert decision.sentence.startswith("E-mail reaches the recipient and costs 0.10 SEK, the least")


def test_a_wished_day_is_waited_for() -> None:
    decision = route(wish=Wish(channel="email", date=dt.date(2026, 11, 3), day=25))
    assert decision.hold_until == dt.datetime(2026, 11, 25, tzinfo=STOCKHOLM)
    assert decision.order[0] == "email"
    assert "the 25, the day of the month" in decision.sentence
    assert Decision.from_json(decision.as_json()) == decision


def test_a_wished_day_of_the_next_month_is_found_also_in_december() -> None:
    december = replace(NOW, at=dt.datetime(2026, 12, 28, 9, tzinfo=STOCKHOLM), due=None)
    decision = route(occasion=december, wish=Wish(channel="email", date=dt.date(2026, 11, 3), day=2))
    assert decision.hold_until == dt.datetime(2027, 1, 2, tzinfo=STOCKHOLM)


def test_a_wished_day_that_comes_too_late_for_the_due_date_is_passed_over_and_told() -> None:
    rules = for_kind(INVOICE, KindRules(days_before_due=10))
    decision = route(rules, wish=Wish(channel="email", date=dt.date(2026, 11, 3), day=15))
    assert decision.hold_until is None
    assert decision.sentence.endswith("the day of the month that was asked for comes too late for the due date")


def test_a_wish_counts_from_its_day_and_not_before() -> None:
    assert route(wish=Wish(channel="email", date=dt.date(2026, 11, 21))).order[0] == "kivra"
    assert route(wish=Wish(channel="email", date=dt.date(2026, 11, 20))).order[0] == "email"


@pytest.mark.parametrize(
    ("clock", "until"),
    [("20:59", None), ("21:00", "2026-11-21 08:00"), ("03:00", "2026-11-20 08:00"), ("08:00", None)],
)
def test_quiet_hours_pass_midnight(clock: str, until: str | None) -> None:
    rules = of("sms", ChannelRules(quiet=Quiet(dt.time(21), dt.time(8))))
    at = dt.datetime.fromisoformat(f"2026-11-20T{clock}").replace(tzinfo=STOCKHOLM)
    ends = rules.quiet_until("sms", at.astimezone(dt.UTC))
    assert (f"{ends:%Y-%m-%d %H:%M}" if ends else None) == until
    assert rules.quiet_until("email", at) is None


def test_the_same_decision_can_be_made_again_from_what_is_kept_with_it() -> None:
    decision = route(replace(PLAIN, digest="a" * 64, version="2026-11"), kivra=Reach.UNMATCHED)
    assert decision.given["answers"]["kivra"] == "unmatched"
    assert decision.given["version"] == "2026-11"
    assert dt.datetime.fromisoformat(decision.given["at"]) == NOW.at
