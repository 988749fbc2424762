"""Invoices for the tests of rules: the sample with one thing changed."""

from collections.abc import Callable
from pathlib import Path

import pytest
from lxml import etree

from vaxel_engine.intake.candidate import Candidate, Place
from vaxel_engine.intake.xml import Element, parse
from vaxel_engine.rules import Findings, check

ROOT = Path(__file__).parents[3]
NAMESPACES = {
    "cac": "urn:oasis:names:specification:ubl:schema:xsd:CommonAggregateComponents-2",
    "cbc": "urn:oasis:names:specification:ubl:schema:xsd:CommonBasicComponents-2",
}
Judge = Callable[..., Findings]


def judged(body: bytes, *, peppol: bool | None = None) -> Findings:
    """Judge the bytes of one UBL file."""
    root = parse(body, "invoice.xml")
    return check(Candidate(record=1, fields=None, locate=lambda _: Place("/"), tree=root), peppol=peppol)


@pytest.fixture
def samples() -> Path:
    """The folder of samples."""
    return ROOT / "samples"


@pytest.fixture
def judge() -> Judge:
    """Judges the bytes of one UBL file."""
    return judged


@pytest.fixture
def corpus() -> Path:
    """The e-invoice corpus that lies beside some checkouts; the test is skipped with a notice elsewhere."""
    folder = ROOT.parent / "shared" / "corpus" / "einvoice"
    if not folder.is_dir():
        pytest.skip("the e-invoice corpus does not lie beside this checkout")
    return folder


@pytest.fixture
def changed() -> Callable[[str], bytes]:
    """The sample invoice after changes: `path = text`, `- path`, `+ path` (twice), `path @name text`, `~ path name`."""

    def change(recipe: str) -> bytes:
        root = etree.fromstring((ROOT / "samples/peppol-invoice.xml").read_bytes())
        for step in recipe.split("; "):
            _apply(root, step)
        return etree.tostring(root)

    return change


def _apply(root: Element, step: str) -> None:
    kind, _, rest = step.partition(" ")
    if kind in ("-", "+"):
        found = _at(root, rest)
        parent = found.getparent()
        assert parent is not None
        if kind == "-":
            parent.remove(found)
        else:
            parent.insert(parent.index(found), etree.fromstring(etree.tostring(found)))
        return
    if kind == "~":
        path, _, name = rest.partition(" ")
        prefix, _, local = name.partition(":")
        found = _at(root, path)
        added = etree.Element(f"{{{NAMESPACES[prefix]}}}{local}")
        added.text = "x"
        found.addnext(added)
        return
    path, sign, text = step.partition(" = ")
    if sign:
        _at(root, path).text = text
        return
    path, _, attribute = step.partition(" @")
    name, _, value = attribute.partition(" ")
    element = _at(root, path)
    if value:
        element.set(name, value)
    else:
        del element.attrib[name]


def _at(root: Element, path: str) -> Element:
    found = root.find(path, namespaces=NAMESPACES)
    assert found is not None, path
    return found
