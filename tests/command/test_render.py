"""`vaxel render`: nothing is lost from the count, and whatever ends a run, the same command goes on from there."""

import datetime as dt
import fcntl
import json
import resource
import subprocess
import sys
import tarfile
import time
from collections import Counter
from collections.abc import Callable, Generator
from contextlib import contextmanager
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest

from vaxel_engine.packs.publishing import publish

Vaxel = Callable[..., subprocess.CompletedProcess[str]]
SMS = ("--brand", "nordljus", "--artifact", "sms")


def batch(folder: Path, documents: int, *, name: str = "batch.jsonl", **more: object) -> Path:
    """So many short messages, the third of them broken."""
    lines: list[dict[str, Any]] = [
        {
            "kind": "message",
            "reference": f"M-{number}",
            "sender": "nordljus",
            "recipient": {"name": "Elin Forsberg"},
            "message": {"subject": "Hej", "body": f"Brev {number}."},
            **more,
        }
        for number in range(1, documents + 1)
    ]
    if documents > 2:
        lines[2]["kind"] = "massage"
    file = folder / name
    file.write_text("".join(f"{json.dumps(line)}\n" for line in lines), encoding="utf-8")
    return file


def journal(out: Path) -> list[dict[str, Any]]:
    """The lines of the journal that are of documents."""
    (path,) = out.glob("render-*.jsonl")
    told = [json.loads(line) for line in path.read_text(encoding="utf-8").split("\n")[1:-1]]
    return [line for line in told if "record" in line]


@contextmanager
def full_disk(bytes_left: int) -> Generator[None]:
    """No file grows beyond so many bytes."""
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (bytes_left, before[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)


@pytest.mark.parametrize("packed", [(), ("--packed",)])
def test_a_run_that_is_killed_goes_on_and_renders_nothing_twice(
    typed: Vaxel, tmp_path: Path, packed: tuple[str, ...]
) -> None:
    file, out = batch(tmp_path, 300), tmp_path / "out"
    words = ("render", file.name, *SMS, *packed, "--out", "out")
    with subprocess.Popen([sys.executable, "-m", "vaxel", *words], cwd=tmp_path) as first:
        give_up = time.monotonic() + 60
        while sum(path.read_bytes().count(b"\n") for path in out.glob("render-*.jsonl")) < 40:
            assert first.poll() is None
            assert time.monotonic() < give_up
            time.sleep(0.005)
        first.kill()
    killed_at = len(journal(out))
    assert killed_at < 299
    done = typed(*words, "--json")
    told = json.loads(done.stdout)
    assert (done.returncode, told["read"], told["rendered"], told["rejected"], told["failed"]) == (1, 300, 299, 1, 0)
    assert told["already"] >= killed_at - 1  # the last line may have been half there
    assert set(Counter(line["record"] for line in journal(out)).values()) == {1}
    assert [one["record"] for one in told["documents"]] == [n for n in range(1, 301) if n != 3]
    for file_of in (one for document in told["documents"] for one in document["files"]):
        at, size = file_of["offset"] or 0, file_of["bytes"]
        body = (tmp_path / (file_of["pack"] or file_of["path"])).read_bytes()[at : at + size]
        assert sha256(body).hexdigest() == file_of["sha256"]
    if packed:
        (pack,) = out.glob("render-*.tar")
        with tarfile.open(pack) as archive:
            names = [member.name for member in archive]
        assert sorted(names) == sorted(f"M-{n}.sms.txt" for n in range(1, 301) if n != 3)


def test_a_file_that_is_gone_or_cut_is_made_again(typed: Vaxel, tmp_path: Path) -> None:
    file, out = batch(tmp_path, 6), tmp_path / "out"
    words = ("render", file.name, *SMS, "--out", "out")
    typed(*words)
    (out / "M-1.sms.txt").unlink()
    whole = (out / "M-4.sms.txt").read_bytes()
    (out / "M-4.sms.txt").write_bytes(whole[:-1])
    again = typed(*words)
    assert "rendered 5 into out (3 of them were finished before), rejected 1, failed 0" in again.stdout
    assert (out / "M-4.sms.txt").read_bytes() == whole
    assert (out / "M-1.sms.txt").exists()


def test_what_a_power_cut_left_without_its_content_is_made_again(typed: Vaxel, tmp_path: Path) -> None:
    file, out = batch(tmp_path, 6), tmp_path / "out"
    words = ("render", file.name, *SMS, "--out", "out")
    typed(*words)
    (path,) = out.glob("render-*.jsonl")
    path.write_bytes(path.read_bytes().replace(b'{"settled":true}\n', b"")[:-20])  # the last line is half there, too
    finished_first = json.loads(path.read_text(encoding="utf-8").splitlines()[1])["files"][0]["path"]
    right = (out / finished_first).read_bytes()
    (out / finished_first).write_bytes(bytes(len(right)))
    again = typed(*words)
    assert "(3 of them were finished before)" in again.stdout
    assert (out / finished_first).read_bytes() == right


def test_another_file_in_the_same_folder_is_a_run_of_its_own(typed: Vaxel, tmp_path: Path) -> None:
    typed("render", batch(tmp_path, 2), *SMS, "--out", "out")
    other = batch(tmp_path, 2, name="other.jsonl", message={"subject": "Hej", "body": "Ett annat brev."})
    done = typed("render", other, *SMS, "--out", "out")
    assert done.stdout == "Read 2: rendered 2 into out, rejected 0, failed 0.\n"
    assert len(list((tmp_path / "out").glob("render-*.jsonl"))) == 2


def test_two_documents_of_one_reference_get_two_names(typed: Vaxel, tmp_path: Path) -> None:
    typed("render", batch(tmp_path, 2, reference="Same"), *SMS, "--out", "out")
    assert {path.name for path in (tmp_path / "out").glob("*.txt")} == {"Same.sms.txt", "Same.2.sms.txt"}


@pytest.mark.parametrize("packed", [(), ("--packed",)])
def test_a_full_disk_costs_the_documents_that_had_no_room_and_they_are_made_when_there_is(
    typed: Vaxel, tmp_path: Path, packed: tuple[str, ...]
) -> None:
    file = batch(tmp_path, 2)
    words = ("render", file.name, "--brand", "nordljus", "--artifact", "web", *packed, "--out", "out")
    with full_disk(5_000):  # room for a journal, and for no page
        full = typed(*words)
    assert (full.returncode, full.stdout) == (1, "Read 2: rendered 0 into out, rejected 0, failed 2.\n")
    assert full.stderr.count("failed: M-1: ") == full.stderr.count("failed: M-2: ") == 1
    assert full.stderr.count("File too large") == 2
    assert "Traceback" not in full.stderr
    assert not list((tmp_path / "out").glob("*.html"))
    later = typed(*words)
    assert (later.returncode, later.stdout) == (0, "Read 2: rendered 2 into out, rejected 0, failed 0.\n")


def test_where_nothing_finds_room_any_more_the_run_stops_with_one_sentence(typed: Vaxel, tmp_path: Path) -> None:
    file = batch(tmp_path, 40)
    with full_disk(2_000):
        full = typed("render", file.name, *SMS, "--packed", "--out", "out")
    assert full.returncode == 2
    last = full.stderr.splitlines()[-1]
    assert "make room, and run the same command again" in last
    assert "that are finished are not rendered again" in last
    assert "rendered 39 into out" in typed("render", file.name, *SMS, "--packed", "--out", "out").stdout


def test_two_runs_of_one_file_do_not_write_at_once(typed: Vaxel, tmp_path: Path) -> None:
    file = batch(tmp_path, 2)
    words = ("render", file.name, *SMS, "--out", "out")
    typed(*words)
    (path,) = (tmp_path / "out").glob("render-*.jsonl")
    with path.open("rb") as other:
        fcntl.flock(other, fcntl.LOCK_EX)
        second = typed(*words)
    assert second.returncode == 2
    assert "another vaxel render of the same file is writing there" in second.stderr


def test_what_is_published_is_rendered_and_not_what_is_on_disk(typed: Vaxel, tmp_path: Path) -> None:
    at = dt.datetime(2026, 11, 20, tzinfo=dt.UTC)
    publish("nordljus", None, tmp_path / "store", samples=(), at=at, by="elin", unapproved=True)
    file = batch(tmp_path, 1)
    done = typed("render", file.name, *SMS, "--store", "store", "--out", "out")
    assert done.stdout == "Read 1: rendered 1 into out, rejected 0, failed 0.\n"
    nobody = typed("render", file.name, "--brand", "base", "--artifact", "sms", "--store", "store", "--out", "out")
    assert nobody.returncode == 2
    assert 'the brand "base" is not published in store; run `vaxel publish base` first' in nobody.stderr
