"""The envelope: what is sent, to whom, how they want it, and how it will be paid."""

import datetime as dt
import re
from enum import StrEnum
from typing import Literal

from pydantic import Field, field_validator, model_validator

from vaxel_engine.identifiers.organisations import normal_nordic
from vaxel_engine.identifiers.persons import normal_fodselsnummer, normal_personnummer
from vaxel_engine.model.base import Date, Identifier, LetterText, Many, Name, Value
from vaxel_engine.model.finished import FinishedPdf
from vaxel_engine.model.invoice import Invoice
from vaxel_engine.model.party import PostalAddress
from vaxel_engine.model.series import BalanceSeries, UsageSeries

_E164 = re.compile(r"\+[0-9]{7,15}")  # ITU-T E.164


class DocumentKind(StrEnum):
    """What a consignment is; the kind steers which channels may carry it (S2)."""

    INVOICE = "invoice"
    CREDIT_NOTE = "credit_note"
    REMINDER = "reminder"
    DIRECT_DEBIT_NOTICE = "direct_debit_notice"
    MESSAGE = "message"
    FINISHED_PDF = "finished_pdf"


Language = Literal["sv", "en"]


class Wish(Value):
    """How a recipient asked to be reached; the newest dated wish wins, an undated one is the sender's tag (S54)."""

    channel: Identifier = Field(description='A channel\'s name, e.g. "email", "kivra", "print"')
    date: Date | None = Field(default=None, description="When it was asked for; absent for a tag in the file")
    day: int | None = Field(
        default=None, ge=1, le=28, description="The day of the month on which it is wanted; absent for any (S71)"
    )
    language: Language | None = Field(default=None, description="The language it is wanted in; absent for as it is")


class NationalId(Value):
    """A person's national identity number; never shown in a repr, a log or an error."""

    country_code: Literal["SE", "NO"]
    value: Identifier = Field(repr=False, description="SE: 12 digits YYYYMMDDnnnn. NO: 11 digits")

    @model_validator(mode="after")
    def _valid(self) -> "NationalId":
        normal = normal_personnummer if self.country_code == "SE" else normal_fodselsnummer
        try:
            as_sent = normal(self.value) == self.value
        except ValueError:
            as_sent = False
        if not as_sent:
            raise ValueError("is not a valid national identity number: check length, date and check digit")
        return self


class Recipient(Value):
    """To whom it goes and every address the sender knows; what is absent narrows the choice of channel (S11)."""

    name: Name
    national_id: NationalId | None = None
    organisation_number: Identifier | None = Field(
        default=None, description="SE: 10 digits, with or without a dash. NO: 9 digits"
    )
    email: Identifier | None = Field(default=None, repr=False)
    mobile: Identifier | None = Field(default=None, repr=False, description="E.164, e.g. +46701740605")
    postal_address: PostalAddress | None = Field(default=None, repr=False)
    language: Language = "sv"
    customer_number: Identifier | None = None
    wishes: Many[Wish] = ()

    @field_validator("email")
    @classmethod
    def _an_address(cls, address: str | None) -> str | None:
        if address is None:
            return None
        local, at, domain = address.rpartition("@")
        clean = all(ch.isprintable() and not ch.isspace() and ch not in ',;<>"' for ch in address)
        if not (local and at and "." in domain.strip(".") and clean) or "=?" in address:
            raise ValueError("is not an e-mail address")
        return address

    @field_validator("mobile")
    @classmethod
    def _e164(cls, number: str | None) -> str | None:
        if number is not None and not _E164.fullmatch(number):
            raise ValueError("is not a mobile number in international form, e.g. +46701740605")
        return number

    @field_validator("organisation_number")
    @classmethod
    def _orgnr(cls, number: str | None) -> str | None:
        if number is None:
            return None
        return normal_nordic(number)


class DeliveryLeg(Value):
    """What the sender says about reaching the recipient, apart from the recipient's own wishes."""

    not_before: dt.datetime | None = Field(default=None, description="With a time zone; hold until then")
    in_hand_by: Date | None = Field(default=None, description="The last day it may arrive")

    @field_validator("not_before")
    @classmethod
    def _aware(cls, moment: dt.datetime | None) -> dt.datetime | None:
        if moment is not None and moment.utcoffset() is None:
            raise ValueError("needs a time zone, e.g. 2026-11-25T08:00:00+01:00")
        return moment


class PaymentLeg(Value):
    """A mandate to draw the amount: the document says "will be drawn", not "please pay" (S61)."""

    scheme: Literal["autogiro"]
    payer_number: Identifier = Field(repr=False)
    draw_date: Date
    account_hint: Identifier | None = Field(default=None, description="The last digits of the account, for the reader")


class Message(Value):
    """A letter in plain words; the body is Markdown."""

    subject: Name
    body: LetterText


class ReminderDetails(Value):
    """What a reminder adds to the invoice it is about."""

    original_due_date: Date
    level: int = Field(default=1, ge=1, le=9)


class Document(Value):
    """One consignment (försändelse): an envelope around an invoice or a message."""

    kind: DocumentKind
    reference: Identifier = Field(description="The sender's own reference; unique per sender")
    sender: Identifier = Field(description="Which sender of the configuration this is from")
    recipient: Recipient
    delivery: DeliveryLeg = DeliveryLeg()
    payment: PaymentLeg | None = None
    invoice: Invoice | None = Field(default=None, description="For every kind but message and finished_pdf")
    message: Message | None = Field(default=None, description="For kind message")
    pdf: FinishedPdf | None = Field(default=None, description="For kind finished_pdf")
    reminder: ReminderDetails | None = Field(default=None, description="For kind reminder")
    usage: Many[UsageSeries] = ()
    balance: BalanceSeries | None = None

    @model_validator(mode="after")
    def _content_fits_kind(self) -> "Document":
        if (self.kind is DocumentKind.FINISHED_PDF) != (self.pdf is not None):
            raise ValueError("kind finished_pdf carries `pdf`, and no other kind does")
        if self.pdf is not None:
            if self.invoice is not None or self.message is not None:
                raise ValueError("kind finished_pdf carries neither `invoice` nor `message`")
            return self
        if self.kind is DocumentKind.MESSAGE:
            if self.message is None or self.invoice is not None:
                raise ValueError("a message carries `message` and no `invoice`")
            return self
        if self.invoice is None or self.message is not None:
            raise ValueError(f"kind {self.kind} carries `invoice` and no `message`")
        if self.kind is DocumentKind.DIRECT_DEBIT_NOTICE and self.payment is None:
            raise ValueError("kind direct_debit_notice carries `payment`, the mandate to draw by")
        if self.kind is DocumentKind.REMINDER and self.reminder is None:
            raise ValueError("kind reminder carries `reminder`, with the original due date")
        return self
