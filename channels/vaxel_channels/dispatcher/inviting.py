"""Invitations to register, and what becomes of those whose time is over: asked, and only then given up."""

import datetime as dt
import logging
from collections.abc import Sequence

from sqlalchemy import Connection

from vaxel_channels.contract import CanBeAsked, Channel, Consignment
from vaxel_channels.routing.deciding import INVITED
from vaxel_engine.errors import Unreachable
from vaxel_ledger.attempts import Attempted
from vaxel_ledger.outcomes import Outcome
from vaxel_ledger.states import DocumentState, Status
from vaxel_ledger.transitions import Move, note

_LOG = logging.getLogger(__name__)


def is_invited(one: Attempted) -> bool:
    """Whether a hand-over invites its recipient."""
    found = one.route.reasons.get(one.channel)
    return found is not None and found.code == INVITED


def put_off(connection: Connection, invited: Sequence[Attempted], *, at: dt.datetime, until: dt.datetime) -> None:
    """Let invitations whose time is over wait while the provider is asked; another worker does not ask as well."""
    moves = [Move(one.document_id, {"due_at": until}, {"channel": one.channel}) for one in invited]
    note(connection, moves, expected=DocumentState.AWAITING, kind="invitation over", at=at, actor="dispatcher")


def what_became_of(one: Attempted, consignment: Consignment, channel: Channel | None) -> Outcome | None:
    """Delivered, or not taken by its day; None where the provider did not say, which is no answer."""
    if not isinstance(channel, CanBeAsked):
        return None
    try:
        receipt = channel.ask(consignment)
    except Unreachable as error:
        _LOG.warning("%s did not say what became of an invitation (%s)", one.channel, type(error).__name__)
        return None
    if receipt is not None and receipt.status in (Status.DELIVERED, Status.READ):
        return Outcome(one.key, receipt.status, receipt.reference, "the recipient took the invitation")
    day = one.route.reasons[one.channel].values["date"]
    why = f"{channel.capabilities.title} invited the recipient, who had not registered by {day}"
    return Outcome(one.key, Status.FAILED, reason=why)
