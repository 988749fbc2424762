"""A plan and the run after it say the same, whatever the rules; other rules move only what they say they move."""

import os
import random
from collections import Counter
from collections.abc import Generator
from dataclasses import replace
from decimal import Decimal
from pathlib import Path

import pytest
from tests.channels.planning_stage import PRICES, World, random_letters, random_rules, ways
from tests.ledger.stage import Clock

from vaxel_channels.contract import Reach
from vaxel_channels.deciding_again import again
from vaxel_channels.planning import mending
from vaxel_channels.prices import Bill
from vaxel_channels.routing import Rules, SenderPolicy
from vaxel_channels.routing.rules import ChannelRules
from vaxel_engine.model import Document, DocumentKind
from vaxel_ledger import Ledger

RUNS = 1_000 if os.environ.get("VAXEL_CAMPAIGN") == "full" else 20
"""Random rule sets, each with a batch; `make campaign-routing` takes all."""
DOCUMENTS = 8


@pytest.fixture
def world(tmp_path: Path) -> Generator[World]:
    clock, url = Clock(), f"sqlite:///{tmp_path / 'ledger.sqlite'}"
    with Ledger.open(url, store=tmp_path / "artifacts", tenant_key=tmp_path / "key", clock=clock) as ledger:
        yield World(ledger, clock, tmp_path)


def test_a_plan_equals_its_run_and_a_decision_made_again_is_the_same(world: World) -> None:
    for seed in range(RUNS):
        dice = random.Random(seed)  # noqa: S311 - the same rules each time
        rules, documents = random_rules(dice), random_letters(dice, f"R{seed}", DOCUMENTS)
        planned = world.planner(rules).plan(documents, world.clock())
        batch = world.run(rules, documents)
        report = world.ledger.report(batch)
        went = Counter(line.channel or ("nothing" if line.status == "failed" else "waits") for line in report)
        assert ways(planned) == went, f"seed {seed}"
        told = PRICES.bill(one.piece for one in planned if one.piece is not None)
        assert told == PRICES.bill(world.pieces(batch)), f"seed {seed}"
        for line, document in zip(report, documents, strict=True):
            assert line.reason, f"seed {seed}"
            kept = world.ledger.why(str(line.document_id)).route
            assert set(kept.reasons) >= set(rules.channels), f"seed {seed}: every channel has its reason"
            prices = PRICES.beginning()
            same = again(document, kept, SenderPolicy.of(rules), world.channels, (), prices=prices)
            assert same is not None
            assert same.decision.order == kept.order, f"seed {seed}"


def test_other_rules_move_what_they_say_they_move(world: World) -> None:
    rules = Rules(("kivra", "email", "print"))
    documents = random_letters(random.Random(7), "A", 12)  # noqa: S311 - the same each time
    batch = world.run(rules, documents)
    moved = 0
    for line, document in zip(world.ledger.report(batch), documents, strict=True):
        kept = world.ledger.why(str(line.document_id)).route
        other = again(
            document, kept, SenderPolicy.of(replace(rules, channels=("email", "print"))), world.channels, (), prices={}
        )
        assert other is not None
        assert "kivra" not in other.decision.order
        moved += other.decision.channel(0) != kept.channel(0)
    assert moved


def test_a_register_that_was_not_asked_then_is_said_to_be_unasked(world: World) -> None:
    (document,) = random_letters(random.Random(1), "A", 1)  # noqa: S311 - the same each time
    batch = world.run(Rules(("email",)), [document])
    kept = world.ledger.why(str(world.ledger.report(batch)[0].document_id)).route
    other = again(document, kept, SenderPolicy(("digipost", "email")), world.channels, (), prices={})
    assert other is not None
    assert other.unasked


def test_letters_to_one_letterbox_are_posted_as_one(world: World) -> None:
    drawn = random_letters(random.Random(3), "A", 30)  # noqa: S311 - the same each time
    one_name = {"name": "Elin Forsberg"}
    documents = [one.model_copy(update={"recipient": one.recipient.model_copy(update=one_name)}) for one in drawn]
    planned = world.planner(Rules(("print",))).plan(documents, world.clock())
    bill = PRICES.bill(one.piece for one in planned if one.piece is not None)["print"]
    assert bill.letters < bill.documents
    apart = sum((PRICES.of(one.piece) for one in planned if one.piece is not None), Decimal(0))
    assert bill.amount < apart


def test_the_rules_say_who_shares_an_envelope_and_the_plan_costs_what_the_run_costs(world: World) -> None:
    drawn = random_letters(random.Random(3), "A", 30)  # noqa: S311 - the same each time
    bills: list[Bill] = []
    for number, kinds in enumerate((frozenset({DocumentKind.MESSAGE}), frozenset[DocumentKind]())):
        rules = Rules(("print",), of_channels={"print": ChannelRules(co_envelope=kinds)})
        one_name = {"name": "Elin Forsberg", "wishes": ()}
        documents = [
            one.model_copy(
                update={
                    "reference": f"{number}-{one.reference}",
                    "recipient": one.recipient.model_copy(update=one_name),
                }
            )
            for one in drawn
        ]
        planned = world.planner(rules).plan(documents, world.clock())
        bills.append(PRICES.bill(one.piece for one in planned if one.piece is not None)["print"])
        assert PRICES.bill(world.pieces(world.run(rules, documents)))["print"] == bills[-1]
    assert bills[0].letters < bills[0].documents == bills[1].letters
    assert (bills[0].sheets, bills[0].amount < bills[1].amount) == (bills[1].sheets, True)


def test_letters_of_two_days_share_no_envelope(world: World) -> None:
    rules = Rules(("print",), of_channels={"print": ChannelRules(co_envelope=frozenset(DocumentKind))})
    (drawn,) = random_letters(random.Random(1), "A", 1)  # noqa: S311 - the same each time
    place = {"line_1": "Malmvägen 1", "post_code": "98138", "city": "Kiruna", "country_code": "SE"}
    today, later = ({"name": "Elin", "postal_address": place, "wishes": wish} for wish in ([], [_ON_THE_25TH]))
    documents = [
        Document.model_validate({**drawn.model_dump(), "reference": name, "recipient": recipient, "delivery": {}})
        for name, recipient in (("A-1", today), ("A-2", later))
    ]
    planned = world.planner(rules).plan(documents, world.clock())
    assert PRICES.bill(one.piece for one in planned if one.piece is not None)["print"].letters == 2


_ON_THE_25TH = {"channel": "print", "date": "2026-11-03", "day": 25}


def test_what_a_better_address_would_save_is_told(world: World) -> None:
    documents = random_letters(random.Random(5), "A", 60)  # noqa: S311 - the same each time
    planned = world.planner(Rules(("email", "print"))).plan(documents, world.clock())
    mended = [(one, found) for one in planned if (found := mending(one, PRICES)) is not None]
    assert mended
    for one, (channel, saved) in mended:
        assert one.channel == "print"
        assert one.decision.reasons[channel].code in ("no address", "suppressed", "lacks data")
        assert one.piece is not None
        assert saved == PRICES.of(one.piece) - PRICES.channels[channel].document


def test_an_unlisted_recipient_is_planned_both_ways(world: World) -> None:
    drawn = random_letters(random.Random(11), "A", 60)  # noqa: S311 - the same each time
    documents = [one for one in drawn if "kivra=unmatched" in one.recipient.name]
    planned = world.planner(Rules(("kivra", "email"))).plan(documents, world.clock())
    tried = [one for one in planned if one.channel == "kivra"]
    assert tried
    for one in tried:
        assert one.decision.given["answers"]["kivra"] == Reach.UNMATCHED
        assert one.otherwise is not None
        assert one.otherwise.channel != "kivra"
