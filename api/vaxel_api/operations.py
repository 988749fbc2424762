"""Every operation once: its path, what it takes and what it answers; routes and OpenAPI are both made from here."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from flask import Response

from vaxel_api import handlers, webhook_handlers, wish_handlers
from vaxel_api.asking import LONGEST_KEY
from vaxel_api.shapes import (
    BatchShape,
    DocumentShape,
    EventsShape,
    MovedShape,
    ReportShape,
    Shape,
    SuppressionShape,
    SuppressionTold,
    WebhookShape,
    WebhooksShape,
    WebhookWish,
    WishShape,
    WishTold,
)
from vaxel_channels.routing.words import SPOKEN
from vaxel_engine.artifact import MEDIA_TYPES, ArtifactKind

Content = Mapping[str, "type[Shape] | None"]
"""By media type, the shape of it; None for bytes."""


@dataclass(frozen=True, slots=True)
class Parameter:
    """Something in the query or a header."""

    name: str
    where: Literal["query", "header"]
    what_for: str
    schema: Mapping[str, Any]
    required: bool = False


@dataclass(frozen=True, slots=True)
class Operation:
    """One thing that can be asked for with a key."""

    name: str
    method: Literal["GET", "POST", "DELETE"]
    path: str
    summary: str
    handler: Callable[..., Response]
    """Takes the `Asking` and the parts of the path."""
    content: Content
    status: int = 200
    answer: str = "As asked for."
    parameters: tuple[Parameter, ...] = ()
    takes_file: bool = False
    takes: type[Shape] | None = None
    """The JSON of its body, where it takes one."""
    refusals: Mapping[int, str] = field(default_factory=dict[int, str])
    """What else it may answer, besides 401 and 500."""


_FILE = Parameter(
    "file", "query", "What the file is called in reports", {"type": "string", "maxLength": 100, "default": "request"}
)
_KIND = Parameter(
    "kind",
    "query",
    "Which artifact",
    {"type": "string", "enum": [kind.value for kind in ArtifactKind], "default": ArtifactKind.MAILBOX_PDF.value},
)
_KEY = Parameter(
    "Idempotency-Key",
    "header",
    "The same when the request is repeated; another for another file",
    {"type": "string", "minLength": 1, "maxLength": LONGEST_KEY},
    required=True,
)
_HOLD = Parameter(
    "hold", "query", "Let nothing leave of it until it is released", {"type": "boolean", "default": False}
)
_CONTROL = (
    Parameter(
        "control_documents",
        "query",
        "How many documents the sender says are in it; all of it is held where they differ",
        {"type": "integer", "minimum": 0},
    ),
    Parameter(
        "control_sum",
        "query",
        "What the sender says there is to pay, per currency, e.g. SEK:1250.00",
        {"type": "array", "items": {"type": "string"}},
    ),
)
_DESPITE = Parameter(
    "despite_totals",
    "query",
    "Also where the sender's totals differ from what came in",
    {"type": "boolean", "default": False},
)
_NO_BATCH = {404: "No such batch of this key's sender"}
_NO_DOCUMENT = {404: "No such document of this key's sender"}
_NO_WEBHOOK = {404: "No such webhook of this key's sender"}
_ANY_ARTIFACT: Content = dict.fromkeys(sorted({media.partition(";")[0] for media in MEDIA_TYPES.values()}), None)
_REPORT: Content = {"text/csv": None, "application/json": ReportShape, "application/xml": None}

OPERATIONS: tuple[Operation, ...] = (
    Operation(
        "render",
        "POST",
        "/render",
        "Render the one document of a file into one artifact; nothing is kept.",
        handlers.render,
        _ANY_ARTIFACT,
        answer="The artifact.",
        parameters=(_KIND, _FILE),
        takes_file=True,
        refusals={
            400: "A parameter or the body is missing or wrong",
            403: "The document is another sender's",
            413: "The body is too large",
            422: "The document cannot be read or rendered",
        },
    ),
    Operation(
        "send",
        "POST",
        "/send",
        "Accept a file, durably; a worker hands each document over through its smartest channel.",
        handlers.send,
        {"application/json": BatchShape},
        status=202,
        answer="The batch; with `Idempotent-Replayed: true` when the same was asked before.",
        parameters=(_KEY, _FILE, _HOLD, *_CONTROL),
        takes_file=True,
        refusals={
            400: "The key, a parameter or the body is missing or wrong",
            409: "The same request is being worked on, or the batch was cancelled meanwhile",
            413: "The body is too large",
            422: "The file cannot be read, or the key was used for another body",
            503: "Nothing can be accepted at this moment",
        },
    ),
    Operation(
        "batch",
        "GET",
        "/batches/{batch_id}",
        "How a batch stands, what went which way, and what the rest waits for.",
        handlers.batch,
        {"application/json": BatchShape},
        answer="The batch.",
        refusals=_NO_BATCH,
    ),
    Operation(
        "report",
        "GET",
        "/batches/{batch_id}/report",
        "What became of each record, in the form that `Accept` names; CSV where it names none.",
        handlers.report,
        _REPORT,
        answer="One line per record, in the file's order.",
        refusals=_NO_BATCH,
    ),
    Operation(
        "report_as",
        "GET",
        "/batches/{batch_id}/report.{form}",
        "The same, as csv, json or xml.",
        handlers.report,
        _REPORT,
        answer="One line per record, in the file's order.",
        refusals=_NO_BATCH,
    ),
    Operation(
        "document",
        "GET",
        "/documents/{document_id}",
        "Everything that decided what became of a document.",
        handlers.document,
        {"application/json": DocumentShape},
        answer="Reasons for and against each channel, told in a language too; hand-overs, events.",
        parameters=(
            Parameter(
                "language",
                "query",
                "In which language `told` is",
                {"type": "string", "enum": list(SPOKEN), "default": "en"},
            ),
        ),
        refusals={400: "Decisions are not told in that language", **_NO_DOCUMENT},
    ),
    Operation(
        "artifact",
        "GET",
        "/documents/{document_id}/artifacts/{kind}",
        "An artifact as it was handed over.",
        handlers.artifact,
        _ANY_ARTIFACT,
        answer="The artifact's own bytes.",
        refusals={
            400: "There is no such kind of artifact",
            404: "No such document or artifact of this key's sender",
            410: "It was erased",
        },
    ),
    Operation(
        "events",
        "GET",
        "/events",
        "What happened after a number, in order; ask again with `next`.",
        handlers.events,
        {"application/json": EventsShape},
        answer="Events of this sender's batches.",
        parameters=(
            Parameter("after", "query", "The last number seen", {"type": "integer", "minimum": 0, "default": 0}),
            Parameter(
                "limit",
                "query",
                "How many at most",
                {"type": "integer", "minimum": 1, "maximum": handlers.MOST_EVENTS, "default": 100},
            ),
        ),
        refusals={400: "A parameter is wrong"},
    ),
    *(
        Operation(
            f"{verb}_{thing}",
            "POST",
            f"/{things}/{{{thing}_id}}/{verb}",
            f"{summary} {of}",
            handler,
            {"application/json": MovedShape},
            answer="How many documents were moved, and what it came too late for.",
            parameters=parameters,
            refusals={**nothing, **refusals},
        )
        for thing, things, of, nothing in (
            ("batch", "batches", "of a batch.", _NO_BATCH),
            ("document", "documents", "of a document.", _NO_DOCUMENT),
        )
        for verb, summary, handler, parameters, refusals in (
            ("hold", "Let nothing more leave", handlers.hold, (), {}),
            (
                "release",
                "Let go on what is held",
                handlers.release,
                (_DESPITE,),
                {
                    400: "A parameter is wrong",
                    409: "The sender's totals differ from what came in",
                },
            ),
            ("cancel", "Cancel what has not left, and ask back what a provider holds,", handlers.cancel, (), {}),
        )
    ),
    Operation(
        "webhooks",
        "GET",
        "/webhooks",
        "The addresses that hear what happens to this sender's batches, without their secrets.",
        webhook_handlers.every,
        {"application/json": WebhooksShape},
    ),
    Operation(
        "add_webhook",
        "POST",
        "/webhooks",
        "Tell an address what happens from now on, by the Standard Webhooks rules.",
        webhook_handlers.add,
        {"application/json": WebhookShape},
        status=201,
        answer="The webhook; its `secret` is shown this once.",
        takes=WebhookWish,
        refusals={400: "The body is not as asked for", 422: "The address or a type is none that can be told"},
    ),
    Operation(
        "wish",
        "POST",
        "/wishes",
        "Keep how a recipient asked to be reached by this sender; the newest one wins.",
        wish_handlers.add,
        {"application/json": WishShape},
        status=201,
        answer="The wish, and the day from which it counts.",
        takes=WishTold,
        refusals={
            400: "No recipient, or the body is not as asked for",
            422: "No such channel, or a date in the future",
        },
    ),
    Operation(
        "suppress",
        "POST",
        "/suppressions",
        "Hand nothing more over to an address; a person may lift it.",
        wish_handlers.suppress,
        {"application/json": SuppressionShape},
        status=201,
        answer="The list it is on, and why; never the address.",
        takes=SuppressionTold,
        refusals={
            400: "The body is not as asked for",
            422: "No such list, or no address",
        },
    ),
    Operation(
        "webhook",
        "GET",
        "/webhooks/{webhook_id}",
        "One address, how its messages stand, and its newest tries.",
        webhook_handlers.one,
        {"application/json": WebhookShape},
        refusals=_NO_WEBHOOK,
    ),
    Operation(
        "remove_webhook",
        "DELETE",
        "/webhooks/{webhook_id}",
        "Forget an address with its messages.",
        webhook_handlers.remove,
        {"application/json": WebhookShape},
        answer="The webhook as it was.",
        refusals=_NO_WEBHOOK,
    ),
    Operation(
        "rotate_webhook",
        "POST",
        "/webhooks/{webhook_id}/rotate",
        "Another secret; for 24 hours the old one signs too.",
        webhook_handlers.rotate,
        {"application/json": WebhookShape},
        answer="The webhook; its new `secret` is shown this once.",
        refusals=_NO_WEBHOOK,
    ),
    Operation(
        "enable_webhook",
        "POST",
        "/webhooks/{webhook_id}/enable",
        "Let a disabled address go on where it stopped.",
        webhook_handlers.enable,
        {"application/json": WebhookShape},
        refusals=_NO_WEBHOOK,
    ),
    Operation(
        "replay_webhook",
        "POST",
        "/webhooks/{webhook_id}/replay",
        "Send one message again, or everything after an event, each under the `webhook-id` that it had.",
        webhook_handlers.replay,
        {"application/json": WebhookShape},
        status=202,
        parameters=(
            Parameter("message", "query", "This message, by its webhook-id", {"type": "string"}),
            Parameter("after", "query", "Everything after this event number", {"type": "integer", "minimum": 0}),
        ),
        refusals={400: "Neither or both are given", 404: "No such webhook or message"},
    ),
)
