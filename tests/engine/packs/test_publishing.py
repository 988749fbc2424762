"""Publishing: what is frozen stays, goes live in one step, and renders what the working pack rendered."""

import datetime as dt
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from vaxel_engine.artifact import ArtifactKind
from vaxel_engine.errors import Misconfigured, TemplateError, Unrenderable, Unwritable
from vaxel_engine.inspection import SHAPED
from vaxel_engine.model import Document
from vaxel_engine.packs import load, load_published, packs
from vaxel_engine.packs.publishing import Published, publish, roll_back
from vaxel_engine.packs.store import Turn, go_live, history, live_version, versions
from vaxel_engine.press import examine
from vaxel_engine.rendering import render_all

AT = dt.datetime(2026, 11, 20, 9, 0, tzinfo=dt.UTC)

Publish = Callable[[], Published]


@pytest.fixture
def working(tmp_path: Path) -> Path:
    """The folder of a brand "tried" that extends base."""
    folder = tmp_path / "templates/tried"
    folder.mkdir(parents=True)
    (folder / "brand.toml").write_text('extends = "base"\nname = "Tried"\n', encoding="utf-8")
    return folder


@pytest.fixture
def store(tmp_path: Path) -> Path:
    return tmp_path / "store"


@pytest.fixture
def publish_it(working: Path, store: Path) -> Publish:
    roots = [working.parent, packs()]
    return lambda: publish("tried", roots, store, samples=(), at=AT, by="elin", unapproved=True)


def rename(working: Path, name: str) -> None:
    (working / "brand.toml").write_text(f'extends = "base"\nname = "{name}"\n', encoding="utf-8")


def test_a_published_pack_renders_the_bytes_of_the_working_one(
    working: Path, store: Path, publish_it: Publish, build: Callable[..., Document]
) -> None:
    publish_it()
    document = build(usage=True, balance=True)
    working_pack = load("tried", [working.parent, packs()])
    before = render_all(document, SHAPED, pack=working_pack)
    after = render_all(document, SHAPED, pack=load_published("tried", store))
    assert {kind: made.sha256 for kind, made in after.items()} == {kind: made.sha256 for kind, made in before.items()}


def test_later_edits_of_the_working_pack_do_not_reach_what_is_published(
    working: Path, store: Path, publish_it: Publish
) -> None:
    publish_it()
    rename(working, "Changed")
    assert load_published("tried", store).name == "Tried"


def test_the_same_tree_again_is_the_same_version(store: Path, publish_it: Publish) -> None:
    first, again = publish_it(), publish_it()
    assert again.version == first.version
    assert (again.is_new, again.went_live) == (False, False)
    assert len(history("tried", store)) == 1


def test_an_inherited_file_that_changes_makes_another_version(tmp_path: Path, store: Path, working: Path) -> None:
    parent = working.parent / "parent"
    parent.mkdir()
    (parent / "brand.toml").write_text('extends = "base"\n', encoding="utf-8")
    (working / "brand.toml").write_text('extends = "parent"\n', encoding="utf-8")
    roots = [working.parent, packs()]
    first = publish("tried", roots, store, samples=(), at=AT, by="elin", unapproved=True)
    (parent / "words.sv.toml").write_text('[title]\ninvoice = "Räkning"\n', encoding="utf-8")
    second = publish("tried", roots, store, samples=(), at=AT, by="elin", unapproved=True)
    assert second.version.version != first.version.version
    assert load_published("tried", store).words("sv")["title.invoice"] == "Räkning"
    assert load_published("tried", store, first.version.version).words("sv")["title.invoice"] == "Faktura"


def test_a_rollback_is_live_at_once_and_stands_in_the_history(working: Path, store: Path, publish_it: Publish) -> None:
    first = publish_it().version.version
    rename(working, "Second")
    second = publish_it().version.version
    roll_back("tried", store, at=AT, by="otto")
    assert live_version("tried", store) == first
    assert [(turn.version, turn.by, turn.action) for turn in history("tried", store)] == [
        (first, "elin", "published"),
        (second, "elin", "published"),
        (first, "otto", "rolled back"),
    ]


def test_a_rollback_twice_returns_to_where_it_began(working: Path, store: Path, publish_it: Publish) -> None:
    publish_it()
    rename(working, "Second")
    second = publish_it().version.version
    roll_back("tried", store, at=AT, by="otto")
    roll_back("tried", store, at=AT, by="otto")
    assert live_version("tried", store) == second


def test_a_rollback_to_a_version_that_is_not_there_says_which_there_are(store: Path, publish_it: Publish) -> None:
    made = publish_it().version.version
    with pytest.raises(Misconfigured, match=made):
        roll_back("tried", store, "000000000000", at=AT, by="otto")
    with pytest.raises(Misconfigured, match="no other version"):
        roll_back("tried", store, at=AT, by="otto")


def test_what_is_not_published_names_the_command(store: Path) -> None:
    with pytest.raises(Misconfigured, match=r"vaxel publish tried"):
        load_published("tried", store)


def test_a_pack_that_a_sample_cannot_be_rendered_with_changes_nothing(
    working: Path, store: Path, publish_it: Publish, build: Callable[..., Document]
) -> None:
    live = publish_it().version.version
    (working / "sections").mkdir()
    (working / "sections/totals.paper.html").write_text("{{ totals[99].amount }}", encoding="utf-8")
    with pytest.raises(Unrenderable, match=r"totals\.paper\.html, line 1"):
        publish("tried", [working.parent, packs()], store, samples=[build()], at=AT, by="elin", unapproved=True)
    assert live_version("tried", store) == live
    assert versions("tried", store) == (live,)


def test_a_pack_with_something_wrong_in_it_names_the_place_and_the_command(
    working: Path, store: Path, publish_it: Publish
) -> None:
    (working / "sections").mkdir()
    (working / "sections/totals.paper.html").write_text("{{ no_such_name }}", encoding="utf-8")
    with pytest.raises(Unrenderable, match=r"totals\.paper\.html, line 1: .*`vaxel check-pack tried`"):
        publish_it()
    assert not store.exists()


def test_a_pack_that_cannot_be_read_is_not_published(working: Path, store: Path, publish_it: Publish) -> None:
    (working / "brand.toml").write_text('extends = "base"\ncolour = 1\n', encoding="utf-8")
    with pytest.raises(TemplateError):
        publish_it()
    assert not store.exists()


def test_a_version_says_what_it_was_made_of_and_by_whom(publish_it: Publish) -> None:
    version = publish_it().version
    assert {"vaxel", "weasyprint", "pango", "mrml", "plotly", "plotly-bundle"} <= set(version.engines)
    assert set(version.fonts) == {"fonts/Inter-Regular.ttf", "fonts/Inter-SemiBold.ttf"}
    assert [layer.name for layer in version.layers] == ["base", "tried"]
    assert (version.made_by, version.made_at) == ("elin", AT)
    assert [(gate.name, gate.passed) for gate in version.gates] == [
        ("check-pack", True),
        ("samples", True),
        ("approved", False),
    ]


def test_a_file_of_the_store_that_was_changed_is_found(store: Path, publish_it: Publish) -> None:
    publish_it()
    kept = next((store / "files").rglob("words.sv.toml"))
    kept.write_bytes(kept.read_bytes() + b"\n")
    with pytest.raises(Misconfigured, match="was changed"):
        load_published("tried", store)


def test_two_who_publish_at_once_lose_no_turn(working: Path, store: Path, publish_it: Publish) -> None:
    version = publish_it().version.version
    code = (
        "import sys, datetime as dt, time, pathlib\n"
        "from vaxel_engine.errors import Unwritable\n"
        "from vaxel_engine.packs.store import Turn, go_live\n"
        "for n in range(20):\n"
        "    while True:\n"
        "        try:\n"
        "            go_live('tried', pathlib.Path(sys.argv[1]), Turn(version=sys.argv[2],"
        " at=dt.datetime.now(dt.UTC), by=f'{sys.argv[3]}{n}', action='published'))\n"
        "            break\n"
        "        except Unwritable:\n"
        "            time.sleep(0.001)\n"
    )
    begun = [subprocess.Popen([sys.executable, "-c", code, store, version, who]) for who in ("a", "b")]
    assert [one.wait(60) for one in begun] == [0, 0]
    by = [turn.by for turn in history("tried", store)[1:]]
    assert sorted(by) == sorted(f"{who}{n}" for who in "ab" for n in range(20))


def test_a_pointer_that_another_is_writing_is_left_alone(store: Path, publish_it: Publish) -> None:
    live = publish_it().version.version
    (store / "live/tried.part").write_bytes(b"")
    with pytest.raises(Unwritable, match=r"tried\.part"):
        go_live("tried", store, Turn(version=live, at=AT, by="otto", action="published"))
    assert (store / "live/tried.part").exists()


def test_every_form_that_a_pack_shapes_is_examined() -> None:
    assert set(ArtifactKind) - {ArtifactKind.EINVOICE_XML} == set(SHAPED)


def test_a_pack_whose_sample_says_another_amount_is_not_published(
    working: Path, store: Path, build: Callable[..., Document]
) -> None:
    source = (packs() / "base/sections/totals.web.html").read_text(encoding="utf-8")
    (working / "sections").mkdir()
    exchanged = "{{ row.amount|replace('1', '7') if row.role == 'to_pay' else row.amount }}"
    wrong = source.replace("{{ row.amount }}", exchanged)
    (working / "sections/totals.web.html").write_text(wrong, encoding="utf-8")
    roots = [working.parent, packs()]
    with pytest.raises(Unrenderable, match=r"not published.*NL-2026-11-0001.*amount due in web .page. is different"):
        publish("tried", roots, store, samples=[build()], at=AT, by="elin", unapproved=True)
    assert not history("tried", store)
    found = examine("tried", roots, samples=[build()])
    assert any("amount due in web (page) is different" in one.what for one in found)
