"""What of a set of rules contradicts itself or can never be met, each with the key that says it."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType

from vaxel_channels.routing.rules import NEVER_INVITED, Invite, Rules
from vaxel_engine.model import DocumentKind

Place = tuple[str | int, ...]


@dataclass(frozen=True, slots=True)
class Contradiction:
    """One of them: the place in the file, what is wrong and how to mend it."""

    place: Place
    what: str


SILENT: Mapping[str, str] = MappingProxyType(
    {
        "kivra": "Kivra documents no event of it",
        "email": "a mail tells of it only by tracking, which is not lawful without consent and not reliable",
        "print": "paper does not tell",
        "bank": "nothing is handed over",
    }
)
"""Our channels that do not tell whether a document was opened, and why."""


DIGITAL = frozenset({"kivra", "digipost", "my_pages", "email", "sms", "bank"})
"""Our channels without paper."""
CANNOT_INVITE = frozenset({"kivra", "my_pages", "email", "sms", "print", "bank"})
"""Our channels that invite nobody who is not there."""


def contradictions(rules: Rules, needs: Mapping[str, Sequence[str]]) -> list[Contradiction]:
    """Every contradiction, in the order of the file's tables; `needs` is what each channel's table asks for."""
    return [*_of_lists(rules), *_of_channels(rules, needs), *_of_kinds(rules), *_of_opening(rules)]


def _of_opening(rules: Rules) -> Iterator[Contradiction]:
    """What follows an unopened document can follow."""
    for kind, told in rules.kinds.items():
        if told.unopened is None:
            continue
        place: Place = ("kind", kind.value, "unopened")
        order = [name for name in told.channels or rules.channels if told.lawful is None or name in told.lawful]
        then = told.unopened.then
        telling = [name for name in order if name not in SILENT]
        if not told.fallback:
            yield Contradiction(
                place, f"`fallback = false` lets {kind.value} go one way only, so that nothing can follow; drop one"
            )
        elif not telling:
            why = "; ".join(f"{name}: {SILENT[name]}" for name in order)
            yield Contradiction(place, f"no channel of {kind.value} tells whether it was opened ({why}); take it out")
        elif then is not None and then not in order:
            yield Contradiction(place, f"{then} may not carry {kind.value} by these rules; choose one of its channels")
        elif all(name == then for name in telling) or not (set(order) - {telling[0]}):
            yield Contradiction(place, f"nothing is left to follow {telling[0]}; list another channel for {kind.value}")


def _of_lists(rules: Rules) -> Iterator[Contradiction]:
    lists: list[tuple[Place, tuple[str, ...]]] = [(("channels",), rules.channels)]
    lists += [(("kind", kind.value, "channels"), told.channels or ()) for kind, told in rules.kinds.items()]
    for place, names in lists:
        if twice := next((name for ix, name in enumerate(names) if name in names[:ix]), None):
            yield Contradiction(place, f"{twice} stands in it twice; each channel has one place in an order")
        if stranger := next((name for name in names if name not in rules.channels), None):
            yield Contradiction(
                place, f"{stranger} is not among `channels`, the sender's opt-in; add it there, or take it out here"
            )


def _of_channels(rules: Rules, needs: Mapping[str, Sequence[str]]) -> Iterator[Contradiction]:
    for name, told in rules.of_channels.items():
        if name not in rules.channels:
            yield Contradiction(("channel", name), f"{name} is not among `channels`, so that this is never looked at")
        if "agreement" in needs.get(name, ()) and told.agreement is None:
            yield Contradiction(
                ("channel", name, "needs"),
                f"{name} needs an agreement and none is named; sign it, and name it with `agreement`",
            )
        if told.co_envelope is not None and name in DIGITAL:
            yield Contradiction(("channel", name, "co_envelope"), f"{name} uses no envelopes; say it of print")
        if told.invite is not None:
            yield from _of_invitation(rules, name, told.invite)
        listed = frozenset(kind for kind, of_kind in rules.kinds.items() if name in (of_kind.channels or ()))
        if told.kinds is not None and (against := listed - told.kinds):
            kind = min(against).value
            yield Contradiction(
                ("kind", kind, "channels"),
                f"{name} is listed for {kind}, and [channel.{name}] `kinds` leaves {kind} out; make them agree",
            )


def _of_invitation(rules: Rules, name: str, invite: Invite) -> Iterator[Contradiction]:
    place: Place = ("channel", name, "invite")
    if name in CANNOT_INVITE:
        yield Contradiction(place, f"{name} documents no invitation to register; Digipost does")
    if never := invite.kinds & NEVER_INVITED:
        kind = min(never).value
        yield Contradiction(place, f"a {kind} must reach its recipient now: an invitation is no delivery; leave it out")
    if alone := next((kind for kind in invite.kinds if not rules.kind(kind).fallback and kind in rules.kinds), None):
        yield Contradiction(place, f"{alone.value} goes one way only: nothing follows an invitation; leave it out")


def _of_kinds(rules: Rules) -> Iterator[Contradiction]:
    for kind in DocumentKind:
        told = rules.kind(kind)
        listed = [
            name
            for name in told.channels or rules.channels
            if (one := rules.channel(name)).kinds is None or kind in one.kinds
        ]
        if not listed and kind in rules.kinds:
            yield Contradiction(("kind", kind.value), f"no channel is left for {kind.value}; every one is ruled out")
            continue
        if told.lawful is not None and not told.lawful & set(listed):
            yield Contradiction(
                ("kind", kind.value, "lawful"),
                f"none of {', '.join(sorted(told.lawful))} is used for {kind.value}, so that none could ever go out",
            )
