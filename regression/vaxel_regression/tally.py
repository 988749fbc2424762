"""The end of a run that guards packs: what was written, what was not compared, what could not be read."""

from collections import Counter

import pytest

from vaxel_regression.cases import PROPERTY
from vaxel_regression.guard import Outcome


class Tally:
    """Counts the outcomes of a run; a run in which something was not compared does not end as a success."""

    def __init__(self, unread: tuple[str, ...], allow_uncompared: bool) -> None:
        self._unread = unread
        self._allow = allow_uncompared
        self._outcomes: Counter[str] = Counter()
        self._written: list[str] = []
        self._uncompared: dict[str, int] = {}

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """Each case counts once, by the report of its call."""
        if report.when != "call":
            return
        for name, value in report.user_properties:
            if name == PROPERTY:
                self._outcomes[str(value)] += 1
                if value == Outcome.NOT_COMPARED and isinstance(report.longrepr, tuple):
                    reason = report.longrepr[2].removeprefix("Skipped: ")
                    self._uncompared[reason] = self._uncompared.get(reason, 0) + 1
            elif name == f"{PROPERTY}.written":
                self._written.append(str(value))

    def pytest_sessionfinish(self, session: pytest.Session, exitstatus: int) -> None:
        """Skipped is not passed: without the option that allows it the run fails."""
        if self._outcomes[Outcome.NOT_COMPARED] and not self._allow and exitstatus == pytest.ExitCode.OK:
            session.exitstatus = pytest.ExitCode.TESTS_FAILED

    def pytest_terminal_summary(self, terminalreporter: pytest.TerminalReporter) -> None:
        """One section with what a person has to know or to do."""
        lines: list[str] = []
        if self._outcomes:
            lines.append(", ".join(f"{count} {outcome}" for outcome, count in sorted(self._outcomes.items())))
        lines += [f"{count} × {reason}" for reason, count in self._uncompared.items()]
        if self._outcomes[Outcome.WRITTEN]:
            lines.append(f"{len(self._written)} files differ from before; review them with git diff before you commit")
            lines += [f"  {name}" for name in self._written[:50]]
        lines += [f"not guarded, since it cannot be read: {sentence}" for sentence in self._unread]
        if lines:
            terminalreporter.section("vaxel")
            for line in lines:
                terminalreporter.write_line(line)
