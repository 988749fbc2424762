"""One record's values put where the model has them, each with the way back to the input and to the mapping."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol, TypeAlias, cast

from vaxel_engine.errors import Rejected
from vaxel_engine.intake.candidate import Candidate, Location, Place
from vaxel_engine.intake.envelope import recipient_of, sender_of
from vaxel_engine.intake.mapping.rules import Condition, Entry, Group, MappingFile
from vaxel_engine.intake.mapping.targets import dotted
from vaxel_engine.intake.mapping.texts import Flaw, text_for
from vaxel_engine.intake.model_fields import annotation_at, model_in
from vaxel_engine.intake.terms import term_at
from vaxel_engine.model import PostalAddress

Fields: TypeAlias = dict[str, Any]


class Scope(Protocol):
    """What an entry's column is looked up in: a row, or an element."""

    def value(self, column: str) -> str | None:
        """The text of a column or element, None where there is none."""
        ...

    def place(self, column: str) -> Place:
        """Where it stands in the input."""
        ...


Spread: TypeAlias = Callable[[Group, Sequence[Scope]], Sequence[Scope]]
"""The rows or elements of a group below those around it."""


class _Items(dict[str | int, Any]):
    """The items of a list by their positions, even where there are none."""


@dataclass(slots=True)
class _Leaf:
    """One value with where it is from; `text` is None where the input has none."""

    text: str | None
    entry: Entry
    scope: Scope


@dataclass(slots=True)
class Assembly:
    """One record being put together; raises Rejected for a text that is not what the mapping says."""

    mapping: MappingFile
    file: str
    record: int
    spread: Spread
    origins: dict[Location, _Leaf] = field(default_factory=dict[Location, _Leaf])

    def candidate(self, scopes: Sequence[Scope], not_carried: tuple[str, ...]) -> Candidate:
        """The record as a candidate."""
        tree: dict[str | int, Any] = {}
        self._fill(self.mapping.document, scopes, tree, ())
        settled = self._settle(tree, ())
        fields = cast("Fields", settled) if isinstance(settled, dict) else {}
        sender = complete(fields)
        return Candidate(record=self.record, fields=fields, locate=self._locate, sender=sender, not_carried=not_carried)

    def _fill(self, group: Group, scopes: Sequence[Scope], tree: dict[str | int, Any], path: Location) -> None:
        filled: set[Location] = set()
        for entry in group.entries:
            if entry.target in filled:
                continue
            leaf = self._leaf(entry, scopes, path)
            if leaf.text is not None:
                filled.add(entry.target)
            _put(tree, entry.target, leaf)
        for inner in group.groups:
            items = _Items()
            _put(tree, inner.target, items)
            for position, scope in enumerate(self.spread(inner, scopes)):
                items[position] = {}
                self._fill(inner, (scope,), items[position], (*path, *inner.target, position))

    def _leaf(self, entry: Entry, scopes: Sequence[Scope], path: Location) -> _Leaf:
        """The entry's value in the first row that fulfils its conditions and has one; two rows must not differ."""
        found: _Leaf | None = None
        stated: str | None = None
        for scope in scopes:
            if not fulfils(scope, entry.when):
                continue
            if entry.column is None:
                counted = str(next(step + 1 for step in reversed((0, *path)) if isinstance(step, int)))
                return _Leaf(counted if entry.counter else entry.constant, entry, scope)
            value = scope.value(entry.column)
            if value is None or not value.strip() or value == stated:
                continue
            if found is not None and found.text is not None:
                raise self._rejected(
                    _Leaf(None, entry, scope), path, "another value than in an earlier row", _ONE_VALUE
                )
            stated = value
            try:
                found = _Leaf(text_for(entry, value, self.mapping), entry, scope)
            except Flaw as flaw:
                raise self._rejected(_Leaf(None, entry, scope), path, flaw.found, flaw.remedy) from flaw
        if found is not None:
            return found
        empty = entry.codes.get("") if entry.codes else None
        return _Leaf(empty, entry, scopes[0])

    def _settle(self, node: Any, path: Location) -> Any:
        """Dictionaries of positions become lists; what was to come from the input and did not is left out."""
        if isinstance(node, _Leaf):
            self.origins[path] = node
            return node.text
        branches = cast("dict[str | int, Any]", node)
        if isinstance(node, _Items) or (branches and all(isinstance(step, int) for step in branches)):
            items: list[Any] = []
            for step in sorted(cast("dict[int, Any]", branches)):
                settled = self._settle(branches[step], (*path, len(items)))
                if settled is not None:
                    items.append(settled)
            return items
        made = {step: self._settle(branch, (*path, step)) for step, branch in branches.items()}
        settled = {step: value for step, value in made.items() if value is not None and value != []}
        if path and _came_to_nothing(branches, settled, path):
            for leaf in _leaves(branches):
                self.origins.setdefault(path, leaf)
            return None
        return settled

    def _locate(self, location: Location) -> Place:
        wanted = location
        if wanted[:1] == ("recipient",) and wanted not in self.origins:
            wanted = ("invoice", "buyer", *wanted[1:])
        elif wanted[:2] == ("invoice", "buyer") and wanted not in self.origins:
            wanted = ("recipient", *wanted[2:])
        steps = wanted
        while steps and steps not in self.origins:
            steps = steps[:-1]
        leaf = self.origins.get(steps)
        if leaf is not None and steps:
            return self._place(leaf)
        near = next((one for path, one in self.origins.items() if path[: len(steps)] == steps), None)
        return Place(f"{dotted(location)}, which {self.mapping.name} does not fill", _line(near))

    def _place(self, leaf: _Leaf) -> Place:
        by = f"line {leaf.entry.line} of {self.mapping.name}"
        if leaf.entry.column is None:
            return Place(by, _line(leaf))
        place = leaf.scope.place(leaf.entry.column)
        return Place(f"{place.path}, {by}", place.line)

    def _rejected(self, leaf: _Leaf, path: Location, found: str, remedy: str) -> Rejected:
        place = self._place(leaf)
        row = term_at((*path, *leaf.entry.target))
        return Rejected(
            file=self.file,
            record=self.record,
            line=place.line,
            path=place.path,
            term=row.term if row else None,
            found=found,
            remedy=remedy,
        )


_ONE_VALUE = "write the same in every row of a document, or say with `when` which row has it"


def fulfils(scope: Scope, conditions: Iterable[Condition]) -> bool:
    """Whether a row or element has the values that are asked for."""
    return all((scope.value(column) or "").strip() in values for column, values in conditions)


def complete(fields: Fields) -> str | None:
    """Fill the envelope from the invoice and the buyer from the recipient, where the mapping fills one of them only.

    Returns the sender that the seller makes.
    """
    fields.setdefault("kind", "invoice")
    invoice: Fields = fields.get("invoice", {})
    if not invoice:
        return None
    if "number" in invoice:
        fields.setdefault("reference", invoice["number"])
    recipient: Fields = fields.get("recipient", {})
    buyer: Fields = invoice.setdefault("buyer", {})
    for name in ("name", "postal_address"):
        if name in recipient:
            buyer.setdefault(name, recipient[name])
    fields["recipient"] = {**recipient_of(buyer), **recipient}
    return sender_of(invoice.get("seller", {}))


def _put(tree: dict[str | int, Any], target: Location, value: Any) -> None:
    *parents, last = target
    for step in parents:
        tree = tree.setdefault(step, {})
    known = tree.get(last)
    if isinstance(known, _Leaf) and isinstance(value, _Leaf) and (known.text is not None or value.text is None):
        return
    tree[last] = value


def _leaves(branches: dict[str | int, Any]) -> Iterator[_Leaf]:
    for branch in branches.values():
        if isinstance(branch, _Leaf):
            yield branch
        else:
            yield from _leaves(branch)


def _came_to_nothing(branches: dict[str | int, Any], settled: dict[str | int, Any], path: Location) -> bool:
    """Whether a group was to come from the input, nothing came, and its constants alone say nothing.

    An account to pay to stays without its reference; a rate without its amount goes, and a country without its street.
    """
    mapped = [leaf for leaf in _leaves(branches) if leaf.entry.column is not None]
    if not mapped or any(leaf.text is not None for leaf in mapped):
        return False
    model = model_in(annotation_at(path))
    if model is None or model is PostalAddress:
        return True
    return any(described.is_required() and name not in settled for name, described in model.model_fields.items())


def _line(leaf: _Leaf | None) -> int | None:
    return leaf.scope.place(leaf.entry.column or "").line if leaf is not None else None
