"""A program is made once for the same files, engines and samples, and what stops that leaves the one before."""

import datetime as dt
import resource
import subprocess
import sys
from pathlib import Path

import pytest

from vaxel_engine.compiled import probe
from vaxel_engine.compiled.gate import Effort
from vaxel_engine.compiled.making import Made, make
from vaxel_engine.errors import Unwritable
from vaxel_engine.model import Document, DocumentKind
from vaxel_engine.packs import load_published
from vaxel_engine.packs.approvals import state_of
from vaxel_engine.packs.programs import digest_of, keep_program, program_place, withdraw
from vaxel_engine.packs.reading import layers
from vaxel_engine.packs.store import KeptLayer, Turn, Version, go_live, keep_version

AT = dt.datetime(2026, 11, 29, tzinfo=dt.UTC)
LITTLE = Effort(0, 0, 0, extremes=False)


@pytest.fixture(scope="module")
def published(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, str]:
    """A store with a pack in it, and its version."""
    store, tree = tmp_path_factory.mktemp("store"), layers("nordljus")
    state = state_of(tree)

    def version(kept: tuple[KeptLayer, ...]) -> Version:
        return Version(
            brand="nordljus",
            version="0123456789ab",
            tree=state.tree,
            layers=kept,
            fonts=dict(state.fonts),
            engines=dict(state.engines),
            gates=(),
            made_at=AT,
            made_by="elin",
        )

    made = keep_version(store, tree, version)
    go_live("nordljus", store, Turn(version=made.version, at=AT, by="elin", action="published"))
    return store, made.version


@pytest.fixture(scope="module")
def letters() -> list[Document]:
    return [probe(seed, kind=DocumentKind.MESSAGE) for seed in (31, 32, 33)]


def test_a_program_is_made_once_and_again_when_anything_that_has_a_say_is_another(
    published: tuple[Path, str], letters: list[Document]
) -> None:
    store, version = published
    place, documents = program_place("nordljus", store, version), letters[:1]

    def made() -> Made:
        return make("nordljus", store, version, documents, LITTLE)

    first = made()
    assert first.verdict.passed
    assert not first.unchanged
    assert load_published("nordljus", store).program == place.read_bytes()
    assert made() == Made("nordljus", version, first.verdict, unchanged=True)
    for kept, damaged in ((place.with_suffix(".verdict.json"), b"{}"), (place, place.read_bytes()[:-1])):
        kept.write_bytes(damaged)
        assert made() == first
    documents = letters[2:]
    assert not made().unchanged
    assert not make("nordljus", store, version, documents, Effort(0, 1, 0, extremes=False)).unchanged


def test_a_program_that_was_withdrawn_is_not_used_again_only_because_it_was_made_again(
    published: tuple[Path, str], letters: list[Document]
) -> None:
    store, version = published
    place, documents = program_place("nordljus", store, version), letters[1:2]
    make("nordljus", store, version, documents, LITTLE)
    withdraw(place, digest_of(place.read_bytes()), "document R-1 as print_pdf differs")
    again = make("nordljus", store, version, documents, LITTLE)
    assert not again.verdict.passed
    assert "the program that was withdrawn (document R-1 as print_pdf differs)" in again.verdict.found
    assert "--samples" in again.verdict.found
    assert load_published("nordljus", store).program == b""


def test_a_full_disk_leaves_the_program_that_was_there(published: tuple[Path, str]) -> None:
    store, version = published
    place = program_place("nordljus", store, version)
    keep_program(place, b"the one before")
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (4_096, before[1]))
    try:
        with pytest.raises(
            Unwritable, match=r"\.program cannot be written .*; the program that was there before stays"
        ):
            keep_program(place, bytes(100_000))
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)
    assert place.read_bytes() == b"the one before"
    assert [one.name for one in place.parent.iterdir() if one.name.endswith(".part")] == []


def test_a_compilation_that_is_killed_leaves_the_program_that_was_there(published: tuple[Path, str]) -> None:
    store, version = published
    place = program_place("nordljus", store, version)
    keep_program(place, b"the one before")
    source = (
        "import sys; from pathlib import Path; from vaxel_engine.compiled.making import make; "
        "make('nordljus', Path(sys.argv[1]), sys.argv[2], tell=lambda done, of: print('learned', flush=True))"
    )
    with subprocess.Popen([sys.executable, "-c", source, str(store), version], stdout=subprocess.PIPE) as at_work:
        assert at_work.stdout is not None
        assert at_work.stdout.readline() == b"learned\n"
        at_work.kill()
    assert place.read_bytes() == b"the one before"
    assert load_published("nordljus", store).program == b"the one before"  # foreign: it is not read, see test_using
