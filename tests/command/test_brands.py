"""Which pack renders: live only what was published, a batch with what it began with, the sandbox what is on disk."""

import datetime as dt
import json
from importlib.resources import files
from pathlib import Path

import pytest
from sqlalchemy import select

from vaxel import settings
from vaxel.brands import Brands
from vaxel.settings import Settings
from vaxel.switch import Switch
from vaxel_engine.artifact import ArtifactKind
from vaxel_engine.errors import Misconfigured
from vaxel_engine.packs import load_published, packs
from vaxel_engine.packs.approvals import Approvals, Board, state_of, write_approvals
from vaxel_engine.packs.publishing import publish
from vaxel_engine.packs.reading import layers
from vaxel_engine.packs.store import live_version
from vaxel_ledger import tables

SANDBOX = (files("vaxel") / "sandbox.toml").read_text(encoding="utf-8")
OWN = SANDBOX.replace("# folder", "folder").replace('brand = "nordljus"', 'brand = "tried"')
PUBLISHED = OWN.replace("# published", "published")


def configured(folder: Path, text: str) -> Settings:
    (folder / "vaxel.toml").write_text(text, encoding="utf-8")
    return settings.load(folder / "vaxel.toml")


def write_brand(folder: Path, name: str) -> None:
    brand = folder / "templates/tried"
    brand.mkdir(parents=True, exist_ok=True)
    (brand / "brand.toml").write_text(f'extends = "nordljus"\nname = "{name}"\n', encoding="utf-8")


def publish_brand(folder: Path, name: str, *, unapproved: bool = False) -> str:
    write_brand(folder, name)
    roots, at = [folder / "templates", packs()], dt.datetime(2026, 11, 20, tzinfo=dt.UTC)
    if not unapproved:
        state = state_of(layers("tried", roots))
        board = Board(engines=dict(state.engines), tree=state.tree, fonts=dict(state.fonts), by="otto", at=at)
        write_approvals(folder / "templates/tried", Approvals(boards=(board,)))
    store = folder / "vaxel-ledger/packs"
    return publish("tried", roots, store, samples=(), at=at, by="elin", unapproved=unapproved).version.version


def test_live_mode_refuses_a_pack_that_is_not_published(tmp_path: Path) -> None:
    configured(tmp_path, SANDBOX.replace('mode = "sandbox"', 'mode = "live"'))
    with pytest.raises(Misconfigured, match=r"sender\.nordljus\.brand: .*not published.*`vaxel publish nordljus`"):
        Switch.open(tmp_path / "vaxel.toml")
    assert not (tmp_path / "vaxel-ledger").exists()


def test_live_mode_renders_what_was_published_and_not_what_is_on_disk(tmp_path: Path) -> None:
    publish_brand(tmp_path, "First")
    write_brand(tmp_path, "Not yet")
    chosen = configured(tmp_path, OWN.replace('mode = "sandbox"', 'mode = "live"'))
    assert Brands(chosen).pack("tried", None).name == "First"


def test_live_mode_refuses_what_nobody_approved(tmp_path: Path) -> None:
    version = publish_brand(tmp_path, "First", unapproved=True)
    chosen = configured(tmp_path, OWN.replace('mode = "sandbox"', 'mode = "live"'))
    with pytest.raises(Misconfigured, match=rf"nobody approved {version} .*`vaxel approve tried`"):
        Brands(chosen).pack("tried", None)
    assert publish_brand(tmp_path, "First") == version
    assert Brands(chosen).pack("tried", None).name == "First"


def test_live_mode_cannot_be_told_to_render_working_packs(tmp_path: Path) -> None:
    text = PUBLISHED.replace("published = true", "published = false").replace('mode = "sandbox"', 'mode = "live"')
    with pytest.raises(Misconfigured, match=r"packs\.published"):
        configured(tmp_path, text)


def test_the_sandbox_renders_the_working_pack_unless_told_otherwise(tmp_path: Path) -> None:
    publish_brand(tmp_path, "First")
    write_brand(tmp_path, "Being edited")
    assert Brands(configured(tmp_path, OWN)).pack("tried", None).name == "Being edited"
    assert Brands(configured(tmp_path, PUBLISHED)).pack("tried", None).name == "First"


def test_a_batch_stays_with_the_version_it_began_with(tmp_path: Path) -> None:
    began_with = {"tried": publish_brand(tmp_path, "First")}
    brands = Brands(configured(tmp_path, PUBLISHED))
    publish_brand(tmp_path, "Second")
    assert brands.pack("tried", began_with).name == "First"
    assert brands.pack("tried", brands.live_versions()).name == "Second"


def test_a_misspelt_folder_of_packs_is_told(tmp_path: Path) -> None:
    with pytest.raises(Misconfigured, match="not a folder of packs"):
        Brands(configured(tmp_path, OWN.replace('folder = "templates"', 'folder = "tempaltes"'))).check()


def test_the_ledger_knows_the_version_of_a_batch_and_the_letter_carries_its_name(
    tmp_path: Path, one_document: Path
) -> None:
    publish_brand(tmp_path, "Första Kraft")
    chosen = configured(tmp_path, PUBLISHED.replace('["kivra", "email", "sms", "print"]', '["print"]'))
    with Switch(chosen) as switch:
        batch = switch.send(one_document)
        with switch.ledger.reading() as connection:
            kept = connection.execute(
                select(tables.batch.c.pack_version).where(tables.batch.c.id == batch.id)
            ).scalar_one()
        assert kept == {"tried": live_version("tried", chosen.packs.store)}
        reference = json.loads(one_document.read_text(encoding="utf-8"))["reference"]
        (document,) = switch.ledger.documents(reference)
        pdf = switch.ledger.artifact(document, ArtifactKind.PRINT_PDF)
    assert "Första Kraft".encode("utf-16-be") in pdf or "Första Kraft".encode() in pdf
    assert load_published("tried", chosen.packs.store).name == "Första Kraft"
