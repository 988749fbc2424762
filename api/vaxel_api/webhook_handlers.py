"""The addresses of a sender's own systems that hear what happens, set up over HTTP."""

from flask import Response, request
from pydantic import ValidationError
from sqlalchemy import Connection

from vaxel_api.asking import Asking
from vaxel_api.problems import NO_SUCH_WEBHOOK, Problem
from vaxel_api.shapes import TryShape, WebhookShape, WebhooksShape, WebhookWish
from vaxel_engine.errors import Refused
from vaxel_ledger import webhook_outbox, webhooks
from vaxel_ledger.webhooks import Endpoint

LONGEST_WISH = 10_000
"""Bytes of a body."""


def every(asking: Asking) -> Response:
    """All addresses of this sender."""
    desk = asking.desk
    with desk.ledger.reading() as connection:
        found = webhooks.every(connection, desk.tenant, sender=asking.sender)
        shapes = tuple(_shape(connection, one) for one in found)
    return _answer(WebhooksShape(webhooks=shapes), 200)


def add(asking: Asking) -> Response:
    """Tell an address what happens from now on."""
    desk = asking.desk
    try:
        wish = WebhookWish.model_validate_json(request.stream.read(LONGEST_WISH))
    except ValidationError as error:
        first = error.errors(include_input=False, include_url=False)[0]
        where = ".".join(str(part) for part in first["loc"]) or "the body"
        said = f'{where}: {first["msg"].lower()}; send e.g. {{"url": "https://billing.example/hooks"}}'
        raise Problem(400, said) from error
    try:
        webhook_outbox.check_types(wish.types)
        desk.judge_webhook(wish.url)
    except Refused as error:
        raise Problem(422, str(error)) from error
    key = desk.ledger.vault.keys.of(desk.tenant)
    with desk.ledger.writing() as connection:
        made = webhooks.create(connection, key, wish.url, sender=asking.sender, kinds=wish.types, at=desk.clock())
        shape = _shape(connection, made.endpoint, secret=made.secret)
    return _answer(shape, 201)


def one(asking: Asking, webhook_id: str) -> Response:
    """One address with its newest tries."""
    with asking.desk.ledger.reading() as connection:
        return _answer(_shape(connection, _own(connection, asking, webhook_id), tries=True), 200)


def remove(asking: Asking, webhook_id: str) -> Response:
    """Forget it, and answer what it was."""
    with asking.desk.ledger.writing() as connection:
        found = _own(connection, asking, webhook_id)
        shape = _shape(connection, found)
        webhooks.remove(connection, found.id)
    return _answer(shape, 200)


def rotate(asking: Asking, webhook_id: str) -> Response:
    """Another secret, beside which the old one signs for a day."""
    desk = asking.desk
    key = desk.ledger.vault.keys.of(desk.tenant)
    with desk.ledger.writing() as connection:
        made = webhooks.rotate(connection, key, _own(connection, asking, webhook_id), at=desk.clock())
        return _answer(_shape(connection, made.endpoint, secret=made.secret), 200)


def enable(asking: Asking, webhook_id: str) -> Response:
    """Let it go on where it stopped; harmless where it was not disabled."""
    with asking.desk.ledger.writing() as connection:
        webhooks.enable(connection, _own(connection, asking, webhook_id).id, at=asking.desk.clock())
        return _answer(_shape(connection, _own(connection, asking, webhook_id)), 200)


def replay(asking: Asking, webhook_id: str) -> Response:
    """Send one message again, or everything after an event."""
    message, after = request.args.get("message"), request.args.get("after")
    if (message is None) == (after is None):
        raise Problem(400, "say what is sent again: ?message= with a webhook-id, or ?after= with an event number")
    if after is not None and not (after.isascii() and after.isdigit() and len(after) < 19):
        raise Problem(400, f"after is {after[:20]!r}; give the number of an event")
    at = asking.desk.clock()
    with asking.desk.ledger.writing() as connection:
        found = _own(connection, asking, webhook_id)
        if after is not None:
            webhooks.replay_after(connection, found, int(after), at=at)
        elif not webhooks.replay(connection, found, message or "", at=at):
            raise Problem(404, f"{found.id} has no message {(message or '')[:80]!r}; older ones come again by ?after=")
        return _answer(_shape(connection, found), 202)


def _own(connection: Connection, asking: Asking, webhook_id: str) -> Endpoint:
    desk = asking.desk
    for found in webhooks.every(connection, desk.tenant, sender=asking.sender):
        if found.id == webhook_id:
            return found
    raise Problem(404, NO_SUCH_WEBHOOK.format(webhook_id[:60]))


def _shape(
    connection: Connection, endpoint: Endpoint, *, secret: str | None = None, tries: bool = False
) -> WebhookShape:
    stands = webhooks.standing(connection, endpoint.id)
    tried = webhooks.log(connection, endpoint.id) if tries else ()
    return WebhookShape.model_validate(
        {
            "webhook": endpoint.id,
            "url": endpoint.url,
            "types": endpoint.kinds,
            "state": endpoint.state.value,
            "why": endpoint.why,
            "pending": stands.pending,
            "delivered": stands.delivered,
            "given_up": stands.given_up,
            "next_due": stands.next_due,
            "created_at": endpoint.created_at,
            "secret": secret,
            "tries": tuple(
                TryShape(message=one.message_id, type=one.kind, at=one.at, status=one.status, said=one.said, ms=one.ms)
                for one in tried
            ),
        }
    )


def _answer(shape: WebhookShape | WebhooksShape, status: int) -> Response:
    return Response(shape.model_dump_json(), status, content_type="application/json")
