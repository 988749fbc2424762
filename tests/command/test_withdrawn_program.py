"""A program that differs from WeasyPrint in production is withdrawn for all, with an alarm, until it is made anew."""

import datetime as dt
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest
from tests.command.test_brands import PUBLISHED, configured, publish_brand

from vaxel import settings
from vaxel.brands import Brands
from vaxel.checkup import examine
from vaxel_engine.compiled.compiling import key_of
from vaxel_engine.compiled.gate import Effort, compile_pack
from vaxel_engine.compiled.keeping import packed, unpacked
from vaxel_engine.intake import read
from vaxel_engine.packs import load_published
from vaxel_engine.packs.programs import digest_of, keep_program, program_place, withdrawn
from vaxel_engine.packs.store import live_version

Vaxel = Callable[..., subprocess.CompletedProcess[str]]
BY_LETTER = PUBLISHED.replace('["kivra", "email", "sms", "print"]', '["print"]')


@pytest.fixture
def planted(tmp_path: Path, one_document: Path) -> Path:
    """A store whose program has a margin that is not quite what it was; answers where the right one is."""
    version = publish_brand(tmp_path, "Tried")
    store = tmp_path / "vaxel-ledger/packs"
    pack = load_published("tried", store)
    right, verdict = compile_pack(pack, list(read(one_document)), Effort(0, 0, 0, extremes=False))
    assert verdict.passed
    program = unpacked(right, key_of(pack))
    assert program is not None
    program.gaps.update({key: (gap and gap + 0.01, kept) for key, (gap, kept) in program.gaps.items()})
    keep_program(program_place("tried", store, version), packed(program))
    (tmp_path / "right.program").write_bytes(right)
    return store


def why(store: Path) -> str:
    place = program_place("tried", store, live_version("tried", store))
    return withdrawn(place, digest_of(place.read_bytes()))


def doctored(folder: Path) -> str:
    found = examine(settings.load(folder / "vaxel.toml"), dt.datetime.now(dt.UTC))
    return next(one.found for one in found if one.what == "Block program of tried")


def test_a_worker_that_meets_a_difference_withdraws_the_program_and_an_alarm_stands_until_it_is_made_anew(
    planted: Path, tmp_path: Path, typed: Vaxel, one_document: Path
) -> None:
    configured(tmp_path, BY_LETTER.replace("# [rendering]", "[rendering]\ncompare_one_in = 1 #"))
    assert doctored(tmp_path).endswith("is compiled; every document is compared")
    typed("send", one_document, "--later")
    typed("worker", "--once")
    assert "print_pdf differs from the reference path at " in why(planted)
    told = typed("alarms").stdout
    assert 'program tried: the block program of "tried" is withdrawn: document ' in told
    assert "vaxel compile tried --samples FILE" in told
    assert doctored(tmp_path).startswith("withdrawn: document")
    assert "the block program of" in typed("report", "last").stderr
    rendered = ("render", one_document, "--brand", "tried", "--store", planted, "--artifact", "print_pdf", "--out")
    assert "0 PDFs by the block program, the others by WeasyPrint: withdrawn 1." in typed(*rendered, "out").stdout
    place = program_place("tried", planted, live_version("tried", planted))
    keep_program(place, (tmp_path / "right.program").read_bytes())
    assert "1 PDFs by the block program." in typed(*rendered, "again").stdout
    typed("worker", "--once")
    assert typed("alarms").stdout == "0 alarms stand.\n"


def test_a_run_that_meets_a_difference_says_so_and_renders_what_the_reference_path_renders(
    planted: Path, tmp_path: Path, typed: Vaxel, one_document: Path
) -> None:
    (tmp_path / "vaxel.toml").write_text(
        '[rendering]\ncompare_one_in = 1\n[sender.a]\nbrand = "tried"\nchannels = ["print"]\n'
        '[channel.print]\nfolder = "out"\n',
        encoding="utf-8",
    )
    words = ("render", one_document, "--brand", "tried", "--artifact", "mailbox_pdf", "--out")
    done = typed(*words, "out", "--store", planted)
    assert done.returncode == 0
    assert 'alarm: the block program of "tried" is withdrawn' in done.stderr
    place = program_place("tried", planted, live_version("tried", planted))
    keep_program(place, b"")
    typed(*words, "reference", "--store", planted)
    both = [sorted((tmp_path / name).rglob("*.pdf")) for name in ("out", "reference")]
    assert [one.read_bytes() for one in both[0]] == [one.read_bytes() for one in both[1]]


def test_a_program_is_compared_as_often_as_the_settings_say(tmp_path: Path) -> None:
    text = PUBLISHED.replace("# [rendering]", "[rendering]\ncompare_one_in = 0 #")
    publish_brand(tmp_path, "Tried")
    assert Brands(configured(tmp_path, text)).pack("tried", None).compared_one_in == 0
