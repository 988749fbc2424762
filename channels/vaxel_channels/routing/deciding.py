"""Which channel carries a document, and why: a pure decision with a reason for or against every channel."""

import datetime as dt
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from vaxel_channels.contract import Capabilities, Reach
from vaxel_channels.routing.calendar import bank_days_after
from vaxel_channels.routing.rules import Identity, Occasion, Rules
from vaxel_channels.routing.words import Spoken, reason, say, sentence
from vaxel_engine.artifact import ArtifactKind
from vaxel_engine.model import DocumentKind, Wish
from vaxel_ledger.decision import Decision, Reason

INVITED = "invited"
"""The code of a reason for a channel that does not have the recipient, and invites them."""
_NAME = re.compile(r"[a-z0-9][a-z0-9_-]{0,39}")
_LAST = {"en": "or", "sv": "eller", "nb": "eller", "da": "eller", "fi": "tai"}


@dataclass(frozen=True, slots=True)
class SenderPolicy:
    """What a sender allows: channels, the preferred first, whether an unlisted recipient may be tried, and rules."""

    channels: tuple[str, ...]
    try_unmatched: bool = True
    rules: Rules | None = None
    """What the sender's rules file says; without one the channels, in their order, are all there is."""

    @property
    def in_force(self) -> Rules:
        """The rules, also where no file says any."""
        return self.rules or Rules(self.channels, try_unmatched=self.try_unmatched)

    @classmethod
    def of(cls, rules: Rules) -> "SenderPolicy":
        """What a rules file allows."""
        return cls(rules.channels, rules.try_unmatched, rules)


def winning_wish(wishes: Sequence[Wish], today: dt.date | None = None) -> Wish | None:
    """The wish that counts: the newest dated one, of the same day the later in the list; else the first tag.

    One that is dated after `today` does not count yet.
    """
    dated = [(wish.date, ix, wish) for ix, wish in enumerate(wishes) if wish.date is not None]
    if today is not None:
        dated = [one for one in dated if one[0] <= today]
    if dated:
        return max(dated, key=lambda one: one[:2])[2]
    return next((wish for wish in wishes if wish.date is None), None)


def invited_until(decision: Decision, channel: str, rules: Rules) -> dt.datetime | None:
    """The moment before which the recipient may register there; None where the decision invites nobody."""
    found = decision.reasons.get(channel)
    if found is None or found.code != INVITED:
        return None
    after = dt.date.fromisoformat(found.values["date"]) + dt.timedelta(days=1)
    return dt.datetime.combine(after, dt.time(), rules.time_zone)


def is_paper(capabilities: Capabilities) -> bool:
    """Whether the recipient gets paper."""
    return capabilities.artifacts[:1] == (ArtifactKind.PRINT_PDF,)


def worth_asking(kind: DocumentKind, policy: SenderPolicy, capabilities: Mapping[str, Capabilities]) -> list[str]:
    """The channels whose register has to be asked before `decide`: allowed, set up, and able to carry the kind."""
    return [name for name in policy.channels if name in capabilities and kind in capabilities[name].kinds]


def decide(
    kind: DocumentKind,
    wishes: Sequence[Wish],
    policy: SenderPolicy,
    capabilities: Mapping[str, Capabilities],
    answers: Mapping[str, Reach],
    occasion: Occasion | None = None,
) -> Decision:
    """Choose the channels to try, in order, and say why in one sentence.

    `answers` holds what the look-ups said for the channels of `worth_asking`; what is missing counts as unknown. An
    unanswered register keeps its place: it is waited for, so that nobody gets paper because of it. Paper comes last,
    unless it was asked for. A wish that cannot be followed is told and not followed. No reason holds personal data.
    Without an `occasion` nothing that depends on a moment or on the recipient's data is looked at.
    """
    return _Deciding(kind, policy.in_force, policy.channels, capabilities, answers, occasion).decide(wishes)


@dataclass(slots=True)
class _Deciding:
    """One decision while it is made."""

    kind: DocumentKind
    rules: Rules
    allowed: tuple[str, ...]
    capabilities: Mapping[str, Capabilities]
    answers: Mapping[str, Reach]
    occasion: Occasion | None

    def decide(self, wishes: Sequence[Wish]) -> Decision:
        today = self._today()
        wish = winning_wish(wishes, today)
        reasons = {name: self._judge(name) for name in self.rules.channels}
        order = self._ordered(reasons)
        hold, passed_over = self._held_until(wish, today, order)
        order = self._in_time(hold or today, order, reasons)
        if wish is not None:
            order = self._follow(wish, order, reasons)
        if not self.rules.kind(self.kind).fallback:
            for name in order[1:]:
                reasons[name] = reason(False, "no fallback", title=self._title(name), kind=_words(self.kind))
            order = order[:1]
        unanswered = tuple(name for name in order if self._answer(name) is Reach.UNKNOWN)
        decision = Decision(tuple(order), "", reasons, unanswered, given=self._given())
        told = explain(decision, 0)
        if wish is not None and wish.channel not in order:
            why_not = (reasons.get(wish.channel) or reasons[_shown(wish, self.capabilities)]).sentence
            told = told if why_not in told else f"{told}; {why_not}"
        if passed_over:
            told = f"{told}; {say('day passed over', {})}"
        if hold is not None and wish is not None:
            at = dt.datetime.combine(hold, dt.time(), self.rules.time_zone)
            waits = reason(True, "wished day", day=str(wish.day))
            told = f"{waits.sentence}; then {told}"
            return replace(decision, sentence=told, hold_until=at, hold=waits)
        return replace(decision, sentence=told)

    def _today(self) -> dt.date | None:
        return self.occasion.at.astimezone(self.rules.time_zone).date() if self.occasion else None

    def _answer(self, name: str) -> Reach:
        return self.answers.get(name, Reach.UNKNOWN)

    def _title(self, name: str) -> str:
        return self.capabilities[name].title if name in self.capabilities else name

    def _judge(self, name: str) -> Reason:
        """What speaks for a channel or against it, whatever the others are."""
        if name not in self.capabilities:
            return reason(False, "not set up", title=name)
        title, kind = self._title(name), _words(self.kind)
        if self.kind not in self.capabilities[name].kinds:
            return reason(False, "kind", title=title, kind=kind)
        of_kind, of_channel = self.rules.kind(self.kind), self.rules.channel(name)
        if of_kind.lawful is not None and name not in of_kind.lawful:
            return reason(False, "not lawful", title=title, kind=kind)
        left_out = of_kind.channels is not None and name not in of_kind.channels
        if left_out or (of_channel.kinds is not None and self.kind not in of_channel.kinds):
            return reason(False, "kind ruled out", title=title, kind=kind)
        if self.occasion is not None and (against := self._not_now(name, title, self.occasion)) is not None:
            return against
        reach = self._answer(name)
        if self.capabilities[name].unwritten and reach in (Reach.HIT, Reach.UNMATCHED, Reach.UNKNOWN):
            return reason(False, "list too old" if reach is Reach.UNKNOWN else "unwritten", title=title)
        if reach is Reach.CONFIRMED_MISS and (until := self._invited_until(name)) is not None:
            return reason(True, INVITED, title=title, date=until.isoformat())
        return self._reached(title, reach)

    def _invited_until(self, name: str) -> dt.date | None:
        """The last day on which somebody who is not there may register; None where nobody is invited.

        What follows must still be in hand in time, so a document in a hurry invites nobody.
        """
        invite, today, moment = self.rules.channel(name).invite, self._today(), self.occasion
        if invite is None or today is None or moment is None or not self.capabilities[name].invites:
            return None
        if self.kind not in invite.kinds or not moment.has & {Identity.MOBILE, Identity.EMAIL}:
            return None
        until, wanted = today + dt.timedelta(days=invite.days), self._wanted()
        slowest = max(self.rules.channel(one).days for one in self.rules.channels)
        late = wanted is not None and bank_days_after(until, slowest, self.rules.country) > wanted
        return None if late else until

    def _not_now(self, name: str, title: str, occasion: Occasion) -> Reason | None:
        """A reason against a channel from prerequisites and ramps."""
        told, today = self.rules.channel(name), self._today()
        agreement, ramp = told.agreement, told.ramp
        if agreement is not None and agreement.begins is not None and today is not None and today < agreement.begins:
            return reason(
                False, "no agreement yet", title=title, agreement=agreement.name, date=agreement.begins.isoformat()
            )
        lacking = next((one for one in told.needs if one not in occasion.has), None)
        if lacking is not None:
            return reason(False, "lacks data", title=title, needed=lacking.value)
        if ramp is not None and name in occasion.stopped:
            return reason(False, "ramp stopped", title=title, percent=format(ramp.stop_at.normalize(), "f"))
        if ramp is not None and not ramp.takes(occasion.lot):
            return reason(False, "ramp", title=title, percent=format(ramp.percent.normalize(), "f"))
        return None

    def _reached(self, title: str, reach: Reach) -> Reason:
        match reach:
            case Reach.HIT:
                return reason(True, "priority", title=title)
            case Reach.CONFIRMED_MISS:
                return reason(False, "not registered", title=title)
            case Reach.UNMATCHED if self.rules.try_unmatched:
                return reason(True, "unmatched tried", title=title)
            case Reach.UNMATCHED:
                return reason(False, "unmatched skipped", title=title)
            case Reach.SUPPRESSED:
                return reason(False, "suppressed", title=title)
            case Reach.UNKNOWN:
                return reason(True, "unanswered", title=title)
            case Reach.NO_ADDRESS:
                return reason(False, "no address", title=title)

    def _ordered(self, reasons: dict[str, Reason]) -> list[str]:
        """What reaches the recipient, in the order of priority or of price; paper last, wherever it stands."""
        listed = self.rules.kind(self.kind).channels or self.rules.channels
        usable = [name for name in listed if reasons[name].favours]
        order = [name for name in usable if not is_paper(self.capabilities[name])]
        paper = [name for name in usable if is_paper(self.capabilities[name])]
        for name in paper:
            if len(self.rules.channels) > len(paper):
                reasons[name] = reason(True, "last resort", title=self._title(name))
        if self.rules.prefer == "cost" and self.occasion is not None:
            prices = self.occasion.prices
            order = sorted((name for name in order if name in prices), key=lambda name: prices[name]) + [
                name for name in order if name not in prices
            ]
            if order and order[0] in prices and reasons[order[0]].code == "priority":
                price = f"{prices[order[0]]:f} {self.occasion.currency}".strip()
                reasons[order[0]] = reason(True, "cheapest", title=self._title(order[0]), price=price)
        return order + paper

    def _wanted(self) -> dt.date | None:
        """The last day on which it may be in hand."""
        if self.occasion is None:
            return None
        before, due = self.rules.kind(self.kind).days_before_due, self.occasion.due
        if self.occasion.in_hand_by is not None or due is None or before is None:
            return self.occasion.in_hand_by
        return due - dt.timedelta(days=before)

    def _in_hand(self, name: str, start: dt.date) -> dt.date:
        return bank_days_after(start, self.rules.channel(name).days, self.rules.country)

    def _held_until(
        self, wish: Wish | None, today: dt.date | None, order: Sequence[str]
    ) -> tuple[dt.date | None, bool]:
        """The day of the month that was asked for, where it lies ahead; or that it comes too late."""
        if wish is None or wish.day is None or today is None or today.day == wish.day:
            return None, False
        day = today.replace(day=wish.day)
        if day < today:
            day = (today.replace(day=1) + dt.timedelta(days=32)).replace(day=wish.day)
        wanted = self._wanted()
        if wanted is not None and not any(self._in_hand(name, day) <= wanted for name in order):
            return None, True
        return day, False

    def _in_time(self, start: dt.date | None, order: list[str], reasons: dict[str, Reason]) -> list[str]:
        """Leave out what cannot be in hand in time; where nothing can, keep what is quickest."""
        wanted = self._wanted()
        if wanted is None or start is None or not order:
            return order
        days = {name: self._in_hand(name, start) for name in order}
        told = wanted.isoformat()
        for name in order:
            if days[name] > wanted:
                reasons[name] = reason(False, "late", title=self._title(name), date=days[name].isoformat(), wanted=told)
        in_time = [name for name in order if days[name] <= wanted]
        if in_time:
            return in_time
        quickest = min(order, key=lambda name: days[name])
        reasons[quickest] = reason(
            True, "late anyway", title=self._title(quickest), date=days[quickest].isoformat(), wanted=told
        )
        return [quickest]

    def _follow(self, wish: Wish, order: list[str], reasons: dict[str, Reason]) -> list[str]:
        """Put the channel that was asked for first, where it can be; else leave a reason that says why not."""
        name = wish.channel
        if name in order:
            if reasons[name].code not in ("unanswered", "late anyway", INVITED):
                reasons[name] = _wish_reason(wish, self._title(name))
            return [name, *(other for other in order if other != name)]
        shown = _shown(wish, self.capabilities)
        if name not in self.rules.channels:
            title = self.capabilities[name].title if name in self.capabilities else shown
            reasons[shown] = reason(False, "not allowed", title=title)
        else:
            before = reasons[name]
            told = f"{before.sentence}, {say('asked for in vain', {})}"
            reasons[name] = replace(before, sentence=told, values={**before.values, "wished": "yes"})
        return order

    def _given(self) -> Mapping[str, Any]:
        """What the decision was made on, so that it can be made again under other rules."""
        if self.occasion is None:
            return {}
        given: dict[str, Any] = {
            "at": self.occasion.at.isoformat(),
            "answers": {name: self.answers[name].value for name in self.allowed if name in self.answers},
        }
        if self.rules.digest:
            given |= {"version": self.rules.version, "rules": self.rules.digest}
        if self.occasion.stopped:
            given["stopped"] = sorted(self.occasion.stopped)
        if self.rules.prefer == "cost":
            given["prices"] = {name: format(price, "f") for name, price in self.occasion.prices.items()}
        return given


def explain(decision: Decision, ix: int, language: Spoken = "en") -> str:
    """One sentence: why the channel at this place of the order, and why none of those that would come before it."""
    chosen = decision.channel(ix)
    before = decision.order[:ix]
    against = [name for name, one in decision.reasons.items() if not one.favours and name not in before]
    if chosen is None:
        why = say("none", {}, language)
    else:
        why = sentence(decision.reasons[chosen], language)
        named = list(decision.reasons)
        earlier = named[: named.index(chosen)]
        against = [name for name in against if name in earlier]
    others = _gathered([decision.reasons[name] for name in (*before, *against)], language)
    return "; ".join([why, *others])


def _gathered(reasons: Sequence[Reason], language: Spoken) -> list[str]:
    """The sentences of several reasons, with what lacks an address said once for all."""
    beginning = say("no address", {"title": ""}, language)
    told = [(one.code, sentence(one, language)) for one in reasons]
    titles = [said.removeprefix(beginning) for code, said in told if code == "no address"]
    sentences = [said.rstrip(".") for code, said in told if code != "no address"]
    if titles:
        *most, last = titles
        sentences.append(beginning + (f"{', '.join(most)} {_LAST[language]} {last}" if most else last))
    return sentences


def _words(kind: DocumentKind) -> str:
    return kind.value.replace("_", " ")


def _shown(wish: Wish, capabilities: Mapping[str, Capabilities]) -> str:
    """The channel's name as it may stand in a reason: whatever else somebody wrote into a wish stays out of it."""
    known = wish.channel in capabilities or _NAME.fullmatch(wish.channel)
    return wish.channel if known else "an unknown channel"


def _wish_reason(wish: Wish, title: str) -> Reason:
    if wish.date is None:
        return reason(True, "tag", title=title)
    return reason(True, "wish", title=title, date=wish.date.isoformat())
