"""One row of a drawer, and the drawer it lies in."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing: what it is, in a sentence, and where.

    `pane` is the id of a row of the table, `stamp` the line that wrote it ("sections/totals.paper.html:4"); both are
    empty where there is no such place. `grave` is what keeps a pack from being sent; the rest is worth knowing.
    `words` are those to look for in the pane. `more` stands below in softer ink.
    """

    sentence: str
    pane: str = ""
    stamp: str = ""
    grave: bool = True
    words: str = ""
    more: str = ""


@dataclass(frozen=True, slots=True)
class Drawer:
    """Findings of one kind; `asked` says what was looked at, so that an empty drawer is no silent one."""

    id: str
    title: str
    asked: str
    rows: Sequence[Finding] = ()
    table: Mapping[str, object] = field(default_factory=dict[str, object])

    @property
    def grave(self) -> int:
        """How many keep the pack from being sent."""
        return sum(row.grave for row in self.rows)
