"""The suite that every channel passes, ours and other people's: each row is one promise, run over a real connection.

A test module gives a `Harness` and runs the rows that its faults make possible:

    ROWS = conformance.rows(FAULTS)

    @pytest.mark.parametrize("row", ROWS, ids=lambda row: row.__name__)
    def test_keeps_the_promise(row: conformance.Row, harness: conformance.Harness) -> None:
        row(harness)
"""

import functools
import logging
import threading
import time
import traceback
from collections.abc import Callable, Collection, Generator, Sequence
from contextlib import contextmanager
from enum import StrEnum
from typing import Protocol

from vaxel_channels.contract import Channel, Consignment, Order, Reach, Receipt, Repeat
from vaxel_engine.errors import OutcomeUnknown, Refused, Unreachable, VaxelError
from vaxel_engine.model import Recipient
from vaxel_ledger.states import Status


class Fault(StrEnum):
    """How the provider can be made to misbehave at the next hand-over."""

    SILENCE_BEFORE_ACCEPT = "silence before accept"
    SILENCE_AFTER_ACCEPT = "silence after accept"
    HALF_AN_ANSWER = "half an answer"
    COME_AGAIN = "come again later"
    COME_AGAIN_UNSAID = "come again without saying when"
    SERVER_ERROR = "server error"
    MALFORMED_ANSWER = "malformed answer"
    HTML_ANSWER = "HTML answer"
    EXPIRED_CREDENTIALS = "expired credentials"
    WRONG_CREDENTIALS = "wrong credentials"
    SLOW = "slow"
    """It takes the consignment, and answers later than the channel has patience."""
    UNPLUGGED = "unplugged"
    """No connection comes about, or the folder is gone; stays so until the test ends."""
    REFUSES_RECIPIENT = "refuses recipient"
    """`order` was asked for a recipient whom the provider refuses; for channels where it does so at once."""


class Harness(Protocol):
    """What an author of a channel provides: the channel, orders for it, and a provider that obeys."""

    def channel(self) -> Channel:
        """A new channel to the provider, closed by the harness."""
        ...

    def settings(self) -> object:
        """The settings that the channel was made of."""
        ...

    def order(self, *, refused: bool = False) -> Order:
        """The same order at each call: to an ordinary recipient, or to one whom the provider refuses."""
        ...

    def script(self, fault: Fault) -> None:
        """Let the next hand-over meet this fault."""
        ...

    def arrivals(self) -> Sequence[bytes]:
        """What reached recipients, repeats that the provider recognised left out."""
        ...

    @property
    def retry_after(self) -> float | None:
        """The seconds that the provider asks to wait at `COME_AGAIN`; None when its protocol has no such wish."""
        ...

    @property
    def secrets(self) -> Collection[str]:
        """Texts that must never show: credentials, the recipient's numbers and addresses, words of the document."""
        ...


Row = Callable[[Harness], None]
"""One promise; raises `Broken` where it is not kept."""


class Broken(AssertionError):
    """A promise that a channel did not keep."""


def rows(faults: Collection[Fault]) -> list[Row]:
    """Every promise that can be shown at a provider which can be made to misbehave in these ways."""
    return [strict(row) for row, needs in _ROWS if needs is None or needs in faults]


def declares_itself(harness: Harness) -> None:
    """Name, kinds, artifacts and the meaning of delivered are stated, and each limit says where it is documented."""
    declared = harness.channel().capabilities
    _require(bool(declared.name and declared.title and declared.delivered_means), "a part of the declaration is empty")
    _require(bool(declared.kinds and declared.artifacts), "no kind or no artifact is declared")
    _require(all(limit.source and limit.value > 0 for limit in declared.limits), "a limit lacks its source")


def hands_over_what_was_frozen(harness: Harness) -> None:
    """One consignment arrives once, byte for byte, and the receipt names the provider's reference."""
    channel = harness.channel()
    consignment = channel.prepare(harness.order())
    receipt = channel.send(consignment)
    _require(receipt.status in (Status.ACCEPTED, Status.HANDED_OVER, Status.DELIVERED), f"ended in {receipt.status}")
    _require(bool(receipt.reference), "the receipt has no reference")
    _require(list(harness.arrivals()) == [consignment.payload], "what arrived is not what was frozen")


def prepares_the_same_bytes(harness: Harness) -> None:
    """Preparing is pure: two channels make the same consignment of one order, and nothing leaves us."""
    first, second = (harness.channel().prepare(harness.order()) for _ in range(2))
    _require(first == second, "the same order gave two different consignments")
    _require(first.key == harness.order().key, "the consignment has another key than the order")
    _require(not harness.arrivals(), "preparing handed something over")


def prepares_without_the_provider(harness: Harness) -> None:
    """Preparing needs no connection."""
    harness.script(Fault.UNPLUGGED)
    harness.channel().prepare(harness.order())


def cannot_connect(harness: Harness) -> None:
    """No connection: it never left us, and may be tried again."""
    harness.script(Fault.UNPLUGGED)
    _require_error(harness, Unreachable)
    _require(not harness.arrivals(), "something arrived without a connection")


def looks_up_without_raising(harness: Harness) -> None:
    """A register that does not answer is no answer: nobody becomes a miss, and nothing is raised."""
    harness.script(Fault.UNPLUGGED)
    recipients = [harness.order().document.recipient, Recipient(name="Ingen Adress")]
    reached = harness.channel().look_up(recipients)
    _require(len(reached) == 2, "the look-up did not answer for each recipient")
    _require(reached[0] in (Reach.UNKNOWN, Reach.HIT), f"without the register the recipient was {reached[0]}")
    _require(reached[1] is Reach.NO_ADDRESS, f"a recipient without an address was {reached[1]}")


def looks_up_in_order(harness: Harness) -> None:
    """Each recipient is answered in the place where they were asked, however often they come."""
    known, nobody = harness.order().document.recipient, Recipient(name="Ingen Adress")
    reached = list(harness.channel().look_up([nobody, known, nobody, known]))
    _require(reached == [Reach.NO_ADDRESS, Reach.HIT, Reach.NO_ADDRESS, Reach.HIT], f"answered {reached}")
    _require(list(harness.channel().look_up([])) == [], "nobody asked, somebody answered")


def silence_before_accept(harness: Harness) -> None:
    """Silence after the request left us is an unknown outcome, although nothing was taken: nobody can tell."""
    harness.script(Fault.SILENCE_BEFORE_ACCEPT)
    _require_error(harness, OutcomeUnknown)


def silence_after_accept(harness: Harness) -> None:
    """Silence after the request left us is an unknown outcome: it had arrived."""
    harness.script(Fault.SILENCE_AFTER_ACCEPT)
    _require_error(harness, OutcomeUnknown)
    _require(len(harness.arrivals()) == 1, "it did not arrive exactly once")


def half_an_answer(harness: Harness) -> None:
    """Half an answer is no answer."""
    harness.script(Fault.HALF_AN_ANSWER)
    _require_error(harness, OutcomeUnknown)


def comes_again_later(harness: Harness) -> None:
    """A provider that is busy took nothing; its wish for a pause is passed on, and the next try succeeds."""
    harness.script(Fault.COME_AGAIN)
    error = _require_error(harness, Unreachable)
    wished = error.retry_after if isinstance(error, Unreachable) else None
    _require(wished == harness.retry_after, f"the provider asked for {harness.retry_after} s, the error says {wished}")
    _require(not harness.arrivals(), "a busy provider took it")
    _send(harness.channel(), harness.order())


def comes_again_without_a_wish(harness: Harness) -> None:
    """A busy provider that does not say when took nothing either, and no pause is made up for it."""
    harness.script(Fault.COME_AGAIN_UNSAID)
    error = _require_error(harness, Unreachable)
    wished = error.retry_after if isinstance(error, Unreachable) else None
    _require(wished is None, f"the provider did not say when, the error says {wished}")
    _require(not harness.arrivals(), "a busy provider took it")
    _send(harness.channel(), harness.order())


def slow_answer(harness: Harness) -> None:
    """Who runs out of patience does not know the outcome: it had arrived, and once."""
    harness.script(Fault.SLOW)
    _require_error(harness, OutcomeUnknown)
    patience = time.monotonic() + 5.0
    while not harness.arrivals() and time.monotonic() < patience:
        time.sleep(0.02)  # the provider works on while nobody listens
    _require(len(harness.arrivals()) == 1, "it did not arrive exactly once")


def server_error(harness: Harness) -> None:
    """A failing server is not a refusal, and is called unreachable only where a repeat arrives once."""
    harness.script(Fault.SERVER_ERROR)
    channel = harness.channel()
    consignment = channel.prepare(harness.order())
    try:
        channel.send(consignment)
    except Unreachable:
        channel.send(consignment)
        _require(len(harness.arrivals()) == 1, "the repeat that was invited arrived twice")
    except OutcomeUnknown:
        _require(channel.capabilities.repeat is not Repeat.DEDUPLICATES, "a repeat is harmless, yet none was invited")
    else:
        raise Broken("a server error passed for success")


def malformed_answer(harness: Harness) -> None:
    """An answer that cannot be read is never a refusal: it had arrived."""
    harness.script(Fault.MALFORMED_ANSWER)
    outcome = _outcome(harness.channel(), harness.order())
    _require(isinstance(outcome, Receipt | OutcomeUnknown), f"ended as {type(outcome).__name__}")


def html_answer(harness: Harness) -> None:
    """A gateway's web page is never a refusal and never a success."""
    harness.script(Fault.HTML_ANSWER)
    outcome = _outcome(harness.channel(), harness.order())
    _require(isinstance(outcome, Unreachable | OutcomeUnknown), f"ended as {type(outcome).__name__}")


def renews_expired_credentials(harness: Harness) -> None:
    """Credentials that ran out are renewed, and the consignment arrives once without anybody noticing."""
    channel = harness.channel()
    harness.script(Fault.EXPIRED_CREDENTIALS)
    _send(channel, harness.order())
    _require(len(harness.arrivals()) == 1, "it did not arrive exactly once")


def wrong_credentials_refuse_nobody(harness: Harness) -> None:
    """Who is not let in waits: no document is refused, so none goes by a dearer way."""
    harness.script(Fault.WRONG_CREDENTIALS)
    _require_error(harness, Unreachable)


def repeats_arrive_once(harness: Harness) -> None:
    """The same consignment twice arrives once where that is declared, and is not declared where it arrives twice."""
    channel = harness.channel()
    consignment = channel.prepare(harness.order())
    for _ in range(2):
        channel.send(consignment)
    declared = channel.capabilities.repeat is Repeat.DEDUPLICATES
    _require(declared == (len(harness.arrivals()) == 1), f"declared: {declared}, arrived: {len(harness.arrivals())}")


def refused_is_final(harness: Harness) -> None:
    """What the provider refused is refused again, and never arrives."""
    channel = harness.channel()
    consignment = channel.prepare(harness.order(refused=True))
    for _ in range(2):
        try:
            channel.send(consignment)
        except Refused:
            continue
        raise Broken("what must be refused was taken")
    _require(not harness.arrivals(), "what was refused arrived")


def closes_twice(harness: Harness) -> None:
    """Closing is harmless, before the first hand-over and twice after it."""
    harness.channel().close()
    channel = harness.channel()
    _send(channel, harness.order())
    channel.close()
    channel.close()


def tells_no_secrets(harness: Harness) -> None:
    """Nothing personal and no credential shows in settings, consignments, receipts or logs of a good hand-over."""
    with _everything_logged() as written:
        channel = harness.channel()
        consignment = channel.prepare(harness.order())
        receipt = channel.send(consignment)
    _require_silence(
        harness, [repr(harness.settings()), *_shown(consignment), *_shown(receipt), repr(channel), *written]
    )


def _tells_no_secrets_after(fault: Fault) -> Row:
    def row(harness: Harness) -> None:
        """Nothing personal and no credential shows in the error, its causes or the logs of a bad hand-over."""
        refused = fault is Fault.REFUSES_RECIPIENT
        with _everything_logged() as written:
            if not refused:
                harness.script(fault)
            outcome = _outcome(harness.channel(), harness.order(refused=refused))
        told = traceback.format_exception(outcome) if isinstance(outcome, VaxelError) else [repr(outcome)]
        _require_silence(harness, [*told, *_shown(outcome), *written])

    row.__name__ = f"tells_no_secrets_after_{fault.replace(' ', '_')}"
    return row


_ROWS: list[tuple[Row, Fault | None]] = [
    (declares_itself, None),
    (hands_over_what_was_frozen, None),
    (prepares_the_same_bytes, None),
    (looks_up_in_order, None),
    (repeats_arrive_once, None),
    (closes_twice, None),
    (tells_no_secrets, None),
    (prepares_without_the_provider, Fault.UNPLUGGED),
    (cannot_connect, Fault.UNPLUGGED),
    (looks_up_without_raising, Fault.UNPLUGGED),
    (silence_before_accept, Fault.SILENCE_BEFORE_ACCEPT),
    (silence_after_accept, Fault.SILENCE_AFTER_ACCEPT),
    (half_an_answer, Fault.HALF_AN_ANSWER),
    (comes_again_later, Fault.COME_AGAIN),
    (comes_again_without_a_wish, Fault.COME_AGAIN_UNSAID),
    (slow_answer, Fault.SLOW),
    (server_error, Fault.SERVER_ERROR),
    (malformed_answer, Fault.MALFORMED_ANSWER),
    (html_answer, Fault.HTML_ANSWER),
    (renews_expired_credentials, Fault.EXPIRED_CREDENTIALS),
    (wrong_credentials_refuse_nobody, Fault.WRONG_CREDENTIALS),
    (refused_is_final, Fault.REFUSES_RECIPIENT),
    *((_tells_no_secrets_after(fault), fault) for fault in Fault),
]


def strict(row: Row) -> Row:
    """The same row, for which a deliberate error where none was expected is a broken promise too."""

    @functools.wraps(row)
    def kept(harness: Harness) -> None:
        try:
            row(harness)
        except VaxelError as error:
            raise Broken(f"raised {type(error).__name__} where it must not") from error

    return kept


def _require(kept: bool, sentence: str) -> None:
    if not kept:
        raise Broken(sentence)


def _send(channel: Channel, order: Order) -> Consignment:
    consignment = channel.prepare(order)
    channel.send(consignment)
    return consignment


def _outcome(channel: Channel, order: Order) -> Receipt | VaxelError:
    consignment = channel.prepare(order)
    try:
        return channel.send(consignment)
    except (Refused, Unreachable, OutcomeUnknown) as error:
        return error


def _require_error(harness: Harness, expected: type[VaxelError]) -> VaxelError:
    outcome = _outcome(harness.channel(), harness.order())
    if not isinstance(outcome, expected):
        raise Broken(f"ended as {type(outcome).__name__} and not as {expected.__name__}")
    return outcome


def _shown(value: object) -> list[str]:
    return [str(value), repr(value)]


def _require_silence(harness: Harness, told: Sequence[str]) -> None:
    for number, secret in enumerate(harness.secrets):
        _require(not any(secret in text for text in told), f"secret {number} of the harness shows")


@contextmanager
def _everything_logged() -> Generator[list[str], None, None]:
    """Collect what this thread logs, in any library and at any level; a stand-in in the process has its own threads."""
    written: list[str] = []
    here = threading.get_ident()

    class Collector(logging.Handler):
        def emit(self, record: logging.LogRecord) -> None:
            if record.thread == here:
                written.append(logging.Formatter().format(record))

    root, collector = logging.getLogger(), Collector()
    level = root.level
    root.addHandler(collector)
    root.setLevel(logging.DEBUG)
    try:
        yield written
    finally:
        root.setLevel(level)
        root.removeHandler(collector)
