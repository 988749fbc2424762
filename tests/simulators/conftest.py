"""Simulators, started for each test, and the payloads and PDFs that they are asked to take."""

import base64
import datetime as dt
import hashlib
import io
import json
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

import pikepdf
import pytest

from vaxel_simulators import Clock, DigipostSimulator, ElksSimulator, KivraSimulator, MailSimulator, PrintHouseSimulator
from vaxel_simulators.pdf import reader

FONT = Path(__file__).parents[2] / "templates" / "base" / "fonts" / "Inter-Regular.ttf"
NOON = dt.datetime(2026, 11, 20, 12, tzinfo=dt.UTC)
MM = 72 / 25.4
POST_CODE = "98132"


@pytest.fixture(scope="session", autouse=True)
def _one_reader() -> Iterator[None]:
    """Keep one PDF reading process for the whole run."""
    reader.open()
    yield
    reader.close()


@pytest.fixture
def offset() -> dict[str, float]:
    """How many seconds the simulators' clock is ahead, under "seconds"."""
    return {"seconds": 0.0}


@pytest.fixture
def clock(offset: dict[str, float]) -> Clock:
    return lambda: NOON + dt.timedelta(seconds=offset["seconds"])


@pytest.fixture
def kivra(clock: Clock) -> Iterator[KivraSimulator]:
    with KivraSimulator(clock=clock) as simulator:
        yield simulator


@pytest.fixture
def digipost(clock: Clock) -> Iterator[DigipostSimulator]:
    with DigipostSimulator(clock=clock) as simulator:
        yield simulator


@pytest.fixture
def elks(clock: Clock) -> Iterator[ElksSimulator]:
    with ElksSimulator(clock=clock) as simulator:
        yield simulator


@pytest.fixture
def mail(clock: Clock) -> Iterator[MailSimulator]:
    with MailSimulator(clock=clock) as simulator:
        yield simulator


@pytest.fixture
def print_house(clock: Clock, tmp_path: Path) -> Iterator[PrintHouseSimulator]:
    with PrintHouseSimulator(tmp_path / "drop", clock=clock, poll=False) as simulator:
        yield simulator


def _letter(
    *,
    pages: int = 1,
    top_mm: float = 50,
    left_mm: float = 22,
    words: str = f"{POST_CODE[:3]} {POST_CODE[3:]} Kiruna",
    size: tuple[float, float] = (210, 297),
    embedded: bool = True,
    **saving: Any,
) -> bytes:
    """A small letter: each page has one line of text, `top_mm` from the top and `left_mm` from the left."""
    pdf = pikepdf.new()
    font = pikepdf.Dictionary(Type=pikepdf.Name.Font, Subtype=pikepdf.Name.Type1, BaseFont=pikepdf.Name.Helvetica)
    if embedded:
        font = _embedded_font(pdf)
    for _ in range(pages):
        page = pdf.add_blank_page(page_size=(size[0] * MM, size[1] * MM))
        page.Resources = pikepdf.Dictionary(Font=pikepdf.Dictionary(F1=font))
        down = (size[1] - top_mm) * MM
        page.Contents = _stream(pdf, f"BT /F1 11 Tf {left_mm * MM:.2f} {down:.2f} Td ({words}) Tj ET".encode())
    return _saved(pdf, **saving)


def _embedded_font(pdf: pikepdf.Pdf) -> pikepdf.Dictionary:
    descriptor = pikepdf.Dictionary(
        Type=pikepdf.Name.FontDescriptor,
        FontName=pikepdf.Name.Inter,
        Flags=32,
        FontBBox=[-200, -250, 1200, 950],
        ItalicAngle=0,
        Ascent=950,
        Descent=-250,
        CapHeight=700,
        StemV=80,
        FontFile2=_stream(pdf, FONT.read_bytes()),
    )
    return pikepdf.Dictionary(
        Type=pikepdf.Name.Font,
        Subtype=pikepdf.Name.TrueType,
        BaseFont=pikepdf.Name.Inter,
        Encoding=pikepdf.Name.WinAnsiEncoding,
        FirstChar=32,
        LastChar=126,
        Widths=[600] * 95,
        FontDescriptor=descriptor,
    )


def _stream(pdf: pikepdf.Pdf, body: bytes) -> pikepdf.Stream:
    return pdf.make_stream(body)  # pyright: ignore[reportUnknownMemberType] - pikepdf leaves **kwargs untyped


def _saved(pdf: pikepdf.Pdf, **saving: Any) -> bytes:
    target = io.BytesIO()
    pdf.save(target, **saving)
    return target.getvalue()


def _changed(change: Callable[[pikepdf.Pdf], None]) -> bytes:
    with pikepdf.open(io.BytesIO(_letter())) as pdf:
        change(pdf)
        return _saved(pdf)


def _add_form(pdf: pikepdf.Pdf) -> None:
    field = pikepdf.Dictionary(FT=pikepdf.Name.Tx, T=pikepdf.String("name"))
    pdf.Root.AcroForm = pikepdf.Dictionary(Fields=[pdf.make_indirect(field)])


def _add_script(pdf: pikepdf.Pdf) -> None:
    pdf.Root.OpenAction = pikepdf.Dictionary(S=pikepdf.Name.JavaScript, JS=pikepdf.String("app.alert(1)"))


@pytest.fixture(scope="session")
def pdfs() -> Mapping[str, bytes]:
    """The PDFs that the tables speak of; "letter" is the one that everybody takes."""
    letter = _letter()
    return {
        "letter": letter,
        "(not a pdf)": b"%PDF-1.7 but nothing follows",
        "(encrypted pdf)": _letter(encryption=pikepdf.Encryption(owner="owner", user="")),
        "(locked pdf)": _letter(encryption=pikepdf.Encryption(owner="owner", user="user")),
        "(landscape)": _letter(size=(297, 210)),
        "(us letter)": _letter(size=(215.9, 279.4)),
        "(121 pages)": _letter(pages=121),
        "(digipost junk)": b"%PDF-1.7 but nothing follows",
        "(digipost 21 pages)": _letter(pages=21),
        "(digipost barcode)": _letter(top_mm=120, left_mm=3),
        "(digipost encrypted)": _letter(encryption=pikepdf.Encryption(owner="owner", user="")),
        "(too large)": letter + b"%" * 8_000_000,
        "(pdf 2.0)": _letter(force_version="2.0"),
        "(form)": _changed(_add_form),
        "(javascript)": _changed(_add_script),
        "(loose font)": _letter(embedded=False),
        "(address too low)": _letter(top_mm=90),
        "(empty window)": _letter(words=""),
        "(other letter)": _letter(pages=2),
        "(cut by the window)": _letter(words=f"{POST_CODE} " + "m" * 60),
        "(text in the barcode zone)": _changed(_write_in_the_margin),
    }


def _write_in_the_margin(pdf: pikepdf.Pdf) -> None:
    extra = _stream(pdf, f"BT /F1 8 Tf {3 * MM:.2f} {(297 - 130) * MM:.2f} Td (x) Tj ET".encode())
    pdf.pages[0].Contents = pikepdf.Array([pdf.pages[0].Contents, extra])


@pytest.fixture
def payload(pdfs: Mapping[str, bytes]) -> Callable[[str], dict[str, Any]]:
    """A Kivra payload that is taken, by the name of its kind."""
    part = {
        "name": "document.pdf",
        "content_type": "application/pdf",
        "data": base64.b64encode(pdfs["letter"]).decode(),
    }
    option = {"due_date": "2026-12-20", "amount": "1435.50", "type": "SE_OCR", "reference": "1234567897"}
    payment: dict[str, Any] = {
        "payable": True,
        "account": "505-0109",
        "method": "1",
        "currency": "SEK",
        "options": [option],
    }
    person: dict[str, Any] = {"ssn": "198001012387", "subject": "From Nordljus", "parts": [part]}
    booking = {"title": "Meter change", "start_time": "2026-12-01T09:00:00Z"}
    registered = {"expires_at": "2026-12-10", "hidden": {"sender": False, "subject": True}}
    accounting = {"total_amount_due": "1250.00", "currency": "SEK", "due_date": "2026-12-20", "bankgiro": "505-0109"}
    kinds: dict[str, dict[str, Any]] = {
        "letter": {**person, "type": "letter"},
        "invoice": {**person, "type": "invoice", "payment_multiple_options": payment},
        "booking": {**person, "type": "booking", "booking": booking},
        "registered": {**person, "type": "registered.letter", "registered": registered},
        "company": {"vat_number": "SE556840226601", "subject": "From Nordljus", "type": "letter", "parts": [part]},
        "company accounting": {"vat_number": "SE556840226601", "type": "accounting.invoice", "invoice": accounting},
    }
    return lambda kind: json.loads(json.dumps(kinds[kind]))


@pytest.fixture
def drop(print_house: PrintHouseSimulator, pdfs: Mapping[str, bytes]) -> Callable[..., str]:
    """Drops a job with changes to its manifest and gives its key; `pdf=None` leaves the PDF out."""

    def drop_job(
        pdf: bytes | None = pdfs["letter"], *, about: str = "job", raw: bytes | None = None, **changes: Any
    ) -> str:
        key = hashlib.sha256(about.encode()).hexdigest()
        body = pdf if pdf is not None else b""
        manifest: dict[str, Any] = {
            "format": "vaxel-print-job/1",
            "job": key,
            "file": f"{key}.pdf",
            "sha256": hashlib.sha256(body).hexdigest(),
            "bytes": len(body),
            "pages": 1,
            "sheets": 1,
            "duplex": True,
            "colour": False,
            "paper": "A4",
            "envelope": "C5",
            "window": "c5-left",
            "postage_class": "B",
            "weight_class": 500,
            "together": key,
            "post_code": POST_CODE,
            "country": "SE",
            "sender": "nordljus",
            "kind": "invoice",
            "prepared_at": "2026-11-20T10:00:00+00:00",
            "test": False,
        }
        manifest.update(changes)
        sheets = manifest["sheets"] if isinstance(manifest["sheets"], int) else 1
        manifest = {"sort": f"{manifest['country']}-{manifest['post_code']}", "grams": sheets * 5 + 7, **manifest}
        kept = {name: value for name, value in manifest.items() if value != "(absent)"}
        if pdf is not None:
            (print_house.drop_folder / f"{key}.pdf").write_bytes(pdf)
        (print_house.drop_folder / f"{key}.json").write_bytes(json.dumps(kept).encode() if raw is None else raw)
        return key

    return drop_job


@pytest.fixture
def acknowledgement(print_house: PrintHouseSimulator) -> Callable[[str], dict[str, Any] | None]:
    """The acknowledgement of a job with its verdict under "verdict", or None."""

    def read(key: str) -> dict[str, Any] | None:
        for verdict in ("accepted", "refused"):
            path = print_house.drop_folder / "acknowledgements" / f"{key}.{verdict}.json"
            if path.is_file():
                return {**json.loads(path.read_text(encoding="utf-8")), "verdict": verdict}
        return None

    return read
