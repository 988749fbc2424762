"""The campaign against every reader: thousands of seeded mutations, each read in a worker with limits.

`python -m tests.campaigns.formats --inputs 20000` prints a table and ends with 1 when anything came out that should
not: another error than ours, a wrong count, more than 5 seconds or 512 MB. An input is made again from its number:
`--only NUMBER --keep FOLDER` writes its files there and shows what happens.
"""

import argparse
import json
import resource
import select
import subprocess
import sys
import tempfile
import time
import traceback
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path
from random import Random
from typing import Any

from tests import memory
from tests.campaigns.mutations import mutated
from tests.campaigns.seeds import ROOT, Seed, seeds

from vaxel_engine.errors import Misconfigured, Unreadable
from vaxel_engine.intake import FORMATS, read

SECONDS = 5.0
MEGABYTES = 512
PATIENCE = 15.0
"""Seconds after which a worker that does not answer is ended."""
INPUTS_OF_A_WORKER = 1_000
"""After so many a worker is replaced, so that a slow leak is seen as what it is: memory of few inputs."""
ADDRESS_SPACE = 2 * 1024**3


def chosen(number: int, of: tuple[Seed, ...], campaign: int) -> tuple[Seed, Random]:
    """The seed of an input and its own generator."""
    return of[number % len(of)], Random(f"{campaign}/{number}")  # noqa: S311  # repeatable is what it is for


def read_one(seed: Seed, files: tuple[tuple[str, bytes], ...], folder: Path) -> dict[str, Any]:
    """Read one input to its end and say how that ended; `fault` is what must not happen."""
    for name, body in files:
        (folder / name).write_bytes(body)
    mapping = folder / seed.mapping if seed.mapping else None
    began = time.monotonic()
    fault, accepted, rejected, outcome = None, 0, 0, "read"
    try:
        with read(folder / files[0][0], mapping=mapping) as reading:
            numbers = [number for number, _ in reading.numbered()]
            accepted, rejected = reading.counts.accepted, reading.counts.rejected
            numbers += [one.record for one in reading.rejections]
            if len(numbers) != reading.counts.read or accepted + rejected != reading.counts.read:
                fault = f"counts {reading.counts} for {len(numbers)} records"
            elif sorted(numbers) != list(range(1, len(numbers) + 1)):
                fault = f"records are not numbered 1 to {len(numbers)}: {sorted(numbers)[:20]}"
            elif not all(str(one).startswith(reading.file) and one.found and one.remedy for one in reading.rejections):
                fault = "a rejection that does not say file, what was found and what to do"
    except Unreadable as error:
        outcome, fault = "unreadable", None if str(error) else "an error without a sentence"
    except Misconfigured:
        outcome, fault = "misconfigured", None if mapping else "a mapping's error without a mapping"
    except BaseException:  # noqa: BLE001  # that is what the campaign looks for
        fault = traceback.format_exc(limit=-6)
    held = memory.peak() // 1024
    seconds = time.monotonic() - began
    for name, _ in files:
        (folder / name).unlink()
    return {
        "outcome": "fault" if fault else outcome,
        "fault": fault,
        "seconds": seconds,
        "megabytes": held,
        "accepted": accepted,
        "rejected": rejected,
    }


def work(campaign: int) -> None:
    """Serve numbers from standard input, one JSON object for each."""
    resource.setrlimit(resource.RLIMIT_AS, (ADDRESS_SPACE, resource.RLIM_INFINITY))
    known = seeds()
    with tempfile.TemporaryDirectory(prefix="vaxel-campaign-") as folder:
        for line in sys.stdin:
            seed, random = chosen(int(line), known, campaign)
            sys.stdout.write(json.dumps(read_one(seed, mutated(seed, random), Path(folder))) + "\n")
            sys.stdout.flush()


class Worker:
    """One process that reads inputs by their numbers."""

    def __init__(self, campaign: int) -> None:
        self._campaign = campaign
        self._start()

    def _start(self) -> None:
        self._served = 0
        self._process = subprocess.Popen(
            [sys.executable, "-m", "tests.campaigns.formats", "--work", "--campaign", str(self._campaign)],
            cwd=ROOT,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )

    def ask(self, number: int) -> dict[str, Any]:
        """How an input ended; a worker that dies or stays silent is a fault and is replaced."""
        if self._served == INPUTS_OF_A_WORKER:
            self.close()
            self._start()
        self._served += 1
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.write(f"{number}\n")
        self._process.stdin.flush()
        line = ""
        if select.select([self._process.stdout], [], [], PATIENCE + (20 if self._served == 1 else 0))[0]:
            line = self._process.stdout.readline()
        if line:
            answer: dict[str, Any] = json.loads(line)
            return answer
        self.close()
        self._start()
        fault = "the worker died, or did not answer"
        return {"outcome": "fault", "fault": fault, "seconds": PATIENCE, "megabytes": 0, "accepted": 0, "rejected": 0}

    def close(self) -> None:
        """End the process."""
        self._process.kill()
        self._process.communicate()


@dataclass(slots=True)
class Tally:
    """What became of the inputs of one format."""

    outcomes: Counter[str] = field(default_factory=Counter[str])
    accepted: int = 0
    rejected: int = 0
    slowest: float = 0
    largest: int = 0


def run(inputs: int, campaign: int) -> int:
    """Read every input, print the table and the faults; returns the exit status."""
    known = seeds()
    missing = {form.name for form in FORMATS} - {seed.format for seed in known}
    if missing:
        print(f"formats without a seed: {', '.join(sorted(missing))}")
        return 1
    tallies: dict[str, Tally] = {seed.format: Tally() for seed in known}
    faults: list[str] = []
    began, worker = time.monotonic(), Worker(campaign)
    for number in range(inputs):
        seed = known[number % len(known)]
        answer = worker.ask(number)
        tally = tallies[seed.format]
        tally.outcomes[answer["outcome"]] += 1
        tally.accepted += answer["accepted"]
        tally.rejected += answer["rejected"]
        tally.slowest = max(tally.slowest, answer["seconds"])
        tally.largest = max(tally.largest, answer["megabytes"])
        fault = answer["fault"]
        if fault is None and answer["seconds"] > SECONDS:
            fault = f"took {answer['seconds']:.1f} seconds"
        if fault is None and answer["megabytes"] > MEGABYTES:
            fault = f"held {answer['megabytes']} MB"
        if fault is not None:
            faults.append(f"input {number} ({seed.format}): {fault}")
    worker.close()
    _print_table(tallies)
    print(f"{inputs:,} inputs in {time.monotonic() - began:.0f} s, campaign {campaign}, {len(faults)} faults")
    for fault in faults[:40]:
        print(fault)
    return 1 if faults else 0


def _print_table(tallies: dict[str, Tally]) -> None:
    outcomes = ("read", "unreadable", "misconfigured", "fault")
    columns = (*outcomes, "accepted", "rejected", "slowest", "largest")
    print(f"{'format':<16}" + "".join(f"{column:>14}" for column in columns))
    for name, tally in tallies.items():
        counts = [tally.outcomes[outcome] for outcome in outcomes] + [tally.accepted, tally.rejected]
        print(f"{name:<16}" + "".join(f"{n:>14,}" for n in counts) + f"{tally.slowest:>12.2f} s{tally.largest:>11} MB")


def main() -> None:
    """The command line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--inputs", type=int, default=20_000)
    parser.add_argument("--campaign", type=int, default=1, help="another number makes other inputs")
    parser.add_argument("--only", type=int, help="one input, by its number")
    parser.add_argument("--keep", type=Path, help="with --only: where its files are written")
    parser.add_argument("--work", action="store_true", help="serve as a worker")
    options = parser.parse_args()
    if options.work:
        work(options.campaign)
    elif options.only is not None:
        seed, random = chosen(options.only, seeds(), options.campaign)
        files = mutated(seed, random)
        if options.keep is not None:
            for name, body in files:
                (options.keep / name).write_bytes(body)
        with tempfile.TemporaryDirectory() as folder:
            print(json.dumps(read_one(seed, files, Path(folder)), indent=1))
    else:
        raise SystemExit(run(options.inputs, options.campaign))


if __name__ == "__main__":
    main()
