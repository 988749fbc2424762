"""What both SMS gateways refuse by one mechanism: countries, premium numbers, and more than a day's cap."""

import datetime as dt
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from vaxel_channels.contract import Capped, Order, Reach
from vaxel_channels.elks import Elks, ElksSettings
from vaxel_channels.link_mobility import LinkMobility, LinkMobilitySettings
from vaxel_channels.texting import NORDIC, Gatekeeper
from vaxel_engine.artifact import ArtifactKind
from vaxel_engine.errors import Misconfigured, Refused, Unreachable
from vaxel_engine.model import Recipient
from vaxel_ledger import Ledger
from vaxel_simulators import ElksSimulator, LinkMobilitySimulator

Gateway = tuple[Callable[[int], Elks | LinkMobility], ElksSimulator | LinkMobilitySimulator]
"""Makes a channel with a daily cap, and its provider."""


@pytest.fixture(params=["46elks", "link_mobility"])
def gateway(request: pytest.FixtureRequest) -> Iterator[Gateway]:
    opened: list[Elks | LinkMobility] = []
    with ElksSimulator() as elks, LinkMobilitySimulator() as link:

        def to_elks(daily_cap: int) -> Elks | LinkMobility:
            table = ElksSettings("Nordljus", elks.username, elks.password, base_url=elks.url, daily_cap=daily_cap)
            opened.append(Elks(table))
            return opened[-1]

        def to_link(daily_cap: int) -> Elks | LinkMobility:
            who = (link.username, link.platform_id, link.platform_partner_id, link.password)
            opened.append(LinkMobility(LinkMobilitySettings("Nordljus", link.url, *who, daily_cap=daily_cap)))
            return opened[-1]

        yield (to_elks, elks) if request.param == "46elks" else (to_link, link)
        for channel in opened:
            channel.close()


class Clock:
    """Half past ten in the evening, until it is moved."""

    now = dt.datetime(2026, 11, 20, 22, 30, tzinfo=dt.UTC)

    def __call__(self) -> dt.datetime:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def ledger(tmp_path: Path, clock: Clock) -> Iterator[Ledger]:
    with Ledger.open(f"sqlite:///{tmp_path / 'l' / 'ledger.sqlite'}", clock=clock) as opened:
        yield opened


@pytest.mark.parametrize(
    ("number", "words"),
    [
        ("+46900123456", "premium or service number"),
        ("+46939123456", "premium or service number"),
        ("+46771234567", "premium or service number"),
        ("+4782012345", "premium or service number"),
        ("+4590123456", "premium or service number"),
        ("+35860012345", "premium or service number"),
        ("+15551234567", "outside `allowed_prefixes`"),
        ("+88213200000", "outside `allowed_prefixes`"),
    ],
)
def test_no_text_goes_where_it_could_cost_more(
    number: str, words: str, gateway: Gateway, make_order: Callable[..., Order]
) -> None:
    channel = gateway[0](0)
    assert channel.look_up([Recipient(name="A", mobile=number)]) == [Reach.CONFIRMED_MISS]
    with pytest.raises(Refused, match=f"NL-26110001: its number is .*{words}"):
        channel.prepare(make_order(recipient={"mobile": number}))


@pytest.mark.parametrize("number", ["+46701740605", "+4799012345", "+4520123456", "+358401234567", "+3546123456"])
def test_telephones_of_every_nordic_country_are_reached(number: str) -> None:
    gate = Gatekeeper(prefixes=NORDIC, max_parts=6, daily_cap=0)
    assert gate.reach(Recipient(name="A", mobile=number)) is Reach.HIT


def test_the_cap_holds_over_a_restart_and_ends_with_the_day(
    gateway: Gateway, ledger: Ledger, clock: Clock, make_order: Callable[..., Order]
) -> None:
    make, simulator = gateway
    first, second = make(3), make(3)
    for channel in (first, second):
        assert isinstance(channel, Capped)
        channel.use_allowance(ledger.allowance("main", "sms"))
    consignment = first.prepare(make_order())
    for _ in range(2):
        first.send(consignment)
    second.send(consignment)
    with pytest.raises(Unreachable, match="`daily_cap` of 3 parts is reached") as caught:
        second.send(consignment)
    assert caught.value.retry_after == 5_400  # until midnight
    assert len(simulator.arrivals()) == 3
    clock.now += dt.timedelta(hours=2)
    second.send(consignment)
    assert len(simulator.arrivals()) == 4


def test_the_cap_counts_parts(gateway: Gateway, ledger: Ledger, make_order: Callable[..., Order]) -> None:
    make, simulator = gateway
    channel = make(5)
    channel.use_allowance(ledger.allowance("main", "sms"))
    long = channel.prepare(make_order(bodies={ArtifactKind.SMS: b"a" * 400}))
    channel.send(long)
    with pytest.raises(Unreachable, match="daily_cap"):
        channel.send(long)
    channel.send(channel.prepare(make_order()))
    assert len(simulator.arrivals()) == 2


def test_a_burst_from_four_threads_stops_at_the_cap(ledger: Ledger) -> None:
    allowance = ledger.allowance("main", "sms")
    passed: list[int] = []

    def burst() -> None:
        passed.append(sum(allowance.take(1, limit=100) == 0 for _ in range(50)))

    threads = [threading.Thread(target=burst) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sum(passed) == 100


def test_a_cap_that_nobody_counts_lets_nothing_go(gateway: Gateway, make_order: Callable[..., Order]) -> None:
    channel = gateway[0](3)
    consignment = channel.prepare(make_order())
    with pytest.raises(Misconfigured, match="no ledger counts"):
        channel.send(consignment)
