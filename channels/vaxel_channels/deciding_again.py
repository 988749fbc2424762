"""A decision of the past made again, under the same rules or under others, from what was kept with it."""

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from vaxel_channels.contract import Capabilities, Channel, Reach
from vaxel_channels.routing import SenderPolicy, decide, occasion
from vaxel_engine.model import Document, Wish
from vaxel_ledger import Decision


@dataclass(frozen=True, slots=True)
class Again:
    """What other rules would have decided."""

    decision: Decision
    unasked: bool
    """A register in the order was not asked then; that it has the recipient is not known."""


def again(
    document: Document,
    kept: Decision,
    policy: SenderPolicy,
    channels: Mapping[str, Channel],
    wishes: Sequence[Wish],
    *,
    prices: Mapping[str, Decimal],
) -> Again | None:
    """Decide as on that day, by these rules; None where it was not kept what the decision was made on.

    `wishes` are those that were known then beside the document's own. A channel whose register was not asked then is
    asked nothing now: it counts as unknown; one that asks nobody outside says at once whether there is an address.
    """
    if "at" not in kept.given:
        return None
    at = dt.datetime.fromisoformat(str(kept.given["at"]))
    answers = {name: Reach(said) for name, said in kept.given["answers"].items()}
    told = {**prices, **{name: Decimal(price) for name, price in kept.given.get("prices", {}).items()}}
    declared: dict[str, Capabilities] = {name: channel.capabilities for name, channel in channels.items()}
    for name in policy.channels:
        if name not in answers and name in channels and declared[name].register_holds is None:
            (answers[name],) = channels[name].look_up([document.recipient])
    moment = occasion(document, at, stopped=frozenset(kept.given.get("stopped", ())), prices=told, currency="")
    every = (*document.recipient.wishes, *wishes)
    decision = decide(document.kind, every, policy, declared, answers, moment)
    return Again(decision, any(name not in answers for name in decision.order))
