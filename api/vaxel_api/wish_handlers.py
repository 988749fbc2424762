"""How recipients asked to be reached, and what is not to be reached any more, told by a sender's own systems."""

from typing import Any

from flask import Response, request
from pydantic import ValidationError

from vaxel_api.asking import Asking
from vaxel_api.problems import Problem
from vaxel_api.shapes import SuppressionShape, SuppressionTold, WishShape, WishTold
from vaxel_channels.registry import is_channel
from vaxel_engine.model import Recipient
from vaxel_ledger import wishes
from vaxel_ledger.recipients import IDENTITIES, marks
from vaxel_ledger.suppression import LONGEST_WHY, to_suppress
from vaxel_ledger.wishes import Wished

LONGEST = 10_000
"""Bytes of a body."""


def add(asking: Asking) -> Response:
    """Keep a recipient's wish for this sender's documents; without a channel what was asked for is taken back."""
    desk = asking.desk
    today = desk.clock().date()
    try:
        told = WishTold.model_validate_json(request.stream.read(LONGEST))
        recipient = _recipient(told)
    except ValidationError as error:
        first = error.errors(include_input=False, include_url=False)[0]
        where = ".".join(str(part) for part in first["loc"]) or "the body"
        said = first["msg"].removeprefix("Value error, ").lower()
        example = '{"email": "elin@example.se", "channel": "print"}'
        raise Problem(400, f"{where}: {said}; send e.g. {example}") from error
    if told.channel is not None and not is_channel(told.channel):
        raise Problem(422, f"channel: {told.channel[:40]!r} is no channel; use a name of the settings, e.g. print")
    date = told.date or today
    if date > today:
        raise Problem(422, f"date: {date} lies in the future; a wish counts from the day it was asked for")
    marked = marks(desk.ledger.vault.keys.of(desk.tenant), recipient)
    wished = Wished(marked, told.channel, date, asking.sender, told.day, told.language)
    with desk.ledger.writing() as connection:
        wishes.record(connection, desk.tenant, [wished], source="service", at=desk.clock())
    shape = WishShape(channel=told.channel, counts_from=date, day=told.day, language=told.language)
    return Response(shape.model_dump_json(), status=201, content_type="application/json")


def suppress(asking: Asking) -> Response:
    """Hand nothing more over to an address, whoever sends; a person may lift it (`vaxel suppressed --lift`)."""
    desk = asking.desk
    try:
        told = SuppressionTold.model_validate_json(request.stream.read(LONGEST))
    except ValidationError as error:
        first = error.errors(include_input=False, include_url=False)[0]
        where = ".".join(str(part) for part in first["loc"]) or "the body"
        raise Problem(400, f'{where}: {first["msg"].lower()}; send e.g. {{"address": "elin@example.se"}}') from error
    try:
        address = to_suppress(told.channel, told.address.strip())
    except ValueError as error:
        raise Problem(422, str(error)) from error
    why = told.why.strip()[:LONGEST_WHY] or "asked for over HTTP"
    desk.ledger.suppression(desk.tenant, told.channel).add(address, why=why)
    shape = SuppressionShape(channel=told.channel, why=why)
    return Response(shape.model_dump_json(), status=201, content_type="application/json")


def _recipient(told: WishTold) -> Recipient:
    known: dict[str, Any] = {name: getattr(told, name) for name in IDENTITIES if name != "national_id"}
    if number := told.national_id:
        known["national_id"] = {"country_code": "NO" if len(number) == 11 else "SE", "value": number}
    if not any(known.values()):
        raise Problem(400, f"no recipient is named; send one of {', '.join(IDENTITIES)}")
    return Recipient.model_validate({"name": "-", **known})
