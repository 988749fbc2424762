"""`vaxel check-print`: a PDF held against a mail house's rules, each violation in millimetres and drawn."""

from pathlib import Path

import click

from vaxel.cli import DONE, SOME_REJECTED_OR_FAILED
from vaxel.files import write_whole
from vaxel.outputs import CheckPrintOutput, PrintViolation
from vaxel_engine.errors import Misconfigured, Unreadable
from vaxel_engine.mailing import Profile, chosen, read_profile
from vaxel_engine.mailing.check import check_print
from vaxel_engine.mailing.drawing import drawn
from vaxel_engine.mailing.finding import PrintCheck
from vaxel_engine.mailing.profile import DEFAULT


@click.command("check-print")
@click.argument("file", type=click.Path(path_type=Path))
@click.option(
    "--profile", default=DEFAULT, show_default=True, help="The mail house: a shipped profile, or a TOML file."
)
@click.option("--simplex", is_flag=True, help="It is printed on one side of each sheet.")
@click.option("--draw", type=click.Path(path_type=Path), help="Write the PDF with each violation in red to this file.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object on standard output.")
def command(file: Path, profile: str, simplex: bool, draw: Path | None, as_json: bool) -> None:
    """Say for what a mail house would send FILE back: size, window, zones, fonts, pages; of a PDF made anywhere."""
    rules = _rules(profile)
    try:
        pdf = file.read_bytes()
    except OSError as error:
        raise Unreadable(
            f"{file} cannot be read ({error.strerror or type(error).__name__}); name a PDF file"
        ) from error
    check = check_print(pdf, rules, duplex=not simplex)
    if draw is not None:
        if not check.pages:
            raise Unreadable(f"{file} {check.violations[0].what} and cannot be drawn; {check.violations[0].remedy}")
        write_whole(draw, drawn(pdf, rules, check, duplex=not simplex))
    if as_json:
        click.echo(_output(file, rules, check).model_dump_json(indent=2))
    else:
        for number, one in enumerate(check.violations, start=1):
            click.echo(f"{number}  {one.rule}{'' if one.refused else ', worth knowing'}: {one.sentence}")
        verdict = f"{len(check.refused)} to mend" if check.refused else "nothing to mend"
        size = f"{check.pages} page{'s'[: check.pages != 1]} on {check.sheets} sheet{'s'[: check.sheets != 1]}"
        click.echo(f"{file.name} by {rules.name} ({rules.quality}): {size}, {verdict}.")
    raise SystemExit(SOME_REJECTED_OR_FAILED if check.refused else DONE)


def _rules(profile: str) -> Profile:
    if not profile.endswith(".toml"):
        return chosen(profile)
    path = Path(profile)
    try:
        content = path.read_bytes()
    except OSError as error:
        raise Misconfigured(
            f"{path} cannot be read ({error.strerror or type(error).__name__}); name a profile"
        ) from error
    return read_profile(path.stem, content, file=str(path))


def _output(file: Path, profile: Profile, check: PrintCheck) -> CheckPrintOutput:
    return CheckPrintOutput(
        file=str(file),
        profile=profile.name,
        quality=profile.quality.value,
        printable=not check.refused,
        pages=check.pages,
        sheets=check.sheets,
        bytes=check.bytes,
        version=check.version,
        violations=tuple(
            PrintViolation(
                rule=one.rule.value,
                refused=one.refused,
                page=one.page,
                sentence=one.sentence,
                x=one.area.x if one.area is not None else None,
                y=one.area.y if one.area is not None else None,
                width=one.area.width if one.area is not None else None,
                height=one.area.height if one.area is not None else None,
            )
            for one in check.violations
        ),
    )
