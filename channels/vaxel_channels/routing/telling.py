"""Why a document went the way it did, told in one of five languages: one sentence, and a tree of every channel."""

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from vaxel_channels.routing.deciding import explain
from vaxel_channels.routing.words import Spoken, sentence, word
from vaxel_ledger import Why
from vaxel_ledger.switch_tables import FollowUpState


@dataclass(frozen=True, slots=True)
class Branch:
    """One channel of the tree."""

    channel: str
    favours: bool
    sentence: str


@dataclass(frozen=True, slots=True)
class Told:
    """The same for the command, the report and the service."""

    document: str
    status: str
    sentence: str
    tried: tuple[Branch, ...]
    """In the order in which they are tried; those that failed are told so."""
    against: tuple[Branch, ...]
    decided: str
    """When, and by which version of the rules; empty where no rules file was in force."""

    def as_json(self) -> dict[str, Any]:
        """With plain values."""
        return {
            "status": self.status,
            "sentence": self.sentence,
            "tried": [{"channel": one.channel, "for": one.favours, "sentence": one.sentence} for one in self.tried],
            "against": [{"channel": one.channel, "sentence": one.sentence} for one in self.against],
            "decided": self.decided,
        }


def tell(why: Why, language: Spoken = "en") -> Told:
    """Say in a language what the ledger keeps; a provider's own words stay as the provider wrote them."""
    route = why.route
    branches = {name: Branch(name, one.favours, sentence(one, language)) for name, one in route.reasons.items()}
    tried = tuple(branches[name] for name in route.order if name in branches)
    version = route.given.get("version")
    return Told(
        document=why.document,
        status=word("status", why.status.value, language),
        sentence=_sentence(why, language),
        tried=tried,
        against=tuple(one for name, one in branches.items() if name not in route.order),
        decided=word("tree", "decided", language, at=str(route.given["at"])[:10], version=str(version))
        if version
        else "",
    )


def _sentence(why: Why, language: Spoken) -> str:
    """The document's sentence: the kept one in English; else the decision's, and what else was kept behind it."""
    if language == "en":
        return why.sentence
    route = why.route
    if not route.reasons:
        return word("tree", "undecided", language)
    english, here = explain(route, why.chan_ix), explain(route, why.chan_ix, language)
    if route.hold is not None and why.sentence.startswith(route.hold.sentence):
        return f"{sentence(route.hold, language)}; {here}"
    if english in why.sentence or route.sentence == why.sentence:
        return here
    return f"{here}; {why.sentence}"


def route_title(why: Why, channel: str) -> str:
    """What people call a channel of the order."""
    reason = why.route.reasons.get(channel)
    return reason.values.get("title", channel) if reason is not None else channel


def tree(why: Why, language: Spoken = "en") -> Iterator[str]:
    """The lines of the tree, for a terminal or a log."""
    told = tell(why, language)
    if told.tried:
        yield word("tree", "order", language)
        for number, one in enumerate(told.tried, 1):
            yield f"  {number}. {'+' if one.favours else '-'} {one.channel}: {one.sentence}"
    if told.against:
        yield word("tree", "against", language)
        yield from (f"     - {one.channel}: {one.sentence}" for one in told.against)
    if why.hand_overs:
        yield word("tree", "hand_overs", language)
        for hand_over in why.hand_overs:
            said = f": {hand_over.reason}" if hand_over.reason else ""
            state = word("state", hand_over.state.value, language)
            yield f"     {hand_over.at:%Y-%m-%d %H:%M} UTC  {hand_over.channel}, {state}{said}"
    if why.leg is not None:
        amount = f"{why.leg.amount} {why.leg.currency}"
        yield word("tree", "drawn", language, amount=amount, date=why.leg.draw_date.isoformat())
    if why.opening is not None and why.opening.state is FollowUpState.WATCHING:
        last = (why.opening.open_by - dt.timedelta(seconds=1)).date()
        then = why.route.order[why.opening.next_ix]
        title = route_title(why, then)
        yield word("tree", "opening", language, date=last.isoformat(), title=title)
    if told.decided:
        yield told.decided
