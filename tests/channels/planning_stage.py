"""Random rules and batches, and one run of each: what the tests of plans share."""

import datetime as dt
import random
from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal
from pathlib import Path

from tests.channels.dispatcher.stage import Provider, Stand
from tests.ledger.stage import Clock

from vaxel_channels.accounts import accounts
from vaxel_channels.contract import Capabilities, Channel, Reach
from vaxel_channels.dispatcher import Dispatcher, DispatchSettings, Render, SenderPolicy
from vaxel_channels.dispatcher.frozen import thaw
from vaxel_channels.planning import Planned, Planner, piece_of
from vaxel_channels.prices import ChannelPrice, Piece, Prices
from vaxel_channels.print_house import PrintHouse, PrintHouseSettings
from vaxel_channels.registers import Registers
from vaxel_channels.routing import Identity, Rules
from vaxel_channels.routing.contradictions import contradictions
from vaxel_channels.routing.rules import ChannelRules, KindRules, Ramp
from vaxel_engine.artifact import Artifact, ArtifactKind
from vaxel_engine.model import Document, DocumentKind, Recipient
from vaxel_ledger import Ledger
from vaxel_ledger.vault import CONSIGNMENT, find

LETTER = (Path(__file__).parent / "letter.pdf").read_bytes()
NAMES = ("kivra", "digipost", "email", "sms", "print")
PRICES = Prices(
    "Test prices",
    dt.date(2026, 1, 1),
    "SEK",
    {
        "kivra": ChannelPrice(Decimal("3.10")),
        "digipost": ChannelPrice(Decimal("2.90")),
        "email": ChannelPrice(Decimal("0.20")),
        "sms": ChannelPrice(Decimal("0.65")),
        "print": ChannelPrice(
            Decimal("0.90"),
            Decimal("0.45"),
            tuple((step, Decimal(step) / 10 + 8) for step in (20, 50, 100, 250, 500, 1000, 2000)),
        ),
    },
)


@dataclass
class Registered(Stand):
    """A channel with a register, which says what stands in the recipient's name."""

    @property
    def capabilities(self) -> Capabilities:
        return replace(super().capabilities, register_holds=dt.timedelta(hours=4))


@dataclass(frozen=True)
class Reader:
    """Reads a register's answer out of the recipient's name, e.g. "kivra=hit email=no address"."""

    channel: str

    def __call__(self, recipient: Recipient) -> Reach:
        for word in recipient.name.split(";"):
            name, _, reach = word.partition("=")
            if name == self.channel:
                return Reach(reach)
        return Reach.HIT


def render(
    _document: Document, kinds: Collection[ArtifactKind], _link: str | None, _pack: Mapping[str, str] | None
) -> Mapping[ArtifactKind, Artifact]:
    """Letters are a real PDF of a mail house's rules."""
    return {kind: Artifact(kind, LETTER if kind is ArtifactKind.PRINT_PDF else b"made") for kind in kinds}


@dataclass
class World:
    """One ledger for many runs, each with rules of its own."""

    ledger: Ledger
    clock: Clock
    folder: Path
    runs: int = 0
    channels: dict[str, Channel] = field(default_factory=dict[str, Channel])

    def __post_init__(self) -> None:
        for name in NAMES[:-1]:
            made = Registered if name in ("kivra", "digipost") else Stand
            stand = made(Provider(self.folder / f"{name}.taken", deduplicates=False), name)
            stand.reach = Reader(name)
            self.channels[name] = stand
        drop = self.folder / "drop"
        drop.mkdir()
        self.channels["print"] = PrintHouse(PrintHouseSettings(folder=drop, co_envelope=True))

    def planner(self, rules: Rules, made: Render = render) -> Planner:
        """A planner by these rules."""
        return Planner(
            self.ledger,
            "main",
            accounts(self.channels),
            {"nordljus": SenderPolicy.of(rules)}.get,
            made,
            PRICES,
            Registers(self.clock),
        )

    def run(self, rules: Rules, documents: Sequence[Document], made: Render = render) -> str:
        """Hand the documents over by these rules, and answer the batch."""
        self.runs += 1
        source = f"{self.runs:064x}"
        batch = self.ledger.accept(source, "run.json", "main", documents).batch_id
        settings = DispatchSettings(
            senders={"nordljus": SenderPolicy.of(rules)}.get,
            prices=lambda _sender: (PRICES.beginning(), "SEK"),
        )
        with Dispatcher(self.ledger, self.channels, made, self.clock, settings) as dispatcher:
            dispatcher.dispatch(batch)
        return batch

    def pieces(self, batch: str) -> list[Piece]:
        """What the hand-overs of a batch took."""
        found: list[Piece] = []
        for line in self.ledger.report(batch):
            if line.channel is None or line.document_id is None:
                continue
            with self.ledger.reading() as connection:
                (kept,) = find(connection, [line.document_id], [CONSIGNMENT])
                key = self.ledger.vault.data_keys(connection, [line.document_id])[line.document_id]
            found.append(piece_of(thaw(self.ledger.vault.open(kept, key))))
        return found


def ways(planned: Sequence[Planned]) -> Counter[str]:
    """How many would go each way."""
    return Counter(one.channel or ("waits" if one.waits else "nothing") for one in planned)


def random_rules(dice: random.Random) -> Rules:
    """Rules that somebody could write: drawn until nothing in them contradicts itself."""
    while True:
        channels = tuple(dice.sample(NAMES, dice.randint(1, len(NAMES))))
        rules = Rules(
            channels,
            version="random",
            digest=f"{dice.getrandbits(64):064x}",
            prefer=dice.choice(("order", "cost")),
            try_unmatched=dice.random() < 0.3,
            country=dice.choice(("SE", "NO", "DK", "FI")),
            kinds={kind: _kind(dice, channels) for kind in DocumentKind if dice.random() < 0.4},
            of_channels={name: _channel(dice, name) for name in channels if dice.random() < 0.5},
        )
        if not contradictions(rules, {}):
            return rules


def _kind(dice: random.Random, channels: Sequence[str]) -> KindRules:
    return KindRules(
        channels=tuple(dice.sample(channels, dice.randint(1, len(channels)))) if dice.random() < 0.5 else None,
        lawful=frozenset(dice.sample(channels, dice.randint(1, len(channels)))) if dice.random() < 0.4 else None,
        fallback=dice.random() < 0.7,
        days_before_due=dice.choice((None, 5, 10, 30)),
    )


def _channel(dice: random.Random, name: str) -> ChannelRules:
    every, none = frozenset(DocumentKind), frozenset[DocumentKind]()
    return ChannelRules(
        kinds=frozenset(dice.sample(list(DocumentKind), 4)) if dice.random() < 0.3 else None,
        needs=tuple(dice.sample(list(Identity), 1)) if dice.random() < 0.3 else (),
        days=dice.randint(0, 8),
        co_envelope=dice.choice((None, every, none)) if name == "print" else None,
        ramp=Ramp(Decimal(dice.randint(1, 100)), Decimal(50), 10_000) if dice.random() < 0.3 else None,
    )


def random_letters(dice: random.Random, prefix: str, number: int) -> list[Document]:
    """Messages to people whom the registers know or not, some with wishes, some who share a letterbox."""
    found: list[Document] = []
    for ix in range(number):
        name = ";".join(f"{one}={dice.choice(list(Reach)).value}" for one in NAMES[:-1] if dice.random() < 0.6)
        recipient: dict[str, object] = {"name": name or "Elin Forsberg", "email": f"e{dice.randint(1, 9)}@example.se"}
        if dice.random() < 0.7:
            street = f"Malmvägen {dice.randint(1, 3)}"
            recipient["postal_address"] = {
                "line_1": street,
                "post_code": "98138",
                "city": "Kiruna",
                "country_code": "SE",
            }
        if dice.random() < 0.4:
            recipient["wishes"] = [
                {"channel": dice.choice(NAMES), **({"date": "2026-11-03"} if dice.random() < 0.5 else {})}
            ]
        found.append(
            Document.model_validate(
                {
                    "kind": "message",
                    "reference": f"{prefix}-{ix}",
                    "sender": "nordljus",
                    "recipient": recipient,
                    "message": {"subject": "Hej", "body": "Ett brev."},
                    "delivery": {"in_hand_by": "2026-11-27"} if dice.random() < 0.3 else {},
                }
            )
        )
    return found
