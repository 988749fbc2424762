"""The live page follows what is saved, over real HTTP."""

import html
import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any, Protocol

import httpx
import pytest
from tests.preview.conftest import INSIDE, entered

from vaxel_engine.errors import Misconfigured
from vaxel_preview.serving import preview
from vaxel_preview.table import ROWS


class Browser(Protocol):
    """A browser that follows a look; see conftest."""

    def settled(self) -> dict[str, Any]: ...
    def broken(self) -> dict[str, Any]: ...
    def mended(self) -> dict[str, Any]: ...
    def pane(self, kind: str) -> str: ...
    def told_until_settled(self) -> set[str]: ...


Follow = Callable[..., Browser]


def words_changed(pack: Path, old: str, new: str) -> None:
    words = pack / "base" / "words.sv.toml"
    text = words.read_text(encoding="utf-8")
    assert old in text
    words.write_text(text.replace(old, new, 1), encoding="utf-8")


def test_a_saved_word_is_shown_everywhere_it_stands(own_packs: Path, follow: Follow) -> None:
    browser = follow()
    assert browser.settled()["failed"] == []
    words_changed(own_packs, '[sms]\npay = "{sender}:', '[sms]\npay = "Hej från {sender}:')
    assert "Hej från Nordljus" in browser.pane("sms")


def test_an_error_names_file_and_line_with_the_source_around_it(own_packs: Path, follow: Follow) -> None:
    browser = follow()
    browser.settled()
    layout = own_packs / "base" / "layouts" / "paper.html"
    good = layout.read_text(encoding="utf-8")
    layout.write_text("\n\n{{ no_such_name }}\n" + good, encoding="utf-8")
    said = browser.broken()
    assert set(said["failed"]) == {"print_pdf", "print_pdf_monochrome", "mailbox_pdf", "email"}
    words = html.unescape(said["html"])
    assert "base/layouts/paper.html, line 3" in words
    assert '<li class="culprit"><span>3</span><code>{{ no_such_name }}' in words
    layout.write_text(good, encoding="utf-8")
    assert browser.mended()["html"].strip() == ""


def test_the_last_good_state_stays_while_a_template_is_broken(address: str, own_packs: Path, follow: Follow) -> None:
    browser = follow()
    browser.settled()
    (own_packs / "nordljus" / "brand.toml").write_text("this is not TOML", encoding="utf-8")
    said = browser.broken()
    assert len(said["failed"]) == len({row.made for row in ROWS})
    page = httpx.get(address, headers=INSIDE).text
    pictures = re.findall(r'src="/(page/\w+/1\.png)"', page)
    assert len(pictures) == 3
    assert httpx.get(address + pictures[0], headers=INSIDE).content.startswith(b"\x89PNG")


def test_a_broken_sample_is_told_with_its_line(own_samples: Path, follow: Follow) -> None:
    browser = follow(sample="november.json:2")
    browser.settled()
    file = own_samples / "november.json"
    tree = json.loads(file.read_text(encoding="utf-8"))
    tree["documents"][1]["invoice"]["currency"] = "SKR"
    file.write_text(json.dumps(tree, indent=2), encoding="utf-8")
    said = browser.broken()
    assert "record 2" in said["html"]
    assert "SKR" in said["html"]


def test_a_template_is_rendered_anew_only_where_it_was_opened(own_packs: Path, follow: Follow) -> None:
    browser = follow()
    browser.settled()
    section = own_packs / "base" / "sections" / "totals.web.html"
    section.write_text(section.read_text(encoding="utf-8").replace("row.label }}", "row.label }}!"), encoding="utf-8")
    told = browser.told_until_settled()
    assert told == {"web", "web_tablet", "web_phone", "web_no_script", "mailbox_html", "bank"}


def test_a_word_refreshes_the_panes_that_show_it_and_no_other(own_packs: Path, follow: Follow) -> None:
    browser = follow()
    browser.settled()
    words_changed(own_packs, '[total]\nheading = "', '[total]\nheading = "Hela ')
    pages = {"web", "web_tablet", "web_phone", "web_no_script", "mailbox_html", "bank"}
    assert browser.told_until_settled() == {*pages, "email_text"}
    words_changed(own_packs, 'greeting = "', 'greeting = "Ja, ')  # no template of the pack shows it
    assert browser.told_until_settled() == set()
    words_changed(own_packs, '[sms]\npay = "{sender}:', '[sms]\npay = "Hej från {sender}:')
    assert browser.told_until_settled() == {"sms"}


def test_two_browsers_follow_two_samples(own_packs: Path, follow: Follow) -> None:
    swedish, english = follow(sample="november.json:1"), follow(sample="november.json:3")
    swedish.settled()
    english.settled()
    words_changed(own_packs, '[sms]\npay = "{sender}:', '[sms]\npay = "Hej {sender}:')
    assert "Hej Nordljus" in swedish.pane("sms")
    assert english.settled()["failed"] == []


def test_a_foreign_host_is_refused(standing: str) -> None:
    for path in ("", "events", "assets/board.css"):
        assert httpx.get(standing + path, headers={**INSIDE, "Host": "evil.example"}).status_code == 400


def test_a_foreign_origin_may_not_listen(standing: str) -> None:
    assert httpx.get(standing + "events", headers={**INSIDE, "Origin": "https://evil.example"}).status_code == 403


@pytest.mark.parametrize("path", ["", "events", "assets/board.css", "studio/files", "?token=guessed"])
def test_who_does_not_know_the_token_of_this_start_gets_nothing(standing: str, path: str) -> None:
    answer = httpx.get(standing + path)
    assert answer.status_code == 403
    assert "vaxel preview" in answer.text


def test_the_printed_address_becomes_one_without_a_token(standing: str) -> None:
    answer = httpx.get(entered(f"{standing}?view=sms&sample=november.json:1"))
    assert answer.headers["Location"] == "/?view=sms&sample=november.json:1"
    cookie = answer.headers["Set-Cookie"]
    assert "HttpOnly" in cookie
    assert "SameSite=Strict" in cookie


@pytest.mark.parametrize(
    "path", ["assets/../server.py", "assets/%2e%2e/server.py", "artifact/..%2f..%2fetc", "page/x/1.png"]
)
def test_no_path_leads_to_a_file(standing: str, path: str) -> None:
    assert httpx.get(standing + path, headers=INSIDE).status_code == 404


@pytest.mark.parametrize("words", ["", "not JSON", "[]", '{"listener": 1}', "null"])
def test_nonsense_from_a_browser_is_refused(standing: str, words: str) -> None:
    assert httpx.post(standing + "on-screen", content=words, headers=INSIDE).status_code == 400


def test_every_answer_carries_a_policy(standing: str) -> None:
    for path in ("", "assets/board.js", "no-such-page"):
        answer = httpx.get(standing + path, headers=INSIDE)
        assert "default-src 'none'" in answer.headers["Content-Security-Policy"]
        assert answer.headers["X-Content-Type-Options"] == "nosniff"


def test_an_asked_port_that_is_taken_is_one_sentence(standing: str, own_packs: Path, own_samples: Path) -> None:
    port = httpx.URL(standing).port
    assert port is not None
    with pytest.raises(Misconfigured, match=f"port {port} is taken"), preview([own_packs], [own_samples], None, port):
        pass


def test_an_unknown_brand_names_those_there_are(own_packs: Path, own_samples: Path) -> None:
    with (
        pytest.raises(Misconfigured, match="choose one of base, nordljus"),
        preview([own_packs], [own_samples], "nord", 0),
    ):
        pass
