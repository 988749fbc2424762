"""Processes that end: a document is not lost with its worker, and no worker outlives whoever gave it work."""

import dataclasses
import os
import signal
import subprocess
import sys
import textwrap
import time
from collections.abc import Callable, Mapping
from pathlib import Path

import pytest

from vaxel_engine.artifact import ArtifactKind
from vaxel_engine.errors import TemplateError
from vaxel_engine.model import Document
from vaxel_engine.packs import Pack
from vaxel_engine.press import Limits, Press
from vaxel_engine.press.floor import Floor

DocumentBuilder = Callable[..., Document]
PackMaker = Callable[[Mapping[str, str]], Pack]
KINDS = [ArtifactKind.SMS]


def running(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False


def gone(pids: list[int], within: float = 5) -> bool:
    end = time.monotonic() + within
    while time.monotonic() < end and any(running(pid) for pid in pids):
        time.sleep(0.02)
    return not any(running(pid) for pid in pids)


def test_a_document_whose_worker_is_killed_is_rendered_by_another(nordljus: Pack, build: DocumentBuilder) -> None:
    floor = Floor()
    try:
        press = Press(floor=floor)
        sitting = press.sitting(build(), nordljus)
        expected = sitting.artifact(ArtifactKind.SMS).body
        assert sitting.pid is not None
        os.kill(sitting.pid, signal.SIGKILL)
        assert b"NL-2026-11-0001" in sitting.artifact(ArtifactKind.CARD).body
        assert press.render(build(), ArtifactKind.SMS, pack=nordljus).body == expected
    finally:
        floor.close()


def test_no_document_is_lost_when_every_idle_worker_is_killed(nordljus: Pack, build: DocumentBuilder) -> None:
    floor, limits = Floor(), Limits()
    published = dataclasses.replace(nordljus, published=True)
    try:
        taken = [floor.take(published, KINDS, build().kind, limits) for _ in range(4)]
        for bench, worker in taken:
            floor.give_back(bench, worker, limits, kept=True)
        for _, worker in taken:
            os.kill(worker.process.pid, signal.SIGKILL)
        assert Press(floor=floor).render(build(), ArtifactKind.SMS, pack=published).body
    finally:
        floor.close()


def test_equal_packs_at_two_places_share_no_process(make_pack: PackMaker, build: DocumentBuilder) -> None:
    files = {"sections/help.web.html": "{{ titel }}"}
    for pack in (make_pack(files), make_pack(files)):
        with pytest.raises(TemplateError) as caught:
            Press().render(build(), ArtifactKind.WEB, pack=pack)
        assert caught.value.file == str(pack.files["sections/help.web.html"])


def test_no_folder_is_left_behind(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, nordljus: Pack, build: DocumentBuilder
) -> None:
    monkeypatch.setenv("TMPDIR", str(tmp_path))
    floor = Floor()
    try:
        Press(floor=floor).render(build(), ArtifactKind.SMS, pack=nordljus)
        (folder,) = tmp_path.glob("vaxel-press-*")
        folder.rmdir()  # as a machine does that tidies up
        assert Press(floor=floor).render(build(), ArtifactKind.WEB, pack=nordljus).body
        assert folder.is_dir()
    finally:
        floor.close()
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize("whose", ["the pack's stem", "the first stem"])
def test_a_stem_that_is_killed_is_replaced(whose: str, nordljus: Pack, build: DocumentBuilder) -> None:
    floor = Floor()
    try:
        press = Press(floor=floor)
        expected = press.render(build(), ArtifactKind.SMS, pack=nordljus).body
        first, stem = floor.pids(nordljus)
        os.kill(first if whose == "the first stem" else stem, signal.SIGKILL)
        if whose == "the first stem":
            assert gone([stem])
        assert press.render(build(), ArtifactKind.SMS, pack=nordljus).body == expected
    finally:
        floor.close()


def test_a_worker_is_replaced_after_its_share_of_documents(nordljus: Pack, build: DocumentBuilder) -> None:
    floor, limits = Floor(), Limits(documents=2)
    seen: list[int] = []
    try:
        for _ in range(4):
            bench, worker = floor.take(nordljus, KINDS, build().kind, limits)
            seen.append(worker.process.pid)
            worker.done += 1
            floor.give_back(bench, worker, limits, kept=True)
    finally:
        floor.close()
    assert seen[0] == seen[1] != seen[2] == seen[3]
    assert gone(seen)


def test_nothing_unpublished_shares_a_worker_with_the_next_document(nordljus: Pack, build: DocumentBuilder) -> None:
    floor, seen = Floor(), set[int]()
    try:
        press = Press(floor=floor)
        for _ in range(3):
            with press.sitting(build(), nordljus) as sitting:
                sitting.artifact(ArtifactKind.SMS)
                assert sitting.pid is not None
                seen.add(sitting.pid)
    finally:
        floor.close()
    assert len(seen) == 3
    assert gone(list(seen))


@pytest.mark.parametrize("blow", [signal.SIGKILL, signal.SIGINT, signal.SIGTERM])
def test_no_process_outlives_whoever_gave_it_work(blow: signal.Signals) -> None:
    program = """
        import sys
        from tests.engine.conftest import make_document
        from vaxel_engine.artifact import ArtifactKind
        from vaxel_engine.packs import load
        from vaxel_engine.press import Press
        from vaxel_engine.press.floor import shared_floor
        press, pack = Press(), load("nordljus")
        sitting = press.sitting(make_document(), pack)
        sitting.artifact(ArtifactKind.SMS)
        print(*shared_floor().pids(pack), sitting.pid, flush=True)
        sys.stdin.read()
    """
    giver = subprocess.Popen(
        [sys.executable, "-c", textwrap.dedent(program)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        env={**os.environ, "PYTHONPATH": os.pathsep.join(path for path in sys.path if path)},
        cwd=Path(__file__).parents[3],
    )
    assert giver.stdout is not None
    pids = [int(pid) for pid in giver.stdout.readline().split()]
    assert len(pids) == 3
    giver.send_signal(blow)
    giver.communicate()
    assert gone(pids)
