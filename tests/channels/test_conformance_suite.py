"""The conformance suite finds the channel that breaks a promise, and leaves the one alone that keeps them."""

import dataclasses
import itertools
import logging
from collections.abc import Callable, Sequence

import pytest

from vaxel_channels import conformance
from vaxel_channels.conformance import Broken, Fault
from vaxel_channels.contract import Capabilities, Channel, Consignment, Limit, Order, Reach, Receipt, Repeat
from vaxel_engine.artifact import ArtifactKind
from vaxel_engine.errors import OutcomeUnknown, Refused, Unreachable
from vaxel_engine.model import DocumentKind, Recipient
from vaxel_ledger.states import Status

EVERY_FAULT = frozenset(Fault)


class Loft:
    """A provider of pigeons, in memory: each carries what it is given, unless it was told otherwise."""

    def __init__(self) -> None:
        self.arrived: list[bytes] = []
        self.next: Fault | None = None


class Pigeon:
    """A channel that keeps every promise; its subclasses each break one."""

    def __init__(self, loft: Loft) -> None:
        self.loft = loft

    @property
    def capabilities(self) -> Capabilities:
        return Capabilities(
            name="pigeon",
            title="Pigeon post",
            kinds=frozenset(DocumentKind),
            artifacts=(ArtifactKind.SMS,),
            repeat=Repeat.DEDUPLICATES,
            delivered_means="the pigeon came back",
            limits=(Limit("grams", 20, "pigeon fancier's handbook"),),
        )

    def look_up(self, recipients: Sequence[Recipient]) -> Sequence[Reach]:
        reach = Reach.UNKNOWN if self.loft.next is Fault.UNPLUGGED else Reach.HIT
        return [Reach.NO_ADDRESS if one.mobile is None else reach for one in recipients]

    def prepare(self, order: Order) -> Consignment:
        body = order.artifacts[ArtifactKind.SMS].body
        return Consignment(order.key, "pigeon", order.document.recipient.mobile or "", body)

    def send(self, consignment: Consignment) -> Receipt:
        fault, loft = self.loft.next, self.loft
        if fault not in (Fault.UNPLUGGED, Fault.WRONG_CREDENTIALS):
            loft.next = None
        taken = fault in (
            None,
            Fault.SILENCE_AFTER_ACCEPT,
            Fault.MALFORMED_ANSWER,
            Fault.EXPIRED_CREDENTIALS,
            Fault.SLOW,
        )
        if consignment.address.endswith("693"):
            raise Refused(f"The loft refused {consignment.key[:12]}.")
        if taken and consignment.payload not in loft.arrived:
            loft.arrived.append(consignment.payload)
        match fault:
            case Fault.UNPLUGGED | Fault.WRONG_CREDENTIALS | Fault.SERVER_ERROR | Fault.HTML_ANSWER:
                raise Unreachable("The loft is closed.")
            case Fault.COME_AGAIN_UNSAID:
                raise Unreachable("The loft is busy.")
            case Fault.SLOW:
                raise OutcomeUnknown("The pigeon is late.")
            case Fault.COME_AGAIN:
                raise Unreachable("The loft asks to come again.", retry_after=7)
            case (
                Fault.SILENCE_BEFORE_ACCEPT | Fault.SILENCE_AFTER_ACCEPT | Fault.HALF_AN_ANSWER | Fault.MALFORMED_ANSWER
            ):
                raise OutcomeUnknown("The pigeon did not come back.")
            case _:
                return Receipt(Status.DELIVERED, consignment.key)

    def close(self) -> None:
        """Nothing is held."""


class Unpredictable(Pigeon):
    numbers = itertools.count()

    def prepare(self, order: Order) -> Consignment:
        return dataclasses.replace(super().prepare(order), payload=str(next(self.numbers)).encode())


class Eager(Pigeon):
    """Hands over while preparing."""

    def prepare(self, order: Order) -> Consignment:
        consignment = super().prepare(order)
        self.loft.arrived.append(consignment.payload)
        return consignment


class Pessimist(Pigeon):
    """Takes every error for a refusal."""

    def send(self, consignment: Consignment) -> Receipt:
        try:
            return super().send(consignment)
        except (Unreachable, OutcomeUnknown):
            raise Refused("The loft said something.") from None


class Optimist(Pigeon):
    """Takes every silence for success."""

    def send(self, consignment: Consignment) -> Receipt:
        try:
            return super().send(consignment)
        except OutcomeUnknown:
            return Receipt(Status.DELIVERED, consignment.key)


class Impatient(Pigeon):
    """Hands over again by itself after silence."""

    def send(self, consignment: Consignment) -> Receipt:
        try:
            return super().send(consignment)
        except OutcomeUnknown:
            return super().send(consignment)


class Boaster(Pigeon):
    """Claims to recognise repeats and carries them all."""

    def send(self, consignment: Consignment) -> Receipt:
        self.loft.arrived.append(consignment.payload)
        return Receipt(Status.DELIVERED, consignment.key)


class Deaf(Pigeon):
    """Loses the wish for a pause."""

    def send(self, consignment: Consignment) -> Receipt:
        try:
            return super().send(consignment)
        except Unreachable:
            raise Unreachable("The loft is closed.") from None


class Inventor(Pigeon):
    """Makes up a pause that nobody asked for."""

    def send(self, consignment: Consignment) -> Receipt:
        try:
            return super().send(consignment)
        except Unreachable:
            raise Unreachable("The loft is closed.", retry_after=7) from None


class Chatterer(Pigeon):
    """Names the recipient in its errors."""

    def send(self, consignment: Consignment) -> Receipt:
        try:
            return super().send(consignment)
        except Unreachable:
            raise Unreachable(f"No pigeon for {consignment.address}.") from None


class Gossip(Pigeon):
    """Names the recipient in the log."""

    def send(self, consignment: Consignment) -> Receipt:
        logging.getLogger("pigeon").debug("to %s", consignment.address)
        return super().send(consignment)


class Leaky(Pigeon):
    """Hides the recipient in the cause of an error."""

    def send(self, consignment: Consignment) -> Receipt:
        try:
            return super().send(consignment)
        except Unreachable as error:
            raise Unreachable("No pigeon.") from ValueError(consignment.address, error)


class Hasty(Pigeon):
    """Takes a register that does not answer for a miss."""

    def look_up(self, recipients: Sequence[Recipient]) -> Sequence[Reach]:
        found = super().look_up(recipients)
        return [Reach.CONFIRMED_MISS if one is Reach.UNKNOWN else one for one in found]


class Fragile(Pigeon):
    """Raises when the register does not answer."""

    def look_up(self, recipients: Sequence[Recipient]) -> Sequence[Reach]:
        if self.loft.next is Fault.UNPLUGGED:
            raise Unreachable("The loft is closed.")
        return super().look_up(recipients)


class Softy(Pigeon):
    """Refuses once and then gives in."""

    refused = False

    def send(self, consignment: Consignment) -> Receipt:
        try:
            return super().send(consignment)
        except Refused:
            if self.refused:
                return Receipt(Status.DELIVERED, consignment.key)
            self.refused = True
            raise


class LoftHarness:
    """Pigeons of one breed."""

    retry_after = 7.0

    def __init__(self, breed: type[Pigeon], make_order: Callable[..., Order], private_words: list[str]) -> None:
        self.breed, self.loft, self.make_order, self.secrets = breed, Loft(), make_order, private_words

    def settings(self) -> object:
        return "no settings"

    def channel(self) -> Channel:
        return self.breed(self.loft)

    def order(self, *, refused: bool = False) -> Order:
        return self.make_order(recipient={"mobile": f"+46701740{'693' if refused else '605'}"})

    def script(self, fault: Fault) -> None:
        self.loft.next = fault

    def arrivals(self) -> Sequence[bytes]:
        return list(self.loft.arrived)


@pytest.fixture
def make_harness(make_order: Callable[..., Order], private_words: list[str]) -> Callable[[type[Pigeon]], LoftHarness]:
    return lambda breed: LoftHarness(breed, make_order, private_words)


def broken_rows(breed: type[Pigeon], make_harness: Callable[[type[Pigeon]], LoftHarness]) -> set[str]:
    found: set[str] = set()
    for row in conformance.rows(EVERY_FAULT):
        try:
            row(make_harness(breed))
        except Broken:
            found.add(row.__name__)
    return found


def test_a_good_channel_keeps_every_promise(make_harness: Callable[[type[Pigeon]], LoftHarness]) -> None:
    assert broken_rows(Pigeon, make_harness) == set()


@pytest.mark.parametrize(
    ("breed", "row"),
    [
        (Unpredictable, "prepares_the_same_bytes"),
        (Eager, "prepares_the_same_bytes"),
        (Pessimist, "silence_after_accept"),
        (Pessimist, "cannot_connect"),
        (Pessimist, "malformed_answer"),
        (Pessimist, "html_answer"),
        (Pessimist, "wrong_credentials_refuse_nobody"),
        (Optimist, "silence_before_accept"),
        (Optimist, "half_an_answer"),
        (Impatient, "silence_before_accept"),
        (Boaster, "repeats_arrive_once"),
        (Boaster, "cannot_connect"),
        (Boaster, "refused_is_final"),
        (Deaf, "comes_again_later"),
        (Inventor, "comes_again_without_a_wish"),
        (Pessimist, "comes_again_without_a_wish"),
        (Pessimist, "slow_answer"),
        (Optimist, "slow_answer"),
        (Chatterer, "tells_no_secrets_after_unplugged"),
        (Leaky, "tells_no_secrets_after_unplugged"),
        (Gossip, "tells_no_secrets"),
        (Hasty, "looks_up_without_raising"),
        (Fragile, "looks_up_without_raising"),
        (Softy, "refused_is_final"),
    ],
)
def test_a_broken_promise_is_found(
    breed: type[Pigeon], row: str, make_harness: Callable[[type[Pigeon]], LoftHarness]
) -> None:
    assert row in broken_rows(breed, make_harness)


def test_only_the_promises_that_can_be_shown_are_asked_for() -> None:
    plain, all_rows = conformance.rows(set()), conformance.rows(EVERY_FAULT)
    assert {row.__name__ for row in plain} < {row.__name__ for row in all_rows}
