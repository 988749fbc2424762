"""The campaign's channels: the adapters of 46elks and of e-mail, and one for each of the two doors."""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from vaxel.faults.provider import Address
from vaxel_channels.contract import Capabilities, Channel, Consignment, Order, Reach, Receipt, Repeat, Report
from vaxel_channels.elks import Elks, ElksSettings
from vaxel_channels.email import Email, EmailSettings
from vaxel_channels.exchange import Connections
from vaxel_engine.artifact import ArtifactKind
from vaxel_engine.errors import OutcomeUnknown, Unreachable
from vaxel_engine.model import DocumentKind, Recipient
from vaxel_ledger.states import Status

_REPEAT = {"asked": Repeat.CAN_BE_ASKED, "keyed": Repeat.DEDUPLICATES}
PATIENCE = 4.0
"""Seconds for an answer."""


@dataclass(frozen=True, slots=True)
class Door:
    """What both doors have."""

    name: str
    connections: Connections

    @property
    def capabilities(self) -> Capabilities:
        """As the door documents it."""
        return Capabilities(
            name=self.name,
            title=self.name,
            kinds=frozenset(DocumentKind),
            artifacts=(ArtifactKind.SMS,),
            repeat=_REPEAT[self.name],
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
        if answer.status == 429 or self.capabilities.repeat is Repeat.DEDUPLICATES:
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
    """The door that recognises keys, at which the reports of both doors are fetched until they are stored here."""

    def __init__(self, door: Door) -> None:
        self._door, self._fetched = door, list[str]()
        self.capabilities, self.look_up, self.prepare = door.capabilities, door.look_up, door.prepare
        self.send, self.close = door.send, door.close

    def collect(self) -> Iterable[Report]:
        """A page of reports."""
        try:
            answer = self._door.connections.exchange("GET", "/any/reports", provider="provider", about="reports")
        except OutcomeUnknown as error:
            raise Unreachable(str(error)) from error
        page = json.loads(answer.body)
        self._fetched = [one["id"] for one in page]
        return [Report(one["door"], one["id"], Status(one["status"]), key=one["key"]) for one in page]

    def stored(self) -> None:
        """They are in the ledger: those that were fetched, whatever others fetch at the same time."""
        ids = json.dumps(self._fetched).encode()
        self._door.connections.exchange("POST", "/any/stored", ids, provider="provider", about="stored reports")


class Blind:
    """Sabotage: a channel that lies that every repeat is harmless."""

    def __init__(self, channel: Channel) -> None:
        self._channel = channel
        self.capabilities = replace(channel.capabilities, repeat=Repeat.DEDUPLICATES)
        self.look_up, self.prepare, self.close = channel.look_up, channel.prepare, channel.close

    def send(self, consignment: Consignment) -> Receipt:
        """Hand over, and again where the outcome is unknown."""
        try:
            return self._channel.send(consignment)
        except OutcomeUnknown as error:
            raise Unreachable(str(error)) from error


def opened(there: Address, report_url: str, *, blind: bool) -> Mapping[str, Channel]:
    """The open channels, by name."""

    def connections() -> Connections:
        return Connections(f"http://127.0.0.1:{there.doors}", timeout_seconds=PATIENCE)

    elks = ElksSettings(
        sender_name="Kampanj",
        username=there.username,
        password=there.password,
        base_url=there.elks,
        report_url=report_url,
        timeout_seconds=PATIENCE,
    )
    mail = EmailSettings(
        host="127.0.0.1", port=there.mail, domain="campaign.example", security="none", timeout_seconds=PATIENCE
    )
    channels: dict[str, Channel] = {
        "email": Email(mail),
        "sms": Elks(elks),
        "asked": AskedDoor("asked", connections()),
    }
    if blind:
        channels = {name: Blind(channel) for name, channel in channels.items()}
    return {**channels, "keyed": KeyedDoor(Door("keyed", connections()))}
