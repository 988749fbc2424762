"""The first whole run: what came out of the samples stands in the recipients' mailbox, mail, phone and letterbox."""

import base64
import email
import email.policy
import hashlib
import json
import subprocess
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from email.message import EmailMessage
from pathlib import Path
from typing import Any

import pypdfium2 as pdfium
import pytest

from vaxel.demo import Demo
from vaxel.ledger_outputs import DemoOutput, DocumentLine, ExplainedLine, LedgerOutput
from vaxel_simulators import Street

pytestmark = pytest.mark.long

Vaxel = Callable[..., "subprocess.CompletedProcess[str]"]


@dataclass(frozen=True)
class Ran:
    """A finished demo, its stand-ins still up."""

    out: Path
    output: LedgerOutput
    street: Street
    explained: tuple[ExplainedLine, ...] = ()

    def line(self, reference: str) -> DocumentLine:
        return next(line for line in self.output.documents if line.document == reference)


@pytest.fixture(scope="module")
def ran(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Ran]:
    out = tmp_path_factory.mktemp("demo") / "out"
    with Demo(out) as demo:
        demo.send(unseen)
        output = demo.receive()
        demo.show(output)
        yield Ran(out, output, demo.street, demo.explained())


def unseen(done: int | None = None, total: int | None = None) -> None:
    """Stand for the progress bar."""


def text_of(pdf: bytes) -> str:
    pages: Any = pdfium.PdfDocument(pdf)  # the library is only partly typed
    return "\n".join(str(page.get_textpage().get_text_bounded()) for page in pages)


def mail_to(ran: Ran, address: str) -> EmailMessage:
    (arrival,) = [arrival for arrival in ran.street.mail.arrivals() if arrival.address == address]
    message = email.message_from_bytes(arrival.body, policy=email.policy.default)
    assert isinstance(message, EmailMessage)
    return message


def test_the_ledger_closes_and_nothing_is_in_doubt(ran: Ran) -> None:
    assert ran.output.closes
    assert ran.output.in_ == 33
    assert ran.output.rejected == 2
    assert (ran.output.failed, ran.output.unknown) == (0, 0)


def test_every_channel_carried_something(ran: Ran) -> None:
    assert {line.channel for line in ran.output.documents} == {"kivra", "email", "sms", "print", None}


def test_what_is_worth_asking_about_is_explained(ran: Ran) -> None:
    fell_back, drawn, held = ran.explained
    assert "  1. - email: The mail server refused" in "\n".join(fell_back.tree)
    assert "will be drawn on" in drawn.tree[-1]
    assert held.tree[0] == "Kivra: its register has not answered and will be asked again"
    assert ran.line(held.document).status == "delivered"


def test_every_document_has_a_reason(ran: Ran) -> None:
    assert [line.document for line in ran.output.documents if not line.reason] == []


def test_an_email_that_bounced_at_the_door_became_a_letter(ran: Ran) -> None:
    line = ran.line("NL-PRIS-2027-3")
    assert line.channel == "print"
    assert line.status == "delivered"


def test_the_email_shows_html_text_inline_picture_and_pdf(ran: Ran) -> None:
    message = mail_to(ran, "margaret.osullivan@example.com")
    kinds = [part.get_content_type() for part in message.walk() if not part.is_multipart()]
    assert kinds == ["text/plain", "text/html", "image/png", "application/pdf"]
    picture = next(part for part in message.walk() if part.get_content_type() == "image/png")
    assert picture.get_content_disposition() == "inline"
    html = message.get_body(("html",))
    assert html is not None
    assert f"cid:{picture['Content-ID'].strip('<>')}" in html.get_content()


def test_the_attached_pdf_holds_amount_due_date_and_reference(ran: Ran) -> None:
    source = json.loads((Path(__file__).parents[2] / "samples/november.json").read_text(encoding="utf-8"))
    record = next(one for one in source["documents"] if one.get("reference") == "NL-26110003")
    pdf = next(
        p for p in mail_to(ran, record["recipient"]["email"]).walk() if p.get_content_type() == "application/pdf"
    )
    body = pdf.get_payload(decode=True)
    assert isinstance(body, bytes)
    text = text_of(body)
    digits = "".join(ch for ch in text if ch.isdigit())
    assert record["invoice"]["totals"]["due"].replace(".", "") in digits
    assert record["invoice"]["payment"][0]["remittance_information"] in digits
    assert "20 December 2026" in text


def test_kivra_holds_the_bytes_that_the_ledger_names_by_hash(ran: Ran) -> None:
    arrived = {
        hashlib.sha256(base64.b64decode(part["data"])).hexdigest()
        for arrival in ran.street.kivra.arrivals()
        for part in json.loads(arrival.body)["parts"]
    }
    named = {
        artifact.sha256
        for line in ran.output.documents
        if line.channel == "kivra"
        for artifact in line.artifacts
        if artifact.kind == "mailbox_pdf"
    }
    assert len(named) >= 5
    assert named == arrived


def test_every_artifact_lies_in_the_folder_and_the_board_shows_it(ran: Ran) -> None:
    index = (ran.out / "index.html").read_text(encoding="utf-8")
    for line in ran.output.documents:
        assert line.document in index
    rendered = [line for line in ran.output.documents if line.status != "rejected"]
    assert len(list((ran.out / "artifacts").glob("*.print.pdf"))) == len(rendered)
    assert len(list((ran.out / "artifacts").glob("*.web.html"))) == len(rendered)


def test_the_demo_ends_well_twice_in_the_same_folder(typed: Vaxel) -> None:
    for _ in range(2):  # the short one; the whole one runs above, and one in a process of its own from a wheel
        done = typed("demo", "--all-channels", "--json")
        assert done.returncode == 0, done.stderr
        assert DemoOutput.model_validate(json.loads(done.stdout)).closes


def test_the_demo_never_empties_a_folder_that_is_not_its_own(typed: Vaxel, tmp_path: Path) -> None:
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine/letter.txt").write_text("keep me", encoding="utf-8")
    done = typed("demo", "--out", "mine")
    assert done.returncode == 2
    assert "--out" in done.stderr
    assert (tmp_path / "mine/letter.txt").read_text(encoding="utf-8") == "keep me"
