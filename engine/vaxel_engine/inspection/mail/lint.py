"""The lint of a mail: what its HTML uses against what the stated readers show, one finding per feature and family."""

from collections.abc import Iterable
from dataclasses import dataclass

from vaxel_engine.inspection.mail.support import CLIENTS, ENHANCEMENTS, FEATURES, Client, Feature, Support
from vaxel_engine.inspection.mail.uses import Use, uses


@dataclass(frozen=True, slots=True)
class MailFinding:
    """A feature that some readers of one family do not show, or show in part.

    feature   caniemail's name of it, as in https://www.caniemail.com/features/…
    title     for people
    key       what in the HTML it was known by: "property:gap", "element:svg"
    family    of mail readers: "Gmail"
    clients   those of the family that are concerned
    support   the worst of theirs
    notes     caniemail's own words, each once
    lost      what a reader there misses, from `enhancements.csv`; None where nobody has said that it may be missing
    element   where it is used first: "td.amount", "style"
    line      of that place in the HTML
    uses      how often it is used
    """

    feature: str
    title: str
    key: str
    family: str
    clients: tuple[str, ...]
    support: Support
    notes: tuple[str, ...]
    lost: str | None
    element: str
    line: int
    uses: int

    @property
    def is_error(self) -> bool:
        """Whether something is not shown that somebody may miss."""
        return self.support is Support.NOT_SHOWN and self.lost is None

    @property
    def sentence(self) -> str:
        """The finding for people: "Gmail does not show <svg> (element svg)"."""
        verb = "does not show" if self.support is Support.NOT_SHOWN else "shows only in part"
        return f"{self.family} {verb} {self.title}, which {self.element} has"


def lint(html: str, clients: Iterable[Client] = CLIENTS) -> tuple[MailFinding, ...]:
    """What `clients` do not show of a mail's HTML, errors first; what they are said to show is not told."""
    asked = tuple(clients)
    met: dict[str, tuple[Feature, list[Use]]] = {}
    for use in uses(html):
        for feature in FEATURES.get(use.key, ()):
            met.setdefault(feature.identifier, (feature, []))[1].append(use)
    found = [finding for feature, used in met.values() for finding in _findings(feature, used, asked)]
    return tuple(sorted(found, key=lambda one: (not one.is_error, one.line, one.feature, one.family)))


def _findings(feature: Feature, used: list[Use], clients: tuple[Client, ...]) -> list[MailFinding]:
    found: list[MailFinding] = []
    for family in dict.fromkeys(client.family for client in clients):
        concerned = [
            client.identifier
            for client in clients
            if client.family == family and feature.support[client.identifier] in (Support.NOT_SHOWN, Support.PARTLY)
        ]
        if not concerned:
            continue
        missing = any(feature.support[name] is Support.NOT_SHOWN for name in concerned)
        notes = dict.fromkeys(note for name in concerned for note in feature.notes[name])
        found.append(
            MailFinding(
                feature.identifier,
                feature.title,
                used[0].key,
                family,
                tuple(concerned),
                Support.NOT_SHOWN if missing else Support.PARTLY,
                tuple(notes),
                ENHANCEMENTS.get(feature.identifier),
                used[0].element,
                used[0].line,
                len(used),
            )
        )
    return found
