"""`vaxel approve`: what differs from what was approved, in words and pictures, accepted or rejected by a person."""

import datetime as dt
import getpass
import sys
from collections.abc import Sequence
from pathlib import Path

import click

from vaxel import settings
from vaxel.brands import working_roots
from vaxel.cli import DONE, SOME_REJECTED_OR_FAILED
from vaxel.outputs import ApproveCase, ApproveGroup, ApproveOutput
from vaxel.progress import progress
from vaxel.samples import samples as shipped_samples
from vaxel.settings import DEFAULT_FILE
from vaxel_engine import packs
from vaxel_engine.errors import Misconfigured
from vaxel_engine.packs.approvals import folder_of, state_of
from vaxel_engine.packs.reading import layers
from vaxel_regression.approving import Examined, Group, decide, examine
from vaxel_regression.baselines import Baselines
from vaxel_regression.guard import PICTURES, Guard, SharedBrowser
from vaxel_regression.matrix import Matrix, Samples, Selection, languages, read_samples
from vaxel_regression.report import Entry, write_report
from vaxel_regression.tolerances import read_tolerances

_ALL = "all"
_SHOWN = 6
"""Cases and words of a group that are printed; the report has them all."""


@click.command("approve")
@click.argument("pack")
@click.option(
    "--packs", "folder", type=click.Path(path_type=Path), help="Your folder of packs. Default: the settings'."
)
@click.option(
    "--samples",
    "places",
    multiple=True,
    type=click.Path(path_type=Path, exists=True),
    help="Sample files or a folder. Default: `samples` beside the packs' folder, else those that come with Vaxel.",
)
@click.option(
    "--baselines", type=click.Path(path_type=Path), help="What was reviewed. Default: beside the packs' folder."
)
@click.option(
    "--matrix",
    type=click.Choice([each.value for each in Matrix]),
    default=Matrix.QUICK.value,
    show_default=True,
    help="quick: the first sample of each kind of document; full: every sample.",
)
@click.option("--select", "expression", default="", help='Some cases only, e.g. "language=sv artifact=web".')
@click.option("--accept", "accepted", multiple=True, metavar="GROUP", help='A group, or "all"; several times.')
@click.option("--reject", "rejected", multiple=True, metavar="GROUP", help='A group, or "all"; several times.')
@click.option("--reason", default="", help="Why it was rejected; kept with the approvals.")
@click.option("--check", is_flag=True, help="Change nothing; exit status 1 when anything waits for a decision.")
@click.option(
    "--pictures",
    metavar="EXPR",
    help='Cases whose pictures are kept, or "none". Default: mailbox PDF, e-mail and page of the first sample.',
)
@click.option("--report", type=click.Path(path_type=Path), help="Write an HTML report of all that differs.")
@click.option("--by", help="Who approves. Default: the name you are logged in with.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object on standard output; nothing is asked.")
def command(
    pack: str,
    folder: Path | None,
    places: tuple[Path, ...],
    baselines: Path | None,
    matrix: str,
    expression: str,
    accepted: tuple[str, ...],
    rejected: tuple[str, ...],
    reason: str,
    check: bool,
    pictures: str | None,
    report: Path | None,
    by: str | None,
    as_json: bool,
) -> None:
    """Show how every artifact of PACK differs from what was approved, equal changes together, and take the decision.

    In a terminal each group is asked about. Elsewhere, and with --json, --accept and --reject decide, and without them
    nothing is changed. Exit status: 0 the pack is approved as it is now, 1 something waits or was rejected.
    """
    folder = folder if folder is not None else _folder_of_settings()
    roots = working_roots(folder)
    guard = _guard(folder, baselines)
    chosen = _samples(folder, places)
    selection = Selection.of(expression)
    brand = packs.load(pack, roots)
    board = _pictured(pictures, pack, chosen, languages(brand)[-1])
    try:
        with progress("Rendering") as step:
            examined = examine(
                brand,
                folder_of(pack, (folder,)),
                state_of(layers(pack, roots)),
                tuple(chosen.chosen(Matrix(matrix))),
                guard,
                selection=selection,
                pictured=board.has,
                step=step,
            )
    finally:
        guard.browser.close()
    for sentence in chosen.unread:
        click.echo(f"not looked at, since it cannot be read: {sentence}", err=True)
    if report is not None:
        write_report(report, f"{pack}: {len(examined.waiting)} to look at", _entries(examined))
    groups = examined.groups
    asks = not (as_json or check or accepted or rejected) and sys.stdin.isatty()
    if asks:
        yes, no = _ask(groups, report)
    else:
        yes, no = _named(groups, accepted, rejected, reason)
    approved = examined.is_signed
    if not check and (asks or accepted or rejected or not groups):
        who, now = by or getpass.getuser(), dt.datetime.now(dt.UTC)
        approved = decide(examined, guard, accepted=yes, rejected=no, by=who, at=now, kept=board.has)
    if as_json:
        click.echo(_output(examined, yes, no, approved, report).model_dump_json(indent=2))
    else:
        _tell(examined, yes, no, approved, report, said=asks)
    raise SystemExit(DONE if approved else SOME_REJECTED_OR_FAILED)


def _folder_of_settings() -> Path:
    if DEFAULT_FILE.exists():
        folder = settings.load(DEFAULT_FILE).packs.folder
        if folder is not None:
            return folder
    raise Misconfigured("whose approvals? name your folder of packs with --packs, or as `folder` in vaxel.toml")


def _guard(folder: Path, baselines: Path | None) -> Guard:
    place = baselines if baselines is not None else folder.resolve().parent / "baselines"
    if not place.parent.is_dir():
        raise Misconfigured(f"{place.parent} is no folder; make it, or name another with --baselines")
    return Guard(Baselines(place), Path("out") / "regression", SharedBrowser(), read_tolerances(place))


def _samples(folder: Path, places: tuple[Path, ...]) -> Samples:
    beside = folder.resolve().parent / "samples"
    return read_samples(places or ((beside,) if beside.is_dir() else shipped_samples()))


def _pictured(expression: str | None, pack: str, chosen: Samples, language: str) -> Selection:
    """The approved board: few pictures, since each version of each is kept in the repository for ever."""
    if expression is None:
        first = chosen.documents[0].name
        expression = f"pack={pack} sample={first} language={language} artifact=mailbox_pdf,email,web"
    return Selection.of("sample=-" if expression == "none" else expression)


def _named(
    groups: Sequence[Group], accepted: tuple[str, ...], rejected: tuple[str, ...], reason: str
) -> tuple[list[Group], dict[Group, str]]:
    known = {group.name: group for group in groups}
    for name in (*accepted, *rejected):
        if name != _ALL and name not in known:
            there = ", ".join(known) or "none"
            raise Misconfigured(f'there is no group "{name}" that waits; there are {there}')
    no = [group for group in groups if group.name in rejected]
    yes = [group for group in groups if group.name in accepted or (_ALL in accepted and group not in no)]
    if _ALL in rejected:
        no = [group for group in groups if group not in yes]
    return yes, dict.fromkeys(no, reason)


def _ask(groups: Sequence[Group], report: Path | None) -> tuple[list[Group], dict[Group, str]]:
    yes: list[Group] = []
    no: dict[Group, str] = {}
    for number, group in enumerate(groups, start=1):
        click.echo(f"\n{click.style(f'{number} of {len(groups)}', bold=True)}  ", nl=False)
        _show(group)
        if report is not None:
            click.echo(f"  report    {report}")
        answer = click.prompt(
            "accept, reject, leave for later, quit", type=click.Choice(["a", "r", "l", "q"]), default="l"
        )
        if answer == "a":
            yes.append(group)
        elif answer == "r":
            no[group] = click.prompt("why", default="", show_default=False)
        elif answer == "q":
            break
    return yes, no


def _show(group: Group) -> None:
    """One group: what differs, in which cases, and where its pictures are."""
    count = "1 case" if len(group.cases) == 1 else f"{len(group.cases)} cases differ alike"
    click.echo(f"{click.style(group.name, bold=True)}  {count}")
    for word in group.words[:_SHOWN]:
        click.echo(f"  {word}")
    if len(group.words) > _SHOWN:
        click.echo(f"  … and {len(group.words) - _SHOWN} more differences")
    for waiting in group.cases[:_SHOWN]:
        click.echo(f"  case      {waiting.case}")
    if len(group.cases) > _SHOWN:
        click.echo(f"            … and {len(group.cases) - _SHOWN} more")
    for path in sorted((group.cases[0].evidence / PICTURES).glob("*.png"))[:_SHOWN]:
        click.echo(f"  picture   {path}")


def _tell(
    examined: Examined, yes: list[Group], no: dict[Group, str], approved: bool, report: Path | None, *, said: bool
) -> None:
    for group in examined.groups if not said else ():
        mark = "accepted" if group in yes else "rejected" if group in no else "waiting"
        click.echo(f"\n{mark:9} ", nl=False)
        _show(group)
    total, waiting = len(examined.artifacts), len(examined.waiting)
    click.echo(f"\n{examined.brand}: {total} cases, {total - waiting} as approved, {waiting} otherwise.")
    if report is not None:
        click.echo(f"The report is {report}.")
    if approved:
        click.echo(f"The pack is approved as it is now; `vaxel publish {examined.brand}` makes it live.")
    elif no:
        click.echo("Something was rejected, so the pack cannot be published as it is.")
    else:
        click.echo("Not approved yet: decide upon the groups above with --accept GROUP or --reject GROUP.")


def _entries(examined: Examined) -> list[Entry]:
    return [
        Entry(waiting.case, group.name, waiting.words, waiting.changes, waiting.evidence / PICTURES)
        for group in examined.groups
        for waiting in group.cases
    ]


def _output(
    examined: Examined, yes: list[Group], no: dict[Group, str], approved: bool, report: Path | None
) -> ApproveOutput:
    return ApproveOutput(
        brand=examined.brand,
        approved=approved,
        examined=len(examined.artifacts),
        unchanged=len(examined.artifacts) - len(examined.waiting),
        groups=tuple(
            ApproveGroup(
                group=group.name,
                decision="accepted" if group in yes else "rejected" if group in no else "waiting",
                cases=tuple(
                    ApproveCase(
                        case=waiting.case,
                        sha256=waiting.sha256,
                        words=waiting.words,
                        changes=waiting.changes,
                        evidence=str(waiting.evidence),
                    )
                    for waiting in group.cases
                ),
            )
            for group in examined.groups
        ),
        report=str(report) if report is not None else None,
    )
