"""Which branches of a pack's templates no sample reaches: the templates themselves count, node by node."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from jinja2 import BytecodeCache, nodes
from jinja2.bccache import Bucket

from vaxel_engine.packs import Pack
from vaxel_engine.rendering.environment import Environment

_MARK = "vaxel_reached"
_COMPILED = "<!doctype html>"
"""How the HTML of an e-mail begins, which is compiled of many files; its lines are nobody's."""


@dataclass(frozen=True, slots=True, order=True)
class Branch:
    """One way through a template: where it begins, and what it is; line 0 is a place without lines of its own."""

    name: str
    line: int
    what: str

    @property
    def place(self) -> str:
        """The file with the line, as an editor opens it."""
        return f"{self.name}:{self.line}" if self.line else self.name


@dataclass(slots=True)
class Coverage:
    """Every branch that was met while templates were compiled, and those that documents went through."""

    every: set[Branch] = field(default_factory=set[Branch])
    reached: set[Branch] = field(default_factory=set[Branch])

    @property
    def missed(self) -> tuple[Branch, ...]:
        """The branches that no document reached, by file and line."""
        return tuple(sorted(self.every - self.reached))

    @property
    def percent(self) -> float:
        """How much was reached; everything where there is nothing."""
        return 100 * len(self.every & self.reached) / len(self.every) if self.every else 100.0

    def as_lists(self) -> list[tuple[str, int, str, bool]]:
        """The same as plain values, to be sent to another process."""
        return [(one.name, one.line, one.what, one in self.reached) for one in sorted(self.every)]

    def add_lists(self, met: list[tuple[str, int, str, bool]]) -> None:
        """Take in what another process met."""
        for name, line, what, reached in met:
            self.every.add(Branch(name, line, what))
            if reached:
                self.reached.add(Branch(name, line, what))


def count_branches(pack: Pack, seen: Coverage) -> None:
    """From now on whatever is rendered with `pack` tells `seen` which branches it went through.

    To be called before the first document; what is rendered stays byte for byte the same. Templates that nothing ever
    asks for are branches too.
    """
    templates = [
        name for name in pack.files if name.startswith(("layouts/", "sections/")) and name.endswith((".html", ".txt"))
    ]
    seen.every |= {Branch(name, 0, "the file") for name in templates}
    counting: Environment = _Counting(pack, seen)
    pack.provide(Environment, counting)


class _Forgetful(BytecodeCache):
    """Keeps nothing: code that counts is another than what everybody else compiles of the same text."""

    def load_bytecode(self, bucket: Bucket) -> None:
        """Find nothing."""

    def dump_bytecode(self, bucket: Bucket) -> None:
        """Keep nothing."""


class _Counting(Environment):
    """The sandbox, with a count at the beginning of each branch."""

    def __init__(self, pack: Pack, seen: Coverage) -> None:
        super().__init__(pack)
        self.bytecode_cache = _Forgetful()
        self._seen = seen
        self._numbered: list[Branch] = []
        names: Any = self.globals
        names[_MARK] = self._reach

    def _parse(self, source: str, name: str | None, filename: str | None) -> nodes.Template:
        tree = super()._parse(source, name, filename)
        known = name or ""
        mail = known.endswith(".mjml")
        compiled = mail and source.lstrip()[:15].lower() == _COMPILED
        if mail and not compiled:
            return tree  # read for its faults alone; what is filled in is the HTML made of it
        self._seen.reached.add(Branch(known, 0, "the file"))
        _Marking(self._number, known, numbered=not compiled).visit(tree)
        return tree

    def _number(self, branch: Branch) -> int:
        self._seen.every.add(branch)
        self._numbered.append(branch)
        return len(self._numbered) - 1

    def _reach(self, number: int, value: Any = "") -> Any:
        self._seen.reached.add(self._numbered[number])
        return value


class _Marking:
    """Puts the count into a template's tree: both ways of each condition, each loop, each short form of `if`."""

    def __init__(self, number: Callable[[Branch], int], name: str, *, numbered: bool) -> None:
        self._number, self._name, self._numbered = number, name, numbered

    def visit(self, node: nodes.Node) -> None:
        """Mark every branch under `node`."""
        for child in list(node.iter_child_nodes()):
            self.visit(child)
        match node:
            case nodes.If():
                said = _said(node.test)
                node.body = [self._mark(node.lineno, f"if {said}"), *node.body]
                if not node.elif_:
                    node.else_ = [self._mark(node.lineno, f"if not {said}"), *node.else_]
            case nodes.For():
                node.body = [self._mark(node.lineno, f"for {_said(node.target)} in {_said(node.iter)}"), *node.body]
            case nodes.CondExpr(test=test, expr1=first, expr2=second):
                node.expr1 = self._counted(first, node.lineno, f"… if {_said(test)}")
                if second is not None:
                    node.expr2 = self._counted(second, node.lineno, f"… if not {_said(test)}")
            case _:
                pass

    def _call(self, line: int, what: str, *more: nodes.Expr) -> nodes.Expr:
        number = self._number(Branch(self._name, line if self._numbered else 0, what))
        call = nodes.Call(nodes.Name(_MARK, "load"), [nodes.Const(number), *more], [], None, None)
        call.set_lineno(line, override=True)
        return call

    def _mark(self, line: int, what: str) -> nodes.Node:
        statement = nodes.ExprStmt(self._call(line, what))
        statement.set_lineno(line)
        return statement

    def _counted(self, value: nodes.Expr, line: int, what: str) -> nodes.Expr:
        return self._call(line, what, value)


def _said(node: nodes.Node) -> str:
    """An expression nearly as it was written."""
    match node:
        case nodes.Name(name=name):
            return str(name)
        case nodes.Getattr(node=of, attr=attr):
            return f"{_said(of)}.{attr}"
        case nodes.Getitem(node=of, arg=arg):
            return f"{_said(of)}[{_said(arg)}]"
        case nodes.Const(value=value):
            return repr(value)
        case nodes.Not(node=of):
            return f"not {_said(of)}"
        case nodes.And(left=left, right=right):
            return f"{_said(left)} and {_said(right)}"
        case nodes.Or(left=left, right=right):
            return f"{_said(left)} or {_said(right)}"
        case nodes.Compare(expr=expr, ops=ops):
            signs = {"eq": "==", "ne": "!=", "gt": ">", "gteq": ">=", "lt": "<", "lteq": "<=", "notin": "not in"}
            return _said(expr) + "".join(f" {signs.get(one.op, one.op)} {_said(one.expr)}" for one in ops)
        case nodes.Filter(node=of, name=name):
            return f"{_said(of) if of is not None else ''} | {name}"
        case nodes.Test(node=of, name=name):
            return f"{_said(of)} is {name}"
        case _:
            return "…"
