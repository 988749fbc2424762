"""Which channel a document of the preview takes, and why: as the ledger keeps it, else as the rules would have it."""

import tomllib
from functools import cached_property
from importlib.resources import files
from pathlib import Path

from sqlalchemy import make_url

from vaxel import settings
from vaxel.sender_rules import policies
from vaxel.settings import DEFAULT_FILE, Settings
from vaxel_channels.dispatcher.lookout import with_wishes
from vaxel_channels.routing import SenderPolicy, Spoken, decide, occasion
from vaxel_channels.routing.telling import tell, tree
from vaxel_channels.routing.trying import addressed, stand_in
from vaxel_channels.routing.words import BY_NAME, word
from vaxel_engine.model import Document
from vaxel_ledger import Ledger, Why
from vaxel_ledger.ledger import utc_now
from vaxel_ledger.states import DocumentState
from vaxel_preview.findings import Reasons


class ChannelReasons:
    """Tells reasons by the settings of this folder, or by those of a sandbox where there are none."""

    def __init__(self, config: Path = DEFAULT_FILE) -> None:
        self._config = config

    def __call__(self, document: Document) -> Reasons:
        """As it was decided where the ledger knows it; else as it would be if each register had the recipient.

        Raises:
            Misconfigured: the settings or a rules file are wrong.
        """
        language: Spoken = BY_NAME.get(document.recipient.language, "en")
        why, by = self._kept(document), "as the ledger of this folder keeps it"
        if why is None:
            why, by = self._would(document), "as it would be decided now, if every register has the recipient"
        told = tell(why, language)
        against = word("tree", "against", language)
        branches = [(one.sentence, f"{number}. {one.channel}") for number, one in enumerate(told.tried, 1)]
        branches += [(one.sentence, f"{against}: {one.channel}") for one in told.against]
        known = len(told.tried) + len(told.against) + bool(told.tried) + bool(told.against)
        branches += [(line.strip(), "") for line in list(tree(why, language))[known:]]  # hand-overs and what follows
        return Reasons(by, told.sentence, branches)

    @cached_property
    def _settings(self) -> Settings:
        if self._config.exists():
            return settings.load(self._config)
        text = (files("vaxel") / "sandbox.toml").read_text(encoding="utf-8")
        return settings.parse(tomllib.loads(text), source=self._config)

    def _kept(self, document: Document) -> Why | None:
        place = self._settings.ledger
        url = make_url(place.url)
        if url.get_backend_name() != "sqlite" or not Path(url.database or "").is_file():
            return None
        with Ledger.open(place.url, store=place.artifacts, tenant_key=place.tenant_key) as ledger:
            found = ledger.documents(document.reference, self._settings.tenant)
            return ledger.why(found[0]) if found else None

    def _would(self, document: Document) -> Why:
        chosen, now = self._settings, utc_now()
        sender, senders = document.sender, chosen.senders
        named = (name for name, one in senders.items() if sender == name or sender in one.identifiers)
        policy = policies(chosen).get(next(named, "")) or SenderPolicy(next(iter(senders.values())).channels)
        document = with_wishes(document, (), now.astimezone(policy.in_force.time_zone).date())
        moment = occasion(document, now)
        names = policy.channels
        decision = decide(
            document.kind,
            document.recipient.wishes,
            policy,
            {name: stand_in(name) for name in names},
            {name: addressed(name, moment.has) for name in names},
            moment,
        )
        return Why(
            document=document.reference,
            document_id="",
            state=DocumentState.NEW,
            sentence=decision.sentence,
            order=decision.order,
            reasons=decision.reasons,
            hand_overs=(),
            happened=(),
            route=decision,
        )
