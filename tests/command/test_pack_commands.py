"""What a designer types: begin a brand, have it checked, publish it, take it back."""

import json
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest

from vaxel.cli import main
from vaxel.outputs import CheckPackOutput, CompileAllOutput, CompileOutput, PublishOutput


@dataclass(frozen=True)
class Done:
    returncode: int
    stdout: str
    stderr: str


Vaxel = Callable[..., Done]


@pytest.fixture
def vaxel(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Vaxel:
    """Runs `vaxel WORDS…` through the front door in an empty folder; in this process, since starting one is dear."""
    monkeypatch.chdir(tmp_path)

    def run(*words: str | Path) -> Done:
        monkeypatch.setattr("sys.argv", ["vaxel", *map(str, words)])
        with pytest.raises(SystemExit) as ended:
            main()
        said = capsys.readouterr()
        return Done(int(ended.value.code or 0), said.out, said.err)

    return run


@pytest.fixture
def begun(vaxel: Vaxel, tmp_path: Path) -> Path:
    """The folder of a brand that `vaxel new brand` began."""
    done = vaxel("new", "brand", "fjord-kraft")
    assert done.returncode == 0, done.stderr
    return tmp_path / "templates/fjord-kraft"


def test_a_new_brand_is_clean_published_changed_and_taken_back(vaxel: Vaxel, begun: Path, one_document: Path) -> None:
    checked = vaxel("check-pack", "fjord-kraft", "--packs", "templates", "--samples", one_document, "--json")
    assert CheckPackOutput.model_validate(json.loads(checked.stdout)) == CheckPackOutput(
        brand="fjord-kraft", clean=True, findings=()
    )
    publish = (
        "publish",
        "fjord-kraft",
        "--packs",
        "templates",
        "--samples",
        one_document,
        "--by",
        "elin",
        "--unapproved",
        "--no-compile",
    )
    first = vaxel(*publish)
    assert first.returncode == 0, first.stderr
    small = ("--samples", one_document, "--taught", "1", "--compared", "1", "--searched", "0", "--no-extremes")
    compiled = CompileOutput.model_validate(json.loads(vaxel("compile", "fjord-kraft", *small, "--json").stdout))
    assert compiled.passed, compiled.found
    assert compiled.compared > 0
    again = CompileAllOutput.model_validate(json.loads(vaxel("compile", "--all", *small, "--json").stdout))
    assert (again.passed, again.packs) == (True, (compiled.model_copy(update={"unchanged": True}),))
    assert "unchanged since it was compiled, " in vaxel("compile", "fjord-kraft", *small).stdout
    words = begun / "words.sv.toml"
    words.write_text(words.read_text(encoding="utf-8") + '\n[title]\ninvoice = "Räkning"\n', encoding="utf-8")
    assert vaxel(*publish).returncode == 0
    taken_back = PublishOutput.model_validate(json.loads(vaxel(*publish, "--rollback", "--json").stdout))
    assert [turn.action for turn in taken_back.history] == ["published", "published", "rolled back"]
    assert taken_back.live == taken_back.history[0].version
    told = vaxel("publish", "fjord-kraft", "--history").stdout.splitlines()
    assert len(told) == 3
    assert told[0].endswith("rolled back by elin, not approved  (live)")


def test_a_new_brand_never_overwrites(vaxel: Vaxel, begun: Path) -> None:
    mine = begun / "brand.toml"
    mine.write_text('extends = "base"\n', encoding="utf-8")
    done = vaxel("new", "brand", "fjord-kraft")
    assert done.returncode == 2
    assert "is there already" in done.stderr
    assert mine.read_text(encoding="utf-8") == 'extends = "base"\n'


def test_what_is_wrong_is_told_with_its_line_and_stops_a_publication(
    vaxel: Vaxel, begun: Path, one_document: Path
) -> None:
    (begun / "sections").mkdir()
    (begun / "sections/help.web.html").write_text("<p>\n{{ selller.help }}</p>", encoding="utf-8")
    checked = vaxel("check-pack", "fjord-kraft", "--packs", "templates", "--samples", one_document)
    assert checked.returncode == 2
    assert 'help.web.html, line 2: there is no "selller"; did you mean "seller"?' in checked.stdout
    done = vaxel("publish", "fjord-kraft", "--packs", "templates", "--samples", one_document)
    assert done.returncode == 2
    assert "vaxel check-pack fjord-kraft" in done.stderr
    assert "Traceback" not in done.stderr


def test_nothing_published_is_said_in_a_sentence(vaxel: Vaxel) -> None:
    assert "Nothing of nordljus is published" in vaxel("publish", "nordljus", "--history").stdout
    assert vaxel("publish", "nordljus", "--history", "--rollback").returncode == 2
