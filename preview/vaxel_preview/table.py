"""The table of the live board: one row for each pane. A new artifact joins by one row."""

from dataclasses import dataclass
from enum import StrEnum

from vaxel_engine.artifact import ArtifactKind


class Lane(StrEnum):
    """Artifacts of different lanes are made at the same time: pages take ten times as long as all the rest."""

    PAPER = "paper"
    ONE_INK = "one ink"
    SCREEN = "screen"


@dataclass(frozen=True, slots=True)
class Made:
    """What a pane is made of: one artifact, and for print whether it has one ink."""

    kind: ArtifactKind
    monochrome: bool = False
    whole: bool = False
    """An e-mail with the pages it carries; it is shown before they are there."""

    @property
    def lane(self) -> Lane:
        """Where it is made."""
        if self.kind in (ArtifactKind.PRINT_PDF, ArtifactKind.MAILBOX_PDF):
            return Lane.ONE_INK if self.monochrome else Lane.PAPER
        return Lane.SCREEN

    @property
    def id(self) -> str:
        """Its name in addresses and events."""
        return f"{self.kind.value}_monochrome" if self.monochrome else self.kind.value


class Show(StrEnum):
    """How an artifact is shown; the value is the layout's name."""

    SHEETS = "sheets"
    FRAME = "frame"
    INBOX = "inbox"
    TEXT = "text"
    BUBBLE = "bubble"
    CARD = "card"
    MARKUP = "markup"


class Dress(StrEnum):
    """What is done to the HTML of a mail or page for one pane, beside what its artifact says."""

    PLAIN = "plain"
    DARK = "dark"
    """The dark design that the mail itself defines, as a reader with `prefers-color-scheme: dark` shows it."""
    FORCED = "forced"
    """Colours turned by the reader against the mail's will; a simulation."""
    NO_IMAGES = "no-images"
    SCRIPTED = "scripted"
    """The page may run its own scripts, in an origin of its own."""


@dataclass(frozen=True, slots=True)
class Row:
    """One pane.

    id      in the page and its address
    group   the heading it stands under in the list of panes
    width   CSS pixels of the screen it is shown on, or of the sheet
    scale   how large it is drawn at 100 %
    note    what a reader should know of a simulation
    """

    id: str
    title: str
    group: str
    made: Made
    show: Show
    width: int
    scale: float
    dress: Dress = Dress.PLAIN
    note: str = ""

    @property
    def short(self) -> str:
        """The title in a list of its group: "E-mail, forced dark" is "Forced dark" there."""
        return self.title.rpartition(", ")[2].capitalize() if ", " in self.title else self.title

    @property
    def bendable(self) -> bool:
        """Whether another width is another layout, as in a browser's window; paper is only drawn larger."""
        return self.show is Show.FRAME


WHOLE_MAIL = Made(ArtifactKind.EMAIL, whole=True)
"""Shows nothing by itself but what an inbox says of the attachment."""

_PRINT, _GREY = Made(ArtifactKind.PRINT_PDF), Made(ArtifactKind.PRINT_PDF, monochrome=True)
_MAILBOX, _MAIL, _WEB = Made(ArtifactKind.MAILBOX_PDF), Made(ArtifactKind.EMAIL), Made(ArtifactKind.WEB)
_PAPER, _LETTER, _PAGE, _SHORT = "Paper", "E-mail", "Page", "Short"
_DARK_NOTE = "The dark design that the mail defines, as Apple Mail shows it."
_FORCED_NOTE = "A simulation: lightness turned in CIE LCH, as Gmail and the Outlook app do; each reader differs."

ROWS = (
    Row("print_pdf", "Print", _PAPER, _PRINT, Show.SHEETS, 794, 0.54),
    Row("print_pdf_monochrome", "Print, one ink", _PAPER, _GREY, Show.SHEETS, 794, 0.54),
    Row("mailbox_pdf", "Mailbox PDF", _PAPER, _MAILBOX, Show.SHEETS, 794, 0.54),
    Row("inbox", "Inbox", _LETTER, _MAIL, Show.INBOX, 390, 0.72),
    Row("email", "E-mail, desktop", _LETTER, _MAIL, Show.FRAME, 700, 0.62),
    Row("email_phone", "E-mail, phone", _LETTER, _MAIL, Show.FRAME, 390, 0.72),
    Row("email_dark", "E-mail, dark", _LETTER, _MAIL, Show.FRAME, 390, 0.72, Dress.DARK, _DARK_NOTE),
    Row("email_forced", "E-mail, forced dark", _LETTER, _MAIL, Show.FRAME, 390, 0.72, Dress.FORCED, _FORCED_NOTE),
    Row("email_no_images", "E-mail, images off", _LETTER, _MAIL, Show.FRAME, 390, 0.72, Dress.NO_IMAGES),
    Row("email_text", "E-mail, text part", _LETTER, _MAIL, Show.TEXT, 600, 0.72),
    Row("web", "Page, desktop", _PAGE, _WEB, Show.FRAME, 1280, 0.5, Dress.SCRIPTED),
    Row("web_tablet", "Page, tablet", _PAGE, _WEB, Show.FRAME, 820, 0.54, Dress.SCRIPTED),
    Row("web_phone", "Page, phone", _PAGE, _WEB, Show.FRAME, 390, 0.72, Dress.SCRIPTED),
    Row("web_no_script", "Page, no script", _PAGE, _WEB, Show.FRAME, 390, 0.72),
    Row("mailbox_html", "Mailbox page", _PAGE, Made(ArtifactKind.MAILBOX_HTML), Show.FRAME, 390, 0.72),
    Row("bank", "Internet bank", _SHORT, Made(ArtifactKind.BANK), Show.FRAME, 700, 0.62),
    Row("sms", "SMS", _SHORT, Made(ArtifactKind.SMS), Show.BUBBLE, 390, 0.72),
    Row("card", "Card", _SHORT, Made(ArtifactKind.CARD), Show.CARD, 390, 0.72),
    Row("einvoice_xml", "E-invoice", _SHORT, Made(ArtifactKind.EINVOICE_XML), Show.MARKUP, 640, 0.72),
)

BY_ID = {row.id: row for row in ROWS}

QUICKEST_FIRST = (
    *map(
        Made,
        (
            ArtifactKind.SMS,
            ArtifactKind.CARD,
            ArtifactKind.EINVOICE_XML,
            ArtifactKind.PRINT_PDF,
            ArtifactKind.MAILBOX_PDF,
            ArtifactKind.MAILBOX_HTML,
            ArtifactKind.BANK,
            ArtifactKind.EMAIL,
            ArtifactKind.WEB,  # the first time its fonts are made small enough
        ),
    ),
    _GREY,
    WHOLE_MAIL,  # after the mailbox PDF
)


def rows_of(made: Made) -> tuple[Row, ...]:
    """The panes that are made of one artifact."""
    return tuple(row for row in ROWS if row.made == made)


def groups() -> dict[str, list[Row]]:
    """The rows by their group, in the order of the table."""
    found: dict[str, list[Row]] = {}
    for row in ROWS:
        found.setdefault(row.group, []).append(row)
    return found
