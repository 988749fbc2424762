"""Both PDFs of every kind pass the structure checks, and each check finds what it is for."""

from collections.abc import Callable
from functools import cache
from io import BytesIO
from pathlib import Path
from typing import Any, cast

import pikepdf
import pytest

from vaxel_engine.artifact import ArtifactKind
from vaxel_engine.intake import read
from vaxel_engine.model import Document, DocumentKind, Language
from vaxel_engine.packs import Pack
from vaxel_engine.pdf_structure import structure_findings
from vaxel_engine.rendering import Rendering

SAMPLES = Path(__file__).parents[2] / "samples"
KINDS = [kind for kind in DocumentKind if kind is not DocumentKind.FINISHED_PDF]
Change = Callable[[pikepdf.Pdf], object]


@cache
def sample_of(kind: DocumentKind) -> Document:
    """The first sample of a kind; an invoice that has a balance as well."""
    for file in ("november.json", "reminders-and-letters.jsonl"):
        for document in read(SAMPLES / file):
            if document.kind is kind and (kind is not DocumentKind.INVOICE or document.balance is not None):
                return document
    raise AssertionError(f"no sample is a {kind}")


@pytest.mark.parametrize("language", ["sv", "en"])
@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_passes_the_structure_checks(kind: DocumentKind, language: str, nordljus: Pack) -> None:
    document = sample_of(kind)
    recipient = document.recipient.model_copy(update={"language": cast("Language", language)})
    rendering = Rendering.of(document.model_copy(update={"recipient": recipient}), nordljus)
    for artifact in (ArtifactKind.MAILBOX_PDF, ArtifactKind.PRINT_PDF):
        assert structure_findings(rendering.artifact(artifact).body) == ()


@pytest.fixture(scope="module")
def pdf(nordljus: Pack) -> bytes:
    """A mailbox PDF with figures, tables, headings and links."""
    return Rendering.of(sample_of(DocumentKind.INVOICE), nordljus).artifact(ArtifactKind.MAILBOX_PDF).body


def test_a_reader_finds_headings_figures_tables_bookmarks_and_live_links(pdf: bytes) -> None:
    with pikepdf.open(BytesIO(pdf)) as opened:
        kinds = [str(item["/S"]) for item in opened.objects if _is(item, "/S", "/P") and "/S" in item]
        assert {"/H1", "/H2", "/Figure", "/Table", "/TH", "/TD", "/Link"} <= set(kinds)
        with opened.open_outline() as outline:
            assert [item.title for item in outline.root][:1] == ["Faktura"]
        links = [note["/A"].URI for page in opened.pages for note in page.obj.get("/Annots", ())]
        addresses = {str(link).rstrip("/") for link in links}
        assert addresses == {"https://nordljus.example", "mailto:kundservice@nordljus.example"}


def drop(key: str) -> Change:
    return lambda pdf: pdf.Root.__delitem__(key)


def each(kind: str, key: str) -> Change:
    """Take `key` from every structure element of a kind."""

    def change(pdf: pikepdf.Pdf) -> None:
        for item in pdf.objects:
            if _is(item, "/S", kind) and key in item:
                del item[key]

    return change


def heads_of_nothing(pdf: pikepdf.Pdf) -> None:
    each("/TH", "/ID")(pdf)
    each("/TH", "/A")(pdf)


def raise_headings(pdf: pikepdf.Pdf) -> None:
    for item in pdf.objects:
        if _is(item, "/S", "/H2"):
            item["/S"] = pikepdf.Name("/H3")


def links(key: str) -> Change:
    def change(pdf: pikepdf.Pdf) -> None:
        for page in pdf.pages:
            for note in page.obj.get("/Annots", ()):
                del note[key]

    return change


def fonts(key: str) -> Change:
    def change(pdf: pikepdf.Pdf) -> None:
        for item in pdf.objects:
            if isinstance(item, pikepdf.Dictionary) and key in item:
                del item[key]

    return change


def untagged(pdf: pikepdf.Pdf) -> None:
    name = next(iter(pdf.pages[0].resources["/Font"].keys()))
    pdf.pages[0].contents_add(f" BT {name} 9 Tf <0001> Tj ET".encode())


def metadata(before: bytes, after: bytes) -> Change:
    def change(pdf: pikepdf.Pdf) -> None:
        xmp = pdf.Root.Metadata.read_bytes()
        assert before in xmp
        pdf.Root.Metadata.write(xmp.replace(before, after))

    return change


def tabs(pdf: pikepdf.Pdf) -> None:
    del pdf.pages[1].obj["/Tabs"]


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (drop("/MarkInfo"), "content is tagged"),
        (drop("/Lang"), "has no language"),
        (drop("/ViewerPreferences"), "DisplayDocTitle"),
        (drop("/OutputIntents"), "no output intent"),
        (drop("/StructTreeRoot"), "no structure tree"),
        (drop("/Outlines"), "headings and no bookmarks"),
        (each("/Figure", "/Alt"), "no alternative text"),
        (heads_of_nothing, "says of nothing what it heads"),
        (raise_headings, "a heading of level 3 follows level 1"),
        (links("/Contents"), "a link on page 1 has no description"),
        (links("/StructParent"), "not in the structure tree"),
        (fonts("/ToUnicode"), "which characters its glyphs are"),
        (fonts("/FontFile2"), "is not embedded"),
        (untagged, "page 1 has text that is neither tagged nor an artifact"),
        (metadata(b'conformance="A"', b'conformance="B"'), "PDF/A-3b instead of PDF/A-3a"),
        (metadata(b"Faktura 26110004", b"Faktura 26110005"), "another than in the document information"),
        (tabs, "page 2 is not walked in the order"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_each_check_finds_what_it_is_for(pdf: bytes, change: Change, said: str) -> None:
    out = BytesIO()
    with pikepdf.open(BytesIO(pdf)) as opened:
        change(opened)
        opened.save(out, fix_metadata_version=False)
    assert any(said in finding for finding in structure_findings(out.getvalue()))


def _is(item: Any, key: str, value: str) -> bool:
    if not isinstance(item, pikepdf.Dictionary):
        return False
    return key in item and "/P" in item if value == "/P" else item.get(key) == value
