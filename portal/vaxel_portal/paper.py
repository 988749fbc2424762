"""Paper again: the page on which a recipient asks for letters, sees from when, and takes it back."""

import datetime as dt
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Protocol

from vaxel_ledger import Linked


class Paper(Protocol):
    """Where recipients' wishes for paper are kept: the ledger."""

    def offered(self, linked: Linked) -> bool:
        """Whether the document's sender sends letters at all."""
        ...

    def since(self, linked: Linked) -> dt.date | None:
        """From which day on they get letters by a wish of theirs; None while they do not."""
        ...

    def ask(self, linked: Linked, *, every_sender: bool) -> dt.date:
        """Keep the wish, and answer from which day on it counts."""
        ...

    def take_back(self, linked: Linked) -> None:
        """Forget it: documents go by the sender's rules again."""
        ...


@dataclass(frozen=True, slots=True)
class Said:
    """What the page shows."""

    title: str
    text: str
    asked: bool
    """Whether letters are asked for; then the button takes it back."""


def said(words: Mapping[str, str], since: dt.date | None, today: dt.date, day: Callable[[dt.date], str]) -> Said:
    """The page before the wish, and after it."""
    if since is None:
        return Said(words["paper_title"], words["paper"].replace("{date}", day(today)), asked=False)
    return Said(words["paper_kept_title"], words["paper_kept"].replace("{date}", day(since)), asked=True)
