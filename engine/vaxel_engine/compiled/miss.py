"""Why a document is not for the block program: then it is set as ever, and what was new in it is learned."""

from enum import StrEnum


class Reason(StrEnum):
    """What the program does not know or does not decide; the value is the word in reports and metrics."""

    HEAD = "head"
    """Another document's head: its metadata are not known."""
    PLACE = "place"
    """An element where none was seen."""
    MARKUP = "markup"
    """What cannot be read without a parser of HTML: loose words between blocks, an element that is not closed."""
    SHAPE = "shape"
    """A block whose markup, or whose number of lines, was not seen."""
    UNSUITED = "unsuited"
    """A block that was seen and cannot be written without setting it."""
    GAP = "gap"
    """Two blocks that were not seen after each other on a page."""
    CHARACTER = "character"
    """A character beyond Latin script, or one that its font draws with a mark of its own."""
    TIE = "tie"
    """A block that fits its page, or does not, by less than a ten-millionth of a pixel."""
    TIGHT = "tight"
    """A block that fits its page only without the space below its last line."""
    KEPT = "kept"
    """Everything on the page wants to stay with what follows."""
    TALL = "tall"
    """A block taller than a page."""
    TABLE = "table"
    """A table whose head stands alone at the end of a page."""
    MARGIN = "margin"
    """Words in a page's margin that need more than their line."""
    PICTURE = "picture"
    """A picture that is drawn in a way that is not known."""
    PAGE = "page"
    """A page of a kind that was not seen."""
    WITHDRAWN = "withdrawn"
    """The program is not used: it is damaged, of other versions, or differed from the reference path."""
    FAULT = "fault"
    """The program stumbled over something that nobody thought of."""
    FIXED = "fixed"
    """A block that is only known at another place of its page."""


LEARNED = frozenset(
    {Reason.HEAD, Reason.PLACE, Reason.MARKUP, Reason.SHAPE, Reason.GAP, Reason.MARGIN, Reason.PAGE, Reason.FIXED}
)
"""What is not known yet; the other misses are those of every document of their kind."""
DIVIDED = "it may be divided between two of its lines and is not of words alone; write break-inside: avoid"
STUMBLES = (LookupError, ValueError, TypeError, AttributeError, ArithmeticError, AssertionError, StopIteration)
"""What a program that meets the unforeseen raises; the document is set as ever, and no one else notices."""


class Miss(Exception):  # not an error: the document is set as ever
    """A document that the program leaves to the reference path; `what` names the place for whoever designs the pack."""

    def __init__(self, reason: Reason, what: str = "") -> None:
        self.reason = reason
        self.what = what[:160]
        super().__init__(f"{reason}: {self.what}" if what else str(reason))
