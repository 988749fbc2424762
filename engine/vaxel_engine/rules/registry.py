"""All rules by their official ids, and which apply where in the tree."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final

from vaxel_engine.rules import (
    denmark,
    en_codes,
    en_document,
    en_lines,
    en_parties,
    en_totals,
    en_vat,
    germany,
    italy_iceland,
    netherlands,
    norway,
    peppol,
    peppol_codes,
    peppol_identifiers,
    peppol_self_billing,
    sweden,
    ubl_syntax,
)
from vaxel_engine.rules.node import Node
from vaxel_engine.rules.rule import Context, Rule

EN_16931: Final = "EN 16931 1.3.16"
PEPPOL: Final = "Peppol BIS Billing 3.0.21 (2026.5)"
SELF_BILLING: Final = "Peppol BIS Self-Billing 3 (2026.5)"
VERSIONS: Final = (EN_16931, PEPPOL, SELF_BILLING)
"""The rule sets and their versions, as every result names them."""

EMPTY_ELEMENT: Final = "PEPPOL-EN16931-R008"
"""Tested on every element at once, so it is no row of a context."""
ALWAYS_HOLDS: Final = ("BR-CO-05", "BR-CO-06", "BR-CO-07", "BR-CO-08", "BR-DEC-13", "BR-DEC-15")
"""Official rules whose test cannot fail: no machine can compare a reason with its code (BR-CO-05 to -08), and
BR-DEC-13 and -15 look for elements inside an amount; BR-DEC-20 and UBL-DT-01 say what they meant."""


@dataclass(frozen=True, slots=True)
class Table:
    """Contexts found by the name of a node and of its parent."""

    contexts: Mapping[str, tuple[Context, ...]]
    parents: frozenset[str]
    _found: dict[tuple[str, str], tuple[Context, ...]]

    @classmethod
    def of(cls, contexts: Iterable[Context]) -> "Table":
        """Sort the contexts by name, in the order of the official artefacts within each."""
        named: dict[str, list[Context]] = {}
        for context in contexts:
            named.setdefault(context.name, []).append(context)
        parents = frozenset(context.under[0] for row in named.values() for context in row if context.under)
        return cls(MappingProxyType({name: tuple(row) for name, row in named.items()}), parents, {})

    def at(self, name: str, parent: str) -> tuple[Context, ...]:
        """The contexts for nodes of this name below a parent of that name; () for most."""
        if name not in self.contexts:
            return ()
        key = (name, parent if parent in self.parents else "")
        found = self._found.get(key)
        if found is None:
            found = tuple(one for one in self.contexts[name] if not one.under or one.under[0] == key[1])
            self._found[key] = found
        return found


def under(node: Node, names: tuple[str, ...]) -> bool:
    """Whether parent, grandparent and so on have these names."""
    above = node.parent
    for name in names:
        if above is None or above.name != name:
            return False
        above = above.parent
    return True


_EN_MODULES = (en_document, en_parties, en_lines, en_totals, en_vat, ubl_syntax, en_codes)
_PEPPOL_MODULES = (
    peppol,
    peppol_codes,
    peppol_identifiers,
    sweden,
    norway,
    denmark,
    germany,
    netherlands,
    italy_iceland,
)
EN_TABLE: Final = Table.of(context for module in _EN_MODULES for context in module.CONTEXTS)
PEPPOL_TABLE: Final = Table.of(context for module in _PEPPOL_MODULES for context in module.CONTEXTS)
BOTH_TABLE: Final = Table.of(context for module in (*_EN_MODULES, *_PEPPOL_MODULES) for context in module.CONTEXTS)
SELF_BILLING_TABLE: Final = Table.of(
    context for module in (*_EN_MODULES, peppol_self_billing) for context in module.CONTEXTS
)


def _rules(table: Table) -> dict[str, Rule]:
    return {rule.id: rule for row in table.contexts.values() for context in row for rule in context.rules}


RULES: Final[Mapping[str, Rule]] = MappingProxyType(_rules(BOTH_TABLE))
"""Every rule that is a row, by id; PEPPOL-EN16931-R008 comes on top."""
