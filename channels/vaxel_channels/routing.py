"""Which channel carries a document, and why: a pure decision with a reason for or against every channel."""

import datetime as dt
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from vaxel_channels.contract import Capabilities, Reach
from vaxel_engine.artifact import ArtifactKind
from vaxel_engine.model import DocumentKind, Wish
from vaxel_ledger.decision import Decision, Reason

WORDS: Mapping[str, str] = {
    # For a channel.
    "wish": "{title}, which the recipient asked for on {date}",
    "tag": "{title}, which the sender's file asks for",
    "priority": "{title} reaches the recipient",
    "unmatched tried": "{title} may reach the recipient: its register did not list them, the sender lets it be tried",
    "unanswered": "{title}: its register has not answered and will be asked again",
    "last resort": "{title}, the last resort",
    # Against a channel.
    "kind": "{title} does not carry the kind {kind}",
    "no address": "the document has no address for {title}",
    "not registered": "{title} does not have the recipient",
    "suppressed": "{title}: the recipient's address is on the suppression list, since mail came back from it",
    "unmatched skipped": "{title}: its register did not list the recipient, and the sender does not let it be tried",
    "not allowed": "{title} was asked for, and the sender does not allow it",
    "not set up": "{title} is not set up",
    # Of a whole decision.
    "none": "no channel can carry it",
}
"""English sentences by code; the code is what is kept beside them, so that another language is another table."""

_NAME = re.compile(r"[a-z0-9][a-z0-9_-]{0,39}")


@dataclass(frozen=True, slots=True)
class SenderPolicy:
    """What a sender allows: channels, the preferred first, and whether an unlisted recipient may be tried."""

    channels: tuple[str, ...]
    try_unmatched: bool = True


def winning_wish(wishes: Sequence[Wish]) -> Wish | None:
    """The wish that counts: the newest dated one, of the same day the later in the list; else the first tag."""
    dated = [(wish.date, ix, wish) for ix, wish in enumerate(wishes) if wish.date is not None]
    if dated:
        return max(dated, key=lambda one: one[:2])[2]
    return wishes[0] if wishes else None


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
) -> Decision:
    """Choose the channels to try, in order, and say why in one sentence.

    `answers` holds what the look-ups said for the channels of `worth_asking`; what is missing counts as unknown. An
    unanswered register keeps its place: it is waited for, so that nobody gets paper because of it. Paper comes last,
    unless it was asked for. A wish that cannot be followed is told and not followed. No reason holds personal data.
    """
    reasons = {
        name: _judge(name, kind, policy, capabilities, answers.get(name, Reach.UNKNOWN)) for name in policy.channels
    }
    usable = [name for name in policy.channels if reasons[name].favours]
    order = [name for name in usable if not is_paper(capabilities[name])]
    paper = [name for name in usable if is_paper(capabilities[name])]
    for name in paper:
        if len(policy.channels) > len(paper):
            reasons[name] = _reason(True, "last resort", capabilities[name].title)
    order += paper
    wish = winning_wish(wishes)
    if wish is not None:
        order = _follow(wish, order, policy, capabilities, reasons)
    unanswered = tuple(name for name in order if answers.get(name, Reach.UNKNOWN) is Reach.UNKNOWN)
    decision = Decision(order=tuple(order), sentence="", reasons=reasons, unanswered=unanswered)
    sentence = explain(decision, 0)
    if wish is not None and wish.channel not in order:
        told = (reasons.get(wish.channel) or reasons[_shown(wish, capabilities)]).sentence
        sentence = sentence if told in sentence else f"{sentence}; {told}"
    return replace(decision, sentence=sentence)


def explain(decision: Decision, ix: int) -> str:
    """One sentence: why the channel at this place of the order, and why none of those that would come before it."""
    chosen = decision.channel(ix)
    before = decision.order[:ix]
    against = [name for name, reason in decision.reasons.items() if not reason.favours and name not in before]
    if chosen is None:
        why = WORDS["none"]
    else:
        why = decision.reasons[chosen].sentence
        named = list(decision.reasons)
        earlier = named[: named.index(chosen)]
        against = [name for name in against if name in earlier]
    others = _gathered([decision.reasons[name] for name in (*before, *against)])
    return "; ".join([why, *others])


def _gathered(reasons: Sequence[Reason]) -> list[str]:
    """The sentences of several reasons, with what lacks an address said once for all."""
    beginning = WORDS["no address"].format(title="")
    titles = [reason.sentence.removeprefix(beginning) for reason in reasons if reason.code == "no address"]
    sentences = [reason.sentence.rstrip(".") for reason in reasons if reason.code != "no address"]
    if titles:
        *most, last = titles
        sentences.append(beginning + (f"{', '.join(most)} or {last}" if most else last))
    return sentences


def _judge(
    name: str,
    kind: DocumentKind,
    policy: SenderPolicy,
    capabilities: Mapping[str, Capabilities],
    reach: Reach,
) -> Reason:
    if name not in capabilities:
        return _reason(False, "not set up", name)
    title = capabilities[name].title
    if kind not in capabilities[name].kinds:
        return _reason(False, "kind", title, kind=kind.value.replace("_", " "))
    match reach:
        case Reach.HIT:
            return _reason(True, "priority", title)
        case Reach.CONFIRMED_MISS:
            return _reason(False, "not registered", title)
        case Reach.UNMATCHED if policy.try_unmatched:
            return _reason(True, "unmatched tried", title)
        case Reach.UNMATCHED:
            return _reason(False, "unmatched skipped", title)
        case Reach.SUPPRESSED:
            return _reason(False, "suppressed", title)
        case Reach.UNKNOWN:
            return _reason(True, "unanswered", title)
        case Reach.NO_ADDRESS:
            return _reason(False, "no address", title)


def _follow(
    wish: Wish,
    order: list[str],
    policy: SenderPolicy,
    capabilities: Mapping[str, Capabilities],
    reasons: dict[str, Reason],
) -> list[str]:
    """Put the channel that was asked for first, where it can be; else leave a reason that says why not."""
    name = wish.channel
    if name in order:
        if reasons[name].code != "unanswered":
            reasons[name] = _wish_reason(wish, capabilities[name].title)
        return [name, *(other for other in order if other != name)]
    shown = _shown(wish, capabilities)
    title = capabilities[name].title if name in capabilities else shown
    if name not in policy.channels:
        reasons[shown] = _reason(False, "not allowed", title)
    else:
        reasons[name] = replace(reasons[name], sentence=f"{reasons[name].sentence}, though it was asked for")
    return order


def _shown(wish: Wish, capabilities: Mapping[str, Capabilities]) -> str:
    """The channel's name as it may stand in a reason: whatever else somebody wrote into a wish stays out of it."""
    known = wish.channel in capabilities or _NAME.fullmatch(wish.channel)
    return wish.channel if known else "an unknown channel"


def _wish_reason(wish: Wish, title: str) -> Reason:
    if wish.date is None:
        return _reason(True, "tag", title)
    return _reason(True, "wish", title, date=wish.date)


def _reason(favours: bool, code: str, title: str, *, kind: str = "", date: dt.date | None = None) -> Reason:
    return Reason(favours, code, WORDS[code].format(title=title, kind=kind, date=date))
