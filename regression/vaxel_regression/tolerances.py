"""Marked regions in which a page may differ a little, and excused faults: `tolerances.toml` beside the baselines."""

import tomllib
from dataclasses import dataclass
from fnmatch import fnmatchcase
from pathlib import Path
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from vaxel_engine.errors import Misconfigured
from vaxel_regression.changes import TOLERABLE, Change, Finding
from vaxel_regression.oracles.fault import Fault, Oracle

FILE = "tolerances.toml"


class Region(BaseModel):
    """One region: which cases, which page, where in millimetres, which changes, and why they may be.

    A movement is tolerated up to `up_to_mm`; any other change that is allowed, whatever its extent.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    cases: str = Field(min_length=1)
    page: Annotated[int, Field(ge=1)]
    box: tuple[float, float, float, float]
    allow: tuple[Change, ...] = Field(min_length=1)
    up_to_mm: Annotated[float, Field(ge=0, le=5)] = 0
    reason: str = Field(min_length=1)

    def covers(self, case: str, finding: Finding) -> bool:
        """Whether the finding lies wholly within the region and is of a kind and an extent that may be."""
        if finding.change not in TOLERABLE or finding.change not in self.allow:
            return False
        if finding.page != self.page or finding.at is None or not fnmatchcase(case, self.cases):
            return False
        if finding.change is Change.MOVED and (finding.by is None or finding.by > self.up_to_mm):
            return False
        left, top, width, height = self.box
        at_left, at_top, at_width, at_height = finding.at
        return (
            left <= at_left
            and top <= at_top
            and at_left + at_width <= left + width
            and at_top + at_height <= top + height
        )


class Excuse(BaseModel):
    """A fault that an oracle finds and that may be, for a reason: which cases, which oracle, and what it says."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    cases: str = Field(min_length=1)
    oracle: Oracle | Literal["*"]
    says: str = Field(default="*", min_length=1)
    reason: str = Field(min_length=1)

    def covers(self, case: str, fault: Fault) -> bool:
        """Whether the fault is the one that is excused."""
        return (
            self.oracle in ("*", fault.oracle)
            and fnmatchcase(case, self.cases)
            and fnmatchcase(fault.sentence, self.says)
        )


class _File(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)

    version: Literal[1] = 1
    region: tuple[Region, ...] = ()
    excuse: tuple[Excuse, ...] = ()


@dataclass(frozen=True, slots=True)
class Tolerances:
    """All marked regions and excuses of one folder of baselines."""

    regions: tuple[Region, ...] = ()
    excuses: tuple[Excuse, ...] = ()

    def inexcusable(self, case: str, faults: tuple[Fault, ...]) -> tuple[Fault, ...]:
        """The faults that nobody excused."""
        return tuple(fault for fault in faults if not any(excuse.covers(case, fault) for excuse in self.excuses))

    def left_over(self, case: str, findings: tuple[Finding, ...]) -> tuple[Finding, ...]:
        """The findings that no region covers."""
        return tuple(
            finding for finding in findings if not any(region.covers(case, finding) for region in self.regions)
        )


def read_tolerances(folder: Path) -> Tolerances:
    """The regions in `folder`/tolerances.toml, none where there is no such file.

    Raises Misconfigured for a file that is wrong, and for one that asks to tolerate what cannot be.
    """
    path = folder / FILE
    if not path.is_file():
        return Tolerances()
    try:
        read = _File.model_validate(tomllib.loads(path.read_text(encoding="utf-8")))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise Misconfigured(f"{path}: is not TOML: {error}; mend it") from error
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        place = ".".join(str(part) for part in first["loc"])
        raise Misconfigured(f"{path}: `{place}`: {first['msg'].lower()}; see docs/regression.md") from error
    for number, region in enumerate(read.region, start=1):
        hidden = [change.value for change in region.allow if change not in TOLERABLE]
        if hidden:
            can = ", ".join(sorted(change.value for change in TOLERABLE))
            raise Misconfigured(f"{path}: region {number} would hide {hidden[0]}; only {can} can be tolerated")
    return Tolerances(read.region, read.excuse)
