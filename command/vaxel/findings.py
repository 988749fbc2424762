"""What `check` found, on a terminal: a record without findings takes no line, a rule broken often takes one."""

import click

from vaxel.outputs import CheckLine, RuleFinding

PATHS_SHOWN = 3
"""How many paths of one record a terminal names; --json names them all."""

_COLOURS = {"fatal": "red", "warning": "yellow"}


def show(line: CheckLine) -> None:
    """Print one record where there is something to say of it."""
    if line.readable and not line.findings and not line.not_carried and line.referee is None:
        return
    where = line.file if line.record is None else f"{line.file}, record {line.record}"
    click.secho(where, bold=True)
    if line.error is not None:
        click.echo(f"  {click.style('not readable', fg='red')}  {line.error.removeprefix(where).lstrip(', ')}")
    for places in _grouped(line.findings):
        first = places[0]
        term = f" ({first.term})" if first.term else ""
        more = f" and {len(places) - 1} more" if len(places) > 1 else ""
        click.echo(f"  {click.style(first.severity, fg=_COLOURS[first.severity])}  {first.id}{term}: {first.message}")
        click.echo(click.style(f"         at {first.path}{more}", dim=True))
    if line.not_carried:
        shown = ", ".join(line.not_carried[:PATHS_SHOWN])
        more = f" and {len(line.not_carried) - PATHS_SHOWN} more" if len(line.not_carried) > PATHS_SHOWN else ""
        click.echo(f"  not carried  {shown}{more}")
    if line.referee is not None:
        click.echo(f"  referee  {_referee(line)}")


def _grouped(findings: tuple[RuleFinding, ...]) -> list[list[RuleFinding]]:
    """One list for each rule, fatal ones first, in the order of the document."""
    groups: dict[str, list[RuleFinding]] = {}
    for finding in findings:
        groups.setdefault(finding.id, []).append(finding)
    return sorted(groups.values(), key=lambda places: places[0].severity != "fatal")


def _referee(line: CheckLine) -> str:
    answer = line.referee
    if answer is None:
        return ""
    if answer.error is not None:
        return answer.error
    if answer.agrees:
        return "the official validator agrees"
    parts = (
        f"the official validator alone names {', '.join(answer.only_official)}" if answer.only_official else "",
        f"Vaxel alone names {', '.join(answer.only_vaxel)}" if answer.only_vaxel else "",
    )
    return "; ".join(part for part in parts if part)
