"""The structure tree of a PDF as text: what a screen reader goes through, in its order (ISO 32000-2, 14.7)."""

import io
from collections.abc import Iterator, Mapping, Sequence

import pikepdf

from vaxel_engine.errors import Unrenderable
from vaxel_regression.pages import Drawn

_DEEPEST = 60
_SPOKEN = ("/Alt", "/ActualText", "/E", "/Lang", "/T")


def structure(pdf: bytes, pages: Sequence[Drawn]) -> str:
    """One line per tag, indented by depth, with its words; then every page's links with what they are called.

    `pages` are the same PDF's pages taken apart. Raises Unrenderable when the bytes are no PDF.
    """
    try:
        opened = pikepdf.open(io.BytesIO(pdf))
    except pikepdf.PdfError as error:
        raise Unrenderable("the bytes are not a PDF that can be opened; render the document again") from error
    with opened as document:
        numbers = {page.obj.objgen: number for number, page in enumerate(document.pages)}
        lines = [f"language {document.Root.get('/Lang', 'none')}", f"title {document.docinfo.get('/Title', 'none')}"]
        tree = document.Root.get("/StructTreeRoot")
        if isinstance(tree, pikepdf.Dictionary):
            words = _Words(pages, numbers)
            lines += _lines(tree.get("/K"), words, 0, 0)
        else:
            lines.append("no tags")
        for number, page in enumerate(document.pages, start=1):
            lines += [f"link on page {number}: {said}" for said in _links(page.obj)]
    return "\n".join(lines) + "\n"


def reading(tags: str) -> str:
    """The words alone, one line per tag that holds some, in reading order."""
    return "".join(
        f"{line.partition(': ')[2]}\n" for line in tags.splitlines() if line.startswith(" ") and ": " in line
    )


class _Words:
    """The words of a marked content, by the page's object and the content's number."""

    def __init__(self, pages: Sequence[Drawn], numbers: Mapping[tuple[int, int], int]) -> None:
        self._pages, self._numbers = pages, numbers

    def page(self, element: pikepdf.Object, inherited: int) -> int:
        at = element.get("/Pg")
        return inherited if at is None else self._numbers.get(at.objgen, inherited)

    def of(self, page: int, number: int) -> str:
        return self._pages[page].marked.get(number, "") if page < len(self._pages) else ""


def _lines(kids: object, words: _Words, page: int, depth: int) -> Iterator[str]:
    if depth > _DEEPEST:
        yield f"{' ' * depth}deeper than {_DEEPEST} tags"
    elif isinstance(kids, pikepdf.Array):
        for kid in kids:
            yield from _lines(kid, words, page, depth)
    elif isinstance(kids, pikepdf.Dictionary) and "/S" in kids:
        here = words.page(kids, page)
        spoken = "".join(f" {name[1:].lower()}={str(kids[name])!r}" for name in _SPOKEN if name in kids)
        text = " ".join(_own_words(kids.get("/K"), words, here).split())
        yield f"{' ' * (depth + 1)}{str(kids['/S'])[1:]}{spoken}{': ' + text if text else ''}"
        yield from _lines(kids.get("/K"), words, here, depth + 1)


def _own_words(kids: object, words: _Words, page: int) -> str:
    """The words that belong to a tag itself, not to one within it."""
    if isinstance(kids, pikepdf.Array):
        return " ".join(_own_words(kid, words, page) for kid in kids)
    if isinstance(kids, pikepdf.Dictionary):
        number = kids.get("/MCID")
        return words.of(words.page(kids, page), int(number)) if number is not None else ""
    if isinstance(kids, int):
        return words.of(page, kids)
    return ""


def _links(page: pikepdf.Object) -> Iterator[str]:
    annotations = page.get("/Annots")
    if not isinstance(annotations, pikepdf.Array):
        return
    for annotation in annotations:
        if str(annotation.get("/Subtype", "")) == "/Link":
            action = annotation.get("/A")
            address = action.get("/URI", "inside") if isinstance(action, pikepdf.Dictionary) else "inside"
            yield f"{address} {str(annotation.get('/Contents', ''))!r}"
