"""The tests that a rules file carries, tried: each is a document in short and the channels it must be given."""

from collections.abc import Mapping
from dataclasses import dataclass

from vaxel_channels.contract import Capabilities, Reach, Repeat
from vaxel_channels.routing.deciding import SenderPolicy, decide
from vaxel_channels.routing.rules import Identity, Occasion, Rules
from vaxel_channels.routing.rules_file import Case
from vaxel_engine.artifact import ArtifactKind
from vaxel_engine.model import DocumentKind, Wish
from vaxel_ledger.decision import Decision

_TITLES: Mapping[str, str] = {
    "kivra": "Kivra",
    "digipost": "Digipost",
    "my_pages": "My pages",
    "email": "E-mail",
    "sms": "SMS",
    "print": "Print house",
    "bank": "Bank e-invoice",
}
_ADDRESSED_BY: Mapping[str, frozenset[Identity]] = {
    "kivra": frozenset({Identity.NATIONAL_ID, Identity.ORGANISATION_NUMBER}),
    "bank": frozenset({Identity.NATIONAL_ID, Identity.ORGANISATION_NUMBER}),
    "digipost": frozenset({Identity.NATIONAL_ID, Identity.ORGANISATION_NUMBER}),
    "email": frozenset({Identity.EMAIL}),
    "sms": frozenset({Identity.MOBILE}),
    "print": frozenset({Identity.POSTAL_ADDRESS}),
}


@dataclass(frozen=True, slots=True)
class Tried:
    """How one test went."""

    case: Case
    decision: Decision

    @property
    def held(self) -> bool:
        """Whether it went as the file says."""
        day = self.decision.hold_until.date() if self.decision.hold_until else None
        return self.decision.order == self.case.expect and day == self.case.held_until


def try_case(rules: Rules, case: Case) -> Tried:
    """Decide one test; a register of which the test says nothing has whom it can be asked about."""
    answers = {name: case.answers.get(name) or addressed(name, case.has) for name in rules.channels}
    wishes = [Wish(channel=case.wish[0], date=case.wish[1], day=case.wish[2])] if case.wish else []
    moment = Occasion(at=case.at, has=case.has, due=case.due)
    capabilities = {name: stand_in(name) for name in rules.channels}
    return Tried(case, decide(case.kind, wishes, SenderPolicy.of(rules), capabilities, answers, moment))


def addressed(name: str, has: frozenset[Identity]) -> Reach:
    """What a register that has everybody would say of somebody who states these."""
    by = _ADDRESSED_BY.get(name)
    return Reach.HIT if by is None or by & has else Reach.NO_ADDRESS


def stand_in(name: str) -> Capabilities:
    """What is known of a channel by its name alone, without its settings."""
    paper, bank = name == "print", name == "bank"
    return Capabilities(
        name=name,
        title=_TITLES.get(name, name),
        kinds=frozenset({DocumentKind.INVOICE}) if bank else frozenset(DocumentKind),
        artifacts=(ArtifactKind.PRINT_PDF if paper else ArtifactKind.MAILBOX_PDF,),
        repeat=Repeat.NEITHER,
        delivered_means="",
        unwritten=bank,
    )
