"""Changes planted by seed into copies of the shipped packs, and the guard asked to find and name each; see `main`.

It knows packs, rendering and what pytest is told, and nothing of how a difference is found.
"""

import argparse
import json
import os
import random
import shutil
import subprocess
import sys
import tempfile
import tomllib
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from email import message_from_bytes, policy
from io import BytesIO
from pathlib import Path

import pikepdf
from playwright.sync_api import Browser
from tests.campaigns.eyes import Eye, shows
from tests.campaigns.plants import PLANTERS, Files, Place

from vaxel_engine import packs
from vaxel_engine.artifact import ArtifactKind
from vaxel_engine.errors import VaxelError
from vaxel_engine.intake import read
from vaxel_engine.model import Document
from vaxel_engine.packs.reading import layers
from vaxel_engine.rendering import Rendering

ROOT = Path(__file__).parents[2]
BASELINES = ROOT / "tests/regression/baselines"
PER_CLASS = 5
FEW = 12
"""So many cases are asked about by one process: a second one costs more to start than it saves."""
SAMPLES = {"november.json": (1, 16, 17), "reminders-and-letters.jsonl": (1, 5)}
"""The records that the quick matrix guards."""


@dataclass(frozen=True, slots=True)
class Planted:
    """One change in one pack of its own, the case that shows it, and the word that a finding must carry."""

    name: str
    kind: str
    expected: str
    case: str
    said: str


def brands() -> tuple[str, ...]:
    """Every shipped pack that no other extends."""
    tables = {path.parent.name: tomllib.loads(path.read_text()) for path in (ROOT / "templates").glob("*/brand.toml")}
    extended = {table.get("extends") for table in tables.values()}
    return tuple(sorted(set(tables) - extended))


def resolved(brand: str) -> Files:
    """The files of a pack with all that it inherits, and the parent's manifest by a name of its own."""
    tree = layers(brand, [ROOT / "templates"])
    files = {name: content for layer in tree for name, (_, content) in layer.files.items()}
    own = dict(tree[-1].files)
    files["base/brand.toml"] = tree[0].files["brand.toml"][1]
    if "words.sv.toml" in own:
        files["words.sv.toml.own"] = own["words.sv.toml"][1]
        files["words.sv.toml"] = tree[0].files["words.sv.toml"][1]
    return files


def documents() -> Mapping[str, Document]:
    """The documents of the quick matrix in Swedish, by the name of their sample."""
    found: dict[str, Document] = {}
    for file, records in SAMPLES.items():
        numbered = dict(read(ROOT / "samples" / file).numbered())
        for record in records:
            document = numbered[record]
            swedish = document.recipient.model_copy(update={"language": "sv"})
            found[f"{file}-{record}"] = document.model_copy(update={"recipient": swedish})
    return found


def drawn(document: Document, brand: str, root: Path, artifact: str) -> bytes | None:
    """The artifact's bytes, of a mail its letter alone; None where it cannot be rendered."""
    try:
        pack = packs.load(brand, [root, ROOT / "templates"])
        body = Rendering.of(document, pack).artifact(ArtifactKind(artifact)).body
    except VaxelError:
        return None
    if artifact.endswith("_pdf"):
        return without_id(body)
    if artifact != "email":
        return body
    letter = message_from_bytes(body, policy=policy.default).get_body(("html",))
    return str(letter.get_content()).encode() if letter is not None else None


def without_id(body: bytes) -> bytes:
    """A PDF without its identifier, which differs with every byte of the templates, shown or not."""
    kept = BytesIO()
    with pikepdf.open(BytesIO(body)) as pdf:
        if "/ID" in pdf.trailer:
            del pdf.trailer["/ID"]
        pdf.save(kept, static_id=True)
    return kept.getvalue()


def plant(
    folder: Path, seed: int, per_class: int, browser: Browser | None = None, classes: Collection[str] = PLANTERS
) -> Iterator[Planted]:
    """Plant changes into packs of their own under `folder`/templates: `per_class` of each class, drawn by `seed`.

    Only such as somebody could meet: seen where the class is one of looks, else in what the artifact says or holds.
    """
    with Eye(browser) as eye:
        yield from _planted(folder, seed, per_class, eye, classes)


def _planted(folder: Path, seed: int, per_class: int, eye: Eye, classes: Collection[str]) -> Iterator[Planted]:
    chance = random.Random(seed)  # noqa: S311 - places to be drawn again, no secret
    everything, known = {brand: resolved(brand) for brand in brands()}, documents()
    clean: dict[tuple[str, str, str], bytes | None] = {}
    for kind, (expected, planter) in PLANTERS.items():
        if kind not in classes:
            continue
        places = [(brand, place) for brand, files in everything.items() for place in planter(files, chance)]
        chance.shuffle(places)
        made = 0
        used: set[tuple[str, str]] = set()
        for brand, place in places:
            if made == per_class:
                break
            if (place.said, place.artifact) in used:
                continue
            name = f"p{len(list((folder / 'templates').glob('*'))):02d}"
            pack = write(folder / "templates" / name, brand, place)
            samples = list(known)
            chance.shuffle(samples)
            for sample in samples:
                key = (brand, sample, place.artifact)
                if key not in clean:
                    clean[key] = drawn(known[sample], brand, ROOT / "templates", place.artifact)
                changed = drawn(known[sample], name, folder / "templates", place.artifact)
                before = clean[key]
                if changed is not None and before is not None and shows(kind, place.artifact, before, changed, eye):
                    yield Planted(name, kind, expected, f"{sample}/sv/{place.artifact}", f"{brand}: {place.said}")
                    copy_baseline(folder, brand, name, sample, place.artifact)
                    used.add((place.said, place.artifact))
                    made += 1
                    break
            else:
                shutil.rmtree(pack)
        if made < per_class:
            raise SystemExit(f"only {made} places for {kind}")


def write(pack: Path, brand: str, place: Place) -> Path:
    """A copy of a brand with what is changed in it."""
    shutil.copytree(ROOT / "templates" / brand, pack, ignore=shutil.ignore_patterns("approvals.json"))
    for name, content in place.files.items():
        (pack / name).parent.mkdir(parents=True, exist_ok=True)
        (pack / name).write_bytes(content)
    return pack


def copy_baseline(folder: Path, brand: str, name: str, sample: str, artifact: str) -> None:
    """What was reviewed of the brand, for its copy."""
    for kept in BASELINES.glob(f"*/{brand}/{sample}/sv/{artifact}"):
        family = kept.relative_to(BASELINES).parts[0]
        place = folder / "baselines" / family / name / sample / "sv" / artifact
        shutil.copytree(kept, place, ignore=shutil.ignore_patterns("pictures.txt"))  # the pictures stay where they are


def ask(folder: Path, planted: list[Planted], *, blind: bool, again: bool = True) -> dict[str, set[str]]:
    """What the guard finds: the words of each case that it calls changed, by the name of its pack.

    A case without any outcome (a render that was ended for want of time on a busy machine) is asked about once more.
    """
    cases = [f"{folder}/templates/{one.name}/brand.toml::{one.case.replace('/', '::')}" for one in planted]
    told = folder / ("blind.json" if blind else "told.json")
    workers = "2" if len(planted) > FEW else "0"
    words = [
        "-q",
        "-p",
        "no:cacheprovider",
        "-n",
        workers,
        "--vaxel-packs",
        f"{folder}/templates",
        "--vaxel-json",
        told,
    ]
    words += ["--vaxel-samples", ROOT / "samples", "--vaxel-baselines", f"{folder}/baselines"]
    words += ["-p", "tests.campaigns.blind" if blind else "tests.campaigns.unseen"]
    command = [sys.executable, "-m", "pytest", f"--rootdir={folder}", "-c", os.devnull, *map(str, words), *cases]
    path = os.pathsep.join([str(ROOT), os.environ.get("PYTHONPATH", "")])
    done = subprocess.run(
        command, capture_output=True, text=True, env={**os.environ, "PYTHONPATH": path}, check=False, cwd=folder
    )
    if not told.is_file():
        raise SystemExit(done.stdout + done.stderr)
    found = json.loads(told.read_text(encoding="utf-8"))["cases"]
    answered = {one["case"].partition("/")[0] for one in found}
    silent = [one for one in planted if one.name not in answered]
    more = ask(folder, silent, blind=blind, again=False) if silent and again else {}
    return more | {
        one["case"].partition("/")[0]: {finding["change"] for finding in one["findings"]}
        for one in found
        if one["outcome"] == "changed"
    }


def alarms(runs: int) -> int:
    """How many cases of the unchanged packs are called anything but the same, in `runs` runs of different order."""
    false = 0
    for run in range(runs):
        with tempfile.TemporaryDirectory() as folder:
            told = Path(folder) / "told.json"
            words = ["-q", "-n", "2", "--vaxel-packs", "templates", "--vaxel-samples", "samples", "--vaxel-json", told]
            words += ["--vaxel-baselines", "tests/regression/baselines", "-p", "tests.campaigns.shuffled", "templates"]
            subprocess.run(
                [sys.executable, "-m", "pytest", *map(str, words)],
                capture_output=True,
                cwd=ROOT,
                env={**os.environ, "VAXEL_SHUFFLE": str(run)},
                check=False,
            )
            cases = json.loads(told.read_text(encoding="utf-8"))["cases"]
        strange = [one["case"] for one in cases if one["outcome"] != "same"]
        false += len(strange)
        print(f"run {run + 1}: {len(cases)} cases, {len(strange)} false alarms {' '.join(strange[:3])}", flush=True)
    return false


def main() -> None:
    """Plant, ask, ask again with the detector off, and repeat unchanged runs; exit status 1 when anything is amiss."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--per-class", type=int, default=PER_CLASS)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--repeat", type=int, default=20)
    chosen = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        (folder / "templates").mkdir()
        planted = list(plant(folder, chosen.seed, chosen.per_class))
        found, unseen = ask(folder, planted, blind=False), ask(folder, planted, blind=True)
    right = 0
    for one in planted:
        words = found.get(one.name)
        right += words is not None and one.expected in words
        if words is None or one.expected not in words:
            said = "NOT FOUND" if words is None else f"called {', '.join(sorted(words))}"
            print(f"{one.kind} ({one.expected}): {said}: {one.case}, {one.said}")
    print(f"{right} of {len(planted)} planted changes found and named; {len(unseen)} found with the detector off")
    false = alarms(chosen.repeat)
    print(f"{false} false alarms in {chosen.repeat} runs")
    raise SystemExit(right != len(planted) or bool(unseen) or bool(false))


if __name__ == "__main__":
    main()
