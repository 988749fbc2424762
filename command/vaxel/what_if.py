"""A past batch under other rules: every document that would have moved, and what that would have cost."""

import datetime as dt
from collections.abc import Mapping
from dataclasses import replace
from decimal import Decimal
from pathlib import Path

from sqlalchemy import select

from vaxel.routing_outputs import MovedLine, WhatIfOutput
from vaxel.switch import Switch
from vaxel_channels.contract import Order
from vaxel_channels.deciding_again import again
from vaxel_channels.dispatcher.frozen import thaw
from vaxel_channels.planning import piece_of
from vaxel_channels.prices import Piece, Prices
from vaxel_channels.routing import SenderPolicy
from vaxel_channels.routing.rules_file import load as load_rules
from vaxel_engine.artifact import ArtifactKind
from vaxel_engine.errors import VaxelError
from vaxel_engine.model import Document, Wish
from vaxel_ledger import BatchLine, Decision, tables, wishes
from vaxel_ledger.recipients import marks
from vaxel_ledger.vault import CONSIGNMENT, find
from vaxel_ledger.work import load as load_documents

PAGE = 200


def what_if(switch: Switch, batch: BatchLine, rules: Path, prices: Prices) -> WhatIfOutput:
    """Decide a batch again by a rules file, as on the day on which it was decided.

    Raises:
        Misconfigured: the rules file is wrong.
    """
    policy = SenderPolicy.of(load_rules(rules).rules)
    moved: list[MovedLine] = []
    counted = passed_over = unasked = 0
    document = tables.document.c
    query = (
        select(document.id, document.ext_id, document.route)
        .where(document.batch_id == batch.batch_id)
        .order_by(document.record)
    )
    with switch.ledger.reading() as connection:
        rows = connection.execute(query).all()
    for start in range(0, len(rows), PAGE):
        page = rows[start : start + PAGE]
        ids = [row[0] for row in page]
        with switch.ledger.reading() as connection:
            documents = load_documents(connection, switch.ledger.vault, ids).documents
        for document_id, reference, route in page:
            kept = Decision.from_json(route) if route else None
            found = documents.get(document_id)
            if kept is None or found is None or "at" not in kept.given:
                passed_over += 1
                continue
            counted += 1
            later = _known_then(switch, found, kept)
            channels = switch.channels.of(found.sender)
            other = again(found, kept, policy, channels, later, prices=prices.beginning())
            if other is None:
                continue
            unasked += other.unasked
            before, after = kept.channel(0), other.decision.channel(0)
            if before != after:
                costs = _cost(switch, document_id, found, before, prices), _new_cost(switch, found, after, prices)
                moved.append(
                    MovedLine(
                        document=reference,
                        before=before,
                        after=after,
                        difference=costs[1] - costs[0],
                        sentence=other.decision.sentence,
                    )
                )
    return WhatIfOutput(
        batch=batch.batch_id,
        version=policy.in_force.version,
        documents=counted,
        passed_over=passed_over,
        moved=tuple(moved),
        difference=sum((line.difference for line in moved), Decimal(0)),
        currency=prices.currency,
        unasked=unasked,
    )


def _known_then(switch: Switch, document: Document, kept: Decision) -> list[Wish]:
    """The wishes beside the file that were kept by then."""
    at = dt.datetime.fromisoformat(str(kept.given["at"]))
    tenant = switch.settings.tenant
    named = marks(switch.ledger.vault.keys.of(tenant), document.recipient)
    with switch.ledger.reading() as connection:
        found = wishes.standing(connection, tenant, document.sender, named, until=at)
    return list(dict.fromkeys(wish for mark in named for wish in found.get(mark, ())))


def _cost(switch: Switch, document_id: str, document: Document, channel: str | None, prices: Prices) -> Decimal:
    """What it cost: by the letter that was frozen for it, else by a new one."""
    if channel is None or channel not in prices.channels:
        return Decimal(0)
    with switch.ledger.reading() as connection:
        kept = find(connection, [document_id], [CONSIGNMENT])
        keys = switch.ledger.vault.data_keys(connection, [document_id])
    for one in kept:
        consignment = thaw(switch.ledger.vault.open(one, keys.get(document_id)))
        if consignment.channel == channel:
            return prices.of(replace(piece_of(consignment), together=""))
    return _new_cost(switch, document, channel, prices)


def _new_cost(switch: Switch, document: Document, channel: str | None, prices: Prices) -> Decimal:
    if channel is None or channel not in prices.channels:
        return Decimal(0)
    opened = switch.channels.of(document.sender)[channel]
    if ArtifactKind.PRINT_PDF not in opened.capabilities.artifacts:
        return prices.of(Piece(channel))
    try:
        order = Order(document, {}, "0" * 64, switch.ledger.clock())
        piece = switch.planner(prices).piece(channel, opened, order)
    except VaxelError:
        return prices.beginning()[channel]  # it would not be taken; what a letter costs at least
    return prices.of(replace(piece, together=""))


def held_apart(lines: tuple[MovedLine, ...]) -> Mapping[tuple[str | None, str | None], int]:
    """How many move from where to where."""
    ways: dict[tuple[str | None, str | None], int] = {}
    for line in lines:
        ways[line.before, line.after] = ways.get((line.before, line.after), 0) + 1
    return ways
