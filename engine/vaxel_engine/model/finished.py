"""A document that was finished elsewhere: a PDF that goes out as it is, with words for the channels that show none."""

from pydantic import Field, field_validator

from vaxel_engine.model.attachment import Content
from vaxel_engine.model.base import Name, Value

_OPENING = b"%PDF-"  # ISO 32000-1 §7.5.2; readers take it in the first 1024 bytes, archives and printers at the first


class FinishedPdf(Value):
    """Finished pages. Intake opens the PDF and refuses what runs, hides or swells (see `intake.pdf_guard`)."""

    title: Name = Field(description="What a mailbox, an e-mail and an SMS call it")
    content: Content = Field(repr=False, description="The PDF, as base64 in JSON, up to 7 MB")

    @field_validator("content")
    @classmethod
    def _a_pdf(cls, content: bytes) -> bytes:
        if not content.startswith(_OPENING):
            raise ValueError("is not a PDF: it does not begin with %PDF-")
        return content
