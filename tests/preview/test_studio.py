"""The studio: the editor writes the packs' files and nothing else, for whoever has this start's token."""

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import httpx
import pytest
from tests.preview.conftest import INSIDE

from vaxel_engine import packs
from vaxel_preview.inspector import facts_of
from vaxel_preview.sources import ConflictError, Sources, line_of_word, word_at

WORDS = "base/words.sv.toml"


@pytest.fixture
def studio(address: str) -> Callable[..., httpx.Response]:
    """Ask as our own page does, with the token that stands in it."""
    found = re.search(r'<meta name="token" content="([^"]+)"', httpx.get(address, headers=INSIDE).text)
    assert found is not None
    token = found[1]

    def ask(path: str, body: dict[str, Any] | None = None, **words: str) -> httpx.Response:
        headers = {"X-Vaxel-Token": words.pop("token", token)}
        if body is None:
            return httpx.get(f"{address}studio/{path}", params=words, headers=headers, timeout=30)
        return httpx.post(f"{address}studio/{path}", params=words, headers=headers, json=body, timeout=30)

    return ask


def test_without_the_token_nothing_is_read_or_written(studio: Callable[..., httpx.Response], own_packs: Path) -> None:
    before = (own_packs / WORDS).read_text(encoding="utf-8")
    for path in ("files", "source", "word", "versions", "facts"):
        assert studio(path, token="guessed", id=WORDS).status_code == 403
    body = {"id": WORDS, "text": "x", "was": studio("source", id=WORDS).json()["digest"]}
    assert studio("save", body, token="").status_code == 403
    assert (own_packs / WORDS).read_text(encoding="utf-8") == before


def test_a_save_is_kept_and_can_be_taken_back(studio: Callable[..., httpx.Response], own_packs: Path) -> None:
    read = studio("source", id=WORDS).json()
    new = read["text"].replace("Att betala", "Summa att betala")
    saved = studio("save", {"id": WORDS, "text": new, "was": read["digest"]}).json()
    assert (own_packs / WORDS).read_text(encoding="utf-8") == new
    assert saved["versions"] == 1
    assert studio("versions", id=WORDS).json() == [read["text"]]
    late = studio("save", {"id": WORDS, "text": "mine", "was": read["digest"]})
    assert late.status_code == 409
    assert "changed outside this page" in late.json()["sentence"]


@pytest.mark.parametrize(
    "wanted", ["../secret.toml", "base/../../secret.toml", "/etc/passwd", "base", "", "secret.toml", "base/link.toml"]
)
def test_nothing_outside_the_packs_is_read_or_written(tmp_path: Path, own_packs: Path, wanted: str) -> None:
    secret = tmp_path / "secret.toml"
    secret.write_text("kept", encoding="utf-8")
    (own_packs / "secret.toml").write_text("kept", encoding="utf-8")
    (own_packs / "base" / "link.toml").symlink_to(secret)
    sources = Sources([own_packs])
    assert sources.read(wanted) is None
    assert sources.save(wanted, "nordljus", "changed", "any") is None
    assert secret.read_text(encoding="utf-8") == "kept"


def test_what_comes_with_vaxel_is_saved_into_the_own_brand(tmp_path: Path) -> None:
    own = tmp_path / "mine"
    (own / "fjord").mkdir(parents=True)
    (own / "fjord" / "brand.toml").write_text('extends = "base"\n', encoding="utf-8")
    sources = Sources([own, packs.packs()])
    read = sources.read("base/sections/totals.web.html")
    assert read is not None
    saved = sources.save(read.id, "fjord", read.text + "<!-- mine -->", read.digest)
    assert saved is not None
    assert saved.id == "fjord/sections/totals.web.html"
    again = sources.read("base/sections/totals.web.html")
    assert again is not None
    assert again.digest == read.digest
    with pytest.raises(ConflictError):
        sources.save(saved.id, "fjord", "late", read.digest)


def test_a_sentence_leads_to_its_word_and_line() -> None:
    pack = packs.load("nordljus")
    assert word_at(pack, "sv", "Nordljus: 2 218,48 kr att betala senast 20 december 2026. https://x") == "sms.pay"
    assert word_at(pack, "sv", "2 218,48 kr") is None
    assert line_of_word('a = "1"\n[sms]\nother = ""\npay = "x"\n[sms.more]\npay = ""', "sms.pay") == 4


def test_every_name_has_its_value_and_where_it_is_read(studio: Callable[..., httpx.Response]) -> None:
    answer = studio("facts", brand="nordljus", sample="november.json:1")
    facts = {fact["name"]: fact["value"] for fact in answer.json()}
    assert facts["to_pay.amount"] == "2\u00a0218,48\u00a0kr"
    assert "lines[0].amount" in facts
    assert facts["words.to_pay.pay.label"] == "Att betala"


def test_a_fact_is_found_as_words_of_its_own() -> None:
    facts = facts_of({"a": {"b": "12,50"}, "c": ["sv"]}, {"sms": "Pay 12,50 svart", "card": "112,50 sv"})
    assert [(fact.name, fact.shown) for fact in facts] == [("a.b", ("sms",)), ("c[0]", ("card",))]
