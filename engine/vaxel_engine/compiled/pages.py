"""Kinds of pages: their measures, what encloses their content, and the running words in their margins."""

from typing import Any

from vaxel_engine.compiled import inside
from vaxel_engine.compiled.fragments import items_of
from vaxel_engine.compiled.laid import Laid
from vaxel_engine.compiled.miss import Miss, Reason
from vaxel_engine.compiled.program import Line, MarginLine, PageKind, Program, Shape, Slot
from vaxel_engine.compiled.reading import Read
from vaxel_engine.compiled.shapes import line_of, page_of
from vaxel_engine.compiled.shaping import Types
from vaxel_engine.compiled.structures import structure_of


def learn_pages(program: Program, laid: Laid, done: Read, types: Types) -> None:
    """Take up the kinds of pages of a document; raises Miss for margins that are not modelled."""
    for number, box in enumerate(laid.pages):
        key = done.body.number, number == 0
        page = page_of(laid, number)
        margins = [one for one in box.children if inside.is_a(one, "MarginBox")]
        lines = [one for one in (_margin(margin) for margin in margins) if one is not None]
        drawn = {home[1] for (home, _) in page.drawn if home is not None and home[0] == "margin"}
        if not drawn:
            continue  # where content ends and margins begin cannot be seen
        kind = program.pages.get(key)
        if kind is None:
            top = float(box.content_box_y())
            kind = program.pages[key] = PageKind(
                width=float(laid.document.pages[number].width),
                height=float(laid.document.pages[number].height),
                top=top,
                bottom=top + float(box.height),
                before=page.own[0],
                between=page.own[1],
                after=page.own[2],
                margins=tuple(lines),
            )
        for margin in margins:
            texts = [one for one in margin.descendants() if inside.is_a(one, "TextBox") and one.text.strip(" ")]
            if margin.at_keyword in drawn and (margin.at_keyword, len(texts)) not in kind.shapes:
                shape = _shape(laid, number, margin.at_keyword, texts, types)
                kind.shapes[margin.at_keyword, len(texts)] = shape


def _margin(margin: Any) -> MarginLine | None:
    if margin.style["content"] in ("none", "normal", "inhibit"):
        return None
    parts: list[tuple[str, str, str]] = []
    for kind, value in margin.style["content"]:
        if kind == "string":
            parts.append(("words", str(value), ""))
        elif kind == "string()":
            parts.append(("running", str(value[0]), str(value[1]) if len(value) > 1 else "first"))
        elif kind == "counter()" and value[0] in ("page", "pages") and value[1] == "decimal":
            parts.append((str(value[0]), "", ""))
        else:
            raise Miss(Reason.UNSUITED, f"{margin.at_keyword} shows {kind}")
    if margin.style["width"] == "auto":
        raise Miss(Reason.UNSUITED, f"{margin.at_keyword} has no width; write one")
    space = margin.style["white_space"]
    return MarginLine(margin.at_keyword, tuple(parts), float(margin.width), space in ("pre-line", "pre-wrap", "pre"))


def _shape(laid: Laid, number: int, keyword: str, texts: list[Any], types: Types) -> Shape:
    page = page_of(laid, number)
    home = "margin", keyword
    marks = [one for one, _ in page.marks.get(home, [])]
    order = {id(one): at for at, one in enumerate(texts)}
    free = tuple(Slot(0) for _ in texts)

    def line(text: Any, mark: int, operators: list[Any]) -> Line:
        return line_of(laid, text, mark, operators, 0.0, (order[id(text)], 0), free, types)

    drawn = page.drawn.get((home, "positioned"))
    part = structure_of(laid, number, home, [id(one) for one in marks], 0.0, None)
    return Shape(
        height=0.0,
        reach=0.0,
        slack=0.0,
        back=(),
        borders=(),
        text=(),
        positioned=items_of(drawn, 0.0, marks, line, _no_faces),
        structure=part.form,
        references=part.references,
        nodes=part.nodes,
        roots=part.roots,
        marked_in=part.marked_in,
        boxes=part.boxes,
        alternatives=part.alternatives,
        links=part.links,
        bookmarks=(),
        sets=(),
        fixed=None,
    )


def _no_faces(address: str, _: list[bytes]) -> tuple[tuple[str, int, bytes], ...]:
    raise Miss(Reason.UNSUITED, f"{address} in the page's margin")
