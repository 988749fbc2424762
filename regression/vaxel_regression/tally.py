"""The end of a run that guards packs: what was written, what was not compared, what could not be read; the reports."""

import json
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from vaxel_engine.errors import Unwritable
from vaxel_regression.cases import PROPERTY
from vaxel_regression.coverage import Coverage
from vaxel_regression.guard import PICTURES, Outcome
from vaxel_regression.report import Entry, write_report

_COVERAGE = "vaxel_coverage"
_TO_LOOK_AT = (Outcome.CHANGED, Outcome.NEW, Outcome.FAULTY)


@dataclass(slots=True)
class _Case:
    """What one report says of its case."""

    outcome: str
    case: str = ""
    findings: list[str] = field(default_factory=list[str])
    changes: list[str] = field(default_factory=list[str])
    faults: list[str] = field(default_factory=list[str])
    evidence: str = ""
    sentence: str = ""


class Tally:
    """Counts the outcomes of a run; a run in which something was not compared does not end as a success.

    `report` is written when something differs, `written` (where it is given) always. Under xdist the process that
    collects the reports writes both.
    """

    def __init__(
        self,
        unread: tuple[str, ...],
        allow_uncompared: bool,
        report: Path,
        written: Path | None,
        coverage: Coverage | None = None,
        at_least: float | None = None,
    ) -> None:
        self._unread = unread
        self._allow = allow_uncompared
        self._report, self._json = report, written
        self._outcomes: Counter[str] = Counter()
        self._written: list[str] = []
        self._uncompared: dict[str, int] = {}
        self._cases: list[_Case] = []
        self._said: list[str] = []
        self._refused: list[str] = []
        self._coverage, self._at_least = coverage, at_least

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """Each case counts once, by the report of its call."""
        if report.when != "call":
            return
        told: _Case | None = None
        for name, value in report.user_properties:
            if name == PROPERTY:
                self._outcomes[str(value)] += 1
                told = _Case(str(value))
                self._cases.append(told)
                if value == Outcome.NOT_COMPARED and isinstance(report.longrepr, tuple):
                    reason = report.longrepr[2].removeprefix("Skipped: ")
                    self._uncompared[reason] = self._uncompared.get(reason, 0) + 1
            elif name == f"{PROPERTY}.refused":
                self._refused.append(str(value))
            elif name == f"{PROPERTY}.written":
                self._written.append(str(value))
            elif told is not None:
                _note(told, name.removeprefix(f"{PROPERTY}."), str(value))
        if told is not None and report.failed:
            told.sentence = str(report.longrepr).partition("\n")[0]

    def pytest_sessionfinish(self, session: pytest.Session, exitstatus: int) -> None:
        """Skipped is not passed: without the option that allows it the run fails. Then the reports are written."""
        if self._outcomes[Outcome.NOT_COMPARED] and not self._allow and exitstatus == pytest.ExitCode.OK:
            session.exitstatus = pytest.ExitCode.TESTS_FAILED
        output: Any = getattr(session.config, "workeroutput", None)  # there in a process of pytest-xdist
        if output is not None:
            if self._coverage is not None:
                output[_COVERAGE] = self._coverage.as_lists()
            return
        if self._coverage is not None and self._at_least is not None and self._coverage.percent < self._at_least:
            session.exitstatus = pytest.ExitCode.TESTS_FAILED
        differing = [case for case in self._cases if case.outcome in _TO_LOOK_AT]
        try:
            if differing:
                write_report(self._report, f"{len(differing)} of {len(self._cases)} cases differ", _entries(differing))
                self._said.append(f"what differs, with pictures: {self._report}")
            if self._json is not None:
                _write_json(self._json, self._cases)
        except Unwritable as error:
            self._said.append(str(error))
            session.exitstatus = pytest.ExitCode.TESTS_FAILED

    @pytest.hookimpl(optionalhook=True)
    def pytest_testnodedown(self, node: Any) -> None:
        """What another process of this run met, when it ends (pytest-xdist)."""
        met = getattr(node, "workeroutput", {}).get(_COVERAGE)
        if met is not None and self._coverage is not None:
            self._coverage.add_lists(met)

    def pytest_terminal_summary(self, terminalreporter: pytest.TerminalReporter) -> None:
        """One section with what a person has to know or to do."""
        lines: list[str] = []
        if self._outcomes:
            lines.append(", ".join(f"{count} {outcome}" for outcome, count in sorted(self._outcomes.items())))
        lines += [f"{count} × {reason}" for reason, count in self._uncompared.items()]
        if self._outcomes[Outcome.WRITTEN]:
            lines.append(f"{len(self._written)} files differ from before; review them with git diff before you commit")
            lines += [f"  {name}" for name in self._written[:50]]
        lines += self._refused
        lines += [f"not guarded, since it cannot be read: {sentence}" for sentence in self._unread]
        lines += self._said
        if self._coverage is not None:
            lines += _told(self._coverage, self._at_least)
        if lines:
            terminalreporter.section("vaxel")
            for line in lines:
                terminalreporter.write_line(line)


def _told(coverage: Coverage, at_least: float | None) -> list[str]:
    """How much was reached, whether that is enough, and every branch that was not."""
    missed = coverage.missed
    wanted = f", and {at_least:g} % are asked for" if at_least is not None and coverage.percent < at_least else ""
    first = f"template coverage: {coverage.percent:.1f} % of {len(coverage.every)} branches{wanted}"
    return [first, *(f"  {branch.place}: {branch.what} is reached by no sample" for branch in missed)]


def _note(told: _Case, name: str, value: str) -> None:
    match name:
        case "case":
            told.case = value
        case "finding":
            told.findings.append(value)
        case "fault":
            told.faults.append(value)
        case "change":
            told.changes.append(value)
        case "evidence":
            told.evidence = value
        case _:
            pass  # what another version of the plugin has to say


def _entries(cases: list[_Case]) -> list[Entry]:
    """Cases with the same classes of change stand together."""
    entries: list[Entry] = []
    for case in cases:
        changes = tuple(dict.fromkeys(case.changes)) or (case.outcome,)
        words = (*case.findings, *case.faults) or (case.sentence,)
        entries.append(Entry(case.case, ", ".join(changes), words, changes, Path(case.evidence) / PICTURES))
    return sorted(entries, key=lambda entry: entry.group)


def _write_json(path: Path, cases: list[_Case]) -> None:
    told = [
        {
            "case": case.case,
            "outcome": case.outcome,
            "findings": [
                {"change": change, "sentence": sentence}
                for change, sentence in zip(case.changes, case.findings, strict=True)
            ],
            "faults": case.faults,
            "evidence": case.evidence or None,
        }
        for case in sorted(cases, key=lambda case: case.case)
    ]
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(json.dumps({"cases": told}, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
    except OSError as error:
        raise Unwritable(
            f"{path} cannot be written ({error.strerror}); name another place with --vaxel-json"
        ) from error
