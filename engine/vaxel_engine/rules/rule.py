"""What a rule is: an official id, how grave, which business term, what it demands in our words, and its test."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal, TypeAlias

from vaxel_engine.rules.node import Bill, Node

Severity = Literal["fatal", "warning"]
RuleSet = Literal["EN 16931", "Peppol"]


@dataclass(frozen=True, slots=True)
class Miss:
    """A rule that does not hold, with what was found and expected where the rule's own words do not say it."""

    found: str
    expected: str | None = None


Verdict: TypeAlias = bool | Miss
"""True where the rule holds."""
Test: TypeAlias = Callable[[Node, Bill], Verdict]


@dataclass(frozen=True, slots=True)
class Rule:
    """One rule; `demand` completes the sentence “expected …”."""

    id: str
    term: str | None
    demand: str
    test: Test
    severity: Severity = "fatal"
    binds_to_ubl: bool = False
    """Whether it is about the syntax alone, so that other formats cannot break it."""


@dataclass(frozen=True, slots=True)
class Context:
    """Where rules are tested: every node of a name, under parents of these names, for which `when` holds."""

    name: str
    rules: tuple[Rule, ...]
    under: tuple[str, ...] = ()
    """The names of the parent, its parent, and so on."""
    when: Callable[[Node, Bill], bool] | None = None


def on(
    name: str, *rules: Rule, under: tuple[str, ...] = (), when: Callable[[Node, Bill], bool] | None = None
) -> Context:
    """Test `rules` on every node of this name."""
    return Context(name=name, rules=rules, under=under, when=when)


def rule(id: str, term: str | None, demand: str, test: Test, severity: Severity = "fatal") -> Rule:  # noqa: A002
    """One row: official id, business term, demand, test."""
    return Rule(id=id, term=term, demand=demand, test=test, severity=severity)


def syntax(id: str, term: str | None, demand: str, test: Test, severity: Severity = "fatal") -> Rule:  # noqa: A002
    """One row of a rule that binds to the syntax of UBL."""
    return Rule(id=id, term=term, demand=demand, test=test, severity=severity, binds_to_ubl=True)
