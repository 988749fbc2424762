"""A channel of one's own: the words of the SMS, with their link, into a chat that takes JSON at an incoming webhook."""

import json
import os
from dataclasses import dataclass

from vaxel_channels.contract import Capabilities, Consignment, Reach, Receipt, Repeat
from vaxel_channels.exchange import connect
from vaxel_channels.registry import ChannelKind
from vaxel_channels.settings import checked_url, host_of, read_table, secret
from vaxel_engine.artifact import ArtifactKind
from vaxel_engine.errors import OutcomeUnknown, Refused, Unreachable
from vaxel_engine.model import DocumentKind
from vaxel_ledger.states import Status


@dataclass(frozen=True, slots=True)
class Settings:
    base_url: str
    token: str = secret()

    @property
    def hosts(self):
        return frozenset({host_of(self.base_url)})

    @classmethod
    def read(cls, table, _mode):
        settings = read_table(cls, table, channel="chat", environ=os.environ)
        checked_url(settings.base_url, channel="chat", key="base_url")
        return settings


class Chat:
    def __init__(self, settings):
        self.settings = settings
        self.client = connect(settings.base_url, timeout_seconds=5.0)
        self.capabilities = Capabilities(
            name="chat",
            title="Chat",
            kinds=frozenset(DocumentKind),
            artifacts=(ArtifactKind.SMS, ArtifactKind.WEB),  # the words name a page, so the page must be there
            repeat=Repeat.NEITHER,
            delivered_means="the chat answered 200",
        )

    def look_up(self, recipients):
        return [Reach.HIT if one.customer_number else Reach.NO_ADDRESS for one in recipients]

    def prepare(self, order):
        to = order.document.recipient.customer_number
        if not to:
            raise Refused(f"Chat cannot take {order.document.reference}: it states no customer number.")
        words = order.artifacts[ArtifactKind.SMS].body.decode()
        return Consignment(order.key, "chat", to, json.dumps({"channel": f"@{to}", "text": words}).encode())

    def send(self, consignment):
        about = f"consignment {consignment.key[:12]}"
        headers = {"authorization": f"Bearer {self.settings.token}", "content-type": "application/json"}
        answer = self.client.exchange("POST", "/hooks", consignment.payload, headers, provider="Chat", about=about)
        if answer.status == 200:
            return Receipt(Status.DELIVERED, consignment.key, answer.body)
        if answer.status in (401, 403, 429):  # not let in, or not now: nothing was taken, and nobody gets paper
            raise Unreachable(f"Chat took nothing of {about}: status {answer.status}.", retry_after=answer.retry_after)
        if answer.status == 404 and answer.media_type == "application/json":
            raise Refused(f"Chat knows no such person for {about}.")
        raise OutcomeUnknown(f"Chat answered {about} with status {answer.status}: look there before it goes again.")

    def close(self):
        self.client.close()


CHAT = ChannelKind(Settings, Settings.read, Chat, "chat")
