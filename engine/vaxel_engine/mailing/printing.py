"""How a print house prints a letter: what its settings say and the print PDF follows."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Printing:
    """Part of the print PDF, and of no other artifact.

    `monochrome` writes greys and no colour. `duplex` prints both sides, so that marks stand on fronts only;
    `blank_back` adds the empty back of a last sheet, for a house that joins letters into one stream without noticing
    where a letter ends: as a rule the printer does that itself.
    """

    monochrome: bool = False
    duplex: bool = True
    blank_back: bool = False

    def sheets(self, pages: int) -> int:
        """How many sheets `pages` take."""
        return -(-pages // 2) if self.duplex else pages
