"""The tests that most rules are: something is there, at most once, in a list, with at most two decimals."""

from collections.abc import Container

from vaxel_engine.rules.node import Bill, Node
from vaxel_engine.rules.rule import Miss, Test, Verdict


def has(*path: str) -> Test:
    """The path leads to an element, be it empty."""

    def test(node: Node, bill: Bill) -> Verdict:
        return node.has(*path)

    return test


def filled(*path: str) -> Test:
    """The path leads to an element with a text."""

    def test(node: Node, bill: Bill) -> Verdict:
        return bool(node.words(*path))

    return test


def has_any(*paths: tuple[str, ...]) -> Test:
    """One of the paths leads to an element."""

    def test(node: Node, bill: Bill) -> Verdict:
        return any(node.has(*path) for path in paths)

    return test


def at_most_one(*path: str) -> Test:
    """The path leads to one element or none."""

    def test(node: Node, bill: Bill) -> Verdict:
        count = len(node.all(*path))
        return True if count <= 1 else Miss(f"{count} of them")

    return test


def attributed(name: str) -> Test:
    """The attribute is there."""

    def test(node: Node, bill: Bill) -> Verdict:
        return node.attribute(name) is not None

    return test


def listed(codes: Container[str]) -> Test:
    """The text is one of the codes."""

    def test(node: Node, bill: Bill) -> Verdict:
        return node.value in codes

    return test


def attribute_listed(name: str, codes: Container[str], *, required: bool = False) -> Test:
    """The attribute is one of the codes, or is not there where it is not `required`."""

    def test(node: Node, bill: Bill) -> Verdict:
        code = node.attribute(name)
        if code is None:
            return not required or Miss(f"no {name}")
        return code.strip() in codes or Miss(f"“{code.strip()[:20]}”")

    return test


def two_decimals(*path: str) -> Test:
    """At most two characters follow the point, counted as the official rules count: in the text as it came."""

    def test(node: Node, bill: Bill) -> Verdict:
        found = node.first(*path) if path else node
        if found is None or len(found.text.partition(".")[2]) <= 2:
            return True
        return Miss(f"{found.value[:30]}")

    return test
