"""Whose program is measured: a published pack's, as production uses it, or one that learns here."""

from pathlib import Path

import click

from vaxel.benches.mixture import bills
from vaxel.progress import progress
from vaxel_engine import packs
from vaxel_engine.bench_paths import Taking

_OTHERS = 1_000_003
"""Added to the seed for what is learned from, so that nothing is measured that was seen."""

of_store = click.option(
    "--store",
    type=click.Path(path_type=Path),
    help="A folder of published packs: the live version with the program that `vaxel compile` kept, as in production. "
    "Default: the pack as it is now, after a lesson.",
)
after_a_lesson = click.option(
    "--teach",
    default=800,
    show_default=True,
    type=click.IntRange(0, 10_000),
    help="Without --store: other bills to learn from before.",
)


def taking_of(brand: str, store: Path | None, teach: int, folder: Path, seed: int) -> Taking:
    """The pack called `brand` with its program; raises Misconfigured for a published one that has none."""
    if store is not None:
        return Taking.of_published(packs.load_published(brand, store))
    with progress("Learning", teach) as step:
        others = bills(folder / "others.jsonl", teach, seed=seed + _OTHERS)
        return Taking.taught_here(packs.load(brand), others, step)


def lesson(taking: Taking) -> str:
    """What the program has learned, for whoever reads its figures."""
    if taking.taught is None:
        return "The program is that of the published pack."
    return f"The program has learned from {taking.taught} other bills of the same mixture."
