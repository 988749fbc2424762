"""A channel on stage with its simulator: what the conformance harnesses of our own channels have in common."""

import contextlib
import dataclasses
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Generic, Protocol, TypeVar

from vaxel_channels.conformance import Fault
from vaxel_channels.contract import Channel, Order
from vaxel_simulators import Fault as Scripted
from vaxel_simulators.arrivals import Arrival

S = TypeVar("S")

SCRIPTS: Mapping[Fault, Scripted] = {
    Fault.SILENCE_BEFORE_ACCEPT: Scripted.SILENCE_BEFORE_ACCEPT,
    Fault.SILENCE_AFTER_ACCEPT: Scripted.SILENCE_AFTER_ACCEPT,
    Fault.HALF_AN_ANSWER: Scripted.RESET_MID_ANSWER,
    Fault.COME_AGAIN: Scripted.TOO_MANY_REQUESTS,
    Fault.SERVER_ERROR: Scripted.SERVER_ERROR_AFTER_ACCEPT,
    Fault.MALFORMED_ANSWER: Scripted.MALFORMED_JSON,
    Fault.HTML_ANSWER: Scripted.HTML_ANSWER,
    Fault.EXPIRED_CREDENTIALS: Scripted.EXPIRED_CREDENTIALS,
}
"""What a simulator is told for each fault of the suite."""


class Obedient(Protocol):
    """A simulator as the stage directs it."""

    slow_seconds: float

    @property
    def profile(self) -> dict[str, Any]: ...
    def stop(self) -> None: ...
    def script(self, fault: Scripted, times: int = 1) -> None: ...
    def arrivals(self) -> list[Arrival]: ...


@dataclass
class Staged(Generic[S]):
    """The harness: the channel, orders for it, and a simulator that obeys."""

    simulator: Obedient
    current: S
    """The settings, which some faults change."""
    opened: Callable[[S], Channel]
    made: Callable[[bool], Order]
    """The order to an ordinary recipient, or, true, to one whom the provider refuses."""
    wrong: Mapping[str, object]
    """Settings with credentials of somebody else."""
    secrets: list[str]
    stack: contextlib.ExitStack
    retry_after: float | None = 2.0
    unsaid: tuple[str, str] | None = None
    """Where the simulator's profile says how long to wait after a 429; 0 there says nothing."""
    repeats_arrive: bool = False
    """The provider recognises no repeat: all that came reached recipients."""
    scripts: Mapping[Fault, Scripted] = field(default_factory=lambda: SCRIPTS)

    def settings(self) -> S:
        return self.current

    def channel(self) -> Channel:
        return self.stack.enter_context(contextlib.closing(self.opened(self.current)))

    def order(self, *, refused: bool = False) -> Order:
        return self.made(refused)

    def script(self, fault: Fault) -> None:
        match fault:
            case Fault.UNPLUGGED:
                self.simulator.stop()
            case Fault.WRONG_CREDENTIALS:
                self._change(self.wrong)
            case Fault.COME_AGAIN_UNSAID:
                assert self.unsaid is not None
                table, key = self.unsaid
                self.simulator.profile[table][key] = 0
                self.simulator.script(Scripted.TOO_MANY_REQUESTS)
            case Fault.SLOW:
                self._change({"timeout_seconds": 1.0})
                self.simulator.slow_seconds = 2.0
                self.simulator.script(Scripted.SLOW)
            case _:
                self.simulator.script(self.scripts[fault])

    def arrivals(self) -> Sequence[bytes]:
        return [one.body for one in self.simulator.arrivals() if one.delivered or self.repeats_arrive]

    def _change(self, settings: Mapping[str, object]) -> None:
        self.current = dataclasses.replace(self.current, **settings)  # type: ignore[type-var]  # every settings is one
