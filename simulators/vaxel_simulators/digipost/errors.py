"""A refusal in Digipost's words: one of its error codes, in the group that its client library puts it in."""

from typing import Any
from xml.sax.saxutils import escape

V8 = "http://api.digipost.no/schema/v8"

GROUPS: dict[str, tuple[str, ...]] = {
    "SERVER": ("SERVER_ERROR", "API_UNAVAILABLE"),
    "CONFIGURATION": ("NOT_APPROVED_FOR_PRINT", "BROKER_NOT_AUTHORIZED", "DELIVERY_DATE_HISTORICAL"),
    "CLIENT_TECHNICAL": (
        "INVALID_DATE_RANGE",
        "INVALID_QUERY_PARAMETER",
        "SCHEMA_VALIDATION_ERROR",
        "INVALID_SIGNATURE",
        "MISSING_SIGNATURE",
        "DOCUMENT_NOT_FOUND",
        "INVALID_USER_ID_HEADER",
        "UNKNOWN_USER_ID",
        "MISSING_DATE_HEADER",
        "INVALID_DATE_HEADER",
        "DATE_HEADER_OUTSIDE_ACCEPTED_INTERVAL",
        "MISSING_CONTENT_HASH",
        "MISSING_BODYPART_CONTENT_DISPOSITION",
        "MISSING_BODYPART_FILENAME",
        "DOCUMENTS_AND_FILES_MISMATCH",
        "PROBLEM_WITH_REQUEST",
    ),
    "CLIENT_DATA": (
        "REQUEST_TOO_LARGE",
        "CONTENT_OF_PRINT_MESSAGE_MUST_BE_PDF",
        "DUPLICATE_MESSAGE",
        "DUPLICATE_DOCUMENT_ID",
        "VALIDATION_FAILED",
        "UNKNOWN_SENDER",
        "UNKNOWN_RECIPIENT",
        "MISSING_SUBJECT",
        "INVALID_PDF_CONTENT",
        "INVALID_MONETARY_AMOUNT",
    ),
}
_GROUP_OF = {code: group for group, codes in GROUPS.items() for code in codes}


class DigipostRefusal(Exception):
    """One refusal; `words` is what a person reads."""

    def __init__(self, code: str, words: str) -> None:
        self.code = code
        self.words = words
        super().__init__(code)

    def body(self) -> bytes:
        """The error element of schema v8."""
        return (
            f'<?xml version="1.0" encoding="UTF-8"?><error xmlns="{V8}"><error-code>{self.code}</error-code>'
            f"<error-message>{escape(self.words)}</error-message><error-type>{_GROUP_OF[self.code]}</error-type></error>"
        ).encode()

    def status(self, profile: dict[str, Any]) -> int:
        """The HTTP status, as the profile assumes it."""
        http = profile["http"]
        return int(http["status_by_code"].get(self.code, http["status_by_group"][_GROUP_OF[self.code]]))
