"""A program on disk comes back as it was, or not at all."""

import shutil
from pathlib import Path

from tests.engine.compiled.conftest import Workshop

from vaxel_engine.compiled.compiling import key_of, setter_of
from vaxel_engine.compiled.keeping import packed, unpacked
from vaxel_engine.packs import load, packs


def test_a_program_that_was_kept_writes_the_same_bytes(workshop: Workshop) -> None:
    kept = unpacked(packed(workshop.setter.program), key_of(workshop.pack))
    assert kept is not None
    again = Workshop(workshop.pack, setter_of(workshop.pack, kept), workshop.documents)
    for document in workshop.documents:
        assert again.compiled(document) == workshop.compiled(document)


def test_a_damaged_program_is_not_read(workshop: Workshop) -> None:
    whole, key = packed(workshop.setter.program), key_of(workshop.pack)
    middle = len(whole) // 2
    for damaged in (b"", whole[:-1], whole[:middle] + b"\x00" + whole[middle + 1 :], b"no program at all", whole[30:]):
        assert unpacked(damaged, key) is None


def test_a_program_of_another_pack_or_of_other_versions_is_not_read(workshop: Workshop) -> None:
    assert unpacked(packed(workshop.setter.program), "f" * 64) is None


def test_a_program_made_with_another_font_is_not_read(workshop: Workshop, tmp_path: Path) -> None:
    brand = tmp_path / "nordljus"
    shutil.copytree(packs() / "nordljus", brand)
    (brand / "fonts").mkdir()
    (brand / "fonts/Inter-Regular.ttf").write_bytes(workshop.pack.read("fonts/Inter-SemiBold.ttf"))
    changed = load("nordljus", [tmp_path, packs()])
    assert unpacked(packed(workshop.setter.program), key_of(changed)) is None
