"""What the campaign mutates: at least one good input for every format of the table, and for a mapping of each kind."""

import json
import zipfile
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path
from typing import Any

import pikepdf

from vaxel_engine.intake import read
from vaxel_engine.writing import write_cii

ROOT = Path(__file__).parents[2]
SAMPLES = ROOT / "samples"
OWN = Path(__file__).parent / "seeds"


@dataclass(frozen=True, slots=True)
class Seed:
    """A good input: its files, the one that is read first, and the mapping where it needs one."""

    format: str
    files: tuple[tuple[str, bytes], ...]
    mapping: str | None = None


def seeds() -> tuple[Seed, ...]:
    """Every seed, the same in every process."""
    november: dict[str, Any] = json.loads((SAMPLES / "november.json").read_bytes())
    documents = november["documents"]
    few = json.dumps({"documents": [documents[0], documents[3], documents[16]]}, ensure_ascii=False, indent=1).encode()
    ubl = (SAMPLES / "peppol-invoice.xml").read_bytes()
    (invoice,) = read(SAMPLES / "peppol-invoice.xml")
    cii = write_cii(invoice, lossy=True).body
    csv, export = (SAMPLES / "mapping" / "fakturor.csv").read_bytes(), (SAMPLES / "mapping" / "export.xml").read_bytes()
    mappings = {name: (SAMPLES / "mapping" / name).read_bytes() for name in ("fakturor.toml", "export.toml")}
    large = pdf("Brev 1", "Brev 1", "Brev 2")
    index = "marker,title,reference,sender,name,email\nBrev 1,T,A-1,s,Elin,e@example.se\nBrev 2,T,A-2,s,Bo,\n"
    return (
        Seed("json", (("november.json", few),)),
        Seed("json", (("one.json", json.dumps(documents[0], ensure_ascii=False).encode()),)),
        Seed("json-lines", (("letters.jsonl", (SAMPLES / "reminders-and-letters.jsonl").read_bytes()),)),
        Seed("ubl", (("invoice.xml", ubl),)),
        Seed("ubl", (("credit.xml", (SAMPLES / "peppol-credit-note.xml").read_bytes()),)),
        Seed("oioubl", (("oioubl.xml", _as_oioubl(ubl)),)),
        Seed("cii", (("cii.xml", cii),)),
        Seed("factur-x", (("factur-x.pdf", pdf("Faktura", inside=cii)),)),
        Seed("svefaktura", (("svefaktura.xml", (OWN / "svefaktura.xml").read_bytes()),)),
        Seed("zip", (("letters.zip", (SAMPLES / "finished" / "certificates.zip").read_bytes()),)),
        Seed("zip", (("invoices.zip", packed(("a.xml", ubl), ("b/c.xml", cii), ("d.json", few))),)),
        Seed("finished-pdf", (("october.pdf", large), ("october.index.csv", index.encode()))),
        Seed("mapping of CSV", (("fakturor.csv", csv), ("map.toml", mappings["fakturor.toml"])), mapping="map.toml"),
        Seed("mapping of XML", (("export.xml", export), ("map.toml", mappings["export.toml"])), mapping="map.toml"),
    )


def _as_oioubl(ubl: bytes) -> bytes:
    start = ubl.index(b">", ubl.index(b"CustomizationID")) + 1
    return ubl[:start] + b"OIOUBL-2.1" + ubl[ubl.index(b"<", start) :]


def packed(*entries: tuple[str, bytes]) -> bytes:
    """A ZIP of entries, the same bytes every time."""
    written = BytesIO()
    with zipfile.ZipFile(written, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, body in entries:
            archive.writestr(zipfile.ZipInfo(name, (2026, 11, 20, 8, 0, 0)), body, zipfile.ZIP_DEFLATED)
    return written.getvalue()


def pdf(*texts: str, inside: bytes | None = None) -> bytes:
    """One sheet for each text, and an e-invoice inside where one is given."""
    written = BytesIO()
    with pikepdf.new() as made:
        font = pikepdf.Dictionary(Type=pikepdf.Name.Font, Subtype=pikepdf.Name.Type1, BaseFont=pikepdf.Name.Helvetica)
        for text in texts:
            page = made.add_blank_page(page_size=(595, 842))
            page.Resources = pikepdf.Dictionary(Font=pikepdf.Dictionary(F=font))
            page.Contents = pikepdf.Stream(made, f"BT /F 12 Tf 50 700 Td ({text}) Tj ET".encode())
        if inside is not None:
            made.attachments["factur-x.xml"] = pikepdf.AttachedFileSpec(
                made,
                inside,
                filename="factur-x.xml",
                description="",
                mime_type="text/xml",
                creation_date="D:20261120",
                mod_date="D:20261120",
            )
        made.save(written, deterministic_id=True)
    return written.getvalue()
