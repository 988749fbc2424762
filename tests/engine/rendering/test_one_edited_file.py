"""One place means one place: one edited file of a brand shows in every form of every kind."""

import email
import email.policy
import json
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

import pypdfium2 as pdfium
import pytest

from vaxel_engine.artifact import ArtifactKind
from vaxel_engine.model import Document, DocumentKind, Message
from vaxel_engine.packs import Pack, load, packs
from vaxel_engine.rendering import kinds_of, render_all

INVOICES = (
    DocumentKind.INVOICE,
    DocumentKind.CREDIT_NOTE,
    DocumentKind.REMINDER,
    DocumentKind.DIRECT_DEBIT_NOTICE,
)
SHOWN = (
    ArtifactKind.MAILBOX_PDF,
    ArtifactKind.EMAIL,
    ArtifactKind.WEB,
    ArtifactKind.MAILBOX_HTML,
    ArtifactKind.BANK,
)
KINDS = (*INVOICES, DocumentKind.MESSAGE)
BRAND = 'extends = "nordljus"\n'


@dataclass(frozen=True)
class Forms:
    """What a reader reads in each form, white space made even."""

    paper: str
    mail: str
    mail_text: str
    page: str
    mailbox: str
    bank: str | None
    page_html: str
    mailbox_html: str
    bank_html: str | None
    mail_html: str
    pdf: bytes

    @property
    def all(self) -> dict[str, str]:
        told = {"paper": self.paper, "mail": self.mail, "mail_text": self.mail_text, "page": self.page}
        return told | {"mailbox": self.mailbox} | ({} if self.bank is None else {"bank": self.bank})

    @property
    def on_screen(self) -> dict[str, str]:
        return {name: text for name, text in self.all.items() if name != "paper"}


Rendered = Callable[[DocumentKind, Mapping[str, str]], Forms]


@pytest.fixture(scope="module")
def rendered(tmp_path_factory: pytest.TempPathFactory, build: Callable[..., Document]) -> Rendered:
    """Renders a document of a kind with a brand that has these files of its own and inherits the others."""

    @cache
    def brand(files: frozenset[tuple[str, str]]) -> Pack:
        root = tmp_path_factory.mktemp("packs")
        for name, text in {"brand.toml": BRAND, **dict(files)}.items():
            path = root / "tried" / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, encoding="utf-8")
        return load("tried", [root, packs()])

    def render(kind: DocumentKind, files: Mapping[str, str]) -> Forms:
        pack = brand(frozenset(files.items()))
        letter = Message(subject="Priser", body="Från årsskiftet.")
        document = build(kind=kind, message=letter if kind is DocumentKind.MESSAGE else None)
        made = render_all(document, [one for one in SHOWN if one in kinds_of(document)], pack=pack)
        message: Any = email.message_from_bytes(made[ArtifactKind.EMAIL].body, policy=email.policy.default)
        html = str(message.get_body(("html",)).get_content())
        page, mailbox = (made[one].body.decode() for one in (ArtifactKind.WEB, ArtifactKind.MAILBOX_HTML))
        bank = made[ArtifactKind.BANK].body.decode() if ArtifactKind.BANK in made else None
        pages: Any = pdfium.PdfDocument(made[ArtifactKind.MAILBOX_PDF].body)
        paper = "\n".join(str(one.get_textpage().get_text_bounded()) for one in pages)
        return Forms(
            paper=even(paper),
            mail=even(without_tags(html)),
            mail_text=even(str(message.get_body(("plain",)).get_content())),
            page=even(without_tags(page)),
            mailbox=even(without_tags(mailbox)),
            bank=None if bank is None else even(without_tags(bank)),
            page_html=page,
            mailbox_html=mailbox,
            bank_html=bank,
            mail_html=html,
            pdf=made[ArtifactKind.MAILBOX_PDF].body,
        )

    return render


def even(text: str) -> str:
    return " ".join(text.split())


def without_tags(html: str) -> str:
    return re.sub(r"<[^>]+>", " ", re.sub(r"<(style|script|head)\b.*?</\1>", " ", html, flags=re.DOTALL))


ITEM, NET = "El från vatten och vind", "Summa utan moms"


def sections(**kinds: str) -> dict[str, str]:
    """A brand.toml that lists the sections of kinds, by their names in order."""
    tables = [f"[kinds.{kind}]\nsections = {json.dumps(names.split())}" for kind, names in kinds.items()]
    return {"brand.toml": "\n".join((BRAND, *tables))}


MOVED = sections(**dict.fromkeys(INVOICES, "totals lines help"), message="help letter")
HIDDEN = sections(**dict.fromkeys(INVOICES, "lines help"), message="letter")


@pytest.mark.parametrize("kind", INVOICES)
def test_a_section_moved_in_the_list_moves_in_every_form(rendered: Rendered, kind: DocumentKind) -> None:
    after = rendered(kind, MOVED)
    assert {form for form, text in after.all.items() if text.index(NET) < text.index(ITEM)} == set(after.all)


def test_a_section_of_a_letter_moves_in_every_form_that_shows_it(rendered: Rendered) -> None:
    after = rendered(DocumentKind.MESSAGE, MOVED)
    help_first = {form for form, text in after.on_screen.items() if text.index("Ring") < text.index("Från årsskiftet")}
    assert help_first == set(after.on_screen)


@pytest.mark.parametrize("kind", INVOICES)
def test_a_section_left_out_of_the_list_is_hidden_in_every_form(rendered: Rendered, kind: DocumentKind) -> None:
    after = rendered(kind, HIDDEN)
    assert {form for form, text in after.all.items() if NET in text} == set()
    assert {form for form, text in after.all.items() if ITEM in text} == set(after.all)


def test_without_an_edit_what_is_sold_comes_before_what_it_adds_up_to(rendered: Rendered) -> None:
    before = rendered(DocumentKind.INVOICE, {})
    assert {form for form, text in before.all.items() if text.index(ITEM) < text.index(NET)} == set(before.all)


def test_a_section_of_a_letter_is_hidden_in_every_form_that_shows_it(rendered: Rendered) -> None:
    before, after = rendered(DocumentKind.MESSAGE, {}), rendered(DocumentKind.MESSAGE, HIDDEN)
    assert {form for form, text in before.on_screen.items() if "kundnummer till hands" in text} == set(before.on_screen)
    assert {form for form, text in after.all.items() if "kundnummer till hands" in text} == set()


@pytest.mark.parametrize("kind", INVOICES)
def test_a_label_changed_in_the_words_is_changed_in_every_form(rendered: Rendered, kind: DocumentKind) -> None:
    after = rendered(kind, {"words.sv.toml": '[total]\nnet = "Alltihop"\n'})
    assert {form for form, text in after.all.items() if "Alltihop" in text and NET not in text} == set(after.all)


@pytest.mark.parametrize("kind", KINDS)
def test_a_paragraph_in_one_file_stands_in_every_form(rendered: Rendered, kind: DocumentKind) -> None:
    after = rendered(kind, {"blocks/winter.md": "+++\n+++\nNu är det *vintertid*.\n"})
    assert {form for form, text in after.all.items() if "vintertid" in text} == set(after.all)


def test_no_more_blocks_than_the_brand_allows_and_the_first_by_priority(rendered: Rendered) -> None:
    blocks = {f"blocks/{name}.md": f"+++\npriority = {at}\n+++\nStycke {name}.\n" for at, name in enumerate("abc", 60)}
    after = rendered(DocumentKind.INVOICE, blocks | {"brand.toml": BRAND + "[blocks]\nmost = 2\n"})
    assert {form for form, text in after.all.items() if "Stycke c." in text and "Stycke b." in text} == set(after.all)
    assert {form for form, text in after.all.items() if "Stycke a." in text} == set()


@pytest.mark.parametrize("kind", KINDS)
def test_a_colour_changed_in_one_line_is_seen_in_every_form(rendered: Rendered, kind: DocumentKind) -> None:
    after = rendered(kind, {"brand.toml": BRAND + '[tokens.colour]\nbrand = "#8a1f5c"\n'})
    assert "#8a1f5c" in after.mail_html
    assert "--brand:#8a1f5c" in after.page_html
    assert "--brand:#8a1f5c" in after.mailbox_html
    assert after.bank_html is None or "#8a1f5c" in after.bank_html
    if kind is not DocumentKind.MESSAGE:  # a letter has no amount, and the colour is for nothing else on paper
        page: Any = pdfium.PdfDocument(after.pdf)[0]
        counted = page.render(scale=2).to_pil().convert("RGB").getcolors(1 << 24)
        assert (0x8A, 0x1F, 0x5C) in {colour for _, colour in counted}
