"""The plan and the run after it say the same where each channel is its real adapter in front of a stand-in."""

import contextlib
import os
import random
from collections import Counter
from collections.abc import Collection, Generator, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path

import pytest
from tests.channels.planning_stage import LETTER, NAMES, PRICES, World, random_letters, random_rules, ways
from tests.ledger.stage import Clock

from vaxel.bench_channels import stand_ins
from vaxel_channels.deciding_again import again
from vaxel_channels.print_house import PrintHouse, PrintHouseSettings
from vaxel_channels.registry import CHANNELS
from vaxel_channels.routing import SenderPolicy
from vaxel_channels.settings import Mode
from vaxel_engine import packs
from vaxel_engine.artifact import Artifact, ArtifactKind
from vaxel_engine.intake import read
from vaxel_engine.model import Document
from vaxel_engine.rendering import render
from vaxel_ledger import Ledger

RUNS = 1_000 if os.environ.get("VAXEL_CAMPAIGN") == "full" else 2
DOCUMENTS = 8
KINDS = (ArtifactKind.MAILBOX_HTML, ArtifactKind.CARD, ArtifactKind.EMAIL, ArtifactKind.SMS, ArtifactKind.WEB)
SAMPLE = Path(__file__).parents[2] / "samples/november.json"
IN_KIVRA, NOT_LISTED = "198001012387", "196611022382"
IN_DIGIPOST, STRANGER = "02018023833", "01018023985"


@dataclass
class Street(World):
    """The same runs through Kivra's, Digipost's, the mail's and 46elks' adapters, and a print house's folder."""

    tables: Mapping[str, Mapping[str, object]] = field(default_factory=dict[str, Mapping[str, object]])
    artifacts: Mapping[ArtifactKind, Artifact] = field(default_factory=dict[ArtifactKind, Artifact])

    def __post_init__(self) -> None:
        drop = self.folder / "drop"
        drop.mkdir()
        for name in NAMES[:-1]:
            self.channels[name] = CHANNELS[name].open(name, self.tables[name], Mode.SANDBOX)
        self.channels["print"] = PrintHouse(PrintHouseSettings(folder=drop, co_envelope=True))

    def made(
        self, _document: Document, kinds: Collection[ArtifactKind], _link: str | None, _pack: Mapping[str, str] | None
    ) -> Mapping[ArtifactKind, Artifact]:
        return {kind: self.artifacts[kind] for kind in kinds}


@pytest.fixture
def street(tmp_path: Path) -> Generator[Street]:
    document, pack = next(iter(read(SAMPLE))), packs.load("nordljus")
    artifacts = {kind: render(document, kind, pack=pack) for kind in KINDS}
    artifacts |= {kind: Artifact(kind, LETTER) for kind in (ArtifactKind.PRINT_PDF, ArtifactKind.MAILBOX_PDF)}
    clock, url = Clock(), f"sqlite:///{tmp_path / 'ledger.sqlite'}"
    place = {"store": tmp_path / "artifacts", "tenant_key": tmp_path / "key"}
    with contextlib.ExitStack() as opened:
        tables = {name: table for name, table in opened.enter_context(stand_ins()).values() if name in NAMES}
        ledger = opened.enter_context(Ledger.open(url, **place, clock=clock))
        one = Street(ledger, clock, tmp_path, tables=tables, artifacts=artifacts)
        for channel in one.channels.values():
            opened.callback(channel.close)
        yield one


def people(dice: random.Random, prefix: str) -> list[Document]:
    """Documents to people whom the registers have or not, with some of the addresses."""
    numbers = (IN_KIVRA, NOT_LISTED, IN_DIGIPOST, STRANGER, None)
    found: list[Document] = []
    for one in random_letters(dice, prefix, DOCUMENTS):
        number = dice.choice(numbers)
        known = {"country_code": "NO" if number and len(number) == 11 else "SE", "value": number} if number else None
        recipient = {
            **one.recipient.model_dump(),
            "name": "Elin Forsberg",
            "national_id": known,
            "email": dice.choice(("elin.forsberg@example.se", None)),
            "mobile": dice.choice(("+46701740605", None)),
        }
        found.append(Document.model_validate({**one.model_dump(), "recipient": recipient}))
    return found


def test_a_plan_equals_its_run_through_every_providers_stand_in(street: Street) -> None:
    for seed in range(RUNS):
        dice = random.Random(seed)  # noqa: S311 - the same each time
        rules = replace(random_rules(dice), try_unmatched=False)  # a lower bound is planned both ways
        documents = people(dice, f"S{seed}")
        planned = street.planner(rules, street.made).plan(documents, street.clock())
        batch = street.run(rules, documents, street.made)
        report = street.ledger.report(batch)
        went = Counter(line.channel or ("nothing" if line.status == "failed" else "waits") for line in report)
        assert ways(planned) == went, f"seed {seed}"
        told = PRICES.bill(one.piece for one in planned if one.piece is not None)
        assert told == PRICES.bill(street.pieces(batch)), f"seed {seed}"
        for line, document in zip(report, documents, strict=True):
            assert line.reason, f"seed {seed}"
            kept = street.ledger.why(str(line.document_id)).route
            assert set(kept.reasons) >= set(rules.channels), f"seed {seed}: every channel has its reason"
            prices = PRICES.beginning()
            same = again(document, kept, SenderPolicy.of(rules), street.channels, (), prices=prices)
            assert same is not None
            assert same.decision.order == kept.order, f"seed {seed}"
