"""Which channel carries a document, and why: rules, the decision they lead to, and its words in five languages."""

from vaxel_channels.routing.deciding import (
    SenderPolicy,
    decide,
    explain,
    invited_until,
    is_paper,
    winning_wish,
    worth_asking,
)
from vaxel_channels.routing.rules import Identity, Occasion, Rules, occasion
from vaxel_channels.routing.words import SPOKEN, Spoken

__all__ = [
    "SPOKEN",
    "Identity",
    "Occasion",
    "Rules",
    "SenderPolicy",
    "Spoken",
    "decide",
    "explain",
    "invited_until",
    "is_paper",
    "occasion",
    "winning_wish",
    "worth_asking",
]
