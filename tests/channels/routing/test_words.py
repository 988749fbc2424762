"""What a decision says, in five languages: every code has its sentence in each, with the same slots."""

import re
import tomllib
from pathlib import Path

import pytest

from vaxel_channels.contract import Reach
from vaxel_channels.routing import SPOKEN, SenderPolicy, decide, explain
from vaxel_channels.routing.trying import stand_in
from vaxel_channels.routing.words import Spoken
from vaxel_engine.model import DocumentKind

WORDS = tomllib.loads(
    (Path(__file__).parents[3] / "channels/vaxel_channels/routing/words.toml").read_text(encoding="utf-8")
)
SLOT = re.compile(r"\{(\w+)\}")
CHANNELS = {name: stand_in(name) for name in ("kivra", "email", "print")}


@pytest.mark.parametrize("table", [name for name in WORDS if name != "title"])
def test_every_word_is_there_in_every_language_with_the_same_slots(table: str) -> None:
    for code, spoken in WORDS[table].items():
        assert set(spoken) == set(SPOKEN), f"{table}.{code}"
        assert len({frozenset(SLOT.findall(text)) for text in spoken.values()}) == 1, f"{table}.{code}"


GOLDEN: dict[Spoken, str] = {
    "en": "Print house, the last resort; Kivra does not have the recipient; the document has no address for E-mail",
    "sv": "Tryckeri, sista utvägen; Kivra har inte mottagaren; dokumentet har ingen adress för E-post",
    "nb": "Trykkeri, siste utvei; Kivra har ikke mottakeren; dokumentet har ingen adresse for E-post",
    "da": "Trykkeri, sidste udvej; Kivra har ikke modtageren; dokumentet har ingen adresse til E-mail",
    "fi": "Painotalo, viimeinen keino; Kivra: vastaanottajaa ei ole rekisterissä; "
    "asiakirjassa ei ole osoitetta: Sähköposti",
}


@pytest.mark.parametrize("language", SPOKEN)
def test_the_sentence_is_told_in_the_language_that_is_asked_for(language: Spoken) -> None:
    answers = {"kivra": Reach.CONFIRMED_MISS, "email": Reach.NO_ADDRESS, "print": Reach.HIT}
    decision = decide(DocumentKind.INVOICE, (), SenderPolicy(tuple(CHANNELS)), CHANNELS, answers)
    assert explain(decision, 0, language) == GOLDEN[language]
