"""A file that cannot be read as a whole ends in one sentence that says what it is and what to do."""

import gzip
from collections.abc import Callable
from pathlib import Path

import pytest

from vaxel_engine.errors import Rejected, Unreadable
from vaxel_engine.intake import FORMATS, read
from vaxel_engine.intake.source import WHOLE_FILE_LIMIT

Write = Callable[[str | bytes], Path]


def refusal(path: Path) -> str:
    with pytest.raises(Unreadable) as caught:
        read(path)
    assert not isinstance(caught.value, Rejected)
    sentence = str(caught.value)
    assert sentence.endswith(".")
    assert "\n" not in sentence
    return sentence


def test_an_absent_file_is_named(tmp_path: Path) -> None:
    assert refusal(tmp_path / "october.json") == ("october.json: there is no such file; check the name and the folder.")


def test_a_folder_is_told_from_a_file(tmp_path: Path) -> None:
    assert "is a folder; name one file in it" in refusal(tmp_path)


@pytest.mark.parametrize("content", [b"", b"\n \r\n\t", b"\xef\xbb\xbf", b"\xff\xfe"])
def test_an_empty_file_is_called_empty(write: Write, content: bytes) -> None:
    assert "is empty" in refusal(write(content))


@pytest.mark.skipif(not Path("/proc/self/mem").exists(), reason="needs a file that opens and cannot be read")
def test_a_file_that_cannot_be_read_says_why() -> None:
    assert "cannot be read (Input/output error)" in refusal(Path("/proc/self/mem"))


def test_something_that_is_no_ordinary_file_is_not_waited_for() -> None:
    assert "is not an ordinary file" in refusal(Path("/dev/zero"))


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n{\n", "a PDF"),
        (b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR", "a PNG image"),
        (b"\xff\xd8\xff\xe0\x00\x10JFIF", "a JPEG image"),
        (gzip.compress(b"{}", mtime=0), "a gzip file"),
        (b"<!doctype html><html><body>hej</body></html>", "an HTML page"),
        (b"<HTML><BODY>hej", "an HTML page"),
        (b"<?xml version='1.0'?><html xmlns='http://www.w3.org/1999/xhtml'/>", "an HTML page"),
        (b"<Finvoice/>", "a Finvoice"),
        (b"<order><line/></order>", "XML with the root element order"),
        (b"<<<", "broken XML"),
        (bytes(range(256)) * 20, "a binary file"),
        (b"faktura;belopp\n1;100,00\n", "a text file that is neither JSON nor XML"),
        (b"body\n{ color: red }\n", "a text file that is neither JSON nor XML"),
    ],
)
def test_another_kind_of_file_is_called_by_its_name(write: Write, content: bytes, words: str) -> None:
    sentence = refusal(write(content))

    assert words in sentence
    assert all(form.title in sentence.partition("; hand over ")[2] for form in FORMATS)


def test_json_that_breaks_off_is_placed(write: Write) -> None:
    assert "line 3, column 3: is not valid JSON" in refusal(write('{"documents": [\n  {"kind": "message"},\n  '))


def test_json_that_is_not_utf8_is_placed(write: Write) -> None:
    body = '{"documents": [\n{"reference": "ö"}]}'.encode("latin-1")

    assert "line 2: holds bytes that are not UTF-8; save it as UTF-8" in refusal(write(body))


def test_json_nested_without_end_is_refused(write: Write) -> None:
    assert "is nested too deep" in refusal(write("[" * 200_000 + "]" * 200_000))


def test_something_beside_the_documents_is_not_passed_over(write: Write) -> None:
    assert 'holds more than "documents"' in refusal(write('{"documents": [], "signed": true}'))


def test_a_single_document_too_large_to_be_read_whole_is_told_to_become_json_lines(tmp_path: Path) -> None:
    path = tmp_path / "year.json"
    with path.open("wb") as stream:
        stream.write(b'{"kind": "message", "documents": [')
        stream.truncate(WHOLE_FILE_LIMIT + 1)

    assert "is 32 MB, and JSON is read up to 32 MB; split it, or write JSON Lines" in refusal(path)


def test_too_many_elements_are_refused_before_a_tree_is_built(write: Write) -> None:
    root = b'<Invoice xmlns="urn:oasis:names:specification:ubl:schema:xsd:Invoice-2">'

    assert "holds more than 500,000 elements" in refusal(write(root + b"<a/>" * 500_001 + b"</Invoice>"))


DOCTYPES = {
    "a bare one": "<!DOCTYPE Invoice>",
    "an outside entity": '<!DOCTYPE Invoice [<!ENTITY x SYSTEM "file:///etc/hostname">]>',
    "an outside definition": '<!DOCTYPE Invoice SYSTEM "http://127.0.0.1:1/x.dtd">',
    "entities that grow": "<!DOCTYPE Invoice ["
    + '<!ENTITY a0 "ha">'
    + "".join(f'<!ENTITY a{n} "{f"&a{n - 1};" * 10}">' for n in range(1, 12))
    + "]>",
}


@pytest.mark.parametrize("doctype", DOCTYPES.values(), ids=DOCTYPES.keys())
def test_a_doctype_is_refused(write: Write, ubl: str, doctype: str) -> None:
    head, _, rest = ubl.partition("\n")

    assert "has a DOCTYPE" in refusal(write(f"{head}\n{doctype}\n{rest}"))


def test_a_doctype_in_utf_16_is_refused(write: Write, ubl: str) -> None:
    _, _, rest = ubl.partition("\n")
    body = f'<?xml version="1.0" encoding="UTF-16"?><!DOCTYPE Invoice>{rest}'

    assert "has a DOCTYPE" in refusal(write(body.encode("utf-16")))


def test_xml_that_is_cut_off_is_placed(write: Write, ubl: str) -> None:
    assert "is not well-formed XML" in refusal(write(ubl[: len(ubl) // 2]))


def test_an_encoding_nobody_knows_is_refused(write: Write, ubl: str) -> None:
    assert "handed-over.dat: " in refusal(write(ubl.replace('encoding="UTF-8"', 'encoding="X-HEMLIG"')))
