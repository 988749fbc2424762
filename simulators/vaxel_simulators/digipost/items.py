"""What Digipost keeps: messages with what became of them, and the lines of its feed."""

import datetime as dt
from dataclasses import dataclass, field

from vaxel_simulators.digipost.rules import Message


@dataclass(slots=True)
class Item:
    """One message with its recipient, as long as Digipost keeps it."""

    message: Message = field(repr=False)
    at: dt.datetime
    printed: bool
    """On paper: for want of a mailbox, or because nobody read it."""
    opened: dt.datetime | None = None
    pending: bool = False
    """Its recipient is invited, and has not registered."""

    @property
    def method(self) -> str:
        """How it goes, in the schema's words."""
        return "PENDING" if self.pending else "PRINT" if self.printed else "DIGIPOST"


STATUSES = {"PRINT": "DELIVERED_TO_PRINT", "PENDING": "NOT_COMPLETE", "DIGIPOST": "DELIVERED"}
"""By method; assumed for PENDING: the documents name the method and not the status that goes with it."""


@dataclass(frozen=True, slots=True)
class Event:
    """One line of the feed."""

    uuid: str
    kind: str
    at: dt.datetime
    document_created: dt.datetime
    error: str = ""
