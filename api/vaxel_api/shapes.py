"""What answers look like: the promise to billing systems, published as JSON Schema in the OpenAPI document."""

import datetime as dt
from typing import Any, Literal

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field

from vaxel_engine.model import Language


class Shape(BaseModel):
    """A value answered as JSON."""

    model_config = ConfigDict(frozen=True, extra="forbid", populate_by_name=True)


class ProblemShape(Shape):
    """A refusal, by RFC 9457."""

    title: str
    status: int = Field(ge=400, le=599)
    detail: str = Field(description="One sentence: what was found, and what to do")


class Counts(Shape):
    """in = delivered + waiting + failed + rejected + cancelled."""

    in_: int = Field(alias="in", ge=0, description="Records read")
    delivered: int = Field(ge=0)
    waiting: int = Field(ge=0, description="Held, or handed over without the final word; includes `unknown`")
    failed: int = Field(ge=0)
    rejected: int = Field(ge=0, description="Never accepted at intake; the report says why")
    cancelled: int = Field(ge=0)
    unknown: int = Field(ge=0, description="Of the waiting: the outcome of the hand-over is unknown")


class Went(Shape):
    """Documents whose last hand-over went through one channel and stands at one word."""

    channel: str
    status: str
    documents: int = Field(ge=1)


class Waits(Shape):
    """Documents that wait for the same reason."""

    reason: str
    documents: int = Field(ge=1)
    next_due: AwareDatetime | None


class BatchShape(Counts):
    """How one batch stands."""

    batch: str
    file: str
    state: Literal["receiving", "received", "done", "cancelled"]
    held: str | None = Field(description="Why it waits for a person")
    accepted_at: AwareDatetime
    went: tuple[Went, ...]
    waits: tuple[Waits, ...]


class Reported(Shape):
    """What became of one record."""

    document: str = Field(description="The sender's reference; for a rejected record `file#record`")
    document_id: str | None
    recipient: str
    kind: str
    channel: str | None
    status: str
    reason: str
    artifacts: tuple[dict[str, Any], ...]
    accepted_at: AwareDatetime
    handed_over_at: AwareDatetime | None
    final_at: AwareDatetime | None
    cost: str | None = Field(description="Of every hand-over that took place, by the operator's prices")
    currency: str | None


class ReportShape(Counts):
    """A batch, with every record in the file's order."""

    batch: str
    file: str
    documents: tuple[Reported, ...]


class DocumentShape(Shape):
    """Everything that decided what became of a document."""

    document: str
    document_id: str
    state: str
    sentence: str
    status: str = Field(description="The word of the report")
    order: tuple[str, ...] = Field(description="The channels to try, in order")
    given: dict[str, Any] = Field(description="What the decision was made on: moment, registers' answers, rules")
    payment: dict[str, Any] | None = Field(description="The payment leg, where the amount is drawn")
    channels: tuple[dict[str, Any], ...] = Field(description="A reason for or against each channel")
    told: dict[str, Any] = Field(description="The same sentence and reasons in the language that was asked for")
    hand_overs: tuple[dict[str, Any], ...]
    events: tuple[dict[str, Any], ...]


class EventShape(Shape):
    """Something that happened; nothing personal stands in it."""

    seq: int = Field(ge=1)
    at: AwareDatetime
    batch: str
    document_id: str | None
    kind: str
    actor: str
    data: dict[str, Any]


class EventsShape(Shape):
    """A piece of the stream, and where it goes on."""

    events: tuple[EventShape, ...]
    next: int = Field(ge=0, description="What `after` is next; the same as before when nothing happened")


class LeftShape(Shape):
    """A document that had left, or was leaving, before it could be kept."""

    document: str = Field(description="The sender's reference")
    document_id: str
    state: str


class MovedShape(Shape):
    """What a wish to hold, release or cancel came to."""

    moved: int = Field(ge=0, description="Documents that were held, released or cancelled")
    left: tuple[LeftShape, ...] = Field(description="What it came too late for; the first 20")
    left_in_all: int = Field(ge=0)
    asked_back: int = Field(ge=0, description="Of those: a worker asks their providers to give them back")


class WebhookWish(Shape):
    """What is asked of `POST /webhooks`."""

    url: str = Field(description="A public https address that answers 2xx within 15 seconds")
    types: tuple[str, ...] = Field(default=(), description="What it hears of, e.g. document.failed; all without")


class WishTold(Shape):
    """What is asked of `POST /wishes`: one recipient, by one or several identities."""

    national_id: str | None = Field(default=None, repr=False, description="SE: 12 digits. NO: 11 digits")
    organisation_number: str | None = None
    email: str | None = Field(default=None, repr=False)
    mobile: str | None = Field(default=None, repr=False, description="E.164, e.g. +46701740605")
    channel: str | None = Field(default=None, description="A channel's name; null takes back what was asked for")
    date: dt.date | None = Field(default=None, description="When it was asked for; today without")
    day: int | None = Field(default=None, ge=1, le=28, description="The day of the month on which it is wanted")
    language: Language | None = None


class WishShape(Shape):
    """A wish as it is kept; documents that are decided from now on follow it."""

    channel: str | None
    counts_from: dt.date
    day: int | None
    language: Language | None


class SuppressionTold(Shape):
    """What is asked of `POST /suppressions`."""

    address: str = Field(repr=False, description="An e-mail address that nothing may go to any more")
    channel: str = Field(default="email", description="The channel whose list it goes onto")
    why: str = Field(default="", description="In words, without anything personal")


class SuppressionShape(Shape):
    """What is on the list now; the list keeps no address."""

    channel: str
    why: str


class TryShape(Shape):
    """One try of one message."""

    message: str = Field(description="Its webhook-id")
    type: str
    at: AwareDatetime
    status: int | None = Field(description="Of the answer; null where there was none")
    said: str
    ms: int = Field(ge=0)


class WebhookShape(Shape):
    """An address that hears what happens."""

    webhook: str
    url: str
    types: tuple[str, ...] = Field(description="What it hears of; empty: everything")
    state: Literal["active", "disabled"]
    why: str | None = Field(description="Why it is disabled")
    pending: int = Field(ge=0)
    delivered: int = Field(ge=0)
    given_up: int = Field(ge=0)
    next_due: AwareDatetime | None
    created_at: AwareDatetime
    secret: str | None = Field(default=None, description="`whsec_…`, shown when it is made and when it is rotated")
    tries: tuple[TryShape, ...] = Field(default=(), description="The newest first; where one webhook is asked for")


class WebhooksShape(Shape):
    """Every address of a sender."""

    webhooks: tuple[WebhookShape, ...]


class Health(Shape):
    """Whether the service lives, or is ready."""

    status: Literal["ok"]


SHAPES: tuple[type[Shape], ...] = (
    ProblemShape,
    BatchShape,
    ReportShape,
    DocumentShape,
    EventsShape,
    MovedShape,
    WebhookWish,
    WishShape,
    WishTold,
    SuppressionShape,
    SuppressionTold,
    WebhookShape,
    WebhooksShape,
    Health,
)
