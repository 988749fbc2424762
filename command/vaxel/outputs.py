"""What commands print with `--json`: the promise to scripts, published as JSON Schema by `vaxel schema`."""

from typing import Literal

from pydantic import AwareDatetime, Field

from vaxel.bench_outputs import BenchOutput
from vaxel.ledger_outputs import (
    DemoOutput,
    DoubtsOutput,
    EventLine,
    FaultsOutput,
    KeysOutput,
    LedgerOutput,
    MovedOutput,
    Output,
    ReportOutput,
    SimulatorsOutput,
    StatusOutput,
    WebhooksOutput,
)
from vaxel.routing_outputs import ExceptionsOutput, PlanOutput, RulesOutput, WhatIfOutput, WhyOutput


class RenderedFile(Output):
    """One file that `render` wrote."""

    kind: str
    path: str
    sha256: str = Field(pattern="^[0-9a-f]{64}$")
    bytes: int = Field(ge=0)
    pack: str | None = Field(default=None, description="With --packed: the archive in which `path` lies")
    offset: int | None = Field(default=None, ge=0, description="With --packed: where in it the file begins")


class RenderedDocument(Output):
    """The artifacts of one document, or why there are none."""

    document: str
    record: int = Field(ge=1)
    files: tuple[RenderedFile, ...] = ()
    error: str | None = None


class RenderOutput(Output):
    """What `render` prints."""

    read: int = Field(ge=0, description="Rendered, rejected and failed together")
    rendered: int = Field(ge=0)
    already: int = Field(default=0, ge=0, description="Of those rendered, how many an earlier run had finished")
    rejected: int = Field(ge=0)
    failed: int = Field(ge=0)
    documents: tuple[RenderedDocument, ...] = ()
    rejections: tuple[str, ...] = ()


class RuleFinding(Output):
    """One rule that does not hold at one place of a record."""

    id: str = Field(description="The official id, e.g. BR-CO-15; VX-BT-… for sums that Vaxel recomputed, warnings")
    severity: Literal["fatal", "warning"]
    term: str | None = Field(description="Business terms of EN 16931, e.g. BT-112")
    path: str = Field(description="XPath or JSON Pointer of the input")
    found: str
    expected: str
    message: str


class Referee(Output):
    """What the official validator said of the same record, beside Vaxel's own answer."""

    agrees: bool = Field(description="Whether both name the same fatal rules")
    only_official: tuple[str, ...] = Field(description="Fatal rules that the official validator alone names")
    only_vaxel: tuple[str, ...] = Field(description="Fatal rules that Vaxel alone names")
    error: str | None = Field(default=None, description="Why the official validator gave no answer")


class CheckLine(Output):
    """One record as `check` judged it; a file that cannot be read as a whole has no record."""

    file: str
    record: int | None = Field(ge=1, description="The 1-based number in the file; null for the file as a whole")
    readable: bool
    error: str | None = Field(description="Why it is not readable, in one sentence")
    findings: tuple[RuleFinding, ...] = ()
    rule_sets: tuple[str, ...] = Field(default=(), description="The rule sets applied, with their versions")
    not_carried: tuple[str, ...] = Field(
        default=(), description="Paths of what the record says and the model has no place for"
    )
    referee: Referee | None = Field(
        default=None, description="With --referee, for UBL: what the official validator said"
    )


class PackFindingLine(Output):
    """One thing that `check-pack` found."""

    file: str
    line: int | None
    severity: Literal["wrong", "note"]
    what: str
    remedy: str


class CheckPackOutput(Output):
    """What `check-pack` prints."""

    brand: str
    clean: bool = Field(description="Whether nothing is wrong; notes do not count")
    findings: tuple[PackFindingLine, ...]


class PublishedTurn(Output):
    """One moment at which a version of a pack went live."""

    version: str
    at: AwareDatetime
    by: str
    action: str = Field(description='"published" or "rolled back"')
    approved_by: str | None = Field(default=None, description="Who approved that version; null where nobody did")


class PublishOutput(Output):
    """What `publish` prints."""

    program: str | None = Field(
        default=None, description="What became of its block program, in a sentence; null where it was not compiled"
    )
    fast: bool = Field(default=False, description="Whether its pages are set by a program that passed the gate")

    brand: str
    live: str | None = Field(description="The version that production renders; null where none was ever published")
    is_new: bool = Field(description="Whether a new version was made")
    went_live: bool = Field(description="Whether another version is live than before")
    history: tuple[PublishedTurn, ...] = Field(description="Every moment a version went live, the oldest first")


class CompileOutput(Output):
    """What `compile` prints."""

    brand: str
    version: str = Field(description="The published version that the program is of")
    passed: bool = Field(description="Whether production uses the program; else every document is set as before")
    found: str = Field(description="The gate's verdict in a sentence")
    compared: int = Field(ge=0, description="Documents set both ways and compared object for object")
    different: int = Field(ge=0, description="How many of them differed")
    mixed: int = Field(ge=0, description="Documents of a realistic mix")
    hits: int = Field(ge=0, description="How many of the mix the program sets")
    misses: dict[str, int] = Field(description="Why it left the others to the reference path")
    slow: dict[str, int] = Field(
        description="What in the pack cannot be compiled, and in how many documents it was met"
    )
    unchanged: bool = Field(
        default=False,
        description="Whether it was found before, of the same files, engines and samples; nothing was done",
    )


class CompileAllOutput(Output):
    """What `compile --all` prints."""

    passed: bool = Field(description="Whether every brand is set by its program")
    packs: tuple[CompileOutput, ...] = Field(description="The live version of each brand")
    failed: dict[str, str] = Field(description="Brands that could not be compiled at all, and why")


class ApproveCase(Output):
    """One case that nobody approved as it is now."""

    case: str = Field(description="pack/sample/language/artifact")
    sha256: str = Field(pattern="^[0-9a-f]{64}$", description="Of the artifact as it is; zeros where there is none")
    words: tuple[str, ...] = Field(description="How it differs, the gravest first")
    changes: tuple[str, ...] = Field(description='Classes of change, or "new", or "unapproved"')
    evidence: str = Field(description="Folder with its texts, and with pictures where they were drawn")


class ApproveGroup(Output):
    """Cases that differ alike."""

    group: str = Field(description="What --accept and --reject take; the same for the same change")
    decision: str = Field(description='"accepted", "rejected" or "waiting"')
    cases: tuple[ApproveCase, ...]


class ApproveOutput(Output):
    """What `approve` prints."""

    brand: str
    approved: bool = Field(description="Whether the pack is approved as it is now, so that it can be published")
    examined: int = Field(ge=0, description="Cases looked at")
    unchanged: int = Field(ge=0, description="Of them, approved byte for byte")
    groups: tuple[ApproveGroup, ...] = ()
    report: str | None = Field(default=None, description="The HTML report, where one was written")


class Finding(Output):
    """One thing that `doctor` looked at."""

    what: str
    status: str = Field(description='"ok", "missing" or "warning"')
    found: str
    remedy: str | None = None


class DoctorOutput(Output):
    """What `doctor` prints."""

    ready: bool = Field(description="False when something is missing that a command needs")
    findings: tuple[Finding, ...]


class ParityCell(Output):
    """What one artifact says of one fact."""

    artifact: str
    status: str = Field(description='"found", "not shown here", "missing" or "different"')
    part: str | None = Field(description="Where it is missing or different; null where it holds")
    shown: str | None = Field(description="What stands there instead; null unless it is different")


class ParityRow(Output):
    """One fact of a document, and what each artifact says of it."""

    fact: str
    value: str = Field(description='"-1284.00", "20261220", numbers in letters and digits alone')
    cells: tuple[ParityCell, ...]


class ParityDocument(Output):
    """The facts of one document, or why its artifacts could not be made or read."""

    document: str
    record: int = Field(ge=1)
    holds: bool
    rows: tuple[ParityRow, ...] = ()
    error: str | None = None


class ParityOutput(Output):
    """What `parity` prints."""

    read: int = Field(ge=0)
    holding: int = Field(ge=0, description="Documents that say the same everywhere")
    differing: int = Field(ge=0)
    rejected: int = Field(ge=0)
    failed: int = Field(ge=0)
    documents: tuple[ParityDocument, ...] = ()
    rejections: tuple[str, ...] = ()


class PrintViolation(Output):
    """One thing that a mail house refuses; its place in millimetres from the upper left corner of the page."""

    rule: str
    refused: bool = Field(description="false: printed all the same, but it will look poor")
    page: int | None = Field(description="Counted from 1; null where it is about the whole file")
    sentence: str
    x: float | None
    y: float | None
    width: float | None
    height: float | None


class CheckPrintOutput(Output):
    """A PDF held against a mail house's profile: what `check-print` prints."""

    file: str
    profile: str
    quality: str = Field(description='How well the profile\'s figures are known: "documented", "secondary", "assumed"')
    printable: bool
    pages: int = Field(ge=0, description="0 for what cannot be opened")
    sheets: int = Field(ge=0)
    bytes: int = Field(ge=0)
    version: str | None
    violations: tuple[PrintViolation, ...]


OUTPUTS: dict[str, type[Output]] = {
    "demo": DemoOutput,
    "send": LedgerOutput,
    "simulators": SimulatorsOutput,
    "status": StatusOutput,
    "plan": PlanOutput,
    "what-if": WhatIfOutput,
    "why": WhyOutput,
    "exceptions": ExceptionsOutput,
    "rules": RulesOutput,
    "report": ReportOutput,
    "keys": KeysOutput,
    "events": EventLine,
    "webhooks": WebhooksOutput,
    "hold": MovedOutput,
    "release": MovedOutput,
    "cancel": MovedOutput,
    "render": RenderOutput,
    "check": CheckLine,
    "parity": ParityOutput,
    "check-pack": CheckPackOutput,
    "approve": ApproveOutput,
    "check-print": CheckPrintOutput,
    "publish": PublishOutput,
    "compile": CompileOutput,
    "compile-all": CompileAllOutput,
    "bench": BenchOutput,
    "doctor": DoctorOutput,
    "doubts": DoubtsOutput,
    "faults": FaultsOutput,
}
"""The output of each verb that has `--json`."""
