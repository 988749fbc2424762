"""A channel of one's own: the PDF lies in a folder per customer, which a cloud service keeps the same everywhere."""

import os
from dataclasses import dataclass
from pathlib import Path

from vaxel_channels.contract import Capabilities, Consignment, Reach, Receipt, Repeat
from vaxel_channels.registry import ChannelKind
from vaxel_channels.settings import read_table
from vaxel_engine.artifact import ArtifactKind
from vaxel_engine.errors import OutcomeUnknown, Refused, Unreachable
from vaxel_engine.model import DocumentKind
from vaxel_ledger.states import Status


@dataclass(frozen=True, slots=True)
class Settings:
    folder: Path
    hosts = frozenset()  # a folder has no host

    @classmethod
    def read(cls, table, _mode):
        return read_table(cls, table, channel="cloud_folder", environ=os.environ)


class CloudFolder:
    def __init__(self, settings):
        self.folder = settings.folder
        self.capabilities = Capabilities(
            name="cloud_folder",
            title="Cloud folder",
            kinds=frozenset(DocumentKind),
            artifacts=(ArtifactKind.MAILBOX_PDF,),
            repeat=Repeat.DEDUPLICATES,  # the same name, the same bytes
            delivered_means="the file lies in the customer's folder",
        )

    def look_up(self, recipients):
        return [Reach.HIT if one.customer_number else Reach.NO_ADDRESS for one in recipients]

    def prepare(self, order):
        customer = order.document.recipient.customer_number or ""
        if not customer.isalnum():  # a name of a folder, and of no other
            raise Refused(f"The cloud folder cannot take {order.document.reference}: it states no customer number.")
        plain = "".join(ch if ch.isalnum() else "-" for ch in order.document.reference)[:60]
        pdf = order.artifacts[ArtifactKind.MAILBOX_PDF].body
        return Consignment(order.key, "cloud_folder", customer, pdf, {"file": f"{plain} {order.key[:12]}.pdf"})

    def send(self, consignment):
        about = f"consignment {consignment.key[:12]}"
        file = self.folder / consignment.address / consignment.details["file"]
        part = file.with_suffix(".part")
        try:
            file.parent.mkdir(exist_ok=True)  # the customer's folder; never the cloud's own, which is mounted or not
            part.write_bytes(consignment.payload)
        except OSError as error:
            raise Unreachable(f"The cloud folder did not take {about}; check that it is mounted.") from error
        try:
            part.replace(file)
        except OSError as error:
            raise OutcomeUnknown(
                f"The cloud folder failed while {about} appeared; look whether it is there."
            ) from error
        return Receipt(Status.DELIVERED, file.name)

    def close(self):
        pass


CLOUD_FOLDER = ChannelKind(Settings, Settings.read, CloudFolder, "cloud_folder")
