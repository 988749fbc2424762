"""Hostile archives and PDFs: each is refused within a second and 200 MB, with its sentence, and the rest goes on."""

import struct
import time
import zipfile
import zlib
from collections.abc import Callable, Generator
from contextlib import contextmanager
from io import BytesIO
from pathlib import Path
from typing import Any

import pikepdf
import pytest
from tests import memory

from vaxel_engine.errors import Rejected, Unreadable
from vaxel_engine.intake import read
from vaxel_engine.intake.pdf_guard import RefusedPdf, inspect
from vaxel_engine.model.attachment import ATTACHMENT_LIMIT

Change = Callable[[Any], None]
D, N = pikepdf.Dictionary, pikepdf.Name
HEADER = "file,title,reference,sender,name\n"
INDEX = HEADER + "good.pdf,T,A-1,s,Elin\nbad.pdf,T,A-2,s,Bo\n"
GROWN = 150_000_000
"""Bytes of the flat bombs: more than are borne, few enough to be made quickly."""


@contextmanager
def within_bounds() -> Generator[None]:
    """A second of processor time and 200 MB more than before; three seconds by the clock, since machines are busy."""
    inspect(pdf())  # the child process is started once for all documents
    clock, began, held = time.monotonic(), time.process_time(), memory.forget()
    yield
    assert time.process_time() - began < 1
    assert time.monotonic() - clock < 3
    assert memory.peak() - held < 200_000


def pdf(change: Change | None = None, **saving: Any) -> bytes:
    """A sheet of A4, changed."""
    written = BytesIO()
    with pikepdf.new() as made:
        made.add_blank_page(page_size=(595, 842))
        if change is not None:
            change(made)
        made.save(written, deterministic_id="encryption" not in saving, **saving)
    return written.getvalue()


def archive(tmp_path: Path, *entries: tuple[str | zipfile.ZipInfo, bytes | str]) -> Path:
    path = tmp_path / "october.zip"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as made:
        for name, body in entries:
            made.writestr(name, body, zipfile.ZIP_DEFLATED)
    return path


def only_rejection(path: Path) -> Rejected:
    reading = read(path)
    with within_bounds():
        documents = list(reading)
    assert [document.reference for document in documents] == ["A-1"]
    assert (reading.counts.accepted, reading.counts.rejected) == (1, 1)
    return reading.rejections[0]


def _script(made: Any) -> None:
    made.Root.Names = D(JavaScript=D(Names=["x", D(S=N.JavaScript, JS="app.alert(1)")]))


def _opening(made: Any) -> None:
    made.Root.OpenAction = D(S=N.URI, URI="https://n.example")


def _acting_page(made: Any) -> None:
    made.pages[0].AA = D(O=D(S=N.URI, URI="x"))


def _launch(made: Any) -> None:
    made.pages[0].Annots = [D(Type=N.Annot, Subtype=N.Link, A=D(S=N.Launch, F="x"))]


def _unreachable_launch(made: Any) -> None:
    made.make_indirect(D(S=N.Launch, F="x"))
    made.Root.Kept = made.make_indirect(D(A=[D(B=D(S=N.Launch))]))


def _files(made: Any) -> None:
    made.attachments["setup.exe"] = b"MZ"


def _two_invoices(made: Any) -> None:
    made.attachments["factur-x.xml"] = b"<a/>"
    made.attachments["xrechnung.xml"] = b"<a/>"


def _form(made: Any) -> None:
    made.Root.AcroForm = D(XFA=pikepdf.Stream(made, b"<x/>"))


def _flat(made: Any) -> None:
    made.pages[0].Contents = pikepdf.Stream(made, zlib.compress(b" " * GROWN, 9), Filter=N.FlateDecode)


def _twice(made: Any) -> None:
    packed = zlib.compress(zlib.compress(b" " * GROWN, 9), 9)
    made.pages[0].Contents = pikepdf.Stream(made, packed, Filter=[N.FlateDecode, N.FlateDecode])


def _picture(made: Any) -> None:
    made.pages[0].Resources = D(
        XObject=D(I=pikepdf.Stream(made, b"", Subtype=N.Image, Width=100_000, Height=100_000, Filter=N.CCITTFaxDecode))
    )


def _pages(made: Any) -> None:
    for _ in range(500):
        made.add_blank_page()


def _huge_page(made: Any) -> None:
    made.pages[0].MediaBox = [0, 0, 10**9, 10**9]


def _objects(made: Any) -> None:
    made.Root.Kept = pikepdf.Array([made.make_indirect(D(A=1)) for _ in range(26_000)])


def _object_stream() -> bytes:
    """The catalogue inside an object stream that unpacks to far more than it is, before anything else can be read."""
    packed = zlib.compress(b"1 0 <</Type/Catalog/Pages 2 0 R>>" + b" " * GROWN, 9)
    body = b"%%PDF-1.5\n4 0 obj\n<</Type/ObjStm/N 1/First 4/Filter/FlateDecode/Length %d>>stream\n" % len(packed)
    body += packed + b"\nendstream\nendobj\n"
    places = ((0, 0, 255), (2, 4, 0), (0, 0, 0), (1, len(body), 0), (1, 9, 0))
    table = b"".join(struct.pack(">BIB", *place) for place in places)
    head = b"3 0 obj\n<</Type/XRef/Size 5/W[1 4 1]/Root 1 0 R/Length %d>>stream\n" % len(table)
    return body + head + table + b"\nendstream\nendobj\nstartxref\n%d\n%%%%EOF" % len(body)


@pytest.mark.parametrize(
    ("hostile", "words"),
    [
        (lambda: pdf(_script), "a script"),
        (lambda: pdf(_opening), "when it is opened"),
        (lambda: pdf(_acting_page), "does something by itself"),
        (lambda: pdf(_launch), "(Launch)"),
        (lambda: pdf(_unreachable_launch), "(Launch)"),
        (lambda: pdf(_files), "files inside"),
        (lambda: pdf(_two_invoices), "files inside"),
        (lambda: pdf(_form), "an XFA form"),
        (lambda: pdf(_flat, compress_streams=False), "unpacks to more than 96 MB"),
        (lambda: pdf(_twice, compress_streams=False), "a broken PDF"),
        (lambda: pdf(_picture, compress_streams=False), "million pixels"),
        (lambda: pdf(_pages), "a PDF of 501 pages"),
        (lambda: pdf(_huge_page), "a page size out of bounds on page 1"),
        (lambda: pdf(_objects), "objects"),
        (_object_stream, "a broken PDF"),
        (lambda: pdf(encryption=pikepdf.Encryption(owner="o", user="")), "an encrypted PDF"),
        (lambda: pdf(encryption=pikepdf.Encryption(owner="o", user="u")), "an encrypted PDF"),
        (lambda: pdf()[:-100], "a broken PDF"),
        (lambda: b"%PDF-1.7\n" + bytes(range(256)) * 4000, "a broken PDF"),
        (lambda: b"%PDF-1.4\n1 0 obj\n" + b"[" * 100_000, "a broken PDF"),
        (lambda: b"%PDF-", "a broken PDF"),
        (lambda: b"PDF", "is not a PDF"),
        (lambda: b"PK\x03\x04" + b"x" * 50, "an archive inside the archive"),
        (lambda: b"", "an empty entry"),
        (lambda: b"%PDF-" + b"\x00" * (ATTACHMENT_LIMIT + 1), "an entry of more than 7 MB"),
        (lambda: b"%PDF-" + b"\x00" * (ATTACHMENT_LIMIT - 9), "more than 100 times its size"),
    ],
)
def test_a_hostile_pdf_is_refused_and_the_next_goes_out(
    tmp_path: Path, hostile: Callable[[], bytes], words: str
) -> None:
    path = archive(tmp_path, ("index.csv", INDEX), ("bad.pdf", hostile()), ("good.pdf", pdf()))

    rejection = only_rejection(path)

    assert words in str(rejection)
    assert (rejection.file, rejection.record, rejection.line, rejection.path) == (
        "october.zip",
        2,
        3,
        "index.csv:file",
    )


def test_a_place_to_open_at_and_one_e_invoice_inside_are_no_harm() -> None:
    def harmless(made: Any) -> None:
        made.Root.OpenAction = pikepdf.Array([made.pages[0].obj, N.Fit])
        made.attachments["factur-x.xml"] = b"<a/>"

    assert inspect(pdf(harmless)) == 1


def test_the_guard_goes_on_after_a_pdf_that_broke_it() -> None:
    with pytest.raises(RefusedPdf):
        inspect(_object_stream())
    assert inspect(pdf()) == 1


@pytest.mark.parametrize("hostile", [_object_stream, lambda: b"%PDF-1.7\n" + b"1 0 obj <<>> endobj\n" * 500_000])
def test_a_hostile_pdf_alone_is_looked_at_within_bounds(tmp_path: Path, hostile: Callable[[], bytes]) -> None:
    (tmp_path / "x.pdf").write_bytes(hostile())
    with within_bounds(), pytest.raises(Unreadable, match="is a PDF without an index"):
        read(tmp_path / "x.pdf")


def linked(name: str) -> zipfile.ZipInfo:
    info = zipfile.ZipInfo(name)
    info.external_attr = 0o120777 << 16
    return info


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("../../etc/x.pdf", "leads out of the archive"),
        ("/etc/x.pdf", "leads out of the archive"),
        ("C:x.pdf", "leads out of the archive"),
        ("a\\..\\x.pdf", "leads out of the archive"),
        ("x\u202efdp.pdf", "cannot be shown"),
        ("x" * 400, "cannot be shown"),
        (linked("x.pdf"), "a link to another file"),
    ],
)
def test_a_name_that_leads_elsewhere_is_refused(tmp_path: Path, name: str | zipfile.ZipInfo, words: str) -> None:
    path = archive(tmp_path, ("index.csv", HEADER + "good.pdf,T,A-1,s,E\n"), ("good.pdf", pdf()), (name, pdf()))

    assert words in str(only_rejection(path))
    assert sorted(entry.name for entry in tmp_path.iterdir()) == ["october.zip"]


@pytest.mark.filterwarnings("ignore:Duplicate name")
def test_of_two_entries_with_one_name_neither_is_taken(tmp_path: Path) -> None:
    path = archive(
        tmp_path, ("index.csv", INDEX), ("good.pdf", pdf()), ("bad.pdf", pdf()), ("bad.pdf", pdf(_huge_page))
    )

    assert "two entries with one name" in str(only_rejection(path))


def marked(path: Path, at: int, mask: int) -> Path:
    """Set a bit in every local and central header of an archive."""
    body = bytearray(path.read_bytes())
    for signature, offset in ((b"PK\x03\x04", at), (b"PK\x01\x02", at + 2)):
        found = body.find(signature)
        while found >= 0:
            body[found + offset] |= mask
            found = body.find(signature, found + 4)
    path.write_bytes(bytes(body))
    return path


def test_encrypted_entries_are_refused(tmp_path: Path, ubl: str) -> None:
    reading = read(marked(archive(tmp_path, ("a.xml", ubl), ("b.xml", ubl)), 6, 1))

    assert list(reading) == []
    assert ["an encrypted entry" in str(one) for one in reading.rejections] == [True, True]


def test_an_entry_whose_size_lies_is_refused(tmp_path: Path, ubl: str) -> None:
    path = archive(tmp_path, ("a.xml", ubl), ("b.xml", ubl + "<!-- another -->"))
    body = path.read_bytes()
    path.write_bytes(body.replace(struct.pack("<L", len(ubl.encode())), struct.pack("<L", 1000)))
    reading = read(path)

    assert len(list(reading)) == 1
    assert "a broken entry" in str(reading.rejections[0])


def test_a_flat_bomb_of_xml_is_refused_while_it_streams(tmp_path: Path, ubl: str) -> None:
    path = archive(tmp_path, ("a.xml", b"<Invoice>" + b" " * (30 * 1024 * 1024)), ("b.xml", ubl))
    reading = read(path)
    with within_bounds():
        assert len(list(reading)) == 1

    assert "more than 100 times its size" in str(reading.rejections[0])


def test_entries_that_overlap_are_refused(tmp_path: Path) -> None:
    """One kernel, many directory entries that point at it (CVE-2024-0450)."""
    path = archive(tmp_path, ("a.xml", b"<x/>" * 1000))
    body = path.read_bytes()
    start = body.find(b"PK\x01\x02")
    end = body.find(b"PK\x05\x06")
    central = b"".join(body[start:end].replace(b"a.xml", b"%c.xml" % letter) for letter in b"abcdefgh")
    closing = struct.pack("<4s4H2LH", b"PK\x05\x06", 0, 0, 8, 8, len(central), start, 0)
    path.write_bytes(body[:start] + central + closing)

    with within_bounds(), pytest.raises(Unreadable, match="overlap"):
        read(path)


def test_a_directory_that_names_one_entry_again_and_again_is_refused_before_it_is_listed(tmp_path: Path) -> None:
    path = archive(tmp_path, ("a.xml", b"<x/>"))
    body = path.read_bytes()
    start = body.find(b"PK\x01\x02")
    row = body[start : body.find(b"PK\x05\x06")]
    for count, announced in ((60_000, 60_000), (300_000, 5)):
        closing = struct.pack("<4s4H2LH", b"PK\x05\x06", 0, 0, announced, announced, len(row) * count, start, 0)
        path.write_bytes(body[:start] + row * count + closing)
        with within_bounds(), pytest.raises(Unreadable, match="overlap"):
            read(path)


def test_entries_that_overlap_in_another_order_than_their_rows_are_refused(tmp_path: Path) -> None:
    """The sum of what they claim is no more than the archive has: the spans themselves are compared."""
    path = archive(tmp_path, ("a.xml", b"<a/>"), ("b.xml", b"<b/>"), ("c.xml", b"<c/>"))
    body = bytearray(path.read_bytes())
    last = body.rfind(b"PK\x01\x02")
    body[last + 42 : last + 46] = bytes(4)  # c.xml now lies where a.xml does
    path.write_bytes(bytes(body))

    with pytest.raises(Unreadable, match="overlap"):
        read(path)


def test_entries_in_another_order_than_their_rows_are_read(tmp_path: Path, ubl: str) -> None:
    path = archive(tmp_path, ("a.xml", ubl), ("b.xml", ubl))
    body = path.read_bytes()
    start, second, end = body.find(b"PK\x01\x02"), body.rfind(b"PK\x01\x02"), body.find(b"PK\x05\x06")
    path.write_bytes(body[:start] + body[second:end] + body[start:second] + body[end:])

    assert len(list(read(path))) == 2


@pytest.mark.parametrize(("announced", "word"), [(1, "more"), (3, "fewer"), (0xFFFF, "fewer")])
def test_a_count_that_lies_is_noticed(tmp_path: Path, ubl: str, announced: int, word: str) -> None:
    path = archive(tmp_path, ("a.xml", ubl), ("b.xml", ubl))
    body = bytearray(path.read_bytes())
    body[-14:-10] = struct.pack("<2H", announced, announced)
    path.write_bytes(bytes(body))

    with pytest.raises(Unreadable, match=f"holds {word} entries than it announces"):
        read(path)


@pytest.mark.parametrize("keep", [10, 60, 200, -1, -10])
def test_a_torn_archive_says_so(tmp_path: Path, ubl: str, keep: int) -> None:
    path = archive(tmp_path, ("a.xml", ubl))
    path.write_bytes(path.read_bytes()[:keep])

    with pytest.raises(Unreadable, match="is a broken ZIP archive"):
        read(path)


def test_an_office_document_is_called_one(tmp_path: Path) -> None:
    with pytest.raises(Unreadable, match="is an Office document"):
        read(archive(tmp_path, ("[Content_Types].xml", "<Types/>"), ("xl/workbook.xml", "<x/>")))


def test_what_operating_systems_leave_behind_is_passed_over(tmp_path: Path, ubl: str) -> None:
    path = archive(tmp_path, ("__MACOSX/._a.xml", b"\x00"), (".DS_Store", b"\x00"), ("a/", b""), ("a/a.xml", ubl))
    reading = read(path)

    assert len(list(reading)) == 1
    assert reading.rejections == []
