"""What is being written: which terms the format had no place for, and what becomes of them."""

from dataclasses import dataclass, field
from typing import Final

from vaxel_engine.codes import accepted
from vaxel_engine.errors import NotCarried
from vaxel_engine.model import Document, DocumentKind, Invoice

_CLAIMS: Final = frozenset({DocumentKind.INVOICE, DocumentKind.CREDIT_NOTE, DocumentKind.DIRECT_DEBIT_NOTICE})
"""A reminder is about an invoice that was sent before: written as one, it would be booked and paid twice."""


@dataclass(frozen=True, slots=True)
class Written:
    """An e-invoice in bytes, and what it does not say that the document does."""

    body: bytes = field(repr=False)
    left_out: tuple[str, ...] = ()
    """Business terms with the reason; empty unless a lossy writing was asked for."""


@dataclass(slots=True)
class Target:
    """One writing: a format, and the terms that it has no place for."""

    title: str
    left: dict[str, str] = field(default_factory=dict[str, str])

    def no_place(self, term: str, why: str) -> None:
        """Note a term that cannot be written, with the reason; the first reason stands."""
        self.left.setdefault(term, why)

    def finish(self, document: Document, *body: str, lossy: bool) -> Written:
        """The bytes of a body in parts; raises NotCarried where something was left and loss was not asked for."""
        if self.left and not lossy:
            reasons = ", ".join(f"{term} ({why})" for term, why in self.left.items())
            raise NotCarried(
                f"{document.reference}: {self.title} has no place for {reasons}; leave it out of the document, or ask "
                "for a lossy writing.",
                terms=tuple(self.left),
            )
        left_out = tuple(f"{term}: {why}" for term, why in self.left.items())
        return Written("".join(('<?xml version="1.0" encoding="UTF-8"?>\n', *body)).encode(), left_out)


def claims(document: Document) -> bool:
    """Whether it claims or gives back money by itself, so that it can be an e-invoice."""
    return document.invoice is not None and document.kind in _CLAIMS


def invoice_of(document: Document, title: str) -> Invoice:
    """The invoice to write; raises NotCarried for a document that makes no claim of its own."""
    if document.invoice is None or document.kind not in _CLAIMS:
        raise NotCarried(
            f"{document.reference}: is of kind {document.kind} and not written as {title}; only invoices, credit notes "
            "and direct-debit notices are.",
            terms=(),
        )
    return document.invoice


def type_code_of(document: Document, invoice: Invoice) -> str:
    """BT-3; 380 is what the model fills in where nothing is stated, and a credit note that says nothing is a 381."""
    if document.kind is DocumentKind.CREDIT_NOTE and invoice.type_code == "380":
        return "381"
    return invoice.type_code


def is_credit_note(document: Document, invoice: Invoice) -> bool:
    """Whether it is given back: by its kind, or by a type code that only credit notes have (BR-CL-01)."""
    only_credit = accepted("invoice_types", "en", "credit note") - accepted("invoice_types", "en", "invoice")
    return document.kind is DocumentKind.CREDIT_NOTE or invoice.type_code in only_credit
