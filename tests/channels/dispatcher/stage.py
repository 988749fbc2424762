"""What the dispatcher's tests share: channels in this process that fulfil the contract, and a provider on disk."""

import hashlib
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from vaxel_channels.contract import Capabilities, Consignment, Order, Reach, Receipt, Repeat, Report
from vaxel_engine.artifact import Artifact, ArtifactKind
from vaxel_engine.errors import Refused, Unrenderable, VaxelError
from vaxel_engine.model import Document, DocumentKind, Recipient
from vaxel_ledger.states import Status


@dataclass(frozen=True)
class Provider:
    """The other side: what it took is on disk, so that it survives the death of the process that sent it."""

    file: Path
    deduplicates: bool

    def take(self, consignment: Consignment) -> str:
        """Take a consignment; one that recognises keys takes each once. Answer its reference."""
        if not (self.deduplicates and self.has(consignment.key)):
            with self.file.open("a") as out:
                out.write(f"{consignment.key} {hashlib.sha256(consignment.payload).hexdigest()}\n")
        return f"ref-{consignment.key[:12]}"

    def taken(self) -> list[tuple[str, str]]:
        """Key and hash of every consignment that was taken, in order."""
        if not self.file.exists():
            return []
        return [(key, sha) for key, sha in (line.split() for line in self.file.read_text().splitlines())]

    def keys(self) -> list[str]:
        """The keys that were taken, in order."""
        return [key for key, _ in self.taken()]

    def has(self, key: str) -> bool:
        """Whether a consignment with this key was taken."""
        return key in self.keys()


@dataclass
class Stand:
    """A channel that carries letters to a `Provider`, and has bad days by script."""

    provider: Provider
    name: str = "box"
    repeat: Repeat = Repeat.NEITHER
    artifacts: tuple[ArtifactKind, ...] = (ArtifactKind.MAILBOX_PDF,)
    kinds: frozenset[DocumentKind] = frozenset(DocumentKind)
    status: Status = Status.DELIVERED
    reach: Reach | Callable[[Recipient], Reach] = Reach.HIT
    before: list[Exception | None] = field(default_factory=list[Exception | None])
    """For each call of `send`, what goes wrong before anything is taken."""
    after: list[Exception | None] = field(default_factory=list[Exception | None])
    """For each call of `send`, what goes wrong after it was taken."""
    refuses: Callable[[Document], str | None] = lambda _document: None
    looked_up: list[int] = field(default_factory=list[int])
    sent: list[Consignment] = field(default_factory=list[Consignment])

    @property
    def capabilities(self) -> Capabilities:
        return Capabilities(
            name=self.name,
            title=self.name.title(),
            kinds=self.kinds,
            artifacts=self.artifacts,
            repeat=self.repeat,
            delivered_means="it was taken",
        )

    def look_up(self, recipients: Sequence[Recipient]) -> Sequence[Reach]:
        self.looked_up.append(len(recipients))
        return [self.reach(one) if callable(self.reach) else self.reach for one in recipients]

    def prepare(self, order: Order) -> Consignment:
        why = self.refuses(order.document)
        if why is not None:
            raise Refused(why)
        payload = b"".join(order.artifacts[kind].body for kind in self.artifacts)
        frozen_at = {"at": order.at.isoformat()}
        return Consignment(order.key, self.name, order.document.recipient.name, payload, frozen_at)

    def send(self, consignment: Consignment) -> Receipt:
        self.sent.append(consignment)
        self._maybe(self.before)
        reference = self.provider.take(consignment)
        self._maybe(self.after)
        return Receipt(self.status, reference, b"taken")

    def close(self) -> None:
        """Nothing is open."""

    @staticmethod
    def _maybe(script: list[Exception | None]) -> None:
        wrong = script.pop(0) if script else None
        if wrong is not None:
            raise wrong


@dataclass
class AskableStand(Stand):
    """A channel whose provider can tell whether something arrived."""

    repeat: Repeat = Repeat.CAN_BE_ASKED
    asked: list[VaxelError | None] = field(default_factory=list[VaxelError | None])
    """For each question, what goes wrong."""

    def ask(self, consignment: Consignment) -> Receipt | None:
        wrong = self.asked.pop(0) if self.asked else None
        if wrong is not None:
            raise wrong
        return Receipt(self.status, "asked") if self.provider.has(consignment.key) else None


@dataclass
class ReportingStand(Stand):
    """A channel that collects reports."""

    reports: list[Report] = field(default_factory=list[Report])

    def collect(self) -> Iterable[Report]:
        return list(self.reports)


@dataclass
class KeepingStand(ReportingStand):
    """A channel that keeps reports until the ledger has them."""

    kept: Callable[[], int] = lambda: 0
    told: list[int] = field(default_factory=list[int])
    """For each time it was told that they are durable, how many the ledger had."""

    def stored(self) -> None:
        self.told.append(self.kept())


def render(
    document: Document, kinds: Collection[ArtifactKind], link: str | None, pack_version: Mapping[str, str] | None
) -> Mapping[ArtifactKind, Artifact]:
    """Every kind as a line of text; a document whose subject is "broken" cannot be rendered."""
    subject = document.message.subject if document.message else ""
    if subject == "broken":
        raise Unrenderable(f"{document.reference}: the template has no place for it")
    if subject == "bug":
        raise ZeroDivisionError
    return {kind: Artifact(kind, f"{kind} {document.reference} {link}".encode()) for kind in kinds}


def letter(reference: str, subject: str = "Hej", **recipient: object) -> Document:
    """A message to Elin Forsberg, or to whom `recipient` says."""
    return Document.model_validate(
        {
            "kind": "message",
            "reference": reference,
            "sender": "nordljus",
            "recipient": {"name": "Elin Forsberg", "email": "elin.forsberg@example.se", **recipient},
            "message": {"subject": subject, "body": "Ett brev."},
        }
    )
