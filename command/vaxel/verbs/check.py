"""`vaxel check`: each record of files judged by the official rules, before anything is sent."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import click

from vaxel.cli import COULD_NOT_WORK, DONE, SOME_REJECTED_OR_FAILED
from vaxel.findings import show
from vaxel.outputs import CheckLine, Referee, RuleFinding
from vaxel_engine import rules
from vaxel_engine.errors import Rejected, Unreadable
from vaxel_engine.intake import read
from vaxel_engine.intake.candidate import Candidate
from vaxel_engine.intake.reading import Reading
from vaxel_engine.rules import referee as official
from vaxel_engine.rules.saxon import NoAnswer


@dataclass(slots=True)
class _Tally:
    """What the exit status is made of."""

    records: int = 0
    unreadable: int = 0
    fatal: int = 0
    absent: bool = False
    sets: dict[str, None] = field(default_factory=dict[str, None])

    def take(self, line: CheckLine) -> None:
        self.records += line.record is not None
        self.unreadable += not line.readable
        self.fatal += any(finding.severity == "fatal" for finding in line.findings)
        self.sets.update(dict.fromkeys(line.rule_sets))

    @property
    def status(self) -> int:
        if self.absent:
            return COULD_NOT_WORK
        return SOME_REJECTED_OR_FAILED if self.unreadable or self.fatal else DONE


@click.command("check")
@click.argument("files", metavar="FILE…", nargs=-1, required=True, type=click.Path(path_type=Path))
@click.option("--json", "as_json", is_flag=True, help="Print JSON Lines, one object per record, on standard output.")
@click.option(
    "--referee", "with_referee", is_flag=True, help="Ask the official validator too and say where it differs."
)
@click.option(
    "--peppol-rules",
    type=click.Path(path_type=Path),
    help="Peppol's compiled rules (XSLT) for the referee; without them it judges by EN 16931 alone.",
)
@click.option("--mapping", type=click.Path(path_type=Path), help="The mapping file of a CSV or XML.")
def command(
    files: tuple[Path, ...], as_json: bool, with_referee: bool, peppol_rules: Path | None, mapping: Path | None
) -> int:
    """Judge each record of each FILE by EN 16931 and Peppol; nothing is accepted, changed or sent."""
    judge = official.Referee(peppol_rules) if with_referee else None
    tally = _Tally()
    for path in files:
        tally.absent = tally.absent or not path.is_file()
        for line in _lines(path, judge, mapping):
            tally.take(line)
            click.echo(line.model_dump_json()) if as_json else show(line)
    if not as_json:
        click.echo(_closing(tally))
    return tally.status


def _lines(path: Path, judge: official.Referee | None, mapping: Path | None) -> Iterator[CheckLine]:
    try:
        reading = read(path, mapping=mapping)
        for entry in reading.candidates():
            yield _judged(reading, entry, judge)
    except Unreadable as error:
        yield CheckLine(file=path.name, record=None, readable=False, error=str(error))


def _judged(reading: Reading, entry: Candidate | Rejected, judge: official.Referee | None) -> CheckLine:
    if isinstance(entry, Rejected):
        return CheckLine(file=reading.file, record=entry.record, readable=False, error=entry.sentence)
    verdict = reading.judged(entry)
    unreadable = verdict.sentence if isinstance(verdict, Rejected) else None
    invoice = None if isinstance(verdict, Rejected) else verdict[1].invoice
    found = rules.check(entry, invoice=invoice)
    return CheckLine(
        file=reading.file,
        record=entry.record,
        readable=unreadable is None,
        error=unreadable,
        findings=tuple(
            RuleFinding(
                id=one.id,
                severity=one.severity,
                term=one.term,
                path=one.path,
                found=one.found,
                expected=one.expected,
                message=one.message,
            )
            for one in found.findings
        ),
        rule_sets=found.rule_sets,
        not_carried=entry.not_carried,
        referee=_compared(judge, entry, found),
    )


def _compared(judge: official.Referee | None, candidate: Candidate, found: rules.Findings) -> Referee | None:
    if judge is None or candidate.tree is None:
        return None
    try:
        comparison = judge.compare(candidate.tree, found)
    except NoAnswer as error:
        return Referee(agrees=False, only_official=(), only_vaxel=(), error=str(error))
    return Referee(agrees=comparison.agrees, only_official=comparison.only_official, only_vaxel=comparison.only_vaxel)


def _closing(tally: _Tally) -> str:
    by = f" by {', '.join(tally.sets)}" if tally.sets else ""
    return (
        f"{tally.records} {'record' if tally.records == 1 else 'records'} judged{by}: "
        f"{tally.unreadable} not readable, {tally.fatal} with fatal findings."
    )
