"""One run of the demo, from the samples to the ledger line that closes."""

import shutil
import tomllib
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import timedelta
from importlib.resources import files
from pathlib import Path
from types import TracebackType
from typing import Self

from vaxel import settings
from vaxel.closing import total
from vaxel.demo.shelf import Shelf
from vaxel.files import writable_folder, write_whole
from vaxel.ledger_outputs import CarriedLine, DocumentLine, ExplainedLine, LedgerOutput
from vaxel.plans import plan
from vaxel.plug_ins import EXAMPLES, example_channels
from vaxel.progress import Step
from vaxel.routing_outputs import PlanOutput
from vaxel.samples import every_channel_sample, gate_samples, samples
from vaxel.switch import Batch, Switch
from vaxel_channels.registry import CHANNELS
from vaxel_channels.routing.telling import tree
from vaxel_engine.errors import Unwritable
from vaxel_engine.packs import load_published
from vaxel_engine.packs.publishing import publish
from vaxel_ledger.ledger import utc_now
from vaxel_preview.board import BoardEntry, write_board
from vaxel_simulators import Fault, Street

BRAND = "nordljus"
PATIENCE = timedelta(seconds=15)
"""How long the demo waits for receipts; the stand-ins answer within a second or two."""
SILENT = "peppol-invoice.xml"
"""The sample whose look-up meets a register that fails at first."""
EXPLAINED = {"NL-PRIS-2027-3": "fell back after a failure", "NL-26110016": "will be drawn by direct debit"}
"""Documents of the samples that are worth asking about, and what happened to each."""
MARK = ".vaxel-demo"
"""A file that says: this folder is the demo's own and may be emptied by the next run."""


@dataclass(frozen=True, slots=True)
class Page:
    """A page a person can open while the stand-ins are held up."""

    what: str
    url: str


class Demo:
    """The demo with its stand-ins; use it as a context manager, they stop with it.

    With `every_channel` it takes one document for each channel that there is, those of the documentation's two example
    packages among them, instead of what a sender's month brings.
    """

    def __init__(self, out: Path, *, every_channel: bool = False) -> None:
        self.out = _emptied(out)
        self._files = (every_channel_sample(),) if every_channel else samples()
        configuration = self.out / "vaxel.toml"
        text = (files("vaxel") / "sandbox.toml").read_text(encoding="utf-8")
        text = text.replace("vaxel-ledger/", "ledger/").replace("email = 259200", "email = 1 # three days in real life")
        text = text.replace("# published = true", "published = true") + "\n[dispatch]\nregister_wait = 2\n"
        if every_channel:
            text = _with_every_channel(text)
        write_whole(configuration, text.encode())
        chosen = settings.parse(tomllib.loads(text), source=configuration)
        gate = gate_samples(samples())
        publish(BRAND, None, chosen.packs.store, samples=gate, at=utc_now(), by="vaxel demo", unapproved=True)
        self._shelf = Shelf(self.out / "artifacts", load_published(BRAND, chosen.packs.store))
        self._batches: list[Batch] = []
        self._held: tuple[tuple[str, tuple[str, ...]], ...] = ()
        with ExitStack() as opening:
            if every_channel:
                opening.enter_context(example_channels(self.out / "examples"))
            self._switch = opening.enter_context(
                Switch(chosen, render=lambda document, kinds, link, _: self._shelf.render(document, kinds, link))
            )
            self._opened = opening.pop_all()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._opened.close()

    @property
    def street(self) -> Street:
        """The stand-ins."""
        street = self._switch.street
        assert street is not None  # noqa: S101 - the demo's own configuration asks for every stand-in
        return street

    @property
    def pages(self) -> tuple[Page, ...]:
        """Where the recipients' mailbox, mail, phone and letterbox can be looked at."""
        street = self.street
        return (
            Page("All of them", street.page_url),
            Page("Mailbox (Kivra)", street.kivra.page_url),
            Page("Mail", street.mail.page_url),
            Page("Mailbox (Digipost)", street.digipost.page_url),
            Page("My pages", street.my_pages.page_url),
            Page("Phone", street.elks.page_url),
            Page("BankID", street.bankid.page_url),
            Page("Letterbox", street.print_house.page_url),
            Page("Chat", street.chat.page_url),
            Page("Cloud drive", street.cloud_drive.page_url),
        )

    @property
    def pages_by_channel(self) -> dict[str, str]:
        """Where what a channel delivered is looked at, by the channel's name."""
        street = self.street
        return {
            "kivra": street.kivra.page_url,
            "digipost": street.digipost.page_url,
            "my_pages": street.my_pages.page_url,
            "email": street.mail.page_url,
            "sms": street.elks.page_url,
            "print": street.print_house.page_url,
            "chat": street.chat.page_url,
            "cloud_folder": street.cloud_drive.page_url,
        }

    def plan(self) -> PlanOutput:
        """Say what would become of the sender's month, before any of it is sent."""
        return plan(self._switch, self._files[0], self._switch.prices(), mapping=None, complete=False)

    def send(self, step: Step) -> None:
        """Read every sample, render it, and hand it over; for one document Kivra's register fails at first."""
        for file in self._files:
            fails = file.name == SILENT
            if fails:
                self.street.kivra.script(Fault.SERVER_ERROR_BEFORE, 2, call="match")  # it is asked ahead, and again
            self._batches.append(self._switch.send(file, step=step))
            if fails:
                self._held = tuple(self._told(line.document) for line in self._batches[-1].report())

    def explained(self) -> tuple[ExplainedLine, ...]:
        """What `vaxel why` says of a document that fell back, one that was held, and one that will be drawn."""
        held = tuple(
            ExplainedLine(document=document, what="held by a register that had not answered", tree=tree)
            for document, tree in self._held
        )
        others = tuple(
            ExplainedLine(document=document, what=what, tree=self._told(document)[1])
            for document, what in EXPLAINED.items()
        )
        return (*others, *held)

    def _told(self, reference: str) -> tuple[str, tuple[str, ...]]:
        why = self._switch.why(reference)
        return reference, (why.sentence, *tree(why)) if why is not None else ()

    def carried(self, output: LedgerOutput) -> tuple[CarriedLine, ...]:
        """For each channel what it carried, and the page on which its recipient sees it."""
        pages = self.pages_by_channel
        return tuple(
            CarriedLine(channel=name, document=line.document, status=line.status, page=pages[name])
            for name in pages
            for line in output.documents
            if line.channel == name
        )

    def receive(self) -> LedgerOutput:
        """Wait for the receipts, and return the ledger's line."""
        self._switch.wait(self._batches, patience=PATIENCE)
        return total(self._batches)

    def show(self, output: LedgerOutput) -> Path:
        """Lay the artifacts side by side; return the page to open."""
        entries = [self._entry(line) for line in output.documents]
        return write_board(self.out, entries, title="Vaxel: every artifact, side by side")

    def _entry(self, line: DocumentLine) -> BoardEntry:
        return BoardEntry(
            reference=line.document,
            title=self._shelf.summary(line.document),
            recipient=line.recipient,
            kind=line.kind,
            channel=line.channel,
            status=line.status,
            reason=line.reason,
            artifacts=self._shelf.of(line.document),
        )


def every_channel_name() -> tuple[str, ...]:
    """Every channel that comes with Vaxel, and the examples of how others bring theirs."""
    return (*(name for name, kind in CHANNELS.items() if kind.writes), *EXAMPLES)


def _with_every_channel(text: str) -> str:
    """The sandbox's configuration with the channels that an ordinary sender does not have."""
    every = every_channel_name()
    more = [name for name in every if f"[channel.{name}]" not in text]
    tables = "".join(f"\n[channel.{name}]\nstand_in = true\n" for name in more)
    names = ", ".join(f'"{name}"' for name in every)
    head, _, tail = text.partition("channels = [")
    return f"{head}channels = [{names}{tail[tail.index(']') :]}{tables}"


def _emptied(out: Path) -> Path:
    if out.exists() and any(out.iterdir() if out.is_dir() else [out]) and not (out / MARK).exists():
        raise Unwritable(f"{out} holds something that is not the demo's; choose another folder with --out")
    if (out / MARK).exists():
        shutil.rmtree(out)
    writable_folder(out)
    write_whole(out / MARK, b"made by vaxel demo, which empties this folder at its next run\n")
    return out
