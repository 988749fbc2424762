"""The campaign's channels: one per door of its provider, over real HTTP, with the errors of every other channel."""

import json
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass

from vaxel.faults.provider import DOORS
from vaxel_channels.contract import Capabilities, Channel, Consignment, Order, Reach, Receipt, Repeat, Report
from vaxel_channels.exchange import Connections
from vaxel_engine.artifact import Artifact, ArtifactKind
from vaxel_engine.errors import OutcomeUnknown, Unreachable
from vaxel_engine.model import Document, DocumentKind, Recipient
from vaxel_ledger.states import Status

_REPEAT = {"asked": Repeat.CAN_BE_ASKED, "keyed": Repeat.DEDUPLICATES, "neither": Repeat.NEITHER}
_PDF_BYTES = 20_000
_PATIENCE = 2.0


@dataclass(frozen=True, slots=True)
class Door:
    """One door; with `blind` it lies that every repeat is harmless, which the campaign must find out."""

    name: str
    connections: Connections
    blind: bool = False

    @property
    def capabilities(self) -> Capabilities:
        """As the door documents it."""
        return Capabilities(
            name=self.name,
            title=self.name,
            kinds=frozenset(DocumentKind),
            artifacts=(ArtifactKind.SMS,),
            repeat=Repeat.DEDUPLICATES if self.blind else _REPEAT[self.name],
            delivered_means="it reported so",
        )

    def look_up(self, recipients: Sequence[Recipient]) -> Sequence[Reach]:
        """By the recipient's name, which says the door."""
        return [Reach.HIT if one.name == self.name else Reach.CONFIRMED_MISS for one in recipients]

    def prepare(self, order: Order) -> Consignment:
        """The bytes carry the moment of freezing, so that bytes made twice differ."""
        body = order.artifacts[ArtifactKind.SMS].body + order.at.isoformat().encode()
        details = {"reference": order.document.reference}
        return Consignment(order.key, self.name, self.name, body, details)

    def send(self, consignment: Consignment) -> Receipt:
        """Hand over, with the key."""
        about = f"consignment {consignment.key[:12]}"
        headers = {"idempotency-key": consignment.key, "reference": consignment.details["reference"]}
        try:
            answer = self.connections.exchange(
                "POST", f"/{self.name}/consignments", consignment.payload, headers, provider=self.name, about=about
            )
        except OutcomeUnknown as error:
            if self.capabilities.repeat is Repeat.DEDUPLICATES:  # the same bytes again are recognised
                raise Unreachable(str(error)) from error
            raise
        if answer.status == 200:
            return Receipt(Status.HANDED_OVER, json.loads(answer.body)["reference"])
        if answer.status == 429 or self.blind or self.capabilities.repeat is Repeat.DEDUPLICATES:
            raise Unreachable(f"{self.name} took nothing of {about}: {answer.outline}")
        raise OutcomeUnknown(f"{self.name} answered {about} with {answer.outline}; it may have arrived")

    def close(self) -> None:
        """Close the connections."""
        self.connections.close()


@dataclass(frozen=True, slots=True)
class AskedDoor(Door):
    """The door that can be asked."""

    def ask(self, consignment: Consignment) -> Receipt | None:
        """Ask by the key."""
        headers = {"reference": consignment.details["reference"]}
        try:
            answer = self.connections.exchange(
                "GET", f"/{self.name}/{consignment.key}", headers=headers, provider=self.name, about="a question"
            )
        except OutcomeUnknown as error:
            raise Unreachable(str(error)) from error
        return Receipt(Status.HANDED_OVER, consignment.key[:16]) if answer.status == 200 else None


class KeyedDoor:
    """The door that recognises keys, at which the reports of all doors are fetched until they are stored here."""

    def __init__(self, door: Door) -> None:
        self._door, self._fetched = door, 0
        self.capabilities, self.look_up, self.prepare = door.capabilities, door.look_up, door.prepare
        self.send, self.close = door.send, door.close

    def collect(self) -> Iterable[Report]:
        """A page of reports."""
        try:
            answer = self._door.connections.exchange("GET", "/any/reports", provider="provider", about="reports")
        except OutcomeUnknown as error:
            raise Unreachable(str(error)) from error
        page = json.loads(answer.body)
        self._fetched = len(page)
        return [Report(one["door"], one["id"], Status(one["status"]), key=one["key"]) for one in page]

    def stored(self) -> None:
        """They are in the ledger."""
        about = "stored reports"
        self._door.connections.exchange(
            "POST", "/any/stored", str(self._fetched).encode(), provider="provider", about=about
        )


def doors(port: int, *, blind: bool) -> dict[str, Channel]:
    """The open channels, by name."""
    opened: dict[str, Channel] = {}
    for name in DOORS:
        connections = Connections(f"http://127.0.0.1:{port}", timeout_seconds=_PATIENCE)
        match name:
            case "asked" if not blind:
                opened[name] = AskedDoor(name, connections)
            case "keyed":
                opened[name] = KeyedDoor(Door(name, connections))
            case _:
                opened[name] = Door(name, connections, blind)
    return opened


def render(
    document: Document, kinds: Collection[ArtifactKind], _link: str | None, _versions: Mapping[str, str] | None
) -> Mapping[ArtifactKind, Artifact]:
    """The message as its text, or 20 kB for the documents that stand for a PDF."""
    assert document.message is not None  # noqa: S101 - the campaign makes messages only
    text = document.message.body.encode()
    pdf = document.message.subject == "pdf"
    return {kind: Artifact(kind, text.ljust(_PDF_BYTES if pdf else 0, b".")) for kind in kinds}
