"""What routing costs: a match of many recipients, and the decision of one document with its look-ups remembered."""

import contextlib
import datetime as dt
import json
import time
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from zoneinfo import ZoneInfo

from vaxel.bench_channels import stand_ins
from vaxel_channels.accounts import Accounts
from vaxel_channels.contract import Channel
from vaxel_channels.registers import Registers
from vaxel_channels.registry import CHANNELS
from vaxel_channels.routing import Rules, SenderPolicy, decide, occasion, worth_asking
from vaxel_channels.routing.rules import ChannelRules, KindRules
from vaxel_channels.settings import Mode
from vaxel_engine.identifiers.check_digits import luhn_digit
from vaxel_engine.model import Document, DocumentKind, NationalId

CHUNK = 100
RULES = Rules(
    ("kivra", "email", "sms", "print"),
    version="bench",
    digest="0" * 64,
    kinds={DocumentKind.INVOICE: KindRules(days_before_due=10)},
    of_channels={"print": ChannelRules(days=3)},
)


@dataclass(frozen=True, slots=True)
class RoutingCost:
    """What was measured."""

    recipients: int
    match_seconds: float
    """On the clock, the register's own work included."""
    match_calls: int
    match_cpu_ms: float
    """Per recipient, of this process alone."""
    documents: int
    routing_cpu_ms: float
    """Per document: look-ups remembered, decision, reasons, and the JSON that is kept."""


def bench_routing(document: Document, recipients: int, documents: int) -> RoutingCost:
    """Match so many people in Kivra's register, then route so many documents with what was learned."""
    several = [_to(document, number) for number in range(recipients)]
    clock = dt.datetime(2026, 11, 20, 9, tzinfo=ZoneInfo("Europe/Stockholm"))
    with stand_ins() as tables, TemporaryDirectory() as folder, contextlib.ExitStack() as opened:
        by_name = dict(tables.values())
        by_name["print"] = {"folder": str(_made(Path(folder) / "drop"))}
        channels: dict[str, Channel] = {}
        for name in RULES.channels:
            channels[name] = CHANNELS[name].open(name, by_name[name], Mode.SANDBOX)
            opened.callback(channels[name].close)
        registers = Registers(lambda: clock, remembered=recipients)
        people = [one.recipient for one in several]
        begun, spent = time.monotonic(), time.process_time()
        registers.look_up(channels["kivra"], people)
        seconds, cpu = time.monotonic() - begun, time.process_time() - spent
        routed = _routed(several[:documents], Accounts(channels), registers, clock)
    return RoutingCost(
        recipients=recipients,
        match_seconds=seconds,
        match_calls=-(-recipients // channels["kivra"].capabilities.register_batch),
        match_cpu_ms=cpu * 1_000 / recipients,
        documents=min(documents, recipients),
        routing_cpu_ms=routed,
    )


def _routed(documents: list[Document], channels: Accounts, registers: Registers, at: dt.datetime) -> float:
    """CPU milliseconds per document, chunk by chunk as a worker does it."""
    policy, capabilities = SenderPolicy.of(RULES), {name: one.capabilities for name, one in channels.items()}
    begun = time.process_time()
    for start in range(0, len(documents), CHUNK):
        chunk = documents[start : start + CHUNK]
        names = worth_asking(chunk[0].kind, policy, capabilities)
        answers = {name: registers.look_up(channels[name], [one.recipient for one in chunk]).reaches for name in names}
        for ix, one in enumerate(chunk):
            reached = {name: answers[name][ix] for name in names}
            decision = decide(one.kind, one.recipient.wishes, policy, capabilities, reached, occasion(one, at))
            json.dumps(decision.as_json())
    return (time.process_time() - begun) * 1_000 / len(documents)


def _to(document: Document, number: int) -> Document:
    """The same document to somebody else: serial numbers 238 are in the simulator's register, others are not."""
    day = dt.date(1930, 1, 1) + dt.timedelta(days=number // 4)
    plain = f"{day:%Y%m%d}{(238, 240, 242, 244)[number % 4]}"
    identity = NationalId(country_code="SE", value=plain + luhn_digit(plain[2:]))
    recipient = document.recipient.model_copy(update={"national_id": identity})
    return document.model_copy(update={"recipient": recipient})


def _made(folder: Path) -> Path:
    folder.mkdir()
    return folder
