"""`vaxel bench render`: what a document costs, by the way it takes and by the reference path, and form by form."""

import tempfile
from pathlib import Path

import click

from vaxel.bench_outputs import BenchLine, BenchOutput, SizeLine, TogetherLine
from vaxel.benches.mixture import bills
from vaxel.benches.plot import bars
from vaxel.benches.showing import as_one_object, of_brand, show
from vaxel.benches.taught import after_a_lesson, lesson, of_store, taking_of
from vaxel_engine.bench import bench_render, bench_together
from vaxel_engine.bench_paths import PathCost, Taking, bench_paths

_WARM_UP, _FEW = 3, 10
_MOST_BY_FORM = 20
"""Documents are enough for the medians of each form by itself."""
_MOST_TOGETHER = 30
"""Of all forms together, in turn with the PDF alone; of long bills fewer."""
_SHORT = 12
"""Lines."""
_OF_A_SIZE = {12: 8, 60: 4, 1000: 3}
"""Documents of so many lines each at most, beside those that warm up."""


@click.command("render")
@click.option("--documents", default=40, show_default=True, type=click.IntRange(1, 100_000), help="How many bills.")
@click.option("--lines", multiple=True, type=click.IntRange(1, 2_000), help="Also bills of so many lines each.")
@after_a_lesson
@of_store
@click.option("--plot", type=click.Path(path_type=Path), help="Also draw the ratios as SVG into this file.")
@click.option("--seed", default=1, show_default=True, type=int, help="Other bills.")
@of_brand
@as_one_object
def command(
    documents: int,
    lines: tuple[int, ...],
    teach: int,
    store: Path | None,
    plot: Path | None,
    seed: int,
    brand: str,
    as_json: bool,
) -> None:
    """CPU milliseconds of a mixture of bills: PDF by the block program and by the reference path, and every form."""
    warm_up = _WARM_UP if documents >= _FEW else 1
    with tempfile.TemporaryDirectory(prefix="vaxel-bench-") as folder:
        mixed = bills(Path(folder) / "mixture.jsonl", documents + warm_up, seed=seed)
        taking = taking_of(brand, store, teach, Path(folder), seed)
        cost = bench_paths(taking, mixed, warm_up=warm_up)
        sizes = tuple(_size(taking, Path(folder), size, documents, seed) for size in lines)
        together = _together(taking, Path(folder), min(documents, _MOST_TOGETHER), warm_up, seed)
    forms = tuple(
        BenchLine(kind=form.kind, cpu_ms=round(form.cpu_ms, 2), bytes=form.bytes, documents=form.documents)
        for form in bench_render(mixed[: warm_up + _MOST_BY_FORM], taking.pack, warm_up=warm_up)
    )
    output = BenchOutput(
        lines=forms,
        documents=cost.documents,
        cpu_ms=round(cost.cpu_ms, 2),
        reference_cpu_ms=round(cost.reference_cpu_ms, 2),
        ratio=round(cost.ratio, 2),
        hit_rate=round(cost.hits / cost.documents, 4),
        misses=dict(cost.misses),
        hit_cpu_ms=_rounded(cost.hit_cpu_ms),
        miss_cpu_ms=_rounded(cost.miss_cpu_ms),
        hit_ratio=_rounded(cost.hit_ratio),
        taught=taking.taught,
        forms=together,
        sizes=sizes,
    )
    if plot is not None:
        title = "A mailbox PDF: times less processor time than by the reference path"
        plot.write_text(bars(title, _ratios(output), unit="times"), encoding="utf-8")
    if as_json:
        click.echo(output.model_dump_json(indent=2))
        return
    rows = [("mixture", *_figures(cost)), *((f"{one.lines} lines", *_size_figures(one)) for one in sizes)]
    show(("mailbox PDF", "documents", "CPU ms", "reference", "ratio", "hits"), rows, *_reasons(cost), lesson(taking))
    show(
        ("all forms of a bill", "CPU ms", "PDF alone", "ratio", "pictures"),
        [_forms("mixture", together), *(_forms(f"{one.lines} lines", one.forms) for one in sizes)],
        "Of bills that were not set before; the pictures of charts, for the mail and the bank, are counted apart.",
    )
    show(
        ("each form by itself", "CPU ms", "kB"),
        [(form.kind, f"{form.cpu_ms:.1f}", f"{form.bytes / 1000:.0f}") for form in forms],
        f"New data in every document, {documents} of them; medians, warm, in turn. Compare ratios, machines differ.",
    )


def _size(taking: Taking, folder: Path, lines: int, documents: int, seed: int) -> SizeLine:
    number = min(documents, next((number for size, number in _OF_A_SIZE.items() if lines <= size), 3))
    warm_up = min(2, number - 1)
    several = bills(folder / f"bills-{lines}.jsonl", number + warm_up, seed=seed, lines=lines)
    cost = bench_paths(taking, several, warm_up=warm_up)
    pairs = min(documents, max(number, _MOST_TOGETHER // max(lines // _SHORT, 1)))
    return SizeLine(
        lines=lines,
        documents=number,
        cpu_ms=round(cost.cpu_ms, 2),
        reference_cpu_ms=round(cost.reference_cpu_ms, 2),
        ratio=round(cost.ratio, 2),
        hit_rate=round(cost.hits / number, 4),
        misses=dict(cost.misses),
        forms=_together(taking, folder, pairs, warm_up, seed, lines),
    )


def _together(
    taking: Taking, folder: Path, pairs: int, warm_up: int, seed: int, lines: int | None = None
) -> TogetherLine:
    """Of bills that were not set before."""
    fresh = bills(folder / f"fresh-{lines}.jsonl", 2 * (pairs + warm_up), seed=seed + 1, lines=lines)
    cost = bench_together(fresh, taking.pack, warm_up=warm_up)
    return TogetherLine(
        cpu_ms=round(cost.cpu_ms, 2),
        pdf_cpu_ms=round(cost.pdf_ms, 2),
        ratio=round(cost.ratio, 2),
        pictures_cpu_ms=round(cost.pictures_ms, 2),
    )


def _forms(name: str, line: TogetherLine) -> tuple[str, ...]:
    return name, f"{line.cpu_ms:.1f}", f"{line.pdf_cpu_ms:.1f}", f"{line.ratio:.2f}", f"{line.pictures_cpu_ms:.1f}"


def _ratios(output: BenchOutput) -> list[tuple[str, float]]:
    """For a plot: of the mixture and of each size, how many times the processor time the reference path takes."""
    return [("mixture", output.ratio or 0.0), *((f"{one.lines} lines", one.ratio) for one in output.sizes)]


def _rounded(figure: float | None) -> float | None:
    return None if figure is None else round(figure, 2)


def _figures(cost: PathCost) -> tuple[str, ...]:
    share = f"{cost.hits / cost.documents:.1%}"
    return str(cost.documents), f"{cost.cpu_ms:.1f}", f"{cost.reference_cpu_ms:.1f}", f"{cost.ratio:.1f}", share


def _size_figures(one: SizeLine) -> tuple[str, ...]:
    spent = f"{one.cpu_ms:.1f}", f"{one.reference_cpu_ms:.1f}"
    return str(one.documents), *spent, f"{one.ratio:.1f}", f"{one.hit_rate:.1%}"


def _reasons(cost: PathCost) -> list[str]:
    """What one must know beside a fast figure: how often it is not had, why, and what that costs."""
    said: list[str] = []
    if cost.hit_cpu_ms is not None and cost.hit_ratio is not None:
        said.append(f"A hit takes {cost.hit_cpu_ms:.1f} ms, {cost.hit_ratio:.1f} times less than the reference path.")
    if cost.miss_cpu_ms is not None:
        why = "; ".join(f"{reason} ({number})" for reason, number in sorted(cost.misses.items()))
        said.append(f"A miss takes {cost.miss_cpu_ms:.1f} ms; why: {why}.")
    return said
