"""Structure checks of a tagged PDF/A: what a screen reader, an archive and a mailbox look for first.

These are about twenty conditions that a machine can decide with pikepdf; ISO 14289 and ISO 19005 have many more, and
some need a person. A PDF without findings has passed these checks, it has not been validated.
"""

from collections.abc import Iterator
from io import BytesIO
from typing import Any, cast

import pikepdf

_HEADINGS = {f"/H{level}": level for level in range(1, 7)}
_SHOWN = frozenset({"Tj", "TJ", "'", '"'})
_DEEPEST = 200
"""Levels of the structure tree that are walked."""


def structure_findings(pdf: bytes) -> tuple[str, ...]:
    """What is missing or wrong in the structure of `pdf`, each a clause; raises pikepdf.PdfError for what is no PDF."""
    with pikepdf.open(BytesIO(pdf)) as opened:
        return (
            *_document(opened),
            *_metadata(opened),
            *_tree(opened),
            *_pages(opened),
            *_fonts(opened),
        )


def _document(pdf: pikepdf.Pdf) -> Iterator[str]:
    root = cast("Any", pdf.Root)
    if not bool(root.get("/MarkInfo", {}).get("/Marked", False)):
        yield "the catalog does not say that the content is tagged (MarkInfo/Marked)"
    if not str(root.get("/Lang", "")):
        yield "the document has no language (Lang)"
    if not bool(root.get("/ViewerPreferences", {}).get("/DisplayDocTitle", False)):
        yield "readers are not told to show the title instead of the file's name (DisplayDocTitle)"
    if not list(root.get("/OutputIntents", ())):
        yield "there is no output intent, which PDF/A needs for colours"


def _metadata(pdf: pikepdf.Pdf) -> Iterator[str]:
    with pdf.open_metadata(set_pikepdf_as_editor=False, update_docinfo=False) as opened:
        metadata = cast("Any", opened)
        title = str(metadata.get("dc:title", ""))
        level = (str(metadata.get("pdfaid:part", "")), str(metadata.get("pdfaid:conformance", "")))
    if not title.strip():
        yield "the metadata have no title (dc:title)"
    elif str(pdf.docinfo.get("/Title", title)) != title:
        yield "the title in the metadata is another than in the document information"
    if level != ("3", "A"):
        yield f"the metadata name PDF/A-{''.join(level).lower() or 'nothing'} instead of PDF/A-3a"


def _tree(pdf: pikepdf.Pdf) -> Iterator[str]:
    root = pdf.Root.get("/StructTreeRoot")
    if root is None:
        yield "there is no structure tree"
        return
    elements = list(_elements(root.get("/K"), 0))
    kinds = [str(element.get("/S")) for element in elements]
    if "/Document" not in kinds:
        yield "the structure tree has no Document"
    level = 0
    for kind in kinds:
        if kind in _HEADINGS:
            if _HEADINGS[kind] > level + 1:
                yield f"a heading of level {_HEADINGS[kind]} follows level {level}"
            level = _HEADINGS[kind]
    if level and not _bookmarks(pdf):
        yield "there are headings and no bookmarks"
    for element in elements:
        kind = str(element.get("/S"))
        if kind == "/Figure" and not str(element.get("/Alt", "")).strip():
            yield "a figure has no alternative text"
        if kind == "/TH" and "/ID" not in element and not _attribute(element, "/Scope"):
            yield "a table's head cell says of nothing what it heads (Scope or ID)"
    for at, kind in enumerate(kinds):
        if kind == "/TR" and not list(_elements(elements[at].get("/K"), 0)):
            yield "a table's row has no cells"
    if "/ParentTree" not in root:
        yield "the structure tree cannot be reached from the pages (ParentTree)"


def _elements(kids: Any, depth: int) -> Iterator[pikepdf.Object]:
    """Structure elements in reading order."""
    if kids is None or depth > _DEEPEST:
        return
    if isinstance(kids, pikepdf.Array):
        for kid in cast("Any", kids):
            yield from _elements(kid, depth + 1)
    elif isinstance(kids, pikepdf.Dictionary) and "/S" in kids:
        yield kids
        yield from _elements(kids.get("/K"), depth + 1)


def _attribute(element: pikepdf.Object, name: str) -> bool:
    stated = element.get("/A")
    if stated is None:
        return False
    several = list(cast("Any", stated)) if isinstance(stated, pikepdf.Array) else [stated]
    return any(isinstance(one, pikepdf.Dictionary) and name in one for one in several)


def _bookmarks(pdf: pikepdf.Pdf) -> bool:
    with pdf.open_outline() as outline:
        return bool(outline.root)


def _pages(pdf: pikepdf.Pdf) -> Iterator[str]:
    for number, page in enumerate(pdf.pages, start=1):
        links = [note for note in page.obj.get("/Annots", ()) if str(note.get("/Subtype")) == "/Link"]
        for note in links:
            if not str(note.get("/Contents", "")).strip():
                yield f"a link on page {number} has no description (Contents)"
            if "/StructParent" not in note:
                yield f"a link on page {number} is not in the structure tree (StructParent)"
        if str(page.obj.get("/Tabs", "")) != "/S":
            yield f"page {number} is not walked in the order of its structure (Tabs)"
        if any(_untagged(page)):
            yield f"page {number} has text that is neither tagged nor an artifact"


def _untagged(page: pikepdf.Page) -> Iterator[bool]:
    depth = 0
    for instruction in pikepdf.parse_content_stream(page):
        operator = str(instruction.operator)
        if operator in ("BDC", "BMC"):
            depth += 1
        elif operator == "EMC":
            depth -= 1
        elif operator in _SHOWN and depth == 0:
            yield True


def _fonts(pdf: pikepdf.Pdf) -> Iterator[str]:
    for item in pdf.objects:
        if not isinstance(item, pikepdf.Dictionary) or item.get("/Type") != "/Font":
            continue
        name, kind = str(item.get("/BaseFont", "without a name")).removeprefix("/"), str(item.get("/Subtype"))
        if kind in ("/Type0", "/TrueType", "/Type1") and "/ToUnicode" not in item:
            yield f"the font {name} does not say which characters its glyphs are (ToUnicode)"
        descriptor = item.get("/FontDescriptor")
        if kind not in ("/Type0", "/Type3") and (
            descriptor is None or not any(key in descriptor for key in ("/FontFile", "/FontFile2", "/FontFile3"))
        ):
            yield f"the font {name} is not embedded"
