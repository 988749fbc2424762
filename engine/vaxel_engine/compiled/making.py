"""A published version's program: made, judged and kept; not again while nothing that has a say has changed."""

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from hashlib import sha256
from importlib.resources import files
from pathlib import Path

from pydantic import BaseModel, ConfigDict, ValidationError

from vaxel_engine.compiled.compiling import key_of
from vaxel_engine.compiled.gate import Effort, Verdict, compile_pack
from vaxel_engine.compiled.pace import Tell, unheard
from vaxel_engine.model import Document
from vaxel_engine.packs import Pack
from vaxel_engine.packs.durable import write_whole
from vaxel_engine.packs.programs import digest_of, keep_program, kept_program, program_place, withdrawn
from vaxel_engine.packs.store import load_published


@dataclass(frozen=True, slots=True)
class Made:
    """What the gate says of a version's program, and whether it said so before, so that nothing was done."""

    brand: str
    version: str
    verdict: Verdict
    unchanged: bool


class _Kept(BaseModel):
    """A verdict beside its program."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    of: str
    """The digest of all that has a say: pack, engines, gate, samples, effort."""
    program: str
    """The program's digest; empty where it did not pass, and there is none."""
    verdict: Verdict


def make(
    brand: str,
    store: Path,
    version: str,
    samples: Sequence[Document] = (),
    effort: Effort | None = None,
    *,
    tell: Tell = unheard,
) -> Made:
    """Make the program of a published version, compare it, and keep it where it passed; `tell` how far it is.

    Nothing is done where it was done before, of the same files, engines, samples and gate. The program that was there
    before is replaced at the end, in one step: whatever ends this earlier leaves it. Raises what filling the templates
    raises, Misconfigured for a version that is not there, Unwritable where nothing can be kept.
    """
    pack, place = load_published(brand, store, version), program_place(brand, store, version)
    effort = effort or Effort()
    of = _digest(pack, samples, effort)
    before = _kept(place, of)
    if before is not None:
        return Made(brand, version, before, unchanged=True)
    program, verdict = compile_pack(pack, samples, effort, tell=tell)
    if verdict.passed:
        verdict = replace(verdict, withdrawn=withdrawn(place, digest_of(program)))
    keep_program(place, program if verdict.passed else b"")
    told = _Kept(of=of, program=digest_of(program) if verdict.passed else "", verdict=verdict)
    write_whole(_beside(place), told.model_dump_json(indent=1).encode(), otherwise="the verdict is not known next time")
    return Made(brand, version, verdict, unchanged=False)


def _kept(place: Path, of: str) -> Verdict | None:
    """The verdict that was found before; None where it is of something else, damaged, or not of this program."""
    try:
        told = _Kept.model_validate_json(_beside(place).read_bytes())
    except (OSError, ValidationError):
        return None
    program = kept_program(place)
    digest = digest_of(program) if program else ""
    if (told.of, told.program) != (of, digest) or (digest and withdrawn(place, digest)):
        return None
    return told.verdict


def _beside(place: Path) -> Path:
    return place.with_suffix(".verdict.json")


def _digest(pack: Pack, samples: Sequence[Document], effort: Effort) -> str:
    """Of everything that has a say in a program and in what the gate finds."""
    told = [
        key_of(pack),
        _gate(),
        json.dumps({**asdict(effort), "processes": 0}),
        *(one.model_dump_json() for one in samples),
    ]
    return sha256("\n".join(told).encode()).hexdigest()


def _gate() -> str:
    """Of the code that makes programs, draws documents and compares them."""
    here = sorted(
        (one for one in files("vaxel_engine.compiled").iterdir() if one.name.endswith(".py")), key=lambda one: one.name
    )
    return sha256(b"\0".join(one.read_bytes() for one in here)).hexdigest()
