"""Published packs compiled by a command: with progress and the time that is left, and told in sentences."""

from collections.abc import Sequence
from pathlib import Path

from vaxel.outputs import CompileOutput
from vaxel.progress import progress
from vaxel_engine.compiled.gate import Effort
from vaxel_engine.compiled.making import Made, make
from vaxel_engine.model import Document


def made(brand: str, store: Path, version: str, samples: Sequence[Document], effort: Effort) -> Made:
    """The program of a version, made and judged or found as it is; raises as `vaxel_engine.compiled.making.make`."""
    with progress(f"Compiling {brand}: learning, then comparing", effort.expected) as step:
        return make(brand, store, version, samples, effort, tell=step)


def as_output(made: Made) -> CompileOutput:
    """As JSON says it."""
    verdict = made.verdict
    return CompileOutput(
        brand=made.brand,
        version=made.version,
        passed=verdict.passed,
        found=verdict.found,
        compared=verdict.compared,
        different=verdict.different,
        mixed=verdict.mixed,
        hits=verdict.hits,
        misses=dict(verdict.misses),
        slow=dict(verdict.slow),
        unchanged=made.unchanged,
    )


def told(made: Made) -> list[str]:
    """As a terminal says it, a sentence a line."""
    verdict = made.verdict
    said = "unchanged since it was compiled, " if made.unchanged else ""
    lines = [f"{made.brand} {made.version}: {said}{verdict.found}."]
    lines += [f"  slow, in {count} documents: {what}" for what, count in verdict.slow.items()]
    if not verdict.passed:
        lines.append("Production sets its pages by WeasyPrint, as without a program.")
    return lines
