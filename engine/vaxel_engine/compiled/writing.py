"""A whole file, tagged PDF/A-3a: a body's objects, the operators of its pages, metadata and what is attached."""

import struct
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from hashlib import md5

from vaxel_engine.compiled.body import CATALOG, PAGES, Body
from vaxel_engine.compiled.numbers import number, references
from vaxel_engine.compiled.outlines import text_string
from vaxel_engine.compiled.packing import counted, stream, written
from vaxel_engine.compiled.program import AUTHOR, TITLE, Program

_HEAD = b"%PDF-1.7\n%\xf0\x9f\x96\xa4\n"


@dataclass(slots=True)
class Attached:
    """The file that travels in a PDF: its bytes, its name, what it is described as, and its date."""

    content: bytes
    name: str
    description: str
    date: str


class File:
    """One file of a body's pages, with what it alone has; its own objects are numbered after the body's."""

    def __init__(self, program: Program, body: Body) -> None:
        self._program, self._body = program, body
        self._own: list[bytes] = []

    def _add(self, dictionary: bytes) -> int:
        """A dictionary's number."""
        self._own.append(dictionary)
        return self._body.end + len(self._own) - 1

    def written(
        self,
        operators: Sequence[bytes],
        title: str,
        author: str,
        language: str,
        identifier: bytes,
        xmp: Callable[[bytes], bytes],
        attached: Attached | None,
        back: tuple[float, float] | None = None,
    ) -> bytes:
        """The file's bytes; `operators` are each page's, `back` the size in points of an empty page that ends it."""
        leaves = [*range(self._body.page, self._body.page + len(operators))]
        if back is not None:
            form = b"<</Type /Page/Parent 2 0 R/MediaBox [0 0 %b %b]/Resources <<>>>>"
            leaves.append(self._add(form % (number(back[0]), number(back[1]))))
        catalog = self._catalog(language, attached)
        metadata = self._program.metadata.replace(TITLE, _escaped(title)).replace(AUTHOR, _escaped(author))
        info = self._add(
            b"<</Producer %b/Title %b/Author %b>>"
            % (text_string(self._program.producer), text_string(title), text_string(author))
        )
        objects = [
            (CATALOG, written(CATALOG, catalog)),
            (PAGES, written(PAGES, b"<</Type /Pages/Kids [%b]/Count %d>>" % (references(leaves), len(leaves)))),
            *self._streams(operators, xmp(metadata), attached),
            *self._body.objects,
            *((at, written(at, content)) for at, content in enumerate(self._own, start=self._body.end)),
        ]
        return self._packed(objects, info, (identifier, catalog))

    def _catalog(self, language: str, attached: Attached | None) -> bytes:
        more = b""
        if self._body.outlines is not None:
            more += b"/Outlines %d 0 R" % self._body.outlines
        if attached is not None:
            name, told = text_string(attached.name), text_string(attached.description)
            reference = b"%d 0 R" % self._body.attached
            one = self._add(
                b"<</Type /Filespec/F %b/UF %b/Desc %b/AFRelationship /Alternative/EF <</F %b/UF %b>>>>"
                % (name, name, told, reference, reference)
            )
            more += b"/Names <</EmbeddedFiles <</Names [%b %d 0 R]>>>>/AF [%d 0 R]" % (name, one, one)
        return (
            b"<</Type /Catalog/Pages 2 0 R/Lang %b/StructTreeRoot %d 0 R/ViewerPreferences <</DisplayDocTitle true>>"
            b"/MarkInfo <</Marked true>>/OutputIntents %b/Metadata %d 0 R%b>>"
        ) % (
            text_string(language),
            self._body.root,
            self._body.static_form(self._program.objects[1]),
            self._body.metadata,
            more,
        )

    def _streams(
        self, operators: Sequence[bytes], xmp: bytes, attached: Attached | None
    ) -> Iterator[tuple[int, bytes]]:
        for at, of_page in enumerate(operators, start=self._body.contents):
            yield at, written(at, *stream(b"", of_page))
        at = self._body.metadata
        yield at, written(at, *stream(b"/Type /Metadata/Subtype /XML", xmp))
        if attached is not None:
            date, at = text_string(attached.date), self._body.attached
            form = b"/Type /EmbeddedFile/Subtype %b/Params <</CheckSum <%b>/Size %d/CreationDate %b/ModDate %b>>"
            told = form % (
                b"/text#2fxml",
                md5(attached.content, usedforsecurity=False).hexdigest().encode(),
                *(len(attached.content), date, date),
            )
            yield at, written(at, *stream(told, attached.content))

    def _packed(self, objects: list[tuple[int, bytes]], info: int, known_by: tuple[bytes, bytes]) -> bytes:
        """The objects in their order, and where each of them is."""
        body = self._body
        size = len(_HEAD)
        row = struct.Struct(">BIH").pack
        rows = [row(0, 0, 0)] * (body.end + len(self._own))
        rows[0] = row(0, 0, 65535)
        in_stream = struct.pack(">BI", 2, body.packed)
        rows[body.page : body.end] = [in_stream + one for one in counted(body.count)]
        for at, content in objects:
            rows[at] = row(1, size, 0)
            size += len(content)
        last = len(rows)
        rows.append(row(1, size, 0))
        identifier, catalog = known_by
        said = md5(b"%b%b%d" % (identifier, catalog, size), usedforsecurity=False).hexdigest().encode()
        told = b"/Type /XRef/W [1 4 2]/Size %d/Root 1 0 R/Info %d 0 R/ID [<%b> <%b>]" % (
            *(last + 1, info),
            *(identifier.hex().encode(), said),
        )
        references = written(last, *stream(told, b"".join(rows)))
        end = b"startxref\n%d\n%%%%EOF\n" % size
        return b"".join((_HEAD, *(content for _, content in objects), references, end))


def _escaped(text: str) -> bytes:
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;").encode()
