"""Registers asked about many recipients at once: the chunk's and those of the documents that come after it."""

import datetime as dt
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

from vaxel_channels.accounts import Accounts
from vaxel_channels.contract import Capabilities, Channel
from vaxel_channels.dispatcher.lookout import Lookout
from vaxel_channels.dispatcher.settings import DispatchSettings
from vaxel_channels.routing import worth_asking
from vaxel_engine.model import Document, DocumentKind, Recipient
from vaxel_ledger import Ledger
from vaxel_ledger.states import DocumentState
from vaxel_ledger.upcoming import Upcoming, upcoming
from vaxel_ledger.work import Due, Loaded

_KEPT = 4
"""Times as many documents as are asked about at once are kept in mind: batches may take turns."""


@dataclass(frozen=True, slots=True)
class LookingAhead:
    """What it takes to ask: the ledger, open channels, what each sender allows, and the memory for the answers."""

    ledger: Ledger
    channels: Accounts
    settings: DispatchSettings
    lookout: Lookout

    def ask(self, chunk: Sequence[Due], loaded: Loaded) -> None:
        """Ask what this chunk has to ask, for the next documents of its batches too, and remember the answers.

        Only registers that take more than a chunk in one question, and only where a document of the chunk was not
        among those asked about before and its recipient is not remembered: once for many chunks. An answer that is
        not remembered, as that there is no address, makes nobody read thousands of documents again.
        """
        new = [one for one in chunk if one.state is DocumentState.NEW and one.document_id in loaded.documents]
        known = [loaded.documents[one.document_id] for one in new]
        asked_about = self.lookout.asked_about
        size = min(self.settings.look_ahead, max((self._batch(one) for one in known), default=0))
        unknown = (loaded.documents[one.document_id] for one in new if one.document_id not in asked_about)
        if size <= len(chunk) or all(self._known(one) for one in unknown):
            return
        here = {one.document_id for one in chunk}
        batches = list(dict.fromkeys(one.batch_id for one in new))
        with self.ledger.reading() as connection:
            ahead = upcoming(connection, self.ledger.vault, batches, limit=size - len(new), without=here)
        asked = [
            Upcoming(due.document_id, due.tenant, one.sender, one.kind, one.recipient)
            for due, one in zip(new, known, strict=True)
        ]
        if len(asked_about) > _KEPT * self.settings.look_ahead:
            asked_about.clear()
        asked_about.update(one.document_id for one in (*asked, *ahead))
        self._remember([*asked, *ahead])

    def _registers(self, sender: str, kind: DocumentKind) -> list[tuple[str, Channel]]:
        policy, channels = self.settings.senders(sender), self.channels.of(sender)
        if policy is None:
            return []
        declared = {name: channel.capabilities for name, channel in channels.items()}
        names = worth_asking(kind, policy, declared)
        return [(name, channels[name]) for name in names if _takes_many(declared[name])]

    def _batch(self, document: Document) -> int:
        found = self._registers(document.sender, document.kind)
        return max((channel.capabilities.register_batch for _, channel in found), default=0)

    def _known(self, document: Document) -> bool:
        return all(
            self.lookout.registers.remembers(channel, document.recipient, fresh=self._fresh(document.sender, name))
            for name, channel in self._registers(document.sender, document.kind)
        )

    def _fresh(self, sender: str, name: str) -> dt.timedelta | None:
        policy = self.settings.senders(sender)
        return policy.in_force.channel(name).fresh if policy is not None else None

    def _remember(self, asked: Sequence[Upcoming]) -> None:
        questions: dict[tuple[str, str, str], list[Recipient]] = defaultdict(list)
        registers: dict[tuple[str, DocumentKind], list[str]] = {}
        for one in asked:
            alike = one.sender, one.kind
            if alike not in registers:
                registers[alike] = [name for name, _ in self._registers(*alike)]
            for name in registers[alike]:
                questions[one.tenant, one.sender, name].append(one.recipient)
        for (tenant, sender, name), recipients in questions.items():
            channel = self.channels.of(sender)[name]
            size = channel.capabilities.register_batch
            for start in range(0, len(recipients), size):
                part = recipients[start : start + size]
                self.lookout.look_up(tenant, name, channel, part, fresh=self._fresh(sender, name))


def _takes_many(declared: Capabilities) -> bool:
    return declared.register_holds is not None and declared.register_batch > 1
